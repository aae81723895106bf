/** A key's custom role, current or requested. */
import type { Transaction } from '../../db/transaction';
import { lockReference } from '../../graph/mutations/references';
import { CustomRole } from '../custom-role/custom-role.entity';
import type { ApiKey } from './api-key.entity';
import type { RightsInput } from './rights-input';

/** The custom role that an input names, locked against deletion. @throws GatewayError BAD_USER_INPUT */
export async function namedRole(transaction: Transaction, { customRoleId }: RightsInput): Promise<CustomRole | null> {
  if (customRoleId === null || customRoleId === undefined) return null;
  return lockReference(transaction, CustomRole, customRoleId, ['input', 'customRoleId']);
}

/** A key's role, deleted or not. */
export async function roleOfKey(transaction: Transaction, { customRoleId }: ApiKey): Promise<CustomRole | null> {
  if (customRoleId === null) return null;
  const [role] = await transaction.lockRows(CustomRole, [customRoleId], { deleted: true });
  return role ?? null;
}
