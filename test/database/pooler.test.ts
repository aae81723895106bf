/** pgbouncer in transaction mode in front of the database; .ci/run also runs other suites behind it. */
import { Client } from 'pg';
import { canAsk } from '../harness/among-shards';
import { createDatabase, type TestDatabase } from '../harness/database';
import { createTwoTenants, startTestGateway, type TwoTenants } from '../harness/gateway';
import { eventually } from '../harness/eventually';
import { query } from '../harness/sql';

const CREATE = 'mutation { createApiKey(input: { name: "short", role: VIEWER }) { apiKey { id } secret } }';
const REVOKE = 'mutation ($id: ID!) { revokeApiKey(id: $id) { status } }';

const NOTIFIES = canAsk('notifications');

interface NewKey {
  readonly createApiKey: { readonly apiKey: { readonly id: string }; readonly secret: string };
}

interface Readiness {
  readonly ready: boolean;
  readonly reasons: string[];
  readonly warnings?: string[];
}

const readinessOf = async ({ gateway }: TwoTenants): Promise<Readiness> => (await gateway.app.inject('/readyz')).json();

/** Revokes a key. @returns how many milliseconds it continued to work. */
async function revoke(tenants: TwoTenants): Promise<number> {
  const { acme } = tenants;
  const { apiKey, secret } = (await acme.ask<NewKey>(CREATE)).createApiKey;
  const holder = tenants.client(secret);
  await holder.ask('{ viewer { kind } }');
  await acme.ask(REVOKE, { id: apiKey.id });
  return eventually(async () => (await holder.send('{ viewer { kind } }')).status === 401);
}

/** Replaces the notifications that pgbouncer does not pass on. */
function listensDirectly({ tenantUrl, superuserUrl }: TestDatabase): { readonly LISTEN_DATABASE_URL: string } {
  const direct = new URL(tenantUrl);
  direct.host = new URL(superuserUrl).host;
  return { LISTEN_DATABASE_URL: direct.toString() };
}

(process.env['TEST_POOLER'] === undefined ? describe.skip : describe)('behind pgbouncer in transaction mode', () => {
  let tenants: TwoTenants;
  /** For gateways that name statements or listen through the pooler, which leaves traces in the pooler's sessions. */
  let other: TestDatabase;
  beforeAll(async () => {
    const database = await createDatabase();
    tenants = await createTwoTenants({ database, settings: listensDirectly(database) });
    other = await createDatabase();
  });
  afterAll(async () => {
    await tenants.close();
    await tenants.database.drop();
    await other.drop();
  });

  it('a gateway that names its statements is refused with the setting to change', async () => {
    const start = startTestGateway({ database: other, settings: { PREPARED_STATEMENTS: true } });
    await expect(start).rejects.toThrow(/Set PREPARED_STATEMENTS=false, or use pgbouncer 1\.21/);
  });

  it('a revoked key is refused within a second, and /readyz reports that notifications do not arrive', async () => {
    const deaf = await createTwoTenants({ database: other });
    try {
      await eventually(async () => (await readinessOf(deaf)).warnings !== undefined, 5_000);
      const { ready, reasons, warnings } = await readinessOf(deaf);
      expect({ ready, reasons }).toEqual({ ready: true, reasons: [] });
      expect(warnings?.join()).toMatch(/keys are looked up every half second/);
      if (NOTIFIES) expect(warnings?.join()).toContain('Set LISTEN_DATABASE_URL to a direct');
      for (let round = 0; round < 5; round += 1) await revoke(deaf);
    } finally {
      await deaf.close();
    }
  });

  (NOTIFIES ? it : it.skip)('notifications arrive on a direct connection', async () => {
    await eventually(async () => (await revoke(tenants)) < 200, 10_000);
    expect(await readinessOf(tenants)).toEqual({ ready: true, reasons: [] });
  });

  it('work leaves nothing behind in the sessions of the pooler', async () => {
    await tenants.acme.ask('mutation { createTool(input: { name: "one" }) { id } }');
    await tenants.master.ask('{ accounts { nodes { id } } }');
    const state = `SELECT pg_backend_pid() AS pid, current_setting('app.account_id', true) AS account, current_setting('app.request', true) AS request,
      (SELECT count(*)::int FROM pg_prepared_statements) AS prepared, (SELECT count(*)::int FROM pg_listening_channels()) AS channels,
      (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks`;
    for (const url of [tenants.database.tenantUrl, tenants.database.operatorUrl]) {
      const [left] = await query<Record<string, unknown>>(url, state);
      expect(left).toMatchObject({ prepared: 0, channels: 0, locks: 0 });
      expect([left?.['account'], left?.['request']].map((value) => value ?? '')).toEqual(['', '']);
    }
  });

  it('concurrent transactions of many clients see only their own account', async () => {
    const { acme, globex } = tenants;
    for (const tenant of [acme, globex])
      await tenant.ask('mutation ($name: String!) { createTool(input: { name: $name }) { id } }', {
        name: `of ${tenant.slug}`,
      });
    const names = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const tenant = index % 2 === 0 ? acme : globex;
        const { tools } = await tenant.ask<{ tools: { nodes: { name: string }[] } }>(
          '{ tools(filter: { name: { startsWith: "of " } }) { nodes { name } } }',
        );
        return tools.nodes.map(({ name }) => name).join() === `of ${tenant.slug}`;
      }),
    );
    expect(names).toEqual(names.map(() => true));
  });

  it('the pooler is in transaction mode, or these tests prove nothing', async () => {
    const clients = Array.from({ length: 5 }, () => new Client({ connectionString: tenants.database.tenantUrl }));
    const pids = new Set<number>();
    for (const client of clients) {
      await client.connect();
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      pids.add(rows[0]?.pid ?? 0);
    }
    await Promise.all(clients.map((client) => client.end()));
    expect(pids.size).toBeLessThan(clients.length);
  });
});
