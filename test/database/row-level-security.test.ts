/** Row level security alone: raw SQL as the gateway's own roles, without the directives and the repository. */
import type { Client } from 'pg';
import { canAsk } from '../harness/among-shards';
import { seed, type SeededIds } from '../harness/factories';
import { rolesOf } from '../harness/database';
import { setupTwoTenants } from '../harness/setup-tenants';
import { accountTables, connected, query } from '../harness/sql';

let tables: string[];
let foreign: SeededIds;

const tenants = setupTwoTenants();

beforeAll(async () => {
  foreign = await seed(tenants.globex, 'Foreign');
  await seed(tenants.acme, 'Own');
  tables = await accountTables(tenants.database.superuserUrl);
}, 60_000);

/** Runs `work` in a transaction of the tenant role that is always rolled back. */
const asTenant = <Result>(accountId: string | null, work: (client: Client) => Promise<Result>): Promise<Result> =>
  connected(tenants.database.tenantUrl, async (client) => {
    await client.query('BEGIN');
    if (accountId !== null) await client.query(`SET LOCAL app.account_id = '${accountId}'`);
    return work(client);
  });

const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'stored',
    (error: unknown) => (typeof error === 'object' && error !== null && 'code' in error ? error.code : error),
  );

const MAY = `SELECT has_table_privilege($3, $1, $2) AS granted`;
const may = async (table: string, privilege: string): Promise<boolean> =>
  (
    await query<{ granted: boolean }>(tenants.database.superuserUrl, MAY, [
      table,
      privilege,
      rolesOf(tenants.database).tenant,
    ])
  )[0]?.granted ?? false;

/** Tables that the tenant role may read. */
const readable = async (): Promise<string[]> => {
  const granted = await Promise.all(
    [...tables, 'account'].map(async (table) => ((await may(table, 'SELECT')) ? [table] : [])),
  );
  return granted.flat();
};

it('a statement without a filter reads the rows of the current account only, in every table', async () => {
  const seen = await readable();
  expect(seen).toEqual(expect.arrayContaining(['account', 'agent', 'agent_tool', 'api_key', 'tool']));
  for (const table of seen) {
    const column = table === 'account' ? 'id' : 'account_id';
    const rows = await asTenant(tenants.acme.accountId, (client) =>
      client.query<{ account: string }>(`SELECT ${column} AS account FROM ${table}`),
    );
    expect({ table, accounts: [...new Set(rows.rows.map(({ account }) => account))] }).toEqual({
      table,
      accounts: rows.rowCount === 0 ? [] : [tenants.acme.accountId],
    });
  }
});

it('a session without an account reads no row', async () => {
  for (const table of await readable()) {
    expect((await asTenant(null, (client) => client.query(`SELECT 1 FROM ${table}`))).rowCount).toBe(0);
    const after = await connected(tenants.database.tenantUrl, async (client) => {
      await client.query(`BEGIN; SET LOCAL app.account_id = '${tenants.acme.accountId}'; COMMIT`);
      return client.query(`SELECT 1 FROM ${table}`);
    });
    expect(after.rowCount).toBe(0);
  }
});

it('an account setting that is not an id fails the statement', async () => {
  for (const value of ['%', 'x', "' OR true --", tenants.acme.accountId.slice(1)]) {
    const escaped = value.replaceAll("'", "''");
    expect(
      await codeOf(
        asTenant(null, (client) => client.query(`SET LOCAL app.account_id = '${escaped}'; SELECT * FROM tool`)),
      ),
    ).toBe('22P02');
  }
});

