/** Header -> Caller, or the same 401 for every kind of bad key. */
import { setTimeout as pause } from 'node:timers/promises';
import { GatewayError, unauthenticated } from '../errors';
import { Caller, type KeyRecord } from './caller';
import { hashSecret, parseKey, secretMatches, type ParsedKey } from './key-format';

/** Finds a key's row by its id; the one look-up that happens before there is a scope. */
export type KeyLookup = (keyId: string) => Promise<KeyRecord | null>;

/** What is remembered of a key; to be looked up again when it is not fresh. */
export interface Remembered {
  readonly record: KeyRecord;
  readonly isFresh: boolean;
}

export interface KeyStore {
  remembered(keyId: string): Remembered | null;
  /** Looks the key up. */
  fetch(keyId: string): Promise<KeyRecord | null>;
}

/** Watches those whose keys are refused. */
export interface Guard {
  /** Asked before anything that is not remembered is looked at; may throw. */
  admit(): Promise<void>;
  /** A key was refused. */
  refused(): Promise<void>;
}

export interface KeyHeaders {
  readonly 'x-api-key'?: string | undefined;
  readonly authorization?: string | undefined;
}

/**
 * Milliseconds that the refusal of any bad key takes at least: longer than a look-up, so that malformed, unknown, ended
 * and mistaken keys answer in the same time.
 */
const REFUSAL = 25;
const NO_HASH = hashSecret('no key has this secret');

const OUR_KEY = /^pcl_/;

/** @throws GatewayError BAD_REQUEST for two different keys: something on the way here may have read the other one. */
function keyText(headers: KeyHeaders): string | null {
  const own = headers['x-api-key']?.trim();
  const { authorization } = headers;
  const token = authorization === undefined ? own : (/^Bearer +(\S+)$/i.exec(authorization.trim())?.[1] ?? '');
  if (own === undefined) return token ?? null;
  if (token !== undefined && OUR_KEY.test(token) && token !== own)
    throw new GatewayError('BAD_REQUEST', 'X-API-Key and Authorization name different keys. Send one key.');
  return own;
}

/** What is remembered serves only who has the secret: a wrong one costs a look-up, as an unknown id does. */
function recall(key: ParsedKey, keys: KeyStore): Remembered | null {
  const remembered = keys.remembered(key.keyId);
  return remembered && secretMatches(key.secret, remembered.record.secretHash) ? remembered : null;
}

async function look(key: ParsedKey, keys: KeyStore): Promise<KeyRecord | null> {
  const record = await keys.fetch(key.keyId);
  // An unknown id is compared too, so that it takes the time of a known one.
  return secretMatches(key.secret, record?.secretHash ?? NO_HASH) ? record : null;
}

const isOver = ({ endsAt }: KeyRecord): boolean => endsAt !== null && endsAt <= performance.now();

async function refuse(began: number, guard: Guard): Promise<never> {
  await guard.refused();
  await pause(Math.max(0, began + REFUSAL - performance.now()));
  throw unauthenticated();
}

/**
 * @returns null when no key was sent at all.
 * @throws GatewayError BAD_REQUEST for two different keys, UNAUTHENTICATED for a key that is malformed, unknown, expired or revoked (one answer for all of
 *   them), RATE_LIMITED from an address that guesses, ACCOUNT_SUSPENDED for a good key of an account that is not active.
 */
export async function authenticate(headers: KeyHeaders, keys: KeyStore, guard: Guard): Promise<Caller | null> {
  const began = performance.now();
  const text = keyText(headers);
  if (text === null) return null;
  const key = parseKey(text);
  const remembered = key && recall(key, keys);
  // A key that was good a moment ago passes, whatever others at its address do.
  if (!remembered) await guard.admit();
  if (!key) return refuse(began, guard);
  const record = remembered?.isFresh ? remembered.record : await look(key, keys);
  if (!record || record.kind !== key.kind || isOver(record)) return refuse(began, guard);
  if (record.account && record.account.status !== 'ACTIVE') {
    const { slug, status } = record.account;
    const cure = status === 'CLOSED' ? 'restores' : 'reactivates';
    throw new GatewayError(
      'ACCOUNT_SUSPENDED',
      `The account ${slug} is ${status.toLowerCase()}: none of its keys works until a platform operator ${cure} it.`,
    );
  }
  return Caller.verified(record);
}
