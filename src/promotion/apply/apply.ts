/** Planning an import against the account as it is, and doing exactly what was planned. */
import { newId } from '../../db/ids';
import type { Scope } from '../../db/scope';
import type { Transaction } from '../../db/transaction';
import { badInput, GatewayError } from '../../errors';
import { readBundle } from '../bundle/bundle';
import { ConfigurationImport } from '../configuration-import.entity';
import { encryptUndoLog } from './undo-log';
import type { BundleSection } from '../bundle/sections';
import { lockLinksOf } from './locks';
import { orStalePlan, stalePlan } from '../plan/stale-plan';
import { planAgainst, type Planned } from '../plan/plan';
import type { Request } from '../plan/step';
import type { ImportPlan, ImportResult, SecretInput } from '../promotion.objects';
import { readCurrentConfig } from '../plan/current-config';
import { PlanExecutor } from './plan-executor';

interface Asked {
  readonly text: string;
  readonly prune: boolean;
}

async function requestOf(
  scope: Scope,
  sections: readonly BundleSection[],
  { text, prune }: Asked,
  secretNames: readonly string[],
): Promise<Request> {
  const accountId = scope.requireAccount();
  const bundle = await readBundle(sections, text, accountId);
  return { accountId, bundle, prune, quotas: scope.database.quotas, secretNames };
}

/** @throws GatewayError BAD_USER_INPUT */
export async function planImport(
  scope: Scope,
  sections: readonly BundleSection[],
  { secretNames, ...asked }: Asked & { readonly secretNames: readonly string[] },
): Promise<ImportPlan> {
  const request = await requestOf(scope, sections, asked, [...new Set(secretNames)]);
  const config = await readCurrentConfig(scope, scope, sections);
  return (await planAgainst(sections, request, config)).plan;
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
    `The account has no value for ${names}. Plan with these secretNames, then give the values.`,
  );
}

function secretsOf(secrets: readonly SecretInput[]): Map<string, string> {
  const values = new Map(secrets.map(({ name, value }) => [name, value]));
  if (values.size === secrets.length) return values;
  throw badInput(['secrets'], 'A secret is given twice. Give each name one value.');
}

async function keep(transaction: Transaction, store: PlanExecutor, { plan }: Planned): Promise<ImportResult> {
  const { accountId, hash, changes, summary } = plan;
  if (changes.every(({ action }) => action === 'UNCHANGED')) return { accountId, importId: null, changes, summary };
  const id = newId();
  const undoLog = await store.run();
  const ciphertext = encryptUndoLog(transaction.scope.database.vault, undoLog, accountId, id);
  const row = { id, accountId, planHash: hash, summary, undoLog: ciphertext };
  await transaction.insert(ConfigurationImport, row, true);
  return { accountId, importId: id, changes, summary };
}

/**
 * Does what the plan with this hash says, in one transaction.
 * @throws GatewayError PLAN_OUTDATED when anything that it rests on moved; BAD_USER_INPUT, CONFLICT
 */
export async function applyImport(
  scope: Scope,
  sections: readonly BundleSection[],
  { planHash, secrets, ...asked }: Asked & { readonly planHash: string; readonly secrets: readonly SecretInput[] },
): Promise<ImportResult> {
  const values = secretsOf(secrets);
  const request = await requestOf(scope, sections, asked, [...values.keys()]);
  try {
    return await scope.write(async (transaction) => {
      await lockLinksOf(transaction, sections);
      const config = await readCurrentConfig(transaction, scope, sections);
      const planned = await planAgainst(sections, request, config);
      if (planned.plan.hash !== planHash) {
        throw stalePlan('This is not what was planned: the account, the bundle, prune or the secrets are different.');
      }
      refuseObstacles(planned.plan);
      for (const { resource, type } of sections) {
        const ids = planned.referred.filter((one) => one.type === type).map(({ id }) => id);
        const live = await transaction.lockRows(resource.entity, ids);
        if (live.length < ids.length) throw stalePlan(`A ${type} that the bundle refers to was deleted meanwhile.`);
      }
      const { accountId } = request;
      return keep(
        transaction,
        new PlanExecutor(transaction, accountId, sections, planned.steps, config, values),
        planned,
      );
    });
  } catch (error) {
    throw orStalePlan(error);
  }
}
