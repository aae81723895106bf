/** What tables divided into shards refuse is in no function, policy or key of the schema, so that later migrations stay free of it. */
import type { Client } from 'pg';
import { createDatabase, type TestDatabase } from '../harness/database';
import { connected, query } from '../harness/sql';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

/** Left as they are, with the reasons in docs/adr/0390: of the function, Citus takes the one statement by itself. */
const LEFT = { function: 'audit_record_denials', policy: 'restricted_rows' };

const rows = (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  query<Record<string, unknown>>(database.superuserUrl, text, values);

const OWN = `p.pronamespace = 'public'::regnamespace
  AND p.proowner = (SELECT relowner FROM pg_class WHERE oid = 'public.account'::regclass)`;

it('no function but one stores the result of a query, and none in SQL reads a table', async () => {
  const functions = await rows(
    `SELECT p.proname::text AS name, l.lanname::text AS language, pg_get_functiondef(p.oid) AS text
       FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang WHERE ${OWN}`,
  );
  expect(functions.length).toBeGreaterThan(10);
  const storing = functions.filter(({ text }) =>
    /INSERT INTO [\w.]+( AS \w+)?\s*\([^)]*\)\s*(SELECT|WITH)\b/i.test(String(text)),
  );
  expect(storing.map(({ name }) => name)).toEqual([LEFT.function]);
  const tables = await rows(`SELECT c.relname::text AS name FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'`);
  const reads = new RegExp(`\\b(FROM|JOIN|INTO|UPDATE) (public\\.)?(${tables.map(({ name }) => name).join('|')})\\b`);
  const inSql = functions.filter(({ language, text }) => language === 'sql' && reads.test(String(text)));
  expect(inSql.map(({ name }) => name)).toEqual([]);
});

it('no policy has a subquery, but those of restricted keys, which have another form among shards', async () => {
  const policies = await rows(
    `SELECT polrelid::regclass || ' ' || polname AS name FROM pg_policy
      WHERE concat(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) ~ 'SELECT' AND polname <> $1`,
    [LEFT.policy],
  );
  expect(policies).toEqual([]);
});

it('no foreign key changes a row that refers to a removed one', async () => {
  expect(await rows(`SELECT conname FROM pg_constraint WHERE contype = 'f' AND confdeltype IN ('n', 'd')`)).toEqual([]);
});

/** The lock under which the chain of a changed account gets its next event. */
async function lockOf(client: Client, accountId: string): Promise<unknown> {
  await client.query('BEGIN');
  await client.query("UPDATE account SET name = 'Locked' WHERE id = $1", [accountId]);
  await client.query('SET CONSTRAINTS ALL IMMEDIATE');
  const { rows: locks } = await client.query<{ lock: string }>(
    `SELECT objid::text AS lock FROM pg_locks
      WHERE locktype = 'advisory' AND classid = 7267284 AND pid = pg_backend_pid()`,
  );
  await client.query('ROLLBACK');
  expect(locks).toHaveLength(1);
  return locks[0]?.lock;
}

/** More accounts than locks, so that some share one. */
const ACCOUNTS = 1_500;
/** The most shards that are promised: each lock is of one of them, and so of one of any smaller power of two. */
const SHARDS = 1_024;

it('chains that share a lock are in one shard, so that a statement across accounts never waits for itself', async () => {
  await rows(
    `INSERT INTO account (id, slug, name) SELECT gen_random_uuid(), 'shard-' || n, 'Shard' FROM generate_series(1, $1) n`,
    [ACCOUNTS],
  );
  // Shards divide the range of the hash evenly.
  const accounts = await rows(
    'SELECT id, (uuid_hash(id)::bigint + 2147483648) * $1 / 4294967296 AS shard FROM account',
    [SHARDS],
  );
  const shards = new Map<unknown, unknown>();
  await connected(database.superuserUrl, async (client) => {
    for (const { id, shard } of accounts) {
      const lock = await lockOf(client, String(id));
      expect(shards.get(lock) ?? shard).toBe(shard);
      shards.set(lock, shard);
    }
  });
  expect(shards.size).toBeLessThan(accounts.length);
});
