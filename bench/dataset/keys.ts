/** Keys with every kind of role and restriction, written in SQL. */
import type { Client } from 'pg';
import { formatKey, hashSecret, newSecret } from '../../src/auth/key-format';
import { newId } from '../../src/db/ids';
import { insertSilently } from './dataset';

/** The rights of a key; anything left out is unrestricted. */
export interface KeyRights {
  readonly role?: 'VIEWER' | 'ADMINISTRATOR';
  /** The permissions of a custom role. */
  readonly permissions?: readonly string[];
  readonly resourceTypes?: readonly string[];
  readonly networks?: readonly string[];
  readonly ratePerMinute?: number;
  readonly ownerTeams?: readonly string[];
  readonly rowIds?: readonly string[];
}

const INSERT_ROLE = 'INSERT INTO custom_role (account_id, id, name, permissions) VALUES ($1, $2, $3, $4)';
const INSERT_KEY = `
  INSERT INTO api_key (account_id, id, name, kind, role, secret_hash, expires_at, custom_role_id, resource_types, networks,
                       rate_per_minute, owner_teams, row_ids, parent_id)
  VALUES ($1, $2, $3, 'EXPIRING', $4, $5, now() + interval '1 day', $6, $7, $8, $9, $10, $11, $12)`;

const json = (list: readonly string[] | undefined): string | null => (list === undefined ? null : JSON.stringify(list));

async function insertRole(client: Client, accountId: string, permissions: readonly string[]): Promise<string> {
  const id = newId();
  await client.query(INSERT_ROLE, [accountId, id, `role ${id}`, JSON.stringify(permissions)]);
  return id;
}

/** Inserts a delegation chain. @returns the text of its last key. */
async function insertLine(client: Client, accountId: string, line: readonly KeyRights[]): Promise<string> {
  let [text, parentId]: [string, string | null] = ['', null];
  for (const rights of line) {
    const [keyId, secret] = [newId(), newSecret()];
    const roleId = rights.permissions ? await insertRole(client, accountId, rights.permissions) : null;
    await client.query(INSERT_KEY, [
      accountId,
      keyId,
      `key ${keyId}`,
      roleId === null ? (rights.role ?? 'VIEWER') : 'CUSTOM',
      hashSecret(secret),
      roleId,
      json(rights.resourceTypes),
      json(rights.networks),
      rights.ratePerMinute ?? null,
      json(rights.ownerTeams),
      json(rights.rowIds),
      parentId,
    ]);
    [text, parentId] = [formatKey({ kind: 'account', keyId, accountId, secret }), keyId];
  }
  return text;
}

/**
 * Creates one key for each account and title.
 * @param lineOf the rights of a key, after those of the keys above it.
 * @returns the keys of each title, in the order of the accounts.
 */
export const insertKeys = (
  superuserUrl: string,
  accountIds: readonly string[],
  titles: readonly string[],
  lineOf: (title: string, accountId: string) => readonly KeyRights[],
): Promise<ReadonlyMap<string, readonly string[]>> =>
  insertSilently(superuserUrl, async (client) => {
    const keys = new Map<string, string[]>();
    for (const title of titles) {
      const made: string[] = [];
      for (const accountId of accountIds) made.push(await insertLine(client, accountId, lineOf(title, accountId)));
      keys.set(title, made);
    }
    return keys;
  });
