/** Looks up a key before there is a scope: one database function, granted only to the tenant role. */
import { parseAccountId, type AccountStatus, type KeyRecord } from '../../auth/caller';
import type { KeyLookup } from '../../auth/authenticate';
import type { PermissionTable } from '../../auth/grants';
import { compileAccess, masterAccess, type KeyLink } from '../../auth/key-access';
import type { Database } from '../database';
import { translateFailure } from '../database-errors';

const LOOKUP = {
  name: 'authenticate_key',
  text: `SELECT kind, key_id, name, secret_hash, remaining_ms, account_id, account_slug, account_status, line
           FROM authenticate_key($1, $2)`,
};

/** Runs where the account's rows are, in one shard. */
const LOOKUP_IN_SHARD = {
  name: 'authenticate_key_of',
  text: `SELECT kind, key_id, name, secret_hash, remaining_ms, account_id, account_slug, account_status, line
           FROM authenticate_key_of($1, $2)`,
};

interface Found {
  kind: 'account' | 'master';
  keyId: string;
  name: string;
  secretHash: Buffer;
  remaining: number | null;
  accountId: string | null;
  slug: string;
  status: AccountStatus;
  line: readonly KeyLink[] | null;
}

const PROPERTIES = ['kind', 'keyId', 'name', 'secretHash', 'remaining', 'accountId', 'slug', 'status', 'line'] as const;

/** @param since when the lookup began; measured from there, a key expires slightly early rather than late. */
function record(table: PermissionTable, values: readonly unknown[], since: number): KeyRecord {
  // The function's result type gives these columns in this order.
  const found = Object.fromEntries(PROPERTIES.map((property, index) => [property, values[index]])) as unknown as Found;
  const { kind, keyId, name, secretHash, remaining, accountId, slug, status, line } = found;
  const id = accountId === null ? null : parseAccountId(accountId);
  return {
    kind,
    keyId,
    name,
    secretHash,
    endsAt: remaining === null ? null : since + remaining,
    account: id === null ? null : { id, slug, status },
    access: kind === 'master' ? masterAccess(table, keyId) : compileAccess(table, line ?? [], since),
  };
}

export const keyLookup =
  (database: Database, table: PermissionTable): KeyLookup =>
  async (keyId, accountId) => {
    const since = performance.now();
    try {
      const isInShard = database.isDistributed && accountId !== undefined;
      const lookUp = isInShard
        ? { ...LOOKUP_IN_SHARD, values: [accountId, keyId] }
        : { ...LOOKUP, values: [keyId, accountId ?? null] };
      const [values] = await database.single('tenant', lookUp);
      return values ? record(table, values, since) : null;
    } catch (error) {
      throw translateFailure(error, true);
    }
  };
