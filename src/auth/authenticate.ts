/** Header -> Caller, or the same 401 for every kind of bad key. */
import { GatewayError, unauthenticated } from '../errors';
import { Caller, type KeyRecord } from './caller';
import { hashSecret, parseKey, secretMatches } from './key';

/** Finds a key's row by its id; the one look-up that happens before there is a scope. */
export type KeyLookup = (keyId: string) => Promise<KeyRecord | null>;

export interface KeyHeaders {
  readonly 'x-api-key'?: string | undefined;
  readonly authorization?: string | undefined;
}

const NO_HASH = hashSecret('no key has this secret');

function keyText(headers: KeyHeaders): string | null {
  if (headers['x-api-key'] !== undefined) return headers['x-api-key'].trim();
  if (headers.authorization === undefined) return null;
  const [, token] = /^Bearer +(\S+)$/i.exec(headers.authorization.trim()) ?? [];
  return token ?? '';
}

const isOver = (time: string | null, now: number): boolean => time !== null && Date.parse(time) <= now;

/**
 * @returns null when no key was sent at all.
 * @throws GatewayError UNAUTHENTICATED for a key that is malformed, unknown, expired or revoked (one answer for all of
 *   them), ACCOUNT_SUSPENDED for a good key of an account that is not active.
 */
export async function authenticate(headers: KeyHeaders, lookup: KeyLookup, now = Date.now()): Promise<Caller | null> {
  const text = keyText(headers);
  if (text === null) return null;
  const key = parseKey(text);
  if (!key) throw unauthenticated();
  const record = await lookup(key.keyId);
  // An unknown id is compared too, so that it takes the time of a known one.
  const matches = secretMatches(key.secret, record?.secretHash ?? NO_HASH);
  if (!record || !matches || record.kind !== key.kind) throw unauthenticated();
  if (isOver(record.revokedAt, now) || isOver(record.expiresAt, now)) throw unauthenticated();
  if (record.account && record.account.status !== 'ACTIVE') {
    throw new GatewayError(
      'ACCOUNT_SUSPENDED',
      `The account ${record.account.slug} is ${record.account.status.toLowerCase()}: none of its keys works until a platform operator reactivates it.`,
    );
  }
  return Caller.verified(record);
}
