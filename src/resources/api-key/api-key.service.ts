/** Making and ending keys of an account. */
import { formatKey, hashSecret, newSecret } from '../../auth/key';
import { isUuid } from '../../auth/caller';
import type { Scope } from '../../db/scope';
import type { Transaction } from '../../db/transaction';
import { GatewayError, notFound } from '../../errors';
import { newId } from '../../db/ids';
import { ApiKey, type ApiKeyKind, type NewApiKey } from './api-key.entity';

const DAY = 24 * 60 * 60 * 1000;

export interface KeyWish {
  readonly name: string;
  readonly kind: ApiKeyKind;
  /** Ignored for a PRIMARY key. */
  readonly expiresInDays: number;
}

/** Stores a new key for an account and returns its secret, which is kept nowhere. */
export async function insertKey(transaction: Transaction, accountId: string, wish: KeyWish): Promise<NewApiKey> {
  const id = newId();
  const secret = newSecret();
  const expires = wish.kind === 'PRIMARY' ? null : new Date(Date.now() + wish.expiresInDays * DAY).toISOString();
  const [apiKey] = await transaction.insert(ApiKey, [
    {
      id,
      accountId,
      name: wish.name,
      kind: wish.kind,
      secretHash: hashSecret(secret),
      expiresAt: expires,
      createdBy: transaction.scope.caller.keyId,
    },
  ]);
  if (!apiKey) throw notFound();
  return { apiKey, secret: formatKey({ kind: 'account', keyId: id, secret }) };
}

export const createKey = (scope: Scope, wish: KeyWish): Promise<NewApiKey> =>
  scope.write((transaction) => insertKey(transaction, scope.requireAccount(), wish));

const OTHER_PRIMARY = `
  SELECT k.id FROM api_key k
   WHERE k.account_id = $1 AND k.id <> $2 AND k.kind = 'PRIMARY' AND k.revoked_at IS NULL AND k.deleted_at IS NULL
   FOR UPDATE`;

async function refuseLastPrimary(transaction: Transaction, key: ApiKey): Promise<void> {
  if (key.kind !== 'PRIMARY') return;
  const others = await transaction.read({ text: OTHER_PRIMARY }, [key.accountId, key.id]);
  if (others.length === 0) {
    throw new GatewayError(
      'CONFLICT',
      'This is the last active PRIMARY key of the account, and an account without one could not manage itself. Rotate it, or have an operator suspend or close the account.',
    );
  }
}

/**
 * Ends a key for good; ending it again changes nothing.
 * @throws GatewayError NOT_FOUND, CONFLICT
 */
export async function revokeKey(scope: Scope, id: string): Promise<ApiKey> {
  if (!isUuid(id)) throw notFound();
  return scope.write(async (transaction) => {
    const key = await transaction.lockRow(ApiKey, id);
    if (key.revokedAt !== null) return key;
    await refuseLastPrimary(transaction, key);
    return transaction.update(ApiKey, key, { revokedAt: () => 'now()', revokedBy: scope.caller.keyId });
  });
}
