/** Turns key headers into a Caller, or into the same 401 for every kind of bad key. */
import { setTimeout as pause } from 'node:timers/promises';
import { GatewayError, unauthenticated } from '../errors';
import type { BruteForceLimiter } from './brute-force-limiter';
import { Caller, type KeyRecord } from './caller';
import { hashSecret, parseKey, secretMatches, type ParsedKey } from './key-format';

/**
 * Finds a key's row by its id: the only lookup that runs before there is a scope.
 * @param accountId the account that the key names; it is then looked up only there.
 */
export type KeyLookup = (keyId: string, accountId?: string) => Promise<KeyRecord | null>;

/** A cached key; fetch it again when it is not fresh. */
export interface CachedKey {
  readonly record: KeyRecord;
  readonly isFresh: boolean;
}

export interface KeyStore {
  cached(keyId: string): CachedKey | null;
  /** Looks the key up in the database. */
  fetch(keyId: string, accountId?: string): Promise<KeyRecord | null>;
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

/** Whether the key names no account, or its own. */
const isOfAccount = ({ accountId }: ParsedKey, { account }: KeyRecord): boolean =>
  accountId === undefined || accountId === account?.id;

/**
 * A cached key serves only a caller with its secret: a wrong secret or account costs a lookup, as an unknown id does.
 */
function cachedFor(key: ParsedKey, keys: KeyStore): CachedKey | null {
  const cached = keys.cached(key.keyId);
  return cached && isOfAccount(key, cached.record) && secretMatches(key.secret, cached.record.secretHash)
    ? cached
    : null;
}

async function lookUp(key: ParsedKey, keys: KeyStore, accountId = key.accountId): Promise<KeyRecord | null> {
  const record = await keys.fetch(key.keyId, accountId);
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
 * The caller of a recently accepted key, without waiting: for decisions before any work is done for a request. It
 * grants nothing; only `authenticate` does.
 * @returns null if only `authenticate` can decide.
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

function refuseInactive({ slug, status }: NonNullable<KeyRecord['account']>): void {
  if (status === 'ACTIVE') return;
  const remedy = status === 'CLOSED' ? 'restores' : 'reactivates';
  throw new GatewayError(
    'ACCOUNT_SUSPENDED',
    `The account ${slug} is ${status.toLowerCase()}: none of its keys works until a platform operator ${remedy} it.`,
  );
}

/**
 * @returns null for a record that the key does not open.
 * @throws GatewayError ACCOUNT_SUSPENDED
 */
function callerOf(key: ParsedKey, record: KeyRecord | null): Caller | null {
  if (!record || record.kind !== key.kind || isOver(record)) return null;
  if (record.account) refuseInactive(record.account);
  return Caller.verified(record);
}

/**
 * @param cached the outdated cache entry of the key, if the secret matches it; otherwise null.
 * @param network the network whose guesses are counted together.
 */
const findRecord = (
  key: ParsedKey,
  cached: CachedKey | null,
  keys: KeyStore,
  guesses: BruteForceLimiter,
  network: string,
): Promise<KeyRecord | null> =>
  // A key that was valid a moment ago is not a guess, so it does not queue with guesses.
  cached ? lookUp(key, keys, cached.record.account?.id) : guesses.lookUp(network, () => lookUp(key, keys));

/**
 * @param minimum resolves after the minimum time of a refusal. It must start with the request: timers are rounded to
 *   whole milliseconds, so one that starts after the look-up would reveal how long the look-up took.
 * @throws GatewayError UNAUTHENTICATED
 */
async function refuse(
  minimum: Promise<void>,
  keyId: string | null,
  guesses: BruteForceLimiter,
  network: string,
): Promise<never> {
  const more = guesses.refused(network, keyId);
  await minimum;
  if (more > 0) await pause(more);
  throw unauthenticated();
}

/**
 * A valid key is accepted regardless of other keys sent from its network; refusals slow down as they add up.
 * @param network the caller's IPv4 address or IPv6 network.
 * @returns null if no key was sent; the caller at once for a key that is cached.
 * @throws GatewayError BAD_REQUEST for two different keys, UNAUTHENTICATED for a malformed, unknown, expired or revoked
 *   key (the same error for all), ACCOUNT_SUSPENDED for a valid key of an account that is not active.
 */
export function authenticate(
  headers: KeyHeaders,
  keys: KeyStore,
  guesses: BruteForceLimiter,
  network: string,
): Caller | null | Promise<Caller> {
  const text = keyText(headers);
  if (text === null) return null;
  const key = parseKey(text);
  if (!key) return refuse(pause(MIN_REFUSAL_MS), null, guesses, network);
  const cached = cachedFor(key, keys);
  if (cached?.isFresh)
    return callerOf(key, cached.record) ?? refuse(pause(MIN_REFUSAL_MS), key.keyId, guesses, network);
  const minimum = pause(MIN_REFUSAL_MS);
  return findRecord(key, cached, keys, guesses, network).then(
    (record) => callerOf(key, record) ?? refuse(minimum, key.keyId, guesses, network),
  );
}
