/** The look-up of a key before there is a scope: one function in the database, granted to the tenant role alone. */
import { parseAccountId, type AccountStatus, type KeyRecord } from '../auth/caller';
import type { KeyLookup } from '../auth/authenticate';
import type { Database } from './database';
import { translateFailure } from './failure';

const LOOKUP = {
  name: 'authenticate_key',
  text: `SELECT kind, key_id, name, secret_hash, expires_at, revoked_at, account_id, account_slug, account_status
           FROM authenticate_key($1)`,
};

interface Found {
  kind: 'account' | 'master';
  keyId: string;
  name: string;
  secretHash: Buffer;
  expiresAt: string | null;
  revokedAt: string | null;
  accountId: string | null;
  slug: string;
  status: AccountStatus;
}

const PROPERTIES = [
  'kind',
  'keyId',
  'name',
  'secretHash',
  'expiresAt',
  'revokedAt',
  'accountId',
  'slug',
  'status',
] as const;

function record(values: readonly unknown[]): KeyRecord {
  // The function's own result type gives these columns in this order.
  const found = Object.fromEntries(PROPERTIES.map((property, index) => [property, values[index]])) as unknown as Found;
  const id = found.accountId === null ? null : parseAccountId(found.accountId);
  return { ...found, account: id === null ? null : { id, slug: found.slug, status: found.status } };
}

export const keyLookup =
  (database: Database): KeyLookup =>
  async (keyId) => {
    try {
      const [values] = await database.single('tenant', { ...LOOKUP, values: [keyId] });
      return values ? record(values) : null;
    } catch (error) {
      throw translateFailure(error, true);
    }
  };
