/** The gateway's own secret: from SECRETS_KEY, or kept in the data folder. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config';

const FILE = 'secrets.key';
/** The key that a change of keys is on its way to. */
const NEXT_FILE = 'secrets.key.next';

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';

/** The key in a file of the folder; a new one is kept there first. */
function kept(folder: string, name: string): Buffer {
  const path = join(folder, name);
  try {
    return Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const key = randomBytes(32);
  mkdirSync(folder, { recursive: true });
  // Exclusive: of two processes that start at once, the second fails here rather than keep another key.
  writeFileSync(path, `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  return key;
}

/** @returns 32 bytes; every process of a gateway needs the same. */
export function secretsKey({ SECRETS_KEY, DATA_DIR }: Pick<Config, 'SECRETS_KEY' | 'DATA_DIR'>): Buffer {
  return SECRETS_KEY === undefined ? kept(DATA_DIR, FILE) : Buffer.from(SECRETS_KEY, 'hex');
}

/** A key that takes another's place. */
export interface NextKey {
  readonly key: Buffer;
  /** To be called once the database has it. */
  readonly adopt: () => void;
}

/** The key to change to: NEW_SECRETS_KEY, or one in the data folder, where a change that was interrupted finds it again. */
export function nextSecretsKey({ NEW_SECRETS_KEY, DATA_DIR }: Pick<Config, 'NEW_SECRETS_KEY' | 'DATA_DIR'>): NextKey {
  if (NEW_SECRETS_KEY !== undefined) return { key: Buffer.from(NEW_SECRETS_KEY, 'hex'), adopt: () => undefined };
  return {
    key: kept(DATA_DIR, NEXT_FILE),
    adopt: () => {
      renameSync(join(DATA_DIR, NEXT_FILE), join(DATA_DIR, FILE));
    },
  };
}
