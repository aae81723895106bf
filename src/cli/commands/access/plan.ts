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
    warn(`The decision log did not record ${unrecorded} operations of this time: no key is narrowed.`);
  else if (!evidenceFrom) warn('The decision log holds nothing of this time: no key is narrowed.');
  else if (Date.parse(evidenceFrom) > Date.parse(since))
    warn(`The decision log begins at ${evidenceFrom}: what keys did before is not known.`);
}

async function plan(options: Options): Promise<void> {
  const session = await openSession(options);
  const { id: accountId, slug } = await requireTarget(session, options);
  const { accessPlan: planned } = await session.client.ask(AccessPlanDocument, { accountId, since: options.since });
  warnOfGaps(planned);
  if (options.json === true) return json(planned);
  await data(planTable(planned));
  if (planned.changes.length === 0) {
    note(`Every key of "${slug}" has what it used since ${planned.since}.`);
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
  const question = `Give the keys of the account "${slug}" back what this plan took?`;
  if (!(await confirm(question, options.yes))) throw nothingChanged();
  const { undoAccessPlan: undone } = await session.client.ask(UndoAccessPlanDocument, { accountId, changeId });
  if (options.json === true) await json(undone);
  note(`${undone.changes.length} key(s) of "${slug}" have back what they had.`);
}

export const accessPlanCommand = withAccount(
  command('plan', 'Plan what keys could do without, by what they were used for. Changes nothing.', [
    'access plan --profile dev',
    'access plan --since 2026-11-01T00:00:00Z --profile dev',
  ]),
)
  .option('--since <time>', 'only use from this time on counts; default: 30 days')
  .action(plan);

export const accessApplyCommand = withYes(
  withReason(
    withAccount(
      command('apply', 'Do exactly what was planned: narrow keys to what they use, end those that nobody uses.', [
        'access apply 5Jk0vXn1Y2bq7QmR8sTzWc3aLd4eFg6hUi9oPx0yZ1A --since 2026-11-01T00:00:00.000Z --profile dev',
      ]),
    ),
  ),
)
  .argument('<hash>', 'as access plan printed it')
  .requiredOption('--since <time>', 'as access plan printed it')
  .action(apply);

export const accessUndoCommand = withYes(
  withReason(
    withAccount(
      command('undo', 'Give keys back what a plan took, as long as none was changed since.', [
        'access undo 0190a6a0-3c53-7c1f-8a52-1f9d2f3f1c11 --profile dev',
      ]),
    ),
  ),
)
  .argument('<id>', 'as access apply printed it')
  .action(undo);
