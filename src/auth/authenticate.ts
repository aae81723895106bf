/** Turns key headers into a Caller, or into the same 401 for every kind of bad key. */
import { setTimeout as pause } from 'node:timers/promises';
import { GatewayError, unauthenticated } from '../errors';
import type { BruteForceLimiter } from './brute-force-limiter';
import { Caller, type KeyRecord } from './caller';
import { hashSecret, parseKey, secretMatches, type ParsedKey } from './key-format';

/** Finds a key's row by its id: the only lookup that runs before there is a scope. */
export type KeyLookup = (keyId: string) => Promise<KeyRecord | null>;

/** A cached key; fetch it again when it is not fresh. */
export interface CachedKey {
  readonly record: KeyRecord;
  readonly isFresh: boolean;
}

export interface KeyStore {
  cached(keyId: string): CachedKey | null;
  /** Looks the key up in the database. */
  fetch(keyId: string): Promise<KeyRecord | null>;
}

export interface KeyHeaders {
  readonly 'x-api-key'?: string | undefined;
  readonly authorization?: string | undefined;
}

/**
 * Minimum time a refusal takes. Longer than a lookup, so malformed, unknown, ended and mistyped keys take equally long.
 */
const MIN_REFUSAL_MS = 25;
const NO_HASH = hashSecret('no key has this secret');

const OUR_KEY = /^pcl_/;

/** @throws GatewayError BAD_REQUEST for two different keys: an intermediary may have read the other one. */
function keyText(headers: KeyHeaders): string | null {
  const own = headers['x-api-key']?.trim();
  const { authorization } = headers;
  const token = authorization === undefined ? own : (/^Bearer +(\S+)$/i.exec(authorization.trim())?.[1] ?? '');
  if (own === undefined) return token ?? null;
  if (token !== undefined && OUR_KEY.test(token) && token !== own)
    throw new GatewayError('BAD_REQUEST', 'X-API-Key and Authorization name different keys. Send one key.');
  return own;
}

/** A cached key serves only a caller with its secret: a wrong secret costs a lookup, as an unknown id does. */
function cachedFor(key: ParsedKey, keys: KeyStore): CachedKey | null {
  const cached = keys.cached(key.keyId);
  return cached && secretMatches(key.secret, cached.record.secretHash) ? cached : null;
}

async function lookUp(key: ParsedKey, keys: KeyStore): Promise<KeyRecord | null> {
  const record = await keys.fetch(key.keyId);
  // Compares secrets even for an unknown id, so that it takes as long as a known one.
  return secretMatches(key.secret, record?.secretHash ?? NO_HASH) ? record : null;
}

const isOver = ({ endsAt }: KeyRecord): boolean => endsAt !== null && endsAt <= performance.now();

/** Whether the caller's key is unchanged since it was accepted and has not ended. */
export function isUnchanged({ keyId, account, access }: Caller, keys: KeyStore): boolean {
  const cached = keys.cached(keyId);
  if (!cached?.isFresh || isOver(cached.record)) return false;
  return cached.record.account === account && cached.record.access === access;
}

/**
 * The caller of a key that was accepted lately, without a wait: for what has to be decided before anything is done for a
 * request. It grants nothing: `authenticate` does.
 * @returns null where only `authenticate` can tell.
 */
export function knownCaller(headers: KeyHeaders, keys: KeyStore): Caller | null {
  if (headers['x-api-key'] !== undefined && headers.authorization !== undefined) return null;
  const text = keyText(headers);
  const key = text === null ? null : parseKey(text);
  const cached = key && cachedFor(key, keys);
  if (!cached?.isFresh || cached.record.kind !== key?.kind || isOver(cached.record)) return null;
  const { record } = cached;
  if (record.account && record.account.status !== 'ACTIVE') return null;
  const { networks, startsAtMs } = record.access;
  return networks.length > 0 || startsAtMs !== null ? null : Caller.verified(record);
}

/** @param network the network whose guesses are counted together. */
async function findRecord(
  key: ParsedKey,
  keys: KeyStore,
  guesses: BruteForceLimiter,
  network: string,
): Promise<KeyRecord | null> {
  const cached = cachedFor(key, keys);
  if (cached?.isFresh) return cached.record;
  // A key that was valid a moment ago is not a guess, so it does not queue with guesses.
  return cached ? lookUp(key, keys) : guesses.lookUp(network, () => lookUp(key, keys));
}

function refuseInactive({ slug, status }: NonNullable<KeyRecord['account']>): void {
  if (status === 'ACTIVE') return;
  const remedy = status === 'CLOSED' ? 'restores' : 'reactivates';
  throw new GatewayError(
    'ACCOUNT_SUSPENDED',
    `The account ${slug} is ${status.toLowerCase()}: none of its keys works until a platform operator ${remedy} it.`,
  );
}

/**
 * A valid key is accepted regardless of other keys sent from its network; refusals slow down as they add up.
 * @param network the caller's IPv4 address or IPv6 network.
 * @returns null if no key was sent.
 * @throws GatewayError BAD_REQUEST for two different keys, UNAUTHENTICATED for a malformed, unknown, expired or revoked
 *   key (the same error for all), ACCOUNT_SUSPENDED for a valid key of an account that is not active.
 */
export async function authenticate(
  headers: KeyHeaders,
  keys: KeyStore,
  guesses: BruteForceLimiter,
  network: string,
): Promise<Caller | null> {
  const began = performance.now();
  const text = keyText(headers);
  if (text === null) return null;
  const key = parseKey(text);
  const record = key && (await findRecord(key, keys, guesses, network));
  if (!key || !record || record.kind !== key.kind || isOver(record)) {
    const delay = MIN_REFUSAL_MS + guesses.refused(network, key?.keyId ?? null);
    await pause(Math.max(0, began + delay - performance.now()));
    throw unauthenticated();
  }
  if (record.account) refuseInactive(record.account);
  return Caller.verified(record);
}
