/** Bundles too large for one import: planned together, confirmed once, imported part by part. */
import { createRequire } from 'node:module';
import { ApplyImportDocument } from '../../../../schema/generated/operations';
import type { BundlePart } from '../../../promotion/bundle/split';
import { CommandFailure, nothingChanged } from '../../failures';
import { followUp, type Session, type Target } from '../../gateway/session';
import { confirm } from '../../input/prompt';
import { secretInputs, type Secrets } from '../../input/secrets';
import { changesAnything, doneText, planText, summaryText } from '../../output/plan';
import { data, json, note } from '../../output/print';
import { waitingFor } from '../../output/progress';
import { paintFor } from '../../output/text';
import { problemsOf, refuseAll, withProblems, type Bundle } from './problems';
import { noteWarnings, planBundle, type Approval, type Plan, type Planned } from './steps';

const load = createRequire(__filename);

/** The server's libraries, which small bundles should not wait for. */
const tool = () => load('../../tools/split') as typeof import('../../tools/split');

/** Shorter texts are one import, whatever they contain. */
const SHORT_LENGTH = 100_000;

interface Part extends Bundle {
  readonly content: BundlePart;
}

/** @returns null for a bundle that is imported as a whole. @throws CommandFailure */
export function partsOf(bundle: Bundle): Part[] | null {
  const contents = bundle.text.length < SHORT_LENGTH ? null : tool().split(bundle.name, bundle.text);
  if (!contents) return null;
  if (bundle.prune)
    throw new CommandFailure(
      `${bundle.name} is too large for one import and is imported in ${contents.length} parts, none of which contains a section in full: leave out --prune.`,
    );
  return contents.map((content) => ({
    ...bundle,
    text: content.text,
    placeOf: (path) => content.placeOf(path),
    content,
  }));
}

type Planner = (session: Session, target: Target, bundle: Bundle, given: Secrets) => Promise<Planned>;

const secretsIn = ({ text }: Part, given: Secrets): Secrets =>
  new Map([...given].filter(([name]) => text.includes(`\${secret:${name}}`)));

/** What earlier parts will create is not missing. */
function afterParts(plan: Plan, { content }: Part, earlier: ReadonlySet<string>): Plan {
  const missing = plan.missing.filter(({ path }) => !earlier.has(content.referenceAt(path) ?? ''));
  return {
    ...plan,
    missing,
    applicable: [plan.conflicts, missing, plan.missingSecrets].every(({ length }) => length === 0),
  };
}

const add = (left: Plan['summary'], right: Plan['summary']): Plan['summary'] => ({
  create: left.create + right.create,
  update: left.update + right.update,
  unchanged: left.unchanged + right.unchanged,
  delete: left.delete + right.delete,
});

interface PlannedParts {
  readonly planned: readonly Planned[];
  /** For all parts together. */
  readonly plan: Pick<Plan, 'changes' | 'summary' | 'warnings' | 'applicable'>;
}

export async function planParts(
  session: Session,
  target: Target,
  parts: readonly Part[],
  given: Secrets,
  planner: Planner = planBundle,
): Promise<PlannedParts> {
  const earlier = new Set<string>();
  const planned: Planned[] = [];
  for (const part of parts) {
    const { plan, secrets } = await planner(session, target, part, secretsIn(part, given));
    planned.push({ plan: afterParts(plan, part, earlier), secrets });
    for (const name of part.content.names) earlier.add(name);
  }
  const plans = planned.map(({ plan }) => plan);
  const plan = {
    changes: plans.flatMap(({ changes }) => changes),
    summary: plans.map(({ summary }) => summary).reduce(add),
    warnings: [
      ...new Set(plans.flatMap(({ warnings }) => warnings)),
      `The bundle is too large for one import: it is imported in ${parts.length} parts, each all or nothing.`,
    ],
    applicable: plans.every(({ applicable }) => applicable),
  };
  return { planned, plan };
}

/** @throws NotApplicable naming everything that blocks any part. */
export const refusePartProblems = (parts: readonly Part[], { planned }: PlannedParts): void =>
  refuseAll(parts.flatMap((part, index) => (planned[index] ? problemsOf(planned[index].plan, part) : [])));

/** Imports one part against the result of the previous ones. @returns null when there was nothing to change. */
async function applyPart(session: Session, target: Target, part: Part, secrets: Secrets) {
  const { plan } = await planBundle(session, target, part, secrets);
  refuseAll(problemsOf(plan, part));
  if (!changesAnything(plan.summary)) return null;
  const variables = {
    accountId: target.id,
    bundle: part.text,
    prune: false,
    planHash: plan.hash,
    secrets: secretInputs(secrets),
  };
  return (await withProblems(part, session.client.ask(ApplyImportDocument, variables))).applyImport;
}

/** Plans all parts, asks once, and imports them in order; prints the ids of the imports in that order. */
export async function applyParts(
  session: Session,
  target: Target,
  parts: readonly Part[],
  given: Secrets,
  planner: Planner,
  { account, yes, json: asJson }: Approval,
): Promise<void> {
  const all = await planParts(session, target, parts, given, planner);
  noteWarnings(all.plan);
  refusePartProblems(parts, all);
  note(planText(paintFor(process.stderr), all.plan.changes));
  note('');
  const question = `Apply to the account "${target.slug}" in ${parts.length} parts: ${summaryText(all.plan.summary)}?`;
  if (!(await confirm(question, yes))) throw nothingChanged();
  const imports: string[] = [];
  const undo = (): string => followUp(session, { account, reason: session.reason }, 'undo', ...[...imports].reverse());
  for (const [index, part] of parts.entries()) {
    const what = `Part ${index + 1} of ${parts.length}`;
    try {
      const secrets = all.planned[index]?.secrets ?? new Map<string, string>();
      const applied = await waitingFor(what, applyPart(session, target, part, secrets));
      if (applied?.importId == null) continue;
      imports.push(applied.importId);
      note(`${what} applied to "${target.slug}": ${doneText(applied.summary)}.`);
    } catch (error) {
      if (imports.length > 0) note(`${what} was not applied; the parts before it were. Undo them with: ${undo()}`);
      throw error;
    }
  }
  if (imports.length > 0) note(`Undo with: ${undo()}`);
  else note(`Account "${target.slug}" is up to date.`);
  if (asJson === true) await json({ account: target.slug, imports, summary: all.plan.summary });
  else for (const id of imports) await data(id);
}
