/** The role of its account's own that a key has, or is to have. */
import type { Transaction } from '../../db/transaction';
import { lockReference } from '../../graph/mutations/references';
import { CustomRole } from '../custom-role/custom-role.entity';
import type { ApiKey } from './api-key.entity';
import type { RightsInput } from './rights-input';

/** The role of the account that an input names, which is not deleted meanwhile. @throws GatewayError BAD_USER_INPUT */
export async function namedRole(transaction: Transaction, { customRoleId }: RightsInput): Promise<CustomRole | null> {
  if (customRoleId === null || customRoleId === undefined) return null;
  return lockReference(transaction, CustomRole, customRoleId, ['input', 'customRoleId']);
}

/** The role that a key has, deleted or not. */
export async function roleOfKey(transaction: Transaction, { customRoleId }: ApiKey): Promise<CustomRole | null> {
  if (customRoleId === null) return null;
  const [role] = await transaction.lockRows(CustomRole, [customRoleId], { deleted: true });
  return role ?? null;
}
