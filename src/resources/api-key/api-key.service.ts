/** Making, replacing and ending keys of an account. */
import { isUuid } from '../../auth/caller';
import { formatKey, hashSecret, newSecret } from '../../auth/key-format';
import { newId } from '../../db/ids';
import type { Scope } from '../../db/scope';
import { lockPrimaryKeys } from '../../db/statements/api-keys';
import { DatabaseTime, type Transaction } from '../../db/transaction';
import { GatewayError, notFound } from '../../errors';
import type { JsonRecord } from '../../graph/queries/account-row';
import { refuseExposedSecrets } from '../../graph/exposed-secrets';
import { validate } from '../../graph/mutations/row-schema';
import { checkExpectedVersion } from '../../graph/mutations/write';
import { after, DAY_MS } from '../key-expiry';
import { ApiKey, type ApiKeyKind, type NewApiKey, type RotatedApiKey } from './api-key.entity';
import { keyRowSchema } from './api-key.inputs';
import { statusOf } from './key-status';

const MAX_LIFETIME_MS = 365 * DAY_MS;

export interface KeyWish {
  readonly name: string;
  readonly kind: ApiKeyKind;
  /** ISO 8601; null for a PRIMARY key and for no other. */
  readonly expiresAt: string | null;
  readonly metadata?: JsonRecord;
}

/**
 * Stores a new key for an account and returns its secret, which is kept nowhere.
 * @param last nothing is asked of the transaction after it.
 */
export async function insertKey(
  transaction: Transaction,
  accountId: string,
  wish: KeyWish,
  last = false,
): Promise<NewApiKey> {
  const id = newId();
  const secret = newSecret();
  const createdBy = transaction.scope.caller.keyId;
  const apiKey = await transaction.insert(
    ApiKey,
    { ...wish, id, accountId, secretHash: hashSecret(secret), createdBy },
    last,
  );
  return { apiKey, secret: formatKey({ kind: 'account', keyId: id, secret }) };
}

export const createKey = (scope: Scope, wish: KeyWish): Promise<NewApiKey> =>
  scope.write((transaction) => insertKey(transaction, scope.requireAccount(), wish, true));

/**
 * Changes what a key is called, or who owns it.
 * @throws GatewayError NOT_FOUND, VERSION_CONFLICT, BAD_USER_INPUT
 */
export async function updateKey(
  scope: Scope,
  id: string,
  input: { readonly name?: unknown; readonly metadata?: unknown },
  expectedVersion: number | null,
): Promise<ApiKey> {
  if (!isUuid(id)) throw notFound();
  refuseExposedSecrets({ ...input }, ['input']);
  return scope.write(async (transaction) => {
    const key = await transaction.lockRow(ApiKey, id);
    checkExpectedVersion(key, expectedVersion);
    const { name, metadata } = validate(keyRowSchema, { ...key, ...input });
    return transaction.update(ApiKey, key, { name, metadata }, true);
  });
}

/** The PRIMARY keys that nothing has ended, and the key itself, locked. @throws GatewayError NOT_FOUND */
async function lockKey(transaction: Transaction, id: string): Promise<{ key: ApiKey; primaries: string[] }> {
  const rows = await transaction.read(lockPrimaryKeys(transaction.scope.requireAccount()));
  return { key: await transaction.lockRow(ApiKey, id), primaries: rows.map(([primary]) => String(primary)) };
}

function refuseEnded(key: ApiKey): void {
  const status = statusOf(key);
  if (status === 'ACTIVE' && key.revokedAt === null) return;
  const ended = status === 'ACTIVE' ? 'has been replaced already' : `is ${status.toLowerCase()}`;
  throw new GatewayError('CONFLICT', `This key ${ended}: there is nothing to rotate. Create a new key instead.`);
}

/** As long a life as the key had, from now. */
function sameLife({ expiresAt, createdAt }: ApiKey): string | null {
  if (expiresAt === null) return null;
  return after(Math.min(Date.parse(expiresAt) - Date.parse(createdAt), MAX_LIFETIME_MS));
}

/**
 * Replaces a key by one with the same name, kind and length of life.
 * @param graceSeconds how long the old key goes on working.
 * @throws GatewayError NOT_FOUND, CONFLICT
 */
export async function rotateKey(scope: Scope, id: string, graceSeconds: number): Promise<RotatedApiKey> {
  if (!isUuid(id)) throw notFound();
  return scope.write(async (transaction) => {
    const { key } = await lockKey(transaction, id);
    refuseEnded(key);
    const { name, kind, metadata } = key;
    const made = await insertKey(transaction, key.accountId, { name, kind, metadata, expiresAt: sameLife(key) });
    const ending = { replacedBy: made.apiKey.id, revokedAt: DatabaseTime.after(graceSeconds) };
    const replaced = await transaction.update(ApiKey, key, ending, true);
    return { ...made, replaced };
  });
}

/**
 * Ends a key for good; ending it again changes nothing.
 * @throws GatewayError NOT_FOUND, CONFLICT for the last PRIMARY key that nothing has ended.
 */
export async function revokeKey(scope: Scope, id: string): Promise<ApiKey> {
  if (!isUuid(id)) throw notFound();
  return scope.write(async (transaction) => {
    const { key, primaries } = await lockKey(transaction, id);
    if (statusOf(key) === 'REVOKED') return key;
    if (primaries.length === 1 && primaries[0] === key.id) {
      throw new GatewayError(
        'CONFLICT',
        'This is the last active PRIMARY key of the account, and an account without one could not manage itself. Rotate it, or have an operator suspend or close the account.',
      );
    }
    const ending = { revokedAt: DatabaseTime.after(0), revokedBy: scope.caller.keyId };
    return transaction.update(ApiKey, key, ending, true);
  });
}
