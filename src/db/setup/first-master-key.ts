/** The first master key: until it exists, none can be requested through the API. */
import type { Client } from 'pg';
import { formatKey, hashSecret, newSecret, parseKey } from '../../auth/key-format';
import { newId } from '../ids';
import { asOwner } from './owner';
import { SetupError } from './setup-error';

const INSERT = `
  INSERT INTO master_key (id, name, secret_hash) VALUES ($1, $2, $3)
  ON CONFLICT (id) DO NOTHING RETURNING id`;

async function insertKey(owner: Client, name: string, text: string): Promise<boolean> {
  const key = parseKey(text);
  if (key?.kind !== 'master') {
    throw new SetupError('MASTER_KEY is not a master key. Create one with: npm run --silent key -- --kind master');
  }
  const inserted = await owner.query(INSERT, [key.keyId, name, hashSecret(key.secret)]);
  return inserted.rowCount === 1;
}

async function makeKey(owner: Client, name: string): Promise<string> {
  const key = formatKey({ kind: 'master', keyId: newId(), secret: newSecret() });
  await insertKey(owner, name, key);
  return key;
}

/**
 * Stores the configured master key, or generates one when there is none at all.
 * @param mayMake false where a generated key could not be shown to anyone.
 * @returns the generated key, to be shown once; null when none was generated.
 * @throws SetupError when the configured key is malformed, or is missing where none may be generated.
 */
export const ensureMasterKey = (
  ownerUrl: string,
  configured: string | undefined,
  mayMake = true,
): Promise<string | null> =>
  asOwner(ownerUrl, async (owner) => {
    if (configured !== undefined) {
      await insertKey(owner, 'from MASTER_KEY', configured);
      return null;
    }
    const existing = await owner.query('SELECT 1 FROM master_key LIMIT 1');
    if (existing.rowCount !== 0) return null;
    if (!mayMake)
      throw new SetupError(
        'MASTER_KEY: the database has no master key yet, and in production none is created, because it would appear in the log. Create one with "npm run --silent key -- --kind master", store it, and set it as MASTER_KEY.',
      );
    return makeKey(owner, 'first master key');
  });

/**
 * Generates another master key, in case all are lost.
 * @returns the key, which is stored only as a hash.
 * @throws SetupError when no gateway has set up the database.
 */
export const addMasterKey = (ownerUrl: string, name: string): Promise<string> =>
  asOwner(ownerUrl, async (owner) => {
    const { rowCount } = await owner.query("SELECT 1 WHERE to_regclass('public.master_key') IS NOT NULL");
    if (rowCount === 0) throw new SetupError('The database has no tables of Portcullis yet: start the gateway first.');
    return makeKey(owner, name);
  });
