/** access plan, apply and undo: reduces keys to what they use. */
import {
  AccessPlanDocument,
  ApplyAccessPlanDocument,
  UndoAccessPlanDocument,
  type PlannedAccessFragment,
} from '../../../../schema/generated/operations';
import { nothingChanged } from '../../failures';
import { followUp, openSession, openWriteSession, requireTarget, type SessionOptions } from '../../gateway/session';
import { confirm } from '../../input/prompt';
import { data, json, note, table, warn } from '../../output/print';
import { command, withAccount, withReason, withYes, type Common } from '../command';

interface Options extends Common, SessionOptions {
  readonly since?: string;
  readonly yes?: boolean;
}

const rights = (role: string, types: readonly string[] | null | undefined): string =>
  types ? `${role} of ${types.join(', ')}` : role;

function planTable({ changes }: PlannedAccessFragment): string {
  const rows = changes.map(({ action, name, keyId, role, resourceTypes, newRole, newResourceTypes, reason }) => [
    name,
    rights(role, resourceTypes),
    action === 'END' ? 'expires at once' : rights(newRole, newResourceTypes),
    reason,
    keyId,
  ]);
  return table(['key', 'now', 'then', 'why', 'id'], rows);
}

function warnOfGaps({ since, evidenceFrom, unrecorded }: PlannedAccessFragment): void {
  if (unrecorded > 0)
    warn(`The decision log did not record ${unrecorded} operations in this period: no key is restricted.`);
  else if (!evidenceFrom) warn('The decision log has no entries for this period: no key is restricted.');
  else if (Date.parse(evidenceFrom) > Date.parse(since))
    warn(`The decision log begins at ${evidenceFrom}: usage before that time is not known.`);
}

async function plan(options: Options): Promise<void> {
  const session = await openSession(options);
  const { id: accountId, slug } = await requireTarget(session, options);
  const { accessPlan: planned } = await session.client.ask(AccessPlanDocument, { accountId, since: options.since });
  warnOfGaps(planned);
  if (options.json === true) return json(planned);
  await data(planTable(planned));
  if (planned.changes.length === 0) {
    note(`Every key of "${slug}" has only rights that it has used since ${planned.since}.`);
    return;
  }
  const words = ['access', 'apply', planned.hash, '--since', planned.since];
  note(`Apply it with: ${followUp(session, options, ...words)}`);
}

async function apply(planHash: string, options: Options & { readonly since: string }): Promise<void> {
  const session = await openWriteSession(options);
  const { id: accountId, slug } = await requireTarget(session, options);
  const { since } = options;
  const { accessPlan: planned } = await session.client.ask(AccessPlanDocument, { accountId, since });
  note(planTable(planned));
  const question = `Change ${planned.changes.length} key(s) of the account "${slug}"?`;
  if (!(await confirm(question, options.yes))) throw nothingChanged();
  const variables = { accountId, planHash, since };
  const { applyAccessPlan: applied } = await session.client.ask(ApplyAccessPlanDocument, variables);
  if (options.json === true) await json(applied);
  const { changeId, changes } = applied;
  note(`${changes.length} key(s) of "${slug}" changed.`);
  if (changeId) note(`Undo with: ${followUp(session, options, 'access', 'undo', changeId)}`);
}

async function undo(changeId: string, options: Options): Promise<void> {
  const session = await openWriteSession(options);
  const { id: accountId, slug } = await requireTarget(session, options);
  const question = `Restore the rights that this plan took from keys of the account "${slug}"?`;
  if (!(await confirm(question, options.yes))) throw nothingChanged();
  const { undoAccessPlan: undone } = await session.client.ask(UndoAccessPlanDocument, { accountId, changeId });
  if (options.json === true) await json(undone);
  note(`${undone.changes.length} key(s) of "${slug}" have their previous rights again.`);
}

export const accessPlanCommand = withAccount(
  command('plan', 'Plan which unused rights to remove from keys. Changes nothing.', [
    'access plan --profile dev',
    'access plan --since 2026-11-01T00:00:00Z --profile dev',
  ]),
)
  .option('--since <time>', 'consider only usage from this time on; default: 30 days ago')
  .action(plan);

export const accessApplyCommand = withYes(
  withReason(
    withAccount(
      command(
        'apply',
        'Apply exactly the given plan: restrict keys to the rights that they use, and end unused keys.',
        ['access apply 5Jk0vXn1Y2bq7QmR8sTzWc3aLd4eFg6hUi9oPx0yZ1A --since 2026-11-01T00:00:00.000Z --profile dev'],
      ),
    ),
  ),
)
  .argument('<hash>', 'the value printed by access plan')
  .requiredOption('--since <time>', 'the value printed by access plan')
  .action(apply);

export const accessUndoCommand = withYes(
  withReason(
    withAccount(
      command('undo', 'Restore the rights that a plan took from keys, as long as none was changed since.', [
        'access undo 0190a6a0-3c53-7c1f-8a52-1f9d2f3f1c11 --profile dev',
      ]),
    ),
  ),
)
  .argument('<id>', 'the id printed by access apply')
  .action(undo);
