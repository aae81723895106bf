/** Settings that an administrator stores for a database or a role do not change the behaviour of the gateway. */
import { Client as DriverClient } from 'pg';
import { PipelineClient as Client } from '../../src/db/pipeline/pipeline-client';
import { gatewayConnection, ownerConnection } from '../../src/db/session-settings';
import { asOwner } from '../../src/db/setup/owner';
import { createDatabase, createDatabaseWithRoles, type TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { poolerWithoutOptions } from '../harness/pooler-without-options';
import { query } from '../harness/sql';

/**
 * Each would break something: which rows are visible, which tables are used, how values are written, what COMMIT
 * guarantees, how long work may take.
 */
const HOSTILE: Readonly<Record<string, string>> = {
  datestyle: 'German',
  intervalstyle: 'sql_standard',
  timezone: 'Asia/Kolkata',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  xmlbinary: 'hex',
  xmloption: 'document',
  row_security: 'off',
  search_path: 'pg_catalog',
  quote_all_identifiers: 'on',
  standard_conforming_strings: 'off',
  escape_string_warning: 'off',
  backslash_quote: 'on',
  transform_null_equals: 'on',
  array_nulls: 'off',
  default_transaction_isolation: 'serializable',
  default_transaction_read_only: 'on',
  default_transaction_deferrable: 'on',
  synchronous_commit: 'off',
  gin_fuzzy_search_limit: '1',
  exit_on_error: 'on',
  client_min_messages: 'error',
  lock_timeout: '1',
  statement_timeout: '1',
  idle_in_transaction_session_timeout: '1',
  idle_session_timeout: '300',
  enable_seqscan: 'on',
  enable_bitmapscan: 'on',
  enable_indexscan: 'off',
  enable_indexonlyscan: 'off',
  enable_nestloop: 'off',
  enable_sort: 'off',
  enable_memoize: 'off',
  plan_cache_mode: 'force_generic_plan',
  join_collapse_limit: '1',
  jit: 'on',
  'app.account_id': '00000000-0000-7000-8000-000000000000',
  'app.row_ids': '*',
  'app.owner_teams': '*',
  'app.chains': 'locked',
};

/** Includes the settings of PostgreSQL 17 and later. */
async function hostileSettings(): Promise<Readonly<Record<string, string>>> {
  const [newer] = await query(database.superuserUrl, "SELECT 1 FROM pg_settings WHERE name = 'transaction_timeout'");
  return newer ? { ...HOSTILE, transaction_timeout: '300' } : HOSTILE;
}

const set = (target: string, settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `ALTER ${target} SET ${name} = '${value}';`)
    .join('\n');

async function connectClient(url: string): Promise<Client> {
  const client = new Client(gatewayConnection(url));
  await client.connect();
  await client.prepare('primary');
  return client;
}

const CREATE =
  'mutation ($name: String!) { createTool(input: { name: $name, tags: ["a\\\\b"] }) { id name tags createdAt } }';
const KEY = `mutation ($name: String!, $expiresAt: DateTime) {
  createApiKey(input: { name: $name, role: VIEWER, expiresAt: $expiresAt }) { apiKey { id expiresAt } secret } }`;
const RENAME = 'mutation ($id: ID!) { updateTool(id: $id, input: { description: "after the wait" }) { id } }';
const REVOKE = 'mutation ($id: ID!) { revokeApiKey(id: $id) { status } }';

interface NewKey {
  readonly createApiKey: {
    readonly apiKey: { readonly id: string; readonly expiresAt: string };
    readonly secret: string;
  };
}

/** Writes and reads that depend on each of the settings. */
async function expectUsual({ acme, globex, master, gateway, ...others }: TwoTenants): Promise<void> {
  const { createTool } = await acme.ask<{
    createTool: { id: string; name: string; tags: string[]; createdAt: string };
  }>(CREATE, {
    name: 'usual',
  });
  expect(createTool).toMatchObject({ name: 'usual', tags: ['a\\b'] });
  expect(Math.abs(Date.parse(createTool.createdAt) - Date.now())).toBeLessThan(3_600_000);
  expect(await globex.ask('{ tools { totalCount } }')).toEqual({ tools: { totalCount: 0 } });
  await whileToolsAreLocked(() => acme.ask(RENAME, { id: createTool.id }));
  const soon = new Date(Date.now() + 86_400_000 * 3).toISOString();
  const made = (await acme.ask<NewKey>(KEY, { name: 'short', expiresAt: soon })).createApiKey;
  expect(made.apiKey.expiresAt).toBe(soon);
  const keyOf = others.client(made.secret);
  expect(await keyOf.ask('{ tools { totalCount } }')).toEqual({ tools: { totalCount: 1 } });
  await acme.ask(REVOKE, { id: made.apiKey.id });
  await eventually(async () => (await keyOf.send('{ tools { totalCount } }')).status === 401);
  const { auditEvents } = await acme.ask<{ auditEvents: { nodes: { at: string }[] } }>(
    '{ auditEvents(first: 5) { nodes { at } } }',
  );
  expect(auditEvents.nodes.length).toBe(5);
  expect(
    (await master.ask<{ accounts: { totalCount: number } }>('{ accounts { totalCount } }')).accounts.totalCount,
  ).toBe(2);
  // Concurrent changes of one account wait for each other; none may find its position in the chain taken.
  const atOnce = Array.from({ length: 20 }, (_, index) => acme.ask(CREATE, { name: `at once ${index}` }));
  await Promise.all(atOnce);
  expect(await acme.ask('{ verifyAudit { intact } }')).toEqual({ verifyAudit: { intact: true } });
  expect((await gateway.app.inject('/readyz')).json()).toMatchObject({ ready: true, reasons: [] });
}

let database: TestDatabase;
beforeEach(async () => {
  database = await createDatabase();
});
afterEach(() => database.drop());

const UNLIMIT_TRANSACTIONS = "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'transaction_timeout'";

/** In a separate session, which the settings do not affect either. */
async function asAdministrator(statements: string): Promise<void> {
  const client = new DriverClient({ ...ownerConnection(database.superuserUrl), application_name: 'administrator' });
  await client.connect();
  await client.query(UNLIMIT_TRANSACTIONS);
  await client.query(statements).finally(() => client.end());
}

/** Waits longer than any of the hostile timeouts. @param work starts when the rows are locked, and ends after that. */
async function whileToolsAreLocked(work: () => Promise<unknown>): Promise<void> {
  const client = new DriverClient({ ...ownerConnection(database.superuserUrl), application_name: 'administrator' });
  await client.connect();
  try {
    await client.query(UNLIMIT_TRANSACTIONS);
    await client.query('BEGIN READ WRITE; UPDATE tool SET name = name');
    const working = work();
    await client.query('SELECT pg_sleep(1); ROLLBACK');
    await working;
  } finally {
    await client.end();
  }
}

const roles = (): string[] =>
  [database.tenantUrl, database.operatorUrl, database.restrictedUrl, database.ownerUrl].map((url) =>
    decodeURIComponent(new URL(url).username),
  );

/** Terminates every session, so that later ones get the settings. */
async function endSessions({ acme, master }: TwoTenants): Promise<void> {
  await asAdministrator(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database.name}' AND pid <> pg_backend_pid()`,
  );
  for (const client of [acme, master])
    await eventually(async () => (await client.send('{ viewer { kind } }')).errors.length === 0, 10_000);
}

