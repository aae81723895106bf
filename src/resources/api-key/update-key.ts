/** Changes a key's name, owner and rights. */
import { isUuid } from '../../auth/caller';
import type { Scope } from '../../db/scope';
import type { Transaction } from '../../db/transaction';
import { badInput, GatewayError, notFound } from '../../errors';
import { refuseExposedSecrets } from '../../graph/exposed-secrets';
import { lockReference } from '../../graph/mutations/references';
import { validate } from '../../graph/mutations/row-schema';
import { checkExpectedVersion } from '../../graph/mutations/write';
import { CustomRole } from '../custom-role/custom-role.entity';
import { ApiKey } from './api-key.entity';
import { keyRowSchema, type UpdateApiKeyInput } from './api-key.inputs';
import { requireRows, rightsColumns, type KeyRules } from './api-key.service';
import { refuseKeyBeyond, refuseLosingAdministration } from './key-changes';
import { allowedRights, refuseBeginningLate, withinLimits, type KeyRights } from './key-rights';
import { namedRole, roleOfKey } from './key-roles';
import { rightsSchema, type RightsInput } from './rights-input';

const RIGHTS = [
  'role',
  'customRoleId',
  'resourceTypes',
  'networks',
  'ownerTeams',
  'rowIds',
  'notBefore',
  'ratePerMinute',
] as const;

/** A built-in role clears the custom one. */
const customRoleAfter = (
  { role, customRoleId }: UpdateApiKeyInput,
  key: ApiKey,
): Pick<RightsInput, 'customRoleId'> => ({
  customRoleId:
    customRoleId === undefined ? (role === undefined || role === 'CUSTOM' ? key.customRoleId : null) : customRoleId,
});

/** A key's rights after the input's changes; null when it changes none. */
async function changedRights(
  transaction: Transaction,
  key: ApiKey,
  input: UpdateApiKeyInput,
): Promise<KeyRights | null> {
  const { caller, origin } = transaction.scope;
  if (RIGHTS.every((right) => input[right] === undefined)) return null;
  if (key.kind === 'PRIMARY')
    throw new GatewayError(
      'CONFLICT',
      'A PRIMARY key stays an unrestricted ADMINISTRATOR, so that its account can always manage itself. Create another key with fewer rights.',
    );
  refuseKeyBeyond(caller, key, await roleOfKey(transaction, key));
  const given = Object.fromEntries(
    RIGHTS.map((right) => [right, input[right] === undefined ? key[right] : input[right]]),
  );
  const wanted = validate(rightsSchema, { ...given, ...customRoleAfter(input, key) });
  const customRole = await namedRole(transaction, wanted);
  const rights = withinLimits(caller, allowedRights(caller, wanted, customRole));
  if (input.notBefore !== undefined) refuseBeginningLate(rights, key.expiresAt);
  refuseLosingAdministration(caller, origin.address, key.id, rights, customRole);
  return rights;
}

/** The input's changes to the role that a simulation tries. @throws GatewayError BAD_USER_INPUT */
async function changedShadow(
  transaction: Transaction,
  key: ApiKey,
  { shadowRole = key.shadowRole, shadowCustomRoleId }: UpdateApiKeyInput,
): Promise<Pick<ApiKey, 'shadowRole' | 'shadowCustomRoleId'>> {
  const kept = shadowRole === 'CUSTOM' ? key.shadowCustomRoleId : null;
  const id = shadowCustomRoleId === undefined ? kept : shadowCustomRoleId;
  const path = ['input', 'shadowCustomRoleId'];
  if (shadowRole === 'CUSTOM' && id === null)
    throw badInput(path, `${path.join('.')} must name a role of the account with shadowRole: CUSTOM.`);
  if (shadowRole !== 'CUSTOM' && id !== null) throw badInput(path, `${path.join('.')} is only for shadowRole: CUSTOM.`);
  if (id !== null && id !== key.shadowCustomRoleId) await lockReference(transaction, CustomRole, id, path);
  return { shadowRole, shadowCustomRoleId: id };
}

/**
 * Changes a key's name, owner or rights.
 * @throws GatewayError NOT_FOUND, VERSION_CONFLICT, BAD_USER_INPUT, CONFLICT for rights of a PRIMARY key, FORBIDDEN for
 *   rights beyond the caller's.
 */
export async function updateKey(
  scope: Scope,
  rules: KeyRules,
  id: string,
  input: UpdateApiKeyInput,
  expectedVersion: number | null,
): Promise<ApiKey> {
  if (!isUuid(id)) throw notFound();
  refuseExposedSecrets({ ...input }, ['input']);
  return scope.write(async (transaction) => {
    const key = await transaction.lockRow(ApiKey, id);
    checkExpectedVersion(key, expectedVersion);
    const { name = key.name, metadata = key.metadata } = input;
    const rights = await changedRights(transaction, key, input);
    if (rights && input.rowIds) await requireRows(transaction, rules, rights.rowIds);
    const patch = {
      ...validate(keyRowSchema, { name, metadata }),
      ...(rights && rightsColumns(rights)),
      ...(await changedShadow(transaction, key, input)),
    };
    return transaction.update(ApiKey, key, patch, true);
  });
}
