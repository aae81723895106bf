/**
 * Commands that work directly on the database: part of the gateway's package, not of the separate command-line package.
 */
import { backupCommand, restoreCommand } from './commands/backup';
import { distributeCommand } from './commands/distribute';
import { recoverKeyCommand } from './commands/recover-key';

export const DATABASE_COMMANDS = [backupCommand, restoreCommand, distributeCommand, recoverKeyCommand];
