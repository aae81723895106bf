/** The steps of an import that plan, apply and promote share. */
import { ApplyImportDocument, PlanImportDocument, type PlanImportQuery } from '../../../schema/generated/operations';
import { CommandFailure } from '../failures';
import type { GatewayClient } from '../gateway/client';
import type { Target } from '../gateway/session';
import { confirm } from '../input/prompt';
import { askForSecrets, secretInputs, secretsIn, type Secrets } from '../input/secrets';
import { changesAnything, doneText, planText, summaryText } from '../output/plan';
import { data, json, note, warn } from '../output/print';
import { waitingFor } from '../output/progress';
import { paintFor, visible } from '../output/text';

export type Plan = PlanImportQuery['planImport'];

/** A bundle and what it is planned with. */
export interface Bundle {
  /** How problems name it: its file, or the profile that it was exported from. */
  readonly name: string;
  readonly text: string;
  readonly prune: boolean;
}

interface Planned {
  readonly plan: Plan;
  /** What it was planned with. */
  readonly secrets: Secrets;
}

async function requestPlan(
  client: GatewayClient,
  target: Target,
  { text, prune }: Bundle,
  secrets: Secrets,
): Promise<Planned> {
  const variables = { accountId: target.id, bundle: text, prune, secretNames: [...secrets.keys()] };
  const { planImport } = await waitingFor('Planning', client.ask(PlanImportDocument, variables));
  return { plan: planImport, secrets };
}

/** Plans with the secrets that are given, in variables those of a converted file too: only its plan names them. */
export async function planBundle(
  client: GatewayClient,
  target: Target,
  bundle: Bundle,
  given: Secrets,
): Promise<Planned> {
  const planned = await requestPlan(client, target, bundle, given);
  const found = secretsIn(planned.plan.missingSecrets.map(({ name }) => name));
  return found.size === 0 ? planned : requestPlan(client, target, bundle, new Map([...given, ...found]));
}

/** What stands in the way, one line each, as compilers print it. */
function problemsOf({ conflicts, missing, missingSecrets }: Plan, { name }: Bundle): string[] {
  const placed = [...conflicts, ...missing].map(({ message, path, line }) => {
    const place = line === null || line === undefined ? name : `${name}:${line}`;
    return `${place}: ${path === '' ? '' : `${path}: `}${message}`;
  });
  const secrets = missingSecrets.map(
    (secret) =>
      `${name}: the ${secret.resourceType} ${JSON.stringify(secret.resourceName)} needs the secret ${secret.name}: give it in --secrets-file, or as PORTCULLIS_SECRET_${secret.name}.`,
  );
  return [...placed, ...secrets].map(visible);
}

/** @throws CommandFailure naming everything that stands in the way of applying. */
export function refuseProblems(plan: Plan, bundle: Bundle): void {
  const problems = problemsOf(plan, bundle);
  if (problems.length > 0 || !plan.applicable)
    throw new CommandFailure([...problems, 'This cannot be applied as it is.'].join('\n'));
}

export const noteWarnings = (plan: Plan): void => plan.warnings.forEach(warn);

/** Plans, asks at a terminal for secrets that are missing, and then plans with them. */
export async function planWithSecrets(
  client: GatewayClient,
  target: Target,
  bundle: Bundle,
  given: Secrets,
): Promise<Planned> {
  const { plan, secrets } = await planBundle(client, target, bundle, given);
  const asked = await askForSecrets(plan.missingSecrets);
  if (asked.size === 0) return { plan, secrets };
  return requestPlan(client, target, bundle, new Map([...secrets, ...asked]));
}

export interface Approval {
  readonly yes?: boolean;
  readonly json?: boolean;
}

export interface Proposal extends Pick<Plan, 'hash' | 'changes' | 'summary'> {
  readonly bundle: Bundle;
  readonly secrets: Secrets;
}

/** Shows what will be done, asks once, and does it; prints the id of the import. */
export async function applyProposal(
  client: GatewayClient,
  target: Target,
  { bundle, hash, changes, summary, secrets }: Proposal,
  { yes, json: asJson }: Approval,
): Promise<void> {
  if (!changesAnything(summary)) {
    note(`The account "${target.slug}" is as it should be: ${summary.unchanged} unchanged.`);
    return asJson === true ? json({ account: target.slug, importId: null, summary }) : undefined;
  }
  note(planText(paintFor(process.stderr), changes));
  note('');
  const question = `Apply to the account "${target.slug}": ${summaryText(summary)}?`;
  if (!(await confirm(question, yes))) throw new CommandFailure('Nothing was changed.');
  const { text, prune } = bundle;
  const variables = { accountId: target.id, bundle: text, prune, planHash: hash, secrets: secretInputs(secrets) };
  const { applyImport: done } = await waitingFor('Applying', client.ask(ApplyImportDocument, variables));
  const importId = done.importId ?? '';
  note(`Applied to "${target.slug}": ${doneText(done.summary)}. Take it back with: portcullis undo ${importId}`);
  await (asJson === true ? json({ account: target.slug, ...done }) : data(importId));
}
