/** accounts suspend, reactivate, close and restore. */
import type { Command } from 'commander';
import {
  AccountContentsDocument,
  CloseAccountDocument,
  ReactivateAccountDocument,
  RestoreAccountDocument,
  SuspendAccountDocument,
  type AccountContentsQuery,
} from '../../../../schema/generated/operations';
import { nothingChanged } from '../../failures';
import type { Operation } from '../../gateway/client';
import { noSuchAccount } from '../../gateway/session';
import { confirm } from '../../input/prompt';
import { json, note } from '../../output/print';
import { countText } from '../../output/text';
import { command, withReason, withYes } from '../command';
import { openMasterToWrite, type Options } from './session';

type Account = NonNullable<AccountContentsQuery['account']>;

interface Change<Name extends string> {
  readonly verb: string;
  readonly description: string;
  /** The document's field with the result. */
  readonly field: Name;
  readonly document: Operation<
    Readonly<Record<Name, { readonly id: string; readonly slug: string; readonly status: string }>>,
    { id: string }
  >;
  /** The question to confirm; null for commands that take nothing away. */
  readonly question: string | null;
}

function contentsOf({ counts }: Account): string {
  const filled = counts.filter(({ live }) => live > 0).map(({ live, resourceType }) => countText(live, resourceType));
  return filled.length === 0 ? 'nothing' : filled.join(', ');
}

const questionAbout = (account: Account, question: string): string =>
  `Account "${account.slug}" (${account.name}), ${account.status}, holds ${contentsOf(account)}.\n${question}`;

function statusCommand<Name extends string>({ verb, description, field, document, question }: Change<Name>): Command {
  const example = `accounts ${verb} acme --reason "ticket 4711" --profile ops`;
  const base = withReason(command(verb, description, [example])).argument('<slug>', 'the account');
  return (question === null ? base : withYes(base)).action(async (slug: string, options: Options) => {
    const session = await openMasterToWrite(options);
    const { account } = await session.client.ask(AccountContentsDocument, { slug });
    if (!account) throw noSuchAccount(session, slug);
    if (question !== null && !(await confirm(questionAbout(account, question), options.yes))) throw nothingChanged();
    const changed = (await session.client.ask(document, { id: account.id }))[field];
    note(`Account "${slug}" is now ${changed.status}.`);
    if (options.json === true) await json(changed);
  });
}

export const accountsSuspendCommand = statusCommand({
  verb: 'suspend',
  description: 'Refuse all keys of an account until it is reactivated.',
  field: 'suspendAccount',
  document: SuspendAccountDocument,
  question: 'Suspend it? All its keys are refused until it is reactivated.',
});

export const accountsReactivateCommand = statusCommand({
  verb: 'reactivate',
  description: 'Accept the keys of a suspended account again.',
  field: 'reactivateAccount',
  document: ReactivateAccountDocument,
  question: null,
});

export const accountsCloseCommand = statusCommand({
  verb: 'close',
  description: 'Close an account; its rows stay.',
  field: 'closeAccount',
  document: CloseAccountDocument,
  question: 'Close it? All its keys are refused until it is restored.',
});

export const accountsRestoreCommand = statusCommand({
  verb: 'restore',
  description: 'Open a closed account again.',
  field: 'restoreAccount',
  document: RestoreAccountDocument,
  question: null,
});
