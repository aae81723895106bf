/** Making and ending master keys. */
import { isUuid } from '../../auth/caller';
import { formatKey, hashSecret, newSecret } from '../../auth/key-format';
import { newId } from '../../db/ids';
import type { Scope } from '../../db/scope';
import { lockWorkingMasterKeys } from '../../db/statements/master-keys';
import { DatabaseTime } from '../../db/transaction';
import { GatewayError, notFound } from '../../errors';
import { MasterKey, type NewMasterKey } from './master-key.entity';

export const createMasterKey = (scope: Scope, name: string, expiresAt: string): Promise<NewMasterKey> =>
  scope.write(async (transaction) => {
    const id = newId();
    const secret = newSecret();
    const createdBy = scope.caller.keyId;
    const values = { id, name, secretHash: hashSecret(secret), expiresAt, createdBy };
    const masterKey = await transaction.insert(MasterKey, values, true);
    return { masterKey, secret: formatKey({ kind: 'master', keyId: id, secret }) };
  });

/**
 * Permanently revokes a master key; revoking it again changes nothing.
 * @throws GatewayError NOT_FOUND, CONFLICT for the last one that works.
 */
export async function revokeMasterKey(scope: Scope, id: string): Promise<MasterKey> {
  if (!isUuid(id)) throw notFound();
  return scope.write(async (transaction) => {
    const working = (await transaction.read(lockWorkingMasterKeys())).map(([keyId]) => String(keyId));
    const key = await transaction.lockRow(MasterKey, id);
    if (key.revokedAt !== null) return key;
    if (working.length === 1 && working[0] === key.id) {
      throw new GatewayError(
        'CONFLICT',
        'This is the last master key that works; without one nobody could manage the platform. Create another first.',
      );
    }
    const ending = { revokedAt: DatabaseTime.after(0), revokedBy: scope.caller.keyId };
    return transaction.update(MasterKey, key, ending, true);
  });
}
