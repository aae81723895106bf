/** Commands that work beside the gateway, on its database: with this package only, not with that of the command line. */
import { backupCommand, restoreCommand } from './commands/backup';
import { distributeCommand } from './commands/distribute';
import { recoverKeyCommand } from './commands/recover-key';

export const BESIDE_GATEWAY = [backupCommand, restoreCommand, distributeCommand, recoverKeyCommand];