it.each<[string, () => Promise<string[]>]>([
  ['the database', async () => [`DATABASE ${database.name}`]],
  ['the roles', async () => roles().map((role) => `ROLE ${role} IN DATABASE ${database.name}`)],
])('settings of %s change nothing', async (_what, targets) => {
  const tenants = await createTwoTenants({ database });
  try {
    const settings = await hostileSettings();
    for (const target of await targets()) await asAdministrator(set(target, settings));
    await endSessions(tenants);
    await expectUsual(tenants);
    // Migrations and backups have no time limit; PostgreSQL 15 does not have this setting.
    const limit = await asOwner(database.ownerUrl, async (owner) => {
      const { rows } = await owner.query<{ limit: string | null }>(
        "SELECT current_setting('transaction_timeout', true) AS limit",
      );
      return rows[0]?.limit ?? '0';
    });
    expect(limit).toBe('0');
  } finally {
    await tenants.close();
  }
});

it('the roles have the settings themselves, so sessions that a pooler opens start with them', async () => {
  const own = await createDatabaseWithRoles();
  try {
    const text =
      "SELECT current_setting('statement_timeout') AS timeout, current_setting('enable_seqscan') AS scan, current_setting('search_path') AS path";
    for (const url of [own.tenantUrl, own.operatorUrl, own.restrictedUrl])
      expect(await query(url, text)).toEqual([{ timeout: '15s', scan: 'off', path: 'public, pg_temp' }]);
    const pooler = await poolerWithoutOptions(own.tenantUrl);
    const connection = (url: string): Promise<Client> => connectClient(pooler.url(url));
    for (const url of [own.tenantUrl, own.operatorUrl, own.restrictedUrl]) {
      const client = await connection(url);
      expect(client.starts.restated).toEqual([]);
      await client.end();
    }
    await query(own.superuserUrl, `ALTER ROLE ${new URL(own.tenantUrl).username} IN DATABASE ${own.name} RESET jit`);
    const client = await connection(own.tenantUrl);
    expect(client.starts.restated).toEqual(['jit']);
    await client.end();
    await pooler.close();
  } finally {
    await own.drop();
  }
});

