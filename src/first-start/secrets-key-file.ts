/** The gateway's own secret: SECRETS_KEY, or a file in the data folder. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config';
import { lostKey, refuseOtherKey } from '../db/setup/secrets-key-id';
import { SetupError } from '../db/setup/setup-error';
import { systemCode } from '../util/data-folder';
import { createDurably, isMissing, isOpenToOthers, renameDurably } from '../util/durable-file';

const FILE = 'secrets.key';
/** The new key while a key change is in progress. */
const NEXT_FILE = 'secrets.key.next';
const KEY_BYTES = 32;
const KEY = /^[0-9a-f]{64}$/i;

type Settings = Pick<Config, 'SECRETS_KEY' | 'DATA_DIR'>;

/** @returns null if the file does not exist. @throws SetupError if it does not contain a key. */
function readKey(path: string): Buffer | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (isMissing(error)) return null;
    const cause = systemCode(error) === 'EISDIR' ? 'it is a folder' : 'this user may not read it';
    throw new SetupError(`${path} should contain the secrets key, but cannot be read: ${cause}.`, { cause: error });
  }
  if (!KEY.test(text))
    throw new SetupError(
      `${path} does not contain a secrets key, which is 64 hexadecimal digits (32 bytes). Restore the file from a backup, or set SECRETS_KEY. Remove the file only if nothing was ever encrypted with it: the next start generates a new key.`,
    );
  return Buffer.from(text, 'hex');
}

/** The key in a file, which is created if missing. If two processes start at once, one creates it. */
function keptKey(path: string): Buffer {
  const kept = readKey(path);
  if (kept) return kept;
  createDurably(path, `${randomBytes(KEY_BYTES).toString('hex')}\n`);
  const created = readKey(path);
  if (!created) throw new SetupError(`${path} was removed immediately after it was created.`);
  return created;
}

/**
 * The key for a database, checked against the key its secrets are encrypted with.
 * @param storedKeyId see readSecretsKeyId; null if the database has none, in which case a new key may be created.
 * @returns 32 bytes; all processes of a gateway need the same key.
 * @throws SetupError if the key is missing, damaged or the wrong one.
 */
export function secretsKey({ SECRETS_KEY, DATA_DIR }: Settings, storedKeyId: Buffer | null): Buffer {
  const path = join(DATA_DIR, FILE);
  const key = SECRETS_KEY === undefined ? readKey(path) : Buffer.from(SECRETS_KEY, 'hex');
  if (storedKeyId && !key) throw lostKey(path);
  if (storedKeyId && key) refuseOtherKey(key, storedKeyId);
  return key ?? keptKey(path);
}

/** The existing key, unchecked; for tools. @throws SetupError if there is none. */
export function existingSecretsKey({ SECRETS_KEY, DATA_DIR }: Settings): Buffer {
  const path = join(DATA_DIR, FILE);
  const key = SECRETS_KEY === undefined ? readKey(path) : Buffer.from(SECRETS_KEY, 'hex');
  if (!key) throw new SetupError(`${path} is missing: set DATA_DIR to the gateway's folder, or set SECRETS_KEY.`);
  return key;
}

/** A warning to log if others than the gateway can read or change its key; null otherwise. */
export function secretsKeyWarning({ SECRETS_KEY, DATA_DIR }: Settings): string | null {
  const path = join(DATA_DIR, FILE);
  if (SECRETS_KEY !== undefined || readKey(path) === null || !isOpenToOthers(path)) return null;
  return `${path} can be read by other users of this machine. Run: chmod 600 ${path}`;
}

/** The replacement in a key change. */
interface NextKey {
  readonly key: Buffer;
  /** Call once the database uses the new key. */
  readonly adopt: () => void;
}

/**
 * The key to change to: NEW_SECRETS_KEY, or one kept in the data folder, so that an interrupted change can resume with
 * it.
 */
export function nextSecretsKey({ NEW_SECRETS_KEY, DATA_DIR }: Pick<Config, 'NEW_SECRETS_KEY' | 'DATA_DIR'>): NextKey {
  if (NEW_SECRETS_KEY !== undefined) return { key: Buffer.from(NEW_SECRETS_KEY, 'hex'), adopt: () => undefined };
  const next = join(DATA_DIR, NEXT_FILE);
  return { key: keptKey(next), adopt: () => renameDurably(next, join(DATA_DIR, FILE)) };
}
