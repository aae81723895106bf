/** Identifies the secrets key that encrypts a database's secrets, revealing nothing about the key. */
import type { Database } from '../database';
import { Vault } from '../vault';
import { asOwner } from './owner';
import { SetupError } from './setup-error';

const FIND = 'SELECT key_id FROM public.secrets_key';
/** Also of secrets: a database that lost the one row still reveals which key it was encrypted with. */
const FIND_ALL = `${FIND}
  UNION (SELECT substring(secret FROM 1 FOR 8) FROM public.mcp_server WHERE secret IS NOT NULL LIMIT 1)`;
const STORE = 'INSERT INTO public.secrets_key (key_id) VALUES ($1) ON CONFLICT DO NOTHING';

/** The database's secrets are encrypted with a different key. */
export const otherKey = (): SetupError =>
  new SetupError(
    'The secrets of this database are encrypted with a different key than the one given: set that key as SECRETS_KEY (or as secrets.key in DATA_DIR). If a rotation of the key was interrupted, run it again.',
  );

/** @param path where the key should be. */
export const lostKey = (path: string): SetupError =>
  new SetupError(
    `The database contains encrypted secrets, and the key file ${path} is missing: restore the file from a backup, or set SECRETS_KEY. Nothing was changed, and no new key was generated, because it could not decrypt the secrets.`,
  );

/** @throws SetupError when a key is not the one with this id. */
export function refuseOtherKey(key: Buffer, storedKeyId: Uint8Array): void {
  if (!new Vault(key).keyId.equals(storedKeyId)) throw otherKey();
}

/** Called before anything is changed. @returns null for a database that is new, or has never been served from. */
export const readSecretsKeyId = (ownerUrl: string): Promise<Buffer | null> =>
  asOwner(ownerUrl, async (owner) => {
    const there = await owner.query("SELECT 1 WHERE to_regclass('public.secrets_key') IS NOT NULL");
    if (there.rowCount === 0) return null;
    const { rows } = await owner.query<{ key_id: Buffer }>(FIND);
    return rows[0]?.key_id ?? null;
  });

/**
 * Every start compares it; the first one stores it.
 * @throws SetupError when the database's secrets are encrypted with another key.
 */
export async function refuseWrongKey(database: Database, { keyId }: Vault): Promise<void> {
  const isKey = ([id]: readonly unknown[]): boolean => id instanceof Uint8Array && keyId.equals(id);
  const find = async (): Promise<unknown[][]> => {
    const rows = await database.single('operator', { text: FIND_ALL, values: [] });
    if (!rows.every(isKey)) throw otherKey();
    return rows;
  };
  if ((await find()).length > 0) return;
  await database.record([{ text: STORE, values: [keyId] }]);
  await find();
}