it('no statement changes another account: no update, no delete, no row moved there', async () => {
  const before = await tenants.fingerprint(tenants.globex.accountId);
  const movesRows = canAsk('rows that move');
  for (const table of tables) {
    if (await may(table, 'UPDATE')) {
      const other = `account_id = '${tenants.globex.accountId}'`;
      expect(
        (
          await asTenant(tenants.acme.accountId, (client) =>
            client.query(`UPDATE ${table} SET account_id = account_id WHERE ${other}`),
          )
        ).rowCount,
      ).toBe(0);
      const moved = await codeOf(
        asTenant(tenants.acme.accountId, async (client) => {
          const { rowCount } = await client.query(`UPDATE ${table} SET ${other}`);
          if (rowCount === 0) throw Object.assign(new Error('nothing to move'), { code: '42501' });
        }),
      );
      // Citus refuses it for every row, with its own error code.
      expect({ table, moved }).toEqual({ table, moved: movesRows ? '42501' : '0A000' });
    }
    if (await may(table, 'DELETE')) {
      expect(
        (
          await asTenant(tenants.acme.accountId, (client) =>
            client.query(`DELETE FROM ${table} WHERE account_id = '${tenants.globex.accountId}'`),
          )
        ).rowCount,
      ).toBe(0);
    }
    for (const privilege of ['TRUNCATE', 'REFERENCES', 'TRIGGER'])
      expect({ table, privilege, granted: await may(table, privilege) }).toEqual({ table, privilege, granted: false });
  }
  expect(await tenants.fingerprint(tenants.globex.accountId)).toEqual(before);
});

it('a row for another account is refused', async () => {
  const insert = (accountId: string): Promise<unknown> =>
    codeOf(
      asTenant(tenants.acme.accountId, (client) =>
        client.query(
          `INSERT INTO tool (account_id, id, name, type) VALUES ('${accountId}', gen_random_uuid(), 'planted', 'CUSTOM')`,
        ),
      ),
    );
  expect(await insert(tenants.acme.accountId)).toBe('stored');
  expect(await insert(tenants.globex.accountId)).toBe('42501');
  const [id = ''] = foreign.get('Tool') ?? [];
  const upsert = `INSERT INTO tool (account_id, id, name, type) VALUES ('${tenants.globex.accountId}', '${id}', 'taken', 'CUSTOM') ON CONFLICT (account_id, id) DO UPDATE SET name = 'taken'`;
  expect(await codeOf(asTenant(tenants.acme.accountId, (client) => client.query(upsert)))).toBe('42501');
});

it('a role cannot become another role, nor read keys or secrets of other databases', async () => {
  for (const text of [
    `SET ROLE ${rolesOf(tenants.database).operator}`,
    `SET SESSION AUTHORIZATION ${rolesOf(tenants.database).operator}`,
    'SELECT * FROM master_key',
    'SELECT * FROM pg_authid',
    'CREATE TABLE mine (id int)',
    'ALTER TABLE tool DISABLE ROW LEVEL SECURITY',
    'DROP POLICY tenant_rows ON tool',
    "COPY tool TO PROGRAM 'cat'",
  ]) {
    expect({ text, code: await codeOf(asTenant(tenants.acme.accountId, (client) => client.query(text))) }).toEqual({
      text,
      code: expect.stringMatching(/^42/),
    });
  }
  const off = await codeOf(
    asTenant(tenants.acme.accountId, (client) => client.query('SET LOCAL row_security = off; SELECT * FROM tool')),
  );
  expect(off).toBe('42501');
});

it('the key look-up returns the named key, and nothing without an id', async () => {
  const lookUp = (id: string | null): Promise<number | null> =>
    connected(
      tenants.database.tenantUrl,
      async (client) => (await client.query('SELECT * FROM authenticate_key($1)', [id])).rowCount,
    );
  expect(await lookUp(null)).toBe(0);
  expect(await lookUp(foreign.get('Tool')?.[0] ?? '')).toBe(0);
  expect(await lookUp(foreign.get('ApiKey')?.[0] ?? '')).toBe(1);
  expect(await codeOf(query(tenants.database.operatorUrl, 'SELECT * FROM authenticate_key($1)', [null]))).toBe('42501');
});

it('statistics reveal no values of other accounts', async () => {
  const rows = await asTenant(tenants.acme.accountId, (client) =>
    client.query(`SELECT tablename FROM pg_stats WHERE schemaname = 'public' AND tablename = ANY($1)`, [
      [...tables, 'account'],
    ]),
  );
  expect(rows.rows).toEqual([]);
});
