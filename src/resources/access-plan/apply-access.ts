/** Applies exactly what an access plan says, and undoes it. */
import type { PermissionTable } from '../../auth/grants';
import { isUuid } from '../../auth/caller';
import { newId } from '../../db/ids';
import type { Scope } from '../../db/scope';
import { DatabaseTime, type Transaction } from '../../db/transaction';
import { GatewayError, notFound } from '../../errors';
import { ApiKey } from '../api-key/api-key.entity';
import { refuseKeyBeyond } from '../api-key/key-changes';
import { roleOfKey } from '../api-key/key-roles';
import { AccessChange, type AppliedChange } from './access-change.entity';
import type { AccessPlan, AccessPlanChange } from './access-plan.objects';
import { planAccess } from './plan-access';

const outdated = (why: string, remedy: string): GatewayError => new GatewayError('PLAN_OUTDATED', `${why} ${remedy}`);

const PLAN_AGAIN = 'Nothing was stored. Plan again, look at the changes, then apply.';
const BY_HAND = 'Nothing was undone. Change the remaining keys with updateApiKey.';

/** @throws GatewayError FORBIDDEN for a key with more rights than the caller. */
async function applyChange(transaction: Transaction, change: AccessPlanChange): Promise<AppliedChange> {
  const { action, keyId, version, newRole, newResourceTypes } = change;
  const key = await transaction.lockRow(ApiKey, keyId);
  if (key.version !== version)
    throw outdated(`The key ${JSON.stringify(key.name)} has been changed meanwhile.`, PLAN_AGAIN);
  refuseKeyBeyond(transaction.scope.caller, key, await roleOfKey(transaction, key));
  const { name, role, customRoleId, resourceTypes, expiresAt } = key;
  const patch =
    action === 'END'
      ? { expiresAt: DatabaseTime.after(0) }
      : { role: newRole, customRoleId: null, resourceTypes: newResourceTypes && [...newResourceTypes] };
  const changed = await transaction.update(ApiKey, key, patch);
  return { keyId, name, before: { role, customRoleId, resourceTypes, expiresAt }, version: changed.version };
}

/**
 * Applies the plan with this hash, in one transaction.
 * @throws GatewayError PLAN_OUTDATED when use or keys have changed since; BAD_USER_INPUT, FORBIDDEN
 */
export function applyAccess(scope: Scope, table: PermissionTable, hash: string, since: string): Promise<AccessPlan> {
  return scope.write(async (transaction) => {
    const plan = await planAccess(scope, transaction, table, since);
    if (plan.hash !== hash)
      throw outdated(
        'This is not the plan that was reviewed: the keys, their usage or the time have changed.',
        PLAN_AGAIN,
      );
    if (plan.changes.length === 0) return plan;
    const changes: AppliedChange[] = [];
    for (const change of plan.changes) changes.push(await applyChange(transaction, change));
    const { accountId } = plan;
    const { id } = await transaction.insert(AccessChange, { id: newId(), accountId, planHash: hash, changes }, true);
    return { ...plan, changeId: id };
  });
}

/** @throws GatewayError PLAN_OUTDATED, FORBIDDEN for rights beyond the caller's. */
async function giveBack(
  transaction: Transaction,
  { keyId, name, before, version }: AppliedChange,
): Promise<AccessPlanChange> {
  const [key] = await transaction.lockRows(ApiKey, [keyId], { lock: 'UPDATE' });
  if (key?.version !== version) throw outdated(`The key ${JSON.stringify(name)} has been changed since.`, BY_HAND);
  const { role, customRoleId, expiresAt } = before;
  const resourceTypes = before.resourceTypes && [...before.resourceTypes];
  const former = { ...key, role, customRoleId, resourceTypes };
  const customRole = await roleOfKey(transaction, former);
  if (customRoleId !== null && customRole === null)
    throw outdated(`The role that the key ${JSON.stringify(name)} had was permanently removed.`, BY_HAND);
  refuseKeyBeyond(transaction.scope.caller, former, customRole);
  await transaction.update(ApiKey, key, { role, customRoleId, resourceTypes, expiresAt });
  return {
    action: 'GIVE_BACK',
    keyId,
    name,
    version,
    role: key.role,
    resourceTypes: key.resourceTypes,
    newRole: role,
    newResourceTypes: resourceTypes,
    reason: 'The plan is undone.',
  };
}

/**
 * Gives every key back what a plan removed, all or nothing.
 * @throws GatewayError NOT_FOUND; CONFLICT when already undone; PLAN_OUTDATED, FORBIDDEN
 */
export function undoAccess(scope: Scope, id: string): Promise<AccessPlan> {
  if (!isUuid(id)) throw notFound();
  return scope.write(async (transaction) => {
    const row = await transaction.lockRow(AccessChange, id);
    if (row.undoneAt !== null) throw new GatewayError('CONFLICT', 'This plan is already undone.');
    const changes: AccessPlanChange[] = [];
    for (const change of row.changes) changes.push(await giveBack(transaction, change));
    await transaction.update(AccessChange, row, { undoneAt: DatabaseTime.TRANSACTION }, true);
    const { accountId, planHash: hash, createdAt: since } = row;
    return { accountId, hash, changeId: row.id, since, evidenceFrom: null, unrecorded: 0, changes };
  });
}
