/**
 * No function, policy or foreign key of the schema has a form that tables divided into shards refuse, including later
 * migrations.
 */
import type { Client } from 'pg';
import { createDatabase, type TestDatabase } from '../harness/database';
import { connected, query } from '../harness/sql';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

/** Exceptions, explained in docs/adr/0390: Citus accepts the single statement of the function by itself. */
const LEFT = { function: 'audit_record_denials', policy: 'restricted_rows' };

const rows = (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  query<Record<string, unknown>>(database.superuserUrl, text, values);

const OWN = `p.pronamespace = 'public'::regnamespace
  AND p.proowner = (SELECT relowner FROM pg_class WHERE oid = 'public.account'::regclass)`;

it('only one function stores the result of a query, and no SQL-language function reads a table', async () => {
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

it('no policy has a subquery, except those of restricted keys, which have another form for shards', async () => {
  const policies = await rows(
    `SELECT polrelid::regclass || ' ' || polname AS name FROM pg_policy
      WHERE concat(pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) ~ 'SELECT' AND polname <> $1`,
    [LEFT.policy],
  );
  expect(policies).toEqual([]);
});

it('no foreign key changes rows that refer to a deleted one', async () => {
  expect(await rows(`SELECT conname FROM pg_constraint WHERE contype = 'f' AND confdeltype IN ('n', 'd')`)).toEqual([]);
});

/** The 64-bit advisory locks of the session. */
async function locksOf(client: Client): Promise<string[]> {
  const { rows: locks } = await client.query<{ lock: string }>(
    `SELECT ((classid::bigint << 32) | objid::bigint)::text AS lock FROM pg_locks
      WHERE locktype = 'advisory' AND objsubid = 1 AND pid = pg_backend_pid() ORDER BY 1`,
  );
  return locks.map(({ lock }) => lock);
}

const CHANGE = "UPDATE account SET name = 'Locked' WHERE slug ~ '^shard-'; SET CONSTRAINTS ALL IMMEDIATE";

describe('chains of many accounts', () => {
  beforeAll(() =>
    rows(
      `INSERT INTO account (id, slug, name) SELECT gen_random_uuid(), 'shard-' || n, 'Shard' FROM generate_series(1, 50) n`,
    ),
  );

  it('each have their own lock, so a statement across accounts never waits for itself', async () => {
    const expected = await rows(
      "SELECT uuid_hash_extended(id, 7267284)::text AS lock FROM account WHERE slug ~ '^shard-' ORDER BY 1",
    );
    await connected(database.superuserUrl, async (client) => {
      await client.query(`BEGIN; ${CHANGE}`);
      expect(await locksOf(client)).toEqual(expected.map(({ lock }) => lock));
      await client.query('ROLLBACK');
    });
  });

  it('take no space in the lock table if the transaction has locked the whole log', async () => {
    await connected(database.superuserUrl, async (client) => {
      await client.query(
        `BEGIN; LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE; SET LOCAL app.chains = 'locked'; ${CHANGE}`,
      );
      expect(await locksOf(client)).toEqual([]);
      await client.query('COMMIT');
    });
    const chains = await rows(
      `SELECT DISTINCT array_agg(e.action ORDER BY e.sequence)::text AS actions FROM audit_event e
         JOIN account a ON a.id = e.account_id WHERE a.slug ~ '^shard-' GROUP BY a.id`,
    );
    expect(chains).toEqual([{ actions: '{CREATE,UPDATE}' }]);
  });
});
