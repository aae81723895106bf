/** The gateway's own secret: from SECRETS_KEY, or kept in the data folder. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config';

const FILE = 'secrets.key';

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';

/** @returns 32 bytes; every process of a gateway needs the same. */
export function secretsKey({ SECRETS_KEY, DATA_DIR }: Pick<Config, 'SECRETS_KEY' | 'DATA_DIR'>): Buffer {
  if (SECRETS_KEY !== undefined) return Buffer.from(SECRETS_KEY, 'hex');
  const path = join(DATA_DIR, FILE);
  try {
    return Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const key = randomBytes(32);
  mkdirSync(DATA_DIR, { recursive: true });
  // Exclusive: of two processes that start at once, the second fails here rather than keep another key.
  writeFileSync(path, `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  return key;
}
