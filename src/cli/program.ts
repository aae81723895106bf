/** The command tree: one line per command. */
import { Command } from 'commander';
import { version } from '../../package.json';
import { accessCheckCommand } from './commands/access/check';
import { accessApplyCommand, accessPlanCommand, accessUndoCommand } from './commands/access/plan';
import { accessReviewCommand } from './commands/access/review';
import { accountsCreateCommand } from './commands/accounts/create';
import { accountsListCommand } from './commands/accounts/list';
import {
  accountsCloseCommand,
  accountsReactivateCommand,
  accountsRestoreCommand,
  accountsSuspendCommand,
} from './commands/accounts/status';
import { apiCommand } from './commands/api';
import { auditCheckpointCommand } from './commands/audit/checkpoint';
import { auditExportCommand } from './commands/audit/export';
import { auditTailCommand } from './commands/audit/tail';
import { auditVerifyCommand } from './commands/audit/verify';
import { group } from './commands/command';
import { completeCommand, completionCommand } from './commands/completion';
import { doctorCommand } from './commands/doctor';
import { eventsTailCommand } from './commands/events/tail';
import { helpCommand, versionCommand } from './commands/help';
import { keysCreateCommand } from './commands/keys/create';
import { keysRolesCommand } from './commands/keys/roles';
import { keysExpiringCommand, keysListCommand, keysStaleCommand } from './commands/keys/list';
import { keysRevokeCommand } from './commands/keys/revoke';
import { keysRotateCommand } from './commands/keys/rotate';
import { loginCommand } from './commands/login';
import { logoutCommand } from './commands/logout';
import { profilesCommand } from './commands/profiles';
import { applyCommand } from './commands/promotion/apply';
import { exportCommand } from './commands/promotion/export';
import { planCommand } from './commands/promotion/plan';
import { promoteCommand } from './commands/promotion/promote';
import { undoCommand } from './commands/promotion/undo';
import { RESOURCE_GROUPS } from './commands/resources';
import {
  webhooksCreateCommand,
  webhooksReplayCommand,
  webhooksRotateCommand,
  webhooksTestCommand,
  webhooksUpdateCommand,
} from './commands/webhooks/change';
import { webhooksDeliveriesCommand, webhooksListCommand } from './commands/webhooks/list';
import { whoamiCommand } from './commands/whoami';

const EPILOGUE = `
Credentials; the first of these that is set counts:
  --profile NAME                       a profile that login saved
  PORTCULLIS_KEY with PORTCULLIS_URL   for CI, where no profile is kept
  PORTCULLIS_PROFILE                   the name of a profile; by default "default"

Exit codes: 0 success, 1 failure, 2 wrong usage, 130 interrupted by Ctrl-C.
With plan --detailed-exitcode: 0 nothing to change, 1 failure, 2 changes, 3 not applicable.
Data goes to standard output, everything else to standard error.

Start with:
  $ portcullis login --profile dev --url http://127.0.0.1:4000
  $ portcullis whoami --profile dev`;

/** @param databaseCommands commands that work on the gateway's database. */
export function createProgram(databaseCommands: readonly Command[]): Command {
  const program = new Command('portcullis')
    .description('Accounts, keys, configuration and the audit log of a Portcullis gateway.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .addHelpText('after', EPILOGUE)
    .helpCommand(false);
  [
    loginCommand,
    logoutCommand,
    profilesCommand,
    whoamiCommand,
    group('accounts', 'The accounts of the platform; needs a master key.', [
      accountsListCommand,
      accountsCreateCommand,
      accountsSuspendCommand,
      accountsReactivateCommand,
      accountsCloseCommand,
      accountsRestoreCommand,
    ]),
    group('keys', 'The keys of an account.', [
      keysListCommand,
      keysRolesCommand,
      keysCreateCommand,
      keysRotateCommand,
      keysRevokeCommand,
      keysStaleCommand,
      keysExpiringCommand,
    ]),
    ...RESOURCE_GROUPS,
    group('webhooks', 'Webhooks, which send the events of an account.', [
      webhooksListCommand,
      webhooksCreateCommand,
      webhooksUpdateCommand,
      webhooksRotateCommand,
      webhooksDeliveriesCommand,
      webhooksReplayCommand,
      webhooksTestCommand,
    ]),
    exportCommand,
    planCommand,
    applyCommand,
    promoteCommand,
    undoCommand,
    group('audit', 'The audit log: every change of an account.', [
      auditTailCommand,
      auditExportCommand,
      auditCheckpointCommand,
      auditVerifyCommand,
    ]).addHelpText(
      'after',
      '\nFor all accounts at once, directly on the database: npm run --silent audit -- verify, and archive, which prunes the audit log.',
    ),
    group('events', 'Changes of an account as they happen.', [eventsTailCommand]),
    group('access', 'Access of keys: review, plan, check (least privilege).', [
      accessReviewCommand,
      accessPlanCommand,
      accessApplyCommand,
      accessUndoCommand,
      accessCheckCommand,
    ]),
    apiCommand,
    doctorCommand,
    ...databaseCommands,
    completionCommand,
    versionCommand,
    helpCommand,
  ].forEach((command) => program.addCommand(command));
  return program.addCommand(completeCommand, { hidden: true });
}

/** A command and all its descendants shown in help, parents first. */
export const everyCommand = (command: Command): Command[] => [
  command,
  ...command.createHelp().visibleCommands(command).flatMap(everyCommand),
];
