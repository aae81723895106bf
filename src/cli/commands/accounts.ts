/** Accounts, for master keys. */
import type { Command } from 'commander';
import {
  AccountBySlugDocument,
  AccountsPageDocument,
  CloseAccountDocument,
  CreateAccountDocument,
  ReactivateAccountDocument,
  RestoreAccountDocument,
  SuspendAccountDocument,
} from '../../../schema/generated/operations';
import { CommandFailure } from '../failures';
import type { Operation } from '../gateway/client';
import { everyNode, PAGE } from '../gateway/pages';
import { openSession, requireMaster, type Session } from '../gateway/session';
import { confirm } from '../input/prompt';
import { data, json, list, note } from '../output/print';
import { command, group, withReason, withYes, type Common } from './command';

interface Options extends Common {
  readonly reason?: string;
  readonly yes?: boolean;
}

async function openMaster(options: Options): Promise<Session> {
  const session = await openSession(options);
  requireMaster(session);
  return session;
}

async function listAccounts(options: Options): Promise<void> {
  const { client } = await openMaster(options);
  const accounts = everyNode(
    async (after) => (await client.ask(AccountsPageDocument, { first: PAGE, after })).accounts,
  );
  const row = ({ slug, name, status, createdAt, id }: typeof accounts extends AsyncGenerator<infer T> ? T : never) => [
    slug,
    name,
    status,
    createdAt,
    id,
  ];
  await list(options.json, accounts, ['account', 'name', 'status', 'created', 'id'], row);
}

async function createAccount(slug: string, options: Options & { readonly name?: string }): Promise<void> {
  const { client } = await openMaster(options);
  const { createAccount: made } = await client.ask(CreateAccountDocument, {
    input: { slug, name: options.name ?? slug },
  });
  note(`The account "${slug}" is there. Its primary key is shown this once; it never expires.`);
  await (options.json === true ? json(made) : data(made.secret));
}

type Change<Name extends string> = Operation<
  Readonly<Record<Name, { readonly id: string; readonly slug: string; readonly status: string }>>,
  { id: string }
>;

/** A command that changes the status of an account. */
function statusCommand<Name extends string>(
  verb: string,
  description: string,
  field: Name,
  document: Change<Name>,
  question: ((slug: string) => string) | null,
): Command {
  const example = `accounts ${verb} acme --reason "ticket 4711" --profile ops`;
  const one = withReason(command(verb, description, [example])).argument('<slug>', 'the account');
  return (question ? withYes(one) : one).action(async (slug: string, options: Options) => {
    const { client } = await openMaster(options);
    const { account } = await client.ask(AccountBySlugDocument, { slug });
    if (!account) throw new CommandFailure(`There is no account "${slug}". List them with: portcullis accounts list`);
    if (question && !(await confirm(question(slug), options.yes))) throw new CommandFailure('Nothing was changed.');
    const changed = (await client.ask(document, { id: account.id }))[field];
    note(`The account "${slug}" is ${changed.status}.`);
    if (options.json === true) await json(changed);
  });
}

export const accountCommands = group('accounts', 'The accounts of the platform; needs a master key.', [
  command('list', 'List all accounts.', ['accounts list --profile ops', 'accounts list --json | jq -r .slug']).action(
    listAccounts,
  ),
  withReason(
    command('create', 'Create an account; prints its primary key, once, and nothing else.', [
      'accounts create acme-dev --name "Acme, development" --reason onboarding --profile ops',
      'accounts create acme-dev --reason onboarding --profile ops | portcullis login --profile dev',
    ]),
  )
    .argument('<slug>', '1 to 63 lower-case letters, digits and inner hyphens; fixed for good')
    .option('--name <text>', 'display name; the slug when absent')
    .action(createAccount),
  statusCommand(
    'suspend',
    'Refuse all keys of an account until it is reactivated.',
    'suspendAccount',
    SuspendAccountDocument,
    (slug) => `Suspend the account "${slug}"? All its keys are refused from then on.`,
  ),
  statusCommand(
    'reactivate',
    'Let the keys of a suspended account work again.',
    'reactivateAccount',
    ReactivateAccountDocument,
    null,
  ),
  statusCommand(
    'close',
    'End an account; its rows stay.',
    'closeAccount',
    CloseAccountDocument,
    (slug) => `Close the account "${slug}"? All its keys are refused from then on.`,
  ),
  statusCommand('restore', 'Open a closed account again.', 'restoreAccount', RestoreAccountDocument, null),
]);
