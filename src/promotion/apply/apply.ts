/** Plans an import against the current account, and applies exactly what was planned. */
import { newId } from '../../db/ids';
import type { Scope } from '../../db/scope';
import type { Transaction } from '../../db/transaction';
import type { Action } from '../../auth/grants';
import { badInput, GatewayError } from '../../errors';
import { referencesTo, type ReferenceReader, type References } from '../../graph/mutations/references';
import type { Resource } from '../../graph/resource';
import { readBundle, type Bundle } from '../bundle/bundle';
import { BundleProblem, Problems } from '../bundle/bundle-problems';
import { ConfigurationImport } from '../configuration-import.entity';
import { encryptUndoLog, type UndoLog } from './undo-log';
import { sectionsOf, type BundleSection } from '../bundle/sections';
import { permittedSections, refuseOtherSections } from '../permitted-sections';
import { lockLinksOf } from './locks';
import { orStalePlan, stalePlan } from '../plan/stale-plan';
import { planAgainst, type Planned } from '../plan/plan';
import type { Request } from '../plan/step';
import type { ImportPlan, ImportResult, SecretInput } from '../promotion.objects';
import { readCurrentConfig } from '../plan/current-config';
import { PlanExecutor } from './plan-executor';

interface ImportOptions {
  readonly text: string;
  readonly prune: boolean;
}

/** Problems that the rules of a row cannot find, reported like every other problem of a bundle. */
function refuseProblems({ caller: { access } }: Scope, bundle: Bundle): void {
  const problems = new Problems();
  for (const { section, draft, path } of bundle.entries) {
    const found = section.resource.mutations.problem?.(draft, access);
    if (!found) continue;
    const place = bundle.placeOf([...path, ...found.path]);
    problems.add(new BundleProblem(place.path, place.line, `${found.problem}.`));
  }
  problems.finish();
}

/** @throws GatewayError BAD_USER_INPUT; FORBIDDEN for a section that the key may not read, or write. */
async function requestOf(
  scope: Scope,
  sections: readonly BundleSection[],
  { text, prune }: ImportOptions,
  secretNames: readonly string[],
  action: Action,
): Promise<Request> {
  const accountId = scope.requireAccount();
  const bundle = await readBundle(sections, text, accountId);
  const named = new Set([...bundle.entries.map(({ section }) => section.name), ...bundle.complete]);
  refuseOtherSections(
    scope.caller,
    action,
    sections.filter(({ name }) => named.has(name)),
  );
  refuseProblems(scope, bundle);
  return { accountId, bundle, prune, quotas: scope.database.quotas, secretNames };
}

/** Rows outside all sections that refer to deleted rows, by type: keys refer to their roles. */
async function usesOf(
  reader: ReferenceReader,
  resources: readonly Resource[],
  accountId: string,
  gone: readonly { readonly type: string; readonly id: string }[],
): Promise<{ readonly type: string; readonly uses: References }[]> {
  const others = resources.filter(({ mutations }) => mutations === undefined);
  const used: { readonly type: string; readonly uses: References }[] = [];
  for (const { entity, names } of resources) {
    const ids = gone.filter(({ type }) => type === names.type).map(({ id }) => id);
    if (ids.length === 0) continue;
    const uses = await referencesTo(reader, others, entity, accountId, ids);
    if (uses.total > 0) used.push({ type: names.type, uses });
  }
  return used;
}

const useText = (type: string, { listed, total }: References): string =>
  `${total} row(s) refer to a ${type} that this import would delete, for example the ${listed[0]?.resourceType ?? ''} ${JSON.stringify(listed[0]?.name)}. Change them first, or keep it in the bundle.`;

/** A plan that would leave keys without their role lists them as conflicts, so it cannot be applied. */
async function withUses(
  scope: Scope,
  resources: readonly Resource[],
  accountId: string,
  { plan, steps }: Planned,
): Promise<ImportPlan> {
  const gone = steps.flatMap(({ action, section, stored }) =>
    action === 'DELETE' && stored ? [{ type: section.type, id: stored.row.id }] : [],
  );
  const reader: ReferenceReader = {
    scope,
    table: (entity) => scope.table(entity),
    run: (queries) => Promise.all(queries.map((query) => scope.read(query))),
  };
  const used = await usesOf(reader, resources, accountId, gone);
  if (used.length === 0) return plan;
  const conflicts = used.map(({ type, uses }) => ({ message: useText(type, uses), path: '', line: null }));
  return { ...plan, applicable: false, conflicts: [...plan.conflicts, ...conflicts] };
}

