/** The steps of an import that plan, apply and promote share. */
import { ApplyImportDocument, PlanImportDocument, type PlanImportQuery } from '../../../../schema/generated/operations';
import { nothingChanged } from '../../failures';
import { followUp, type Session, type SessionOptions, type Target } from '../../gateway/session';
import { confirm } from '../../input/prompt';
import { askForSecrets, secretInputs, secretsIn, type Secrets } from '../../input/secrets';
import { changesAnything, doneText, planText, summaryText } from '../../output/plan';
import { data, json, note, warn } from '../../output/print';
import { waitingFor } from '../../output/progress';
import { paintFor } from '../../output/text';
import { withProblems, type Bundle } from './problems';

export type Plan = PlanImportQuery['planImport'];

export interface Planned {
  readonly plan: Plan;
  /** The options it was planned with. */
  readonly secrets: Secrets;
}

async function requestPlan({ client }: Session, target: Target, bundle: Bundle, secrets: Secrets): Promise<Planned> {
  const { text, prune } = bundle;
  const variables = { accountId: target.id, bundle: text, prune, secretNames: [...secrets.keys()] };
  const answer = waitingFor('Planning', client.ask(PlanImportDocument, variables));
  const { planImport } = await withProblems(bundle, answer);
  return { plan: planImport, secrets };
}

/** Plans with the given secrets; for a converted file those in variables too, since only its plan names them. */
export async function planBundle(session: Session, target: Target, bundle: Bundle, given: Secrets): Promise<Planned> {
  const planned = await requestPlan(session, target, bundle, given);
  const named = secretsIn(planned.plan.missingSecrets.map(({ name }) => name));
  return named.size === 0 ? planned : requestPlan(session, target, bundle, new Map([...given, ...named]));
}

export const noteWarnings = (plan: Pick<Plan, 'warnings'>): void => plan.warnings.forEach(warn);

/** Plans, asks on a terminal for missing secrets, then plans with them. */
export async function planWithSecrets(
  session: Session,
  target: Target,
  bundle: Bundle,
  given: Secrets,
): Promise<Planned> {
  const { plan, secrets } = await planBundle(session, target, bundle, given);
  const answered = await askForSecrets(plan.missingSecrets);
  if (answered.size === 0) return { plan, secrets };
  return requestPlan(session, target, bundle, new Map([...secrets, ...answered]));
}

export interface Approval extends Pick<SessionOptions, 'account'> {
  readonly yes?: boolean;
  readonly json?: boolean;
}

interface Proposal extends Pick<Plan, 'hash' | 'changes' | 'summary'> {
  readonly bundle: Bundle;
  readonly secrets: Secrets;
}

/** Shows the changes, asks once, and applies them; prints the id of the import. */
export async function applyProposal(
  session: Session,
  target: Target,
  { bundle, hash, changes, summary, secrets }: Proposal,
  { account, yes, json: asJson }: Approval,
): Promise<void> {
  if (!changesAnything(summary)) {
    note(`Account "${target.slug}" is up to date: ${summary.unchanged} unchanged.`);
    return asJson === true ? json({ account: target.slug, importId: null, summary }) : undefined;
  }
  note(planText(paintFor(process.stderr), changes));
  note('');
  const question = `Apply to the account "${target.slug}": ${summaryText(summary)}?`;
  if (!(await confirm(question, yes))) throw nothingChanged();
  const { text, prune } = bundle;
  const variables = { accountId: target.id, bundle: text, prune, planHash: hash, secrets: secretInputs(secrets) };
  const answer = waitingFor('Applying', session.client.ask(ApplyImportDocument, variables));
  const { applyImport: applied } = await withProblems(bundle, answer);
  const importId = applied.importId ?? '';
  const undo = followUp(session, { account, reason: session.reason }, 'undo', importId);
  note(`Applied to "${target.slug}": ${doneText(applied.summary)}. Undo with: ${undo}`);
  await (asJson === true ? json({ account: target.slug, ...applied }) : data(importId));
}
