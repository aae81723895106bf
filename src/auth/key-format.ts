/** The key format: creating, parsing and hashing keys. What a key may do is defined elsewhere. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

export type KeyKind = 'account' | 'master';

/** A key as its holder sees it. `keyId` is the UUID of the key's row. */
export interface ParsedKey {
  readonly kind: KeyKind;
  readonly keyId: string;
  /**
   * The id of the account in which the key is looked up; not a secret. Unset for master keys, and for keys created
   * before keys contained the id of their account.
   */
  readonly accountId?: string;
  readonly secret: string;
}

const PREFIX: Record<KeyKind, string> = { account: 'pcl_live', master: 'pcl_master' };
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_LENGTH = 43; // base 62 digits that hold 256 bits
const CHECKSUM_LENGTH = 6; // base 62 digits that hold 32 bits
const PATTERN = /^(pcl_live|pcl_master)_([0-9a-f]{32})([0-9a-f]{32})?_([0-9A-Za-z]{43})_([0-9A-Za-z]{6})$/;

function base62(value: bigint, length: number): string {
  let digits = '';
  for (let rest = value; digits.length < length; rest /= 62n) digits = ALPHABET.charAt(Number(rest % 62n)) + digits;
  return digits;
}

/** Uses plain numbers because it runs for every request. */
function checksum(body: string): string {
  let digits = '';
  for (let rest = crc32(body); digits.length < CHECKSUM_LENGTH; rest = Math.floor(rest / 62))
    digits = ALPHABET.charAt(rest % 62) + digits;
  return digits;
}

const hexOf = (id: string): string => id.replaceAll('-', '');

const uuidOf = (hex: string): string =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;

/**
 * Formats a key: `pcl_live_<keyId><accountId>_<secret>_<checksum>` for accounts, `pcl_master_<keyId>_<secret>_<checksum>`
 * for master keys.
 */
export function formatKey({ kind, keyId, accountId = '', secret }: ParsedKey): string {
  const body = `${PREFIX[kind]}_${hexOf(keyId)}${hexOf(accountId)}_${secret}`;
  return `${body}_${checksum(body)}`;
}

/** Parses a key; null if its format or checksum is wrong, so that a typo costs no lookup. */
export function parseKey(text: string): ParsedKey | null {
  const match = PATTERN.exec(text);
  if (!match) return null;
  const [, prefix = '', key = '', account, secret = '', sum] = match;
  if (checksum(text.slice(0, -CHECKSUM_LENGTH - 1)) !== sum) return null;
  if (prefix === PREFIX.master) return account === undefined ? { kind: 'master', keyId: uuidOf(key), secret } : null;
  return { kind: 'account', keyId: uuidOf(key), ...(account !== undefined && { accountId: uuidOf(account) }), secret };
}

/** A new secret of 256 random bits in base 62. */
export const newSecret = (): string => base62(BigInt(`0x${randomBytes(32).toString('hex')}`), SECRET_LENGTH);

/** SHA-256 of the secret. The secret has 256 random bits, so a slow hash would add nothing. */
export const hashSecret = (secret: string): Buffer => hash('sha256', secret, 'buffer');

/** Constant-time comparison. */
export const secretMatches = (secret: string, stored: Buffer): boolean => timingSafeEqual(hashSecret(secret), stored);

/**
 * The part of a key that may be shown after creation: its kind and the first digits of its id, nothing of the secret.
 */
export const previewKey = ({ kind, keyId }: Pick<ParsedKey, 'kind' | 'keyId'>): string =>
  `${PREFIX[kind]}_${hexOf(keyId).slice(-8)}…`;