/** @throws GatewayError BAD_USER_INPUT */
export async function planImport(
  scope: Scope,
  resources: readonly Resource[],
  { secretNames, ...options }: ImportOptions & { readonly secretNames: readonly string[] },
): Promise<ImportPlan> {
  const known = sectionsOf(resources);
  const request = await requestOf(scope, known, options, [...new Set(secretNames)], 'READ');
  const sections = permittedSections(scope.caller, 'READ', known);
  const config = await readCurrentConfig(scope, scope, sections);
  return withUses(scope, resources, request.accountId, await planAgainst(sections, request, config));
}

/** @throws GatewayError CONFLICT, BAD_USER_INPUT */
function refuseObstacles({ conflicts, missing, missingSecrets, applicable }: ImportPlan): void {
  if (applicable) return;
  const [conflict] = conflicts;
  if (conflict) throw new GatewayError('CONFLICT', conflict.message, { problems: conflicts });
  const [reference] = missing;
  if (reference) throw new GatewayError('BAD_USER_INPUT', reference.message, { path: ['bundle'], problems: missing });
  const names = missingSecrets.map(({ name }) => name).join(', ');
  throw badInput(
    ['secrets'],
    `The account has no value for ${names}. Plan with these secretNames, then pass the values.`,
  );
}

function secretsOf(secrets: readonly SecretInput[]): Map<string, string> {
  const values = new Map(secrets.map(({ name, value }) => [name, value]));
  if (values.size === secrets.length) return values;
  throw badInput(['secrets'], 'A secret is given twice. Give each name one value.');
}

/** @throws GatewayError IN_USE */
async function refuseUsed(
  transaction: Transaction,
  resources: readonly Resource[],
  accountId: string,
  { deleted }: UndoLog,
): Promise<void> {
  const [first] = await usesOf(transaction, resources, accountId, deleted);
  if (!first) return;
  const { listed, total } = first.uses;
  throw new GatewayError('IN_USE', useText(first.type, first.uses), { references: listed, total });
}

async function keep(
  transaction: Transaction,
  store: PlanExecutor,
  { plan }: Planned,
  resources: readonly Resource[],
): Promise<ImportResult> {
  const { accountId, hash, changes, summary } = plan;
  if (changes.every(({ action }) => action === 'UNCHANGED')) return { accountId, importId: null, changes, summary };
  const id = newId();
  const undoLog = await store.run();
  await refuseUsed(transaction, resources, accountId, undoLog);
  const ciphertext = encryptUndoLog(transaction.scope.database.vault, undoLog, accountId, id);
  const row = { id, accountId, planHash: hash, summary, undoLog: ciphertext };
  await transaction.insert(ConfigurationImport, row, true);
  return { accountId, importId: id, changes, summary };
}

/**
 * Applies the plan with this hash, in one transaction.
 * @throws GatewayError PLAN_OUTDATED when anything it depends on has changed; BAD_USER_INPUT, CONFLICT, FORBIDDEN
 */
export async function applyImport(
  scope: Scope,
  resources: readonly Resource[],
  {
    planHash,
    secrets,
    ...options
  }: ImportOptions & { readonly planHash: string; readonly secrets: readonly SecretInput[] },
): Promise<ImportResult> {
  const values = secretsOf(secrets);
  const known = sectionsOf(resources);
  const request = await requestOf(scope, known, options, [...values.keys()], 'ADMIN');
  const sections = permittedSections(scope.caller, 'READ', known);
  try {
    return await scope.write(async (transaction) => {
      await lockLinksOf(transaction, sections);
      const config = await readCurrentConfig(transaction, scope, sections);
      const planned = await planAgainst(sections, request, config);
      if (planned.plan.hash !== planHash) {
        throw stalePlan(
          'This is not the plan that was reviewed: the account, the bundle, prune or the secrets have changed.',
        );
      }
      refuseObstacles(planned.plan);
      for (const { resource, type } of sections) {
        const ids = planned.referred.filter((one) => one.type === type).map(({ id }) => id);
        const live = await transaction.lockRows(resource.entity, ids);
        if (live.length < ids.length)
          throw stalePlan(`A ${type} to which the bundle refers has been deleted meanwhile.`);
      }
      const store = new PlanExecutor(transaction, request.accountId, sections, planned.steps, config, values);
      return keep(transaction, store, planned, resources);
    });
  } catch (error) {
    throw orStalePlan(error);
  }
}
