/** undo: undoes an import. */
import { AuditEventsPageDocument, UndoImportDocument, UndoPlanDocument } from '../../../../schema/generated/operations';
import { CommandFailure, nothingChanged } from '../../failures';
import { everyNode, PAGE } from '../../gateway/pages';
import { openWriteSession, requireTarget, type Session, type SessionOptions, type Target } from '../../gateway/session';
import { confirm } from '../../input/prompt';
import { doneText, planText, summaryText } from '../../output/plan';
import { json, note } from '../../output/print';
import { paintFor } from '../../output/text';
import { command, withAccount, withReason, withYes, type Common } from '../command';

type Options = Common & SessionOptions & { readonly yes?: boolean };

/** An account's newest import that is not undone, from its audit log. @throws CommandFailure when there is none. */
async function newestImport({ client }: Session, { id: accountId, slug }: Target): Promise<string> {
  const filter = { resourceType: { equals: 'ConfigurationImport' } };
  const events = everyNode(async (after) => {
    const variables = { accountId, first: PAGE, after, direction: 'DESC', filter } as const;
    return (await client.ask(AuditEventsPageDocument, variables)).auditEvents;
  });
  // Newest first: the undo of an import is read before the import itself.
  const undone = new Set<string>();
  for await (const { action, resourceId, at } of events) {
    if (action !== 'CREATE') undone.add(resourceId);
    else if (!undone.has(resourceId)) {
      note(`The newest import that has not been undone is ${resourceId}, of ${at}.`);
      return resourceId;
    }
  }
  throw new CommandFailure(
    undone.size === 0
      ? `The account "${slug}" has no imports.`
      : `All imports into the account "${slug}" are already undone.`,
  );
}

async function undo(named: readonly string[], options: Options): Promise<void> {
  const session = await openWriteSession(options);
  const target = await requireTarget(session, options);
  const { id: accountId, slug } = target;
  const ids = named.length > 0 ? named : [await newestImport(session, target)];
  const summaries: string[] = [];
  for (const importId of ids) {
    const { undoPlan } = await session.client.ask(UndoPlanDocument, { accountId, importId });
    note(planText(paintFor(process.stderr), undoPlan.changes));
    note('');
    summaries.push(summaryText(undoPlan.summary));
  }
  const what = ids.length === 1 ? 'this import' : `these ${ids.length} imports`;
  const question = `Undo ${what} in the account "${slug}": ${summaries.join('; ')}?`;
  if (!(await confirm(question, options.yes))) throw nothingChanged();
  for (const importId of ids) {
    const { undoImport: undone } = await session.client.ask(UndoImportDocument, { accountId, importId });
    note(`Import undone in "${slug}": ${doneText(undone.summary)}.`);
    if (options.json === true) await json({ account: slug, ...undone });
  }
}

export const undoCommand = withYes(
  withReason(
    withAccount(
      command('undo', 'Undo an import in one step, as long as no row that it changed has been changed since.', [
        'undo --profile prod',
        'undo 0190a6a0-3c53-7c1f-8a52-1f9d2f3f1c11 --profile prod',
      ]),
    ),
  ),
)
  .argument(
    '[import...]',
    'the ids printed by apply or promote, newest first; default: the newest import that has not been undone',
  )
  .action(undo);
