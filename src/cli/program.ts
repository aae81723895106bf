/** The command tree. */
import { Command } from 'commander';
import { version } from '../../package.json';
import { accessCommands } from './commands/access';
import { accountCommands } from './commands/accounts';
import { auditCommands } from './commands/audit';
import { doctorCommand } from './commands/doctor';
import { keyCommands } from './commands/keys';
import { loginCommands } from './commands/login';
import { promotionCommands } from './commands/promotion';

const AFTER = `
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 plan has changes.
Data goes to standard output, everything else to standard error.

Start with:
  $ portcullis login --profile dev --url http://127.0.0.1:4000
  $ portcullis whoami --profile dev`;

export function createProgram(): Command {
  const program = new Command('portcullis')
    .description('Accounts, keys, configuration and the audit record of a Portcullis gateway.')
    .version(version, '--version')
    .addHelpText('after', AFTER)
    .helpCommand(false);
  [
    ...loginCommands,
    accountCommands,
    keyCommands,
    ...promotionCommands,
    auditCommands,
    accessCommands,
    doctorCommand,
  ].forEach((one) => program.addCommand(one));
  return program;
}

/** A command and all below it, parents first. */
export const everyCommand = (one: Command): Command[] => [one, ...one.commands.flatMap(everyCommand)];
