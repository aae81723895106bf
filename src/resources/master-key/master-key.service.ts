/** Creates and revokes master keys, and reads their last use. */
import DataLoader from 'dataloader';
import { isUuid } from '../../auth/caller';
import { formatKey, hashSecret, newSecret } from '../../auth/key-format';
import { newId } from '../../db/ids';
import { scopeOfRow, type Scope } from '../../db/scope';
import { lastMasterUses, lockWorkingMasterKeys } from '../../db/statements/master-keys';
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
 * @throws GatewayError NOT_FOUND, CONFLICT for the last active one.
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
        'This is the last valid master key; without one nobody could manage the platform. Create another first.',
      );
    }
    const ending = { revokedAt: DatabaseTime.after(0), revokedBy: scope.caller.keyId };
    return transaction.update(MasterKey, key, ending, true);
  });
}

/** One loader per scope, which lives as long as its request: one statement reads all keys of a page. */
const loaders = new WeakMap<Scope, DataLoader<string, string | null>>();

async function lastUses(scope: Scope, ids: readonly string[]): Promise<(string | null)[]> {
  const times = new Map(
    (await scope.read(lastMasterUses(ids))).map(([id, at]) => [String(id), typeof at === 'string' ? at : null]),
  );
  return ids.map((id) => times.get(id) ?? null);
}

export function lastUseOf(key: MasterKey): Promise<string | null> {
  const scope = scopeOfRow(key);
  let loader = loaders.get(scope);
  if (!loader) loaders.set(scope, (loader = new DataLoader((ids) => lastUses(scope, ids))));
  return loader.load(key.id);
}