it('settings hold behind a pooler that drops connection options', async () => {
  const pooler = await poolerWithoutOptions(database.tenantUrl);
  const urls = {
    tenantUrl: pooler.url(database.tenantUrl),
    operatorUrl: pooler.url(database.operatorUrl),
    restrictedUrl: pooler.url(database.restrictedUrl),
  };
  const tenants = await createTwoTenants({ database, urls });
  try {
    // Until a transaction sets its own, these apply; they allow enough time to connect.
    const times = { lock_timeout: '1000', statement_timeout: '1000', idle_session_timeout: '0' };
    await asAdministrator(set(`DATABASE ${database.name}`, { ...HOSTILE, ...times }));
    await endSessions(tenants);
    await expectUsual(tenants);
    const text = "SELECT current_setting('statement_timeout'), current_setting('DateStyle')";
    expect(await tenants.gateway.database.single('tenant', { text, values: [] })).toEqual([['15s', 'ISO, YMD']]);
  } finally {
    await tenants.close();
    await pooler.close();
  }
});

it('an account or request that is set for a role affects no statement', async () => {
  const tenants = await createTwoTenants({ database });
  const [tenant = '', operator = ''] = roles();
  try {
    const forged = { 'app.account_id': tenants.globex.accountId, 'app.request': '{"actorName":"forged"}' };
    for (const role of [tenant, operator])
      await asAdministrator(set(`ROLE ${role} IN DATABASE ${database.name}`, forged));
    const seen = await connectedAs(
      database.tenantUrl,
      "SELECT current_setting('app.account_id') AS account, current_setting('app.request') AS request",
    );
    expect(seen).toEqual([{ account: '', request: '' }]);
    expect(await connectedAs(database.tenantUrl, 'SELECT count(*)::int AS keys FROM api_key')).toEqual([{ keys: 0 }]);
    // Without our settings, the result would have been different.
    expect(await query(database.tenantUrl, 'SELECT count(*)::int AS keys FROM api_key')).toEqual([{ keys: 1 }]);
  } finally {
    await tenants.close();
  }
});

const connectedAs = async (url: string, text: string): Promise<unknown[]> => {
  const client = new DriverClient(gatewayConnection(url));
  await client.connect();
  // Outside of a transaction, a coordinator of shards would ask them in sessions that begin otherwise.
  await client.query('BEGIN');
  return client
    .query<Record<string, unknown>>(text)
    .then(({ rows }) => rows)
    .finally(() => client.end());
};

it("options of a connection string do not override the gateway's", async () => {
  const url = new URL(database.tenantUrl);
  url.searchParams.set('options', '-c DateStyle=German -c app.kept=yes -c statement_timeout=1');
  url.searchParams.set('statement_timeout', '1');
  const [settings] = await connectedAs(
    url.toString(),
    "SELECT current_setting('DateStyle') AS style, current_setting('app.kept') AS kept, current_setting('statement_timeout') AS timeout",
  );
  expect(settings).toEqual({ style: 'ISO, YMD', kept: 'yes', timeout: '15s' });
});

it('a role whose sessions check no foreign keys is refused with the statement that fixes it', async () => {
  const tenants = await createTwoTenants({ database });
  const [tenant = ''] = roles();
  try {
    await asAdministrator(set(`ROLE ${tenant} IN DATABASE ${database.name}`, { session_replication_role: 'replica' }));
    await asAdministrator(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${tenant}' AND datname = '${database.name}'`,
    );
    const answer = async (): Promise<string | undefined> =>
      (await tenants.acme.send(CREATE, { name: 'x' })).errors[0]?.extensions.code;
    await eventually(async () => (await answer()) === 'UNAVAILABLE');
    const { ready, reasons } = (await tenants.gateway.app.inject('/readyz')).json<{
      ready: boolean;
      reasons: string[];
    }>();
    expect(ready).toBe(false);
    expect(reasons.join()).toContain('RESET session_replication_role');
    await asAdministrator(`ALTER ROLE ${tenant} IN DATABASE ${database.name} RESET session_replication_role`);
    expect(await answer()).toBeUndefined();
  } finally {
    await tenants.close();
  }
});
