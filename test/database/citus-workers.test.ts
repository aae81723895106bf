/**
 * Tables whose shards are on other servers than the coordinator keep the same promises, and a server that weakens one
 * is detected. Runs on CITUS_DATABASE_URL, a coordinator, and CITUS_WORKER_URLS, its workers.
 */
import { randomUUID } from 'node:crypto';
import { formatKey, parseKey } from '../../src/auth/key-format';
import { distribute } from '../../src/db/setup/distribute';
import { planDistribution } from '../../src/db/setup/plan-distribution';
import { migrate } from '../../src/db/setup/migrate';
import { withRoles } from '../../src/db/setup/migrations';
import { addWorkers, hasWorkers, type Workers } from '../harness/citus-workers';
import { TEST_SHARDS } from '../harness/citus';
import { createEmptyDatabase, rolesOf, type TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { seed } from '../harness/factories';
import { createTwoTenants, startTestGateway, type TestGateway, type TwoTenants } from '../harness/gateway';
import { newFolder } from '../harness/run';
import { connected, fingerprint, query, queryValue } from '../harness/sql';
import { MIGRATION } from '../new-resource/migration';

(hasWorkers() ? describe : describe.skip)('on the Citus in CITUS_DATABASE_URL with CITUS_WORKER_URLS', () => {
  let database: TestDatabase;
  let workers: Workers;
  let tenants: TwoTenants;
  let prints: object;
  let gateway: TestGateway;
  const acme = () => gateway.client(tenants.acme.key);
  const globex = () => gateway.client(tenants.globex.key);

  const printsOf = async (): Promise<object> => ({
    acme: await fingerprint(database.superuserUrl, tenants.acme.accountId),
    globex: await fingerprint(database.superuserUrl, tenants.globex.accountId),
  });

  beforeAll(async () => {
    const empty = await createEmptyDatabase();
    database = { ...empty, ...(await migrate(empty.ownerUrl, { DATA_DIR: newFolder() })) };
    tenants = await createTwoTenants({ database });
    await seed(tenants.acme, 'Own');
    await seed(tenants.globex, 'Foreign');
    await tenants.gateway.flushCounters();
    await tenants.close();
    prints = await printsOf();
    workers = await addWorkers(database);
    await distribute(database.ownerUrl, TEST_SHARDS, () => undefined);
    gateway = await startTestGateway({ database });
  }, 180_000);
  afterAll(async () => {
    await gateway.close();
    await database.drop();
    await workers.drop();
  });

  const isIntact = async (client: ReturnType<TestGateway['client']>): Promise<boolean> =>
    (await client.ask<{ verifyAudit: { intact: boolean } }>('{ verifyAudit { intact } }')).verifyAudit.intact;

  it('every row is kept, on all workers and not on the coordinator', async () => {
    expect(await printsOf()).toEqual(prints);
    const shards = await query<{ group: number }>(
      database.superuserUrl,
      'SELECT DISTINCT groupid AS group FROM pg_dist_placement ORDER BY 1',
    );
    expect(shards.map(({ group }) => group)).toEqual(workers.urls.map((_url, index) => index + 1));
  });

  it('distribute does nothing when repeated', async () => {
    await gateway.close();
    const steps: string[] = [];
    await distribute(database.ownerUrl, TEST_SHARDS, (step) => steps.push(step));
    gateway = await startTestGateway({ database });
    expect(steps).toEqual([]);
    expect((await planDistribution(database.ownerUrl, TEST_SHARDS)).refusals).toEqual([]);
  }, 60_000);

  it('each account reads its own rows, and a master key reads the rows of all', async () => {
    const TOOLS = '{ tools(first: 50) { nodes { accountId } } }';
    type Tools = { tools: { nodes: { accountId: string }[] } };
    const owners = async (client: ReturnType<TestGateway['client']>): Promise<Set<string>> =>
      new Set((await client.ask<Tools>(TOOLS)).tools.nodes.map(({ accountId }) => accountId));
    expect(await owners(acme())).toEqual(new Set([tenants.acme.accountId]));
    expect(await owners(globex())).toEqual(new Set([tenants.globex.accountId]));
    expect(await owners(gateway.master)).toEqual(new Set([tenants.acme.accountId, tenants.globex.accountId]));
  });

  const CREATE =
    'mutation ($accountId: ID, $name: String!) { createTool(accountId: $accountId, input: { name: $name, type: NATIVE }) { id } }';

  it('changes are stored with their events, and those of a master key with its access entry', async () => {
    await acme().ask(CREATE, { name: 'by the account' });
    await gateway.master.ask(CREATE, { name: 'by a master key', accountId: tenants.acme.accountId });
    const events = await query<{ actor: string }>(
      database.superuserUrl,
      `SELECT actor_kind AS actor FROM audit_event WHERE account_id = $1 AND action = 'CREATE' AND resource_type = 'Tool'
        ORDER BY sequence DESC LIMIT 2`,
      [tenants.acme.accountId],
    );
    expect(events.map(({ actor }) => actor)).toEqual(['master', 'account']);
    const entries = await queryValue(
      database.superuserUrl,
      "SELECT count(*) FROM account_access WHERE account_id = $1 AND 'createTool' = ANY (fields)",
      [tenants.acme.accountId],
    );
    expect(entries).toBe('1');
    expect([await isIntact(acme()), await isIntact(globex())]).toEqual([true, true]);
  });

  it('concurrent changes of one account form one chain', async () => {
    await Promise.all(Array.from({ length: 20 }, () => acme().ask(CREATE, { name: randomUUID() })));
    expect(await isIntact(acme())).toBe(true);
  });

  it('a statement across accounts on several workers is stored as a whole, with an event for each', async () => {
    const accounts = await query<{ id: string }>(
      database.operatorUrl,
      `UPDATE account SET metadata = '{"moved": true}' RETURNING id`,
    );
    expect(accounts.length).toBeGreaterThan(1);
    const events = await queryValue(
      database.superuserUrl,
      `SELECT count(*) FROM audit_event e JOIN audit_image i ON i.account_id = e.account_id AND i.sequence = e.sequence
        WHERE e.resource_type = 'Account' AND i.after::jsonb @> '{"metadata": {"moved": true}}'`,
    );
    expect(events).toBe(String(accounts.length));
    expect([await isIntact(acme()), await isIntact(globex())]).toEqual([true, true]);
  });

  it('a key contains its account and is refused with another; keys of earlier releases still work', async () => {
    const key = parseKey(tenants.acme.key);
    if (!key) throw new Error('The key cannot be parsed');
    const { accountId, ...before } = key;
    expect(accountId).toBe(tenants.acme.accountId);
    const WHO = '{ viewer { key { id } } }';
    const foreign = formatKey({ ...key, accountId: tenants.globex.accountId });
    const statuses = async (): Promise<number[]> => {
      const answers = [];
      for (const text of [tenants.acme.key, formatKey(before), foreign])
        answers.push((await gateway.client(text).send(WHO)).status);
      return answers;
    };
    expect(await statuses()).toEqual([200, 200, 401]);
    expect((await gateway.client(formatKey({ ...before, keyId: randomUUID() })).send(WHO)).status).toBe(401);
  });

  it('a key that another gateway revokes is refused within a second', async () => {
    const made = await acme().ask<{ createApiKey: { apiKey: { id: string }; secret: string } }>(
      'mutation { createApiKey(input: { name: "brief", role: VIEWER }) { apiKey { id } secret } }',
    );
    const brief = gateway.client(made.createApiKey.secret);
    await brief.ask('{ viewer { key { id } } }');
    const other = await startTestGateway({ database });
    await other
      .client(tenants.acme.key)
      .ask('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: made.createApiKey.apiKey.id });
    await eventually(async () => (await brief.send('{ viewer { key { id } } }')).status === 401, 1_000);
    await other.close();
  });

  it('decisions, denials and key usage are counted', async () => {
    await acme().ask('{ schedules(first: 1) { nodes { id } } }');
    await acme().send('{ accounts(first: 1) { nodes { id } } }');
    await gateway.gateway.flushCounters();
    const count = (table: string): Promise<string> =>
      queryValue(database.superuserUrl, `SELECT count(*) > 0 FROM ${table} WHERE account_id = $1`, [
        tenants.acme.accountId,
      ]);
    expect(await Promise.all(['access_decision', 'audit_denial', 'key_usage'].map(count))).toEqual([
      'true',
      'true',
      'true',
    ]);
    expect(gateway.log.filter(({ msg }) => /could not be/.test(String(msg)))).toEqual([]);
  });

  it('the history of a row is erased, and the chain verifies', async () => {
    const { createTool } = await acme().ask<{ createTool: { id: string } }>(CREATE, { name: 'personal' });
    const erased = await acme().ask<{ eraseHistory: { erasedEvents: number } }>(
      'mutation ($id: ID!) { eraseHistory(id: $id, resourceType: "Tool", reason: "asked for") { erasedEvents } }',
      { id: createTool.id },
    );
    expect([erased.eraseHistory.erasedEvents, await isIntact(acme())]).toEqual([1, true]);
  });

  const readiness = async (): Promise<{ status: number; reasons: string[]; warnings: string[] }> => {
    const answer = await gateway.gateway.app.inject('/readyz');
    return { status: answer.statusCode, ...answer.json<{ reasons: string[]; warnings: string[] }>() };
  };

  it('is ready, and reports that keys are looked up every half second', async () => {
    expect(await readiness()).toMatchObject({
      status: 200,
      reasons: [],
      warnings: [expect.stringContaining('the tables are distributed among shards')],
    });
  });

  const ON_SHARD = 'SET citus.enable_manual_changes_to_shards = on; SET citus.enable_ddl_propagation = off';

  it.each([
    [
      'row level security of a shard',
      'ALTER TABLE SHARD DISABLE ROW LEVEL SECURITY',
      'ALTER TABLE SHARD ENABLE ROW LEVEL SECURITY',
      /the shard \d+ of the table tool on the server .* differs from its table in row level security/,
    ],
    [
      'policies of a shard',
      'CREATE POLICY odd ON SHARD TO {{tenant}} USING (true)',
      'DROP POLICY odd ON SHARD',
      /the shard \d+ of the table tool on the server .* differs from its table in policies/,
    ],
    [
      'a shard',
      'ALTER TABLE SHARD RENAME TO hidden',
      'ALTER TABLE hidden RENAME TO SHARD',
      /a shard of the table tool is missing on the server/,
    ],
    [
      'row level security of the table',
      'ALTER TABLE tool NO FORCE ROW LEVEL SECURITY',
      'ALTER TABLE tool FORCE ROW LEVEL SECURITY',
      /the table tool on the server .* differs from that of the coordinator in row level security/,
    ],
    [
      'a function of the triggers',
      'ALTER FUNCTION audit_row() SECURITY INVOKER',
      'ALTER FUNCTION audit_row() SECURITY DEFINER',
      /the function audit_row\(\) on the server .* differs from that of the coordinator/,
    ],
    [
      'a role',
      'SET citus.enable_alter_role_propagation = off; ALTER ROLE {{tenant}} BYPASSRLS',
      'SET citus.enable_alter_role_propagation = off; ALTER ROLE {{tenant}} NOBYPASSRLS',
      /the role \S+ on the server .* differs from that of the coordinator/,
    ],
    [
      'what its sessions begin with',
      "SET citus.enable_alter_role_set_propagation = off; ALTER ROLE {{tenant}} SET app.account_id = '00000000-0000-7000-8000-000000000000'",
      'SET citus.enable_alter_role_set_propagation = off; ALTER ROLE {{tenant}} RESET app.account_id',
      /app\.account_id is set for \S+ on the server/,
    ],
    [
      'what its sessions may do',
      'SET citus.enable_alter_role_set_propagation = off; ALTER ROLE {{tenant}} SET default_transaction_read_only = on',
      'SET citus.enable_alter_role_set_propagation = off; ALTER ROLE {{tenant}} RESET default_transaction_read_only',
      /default_transaction_read_only is set for \S+ on the server/,
    ],
  ])('is not ready while one worker has another form of %s', async (_what, weaken, mend, reason) => {
    const [url = ''] = workers.urls;
    const shard = await queryValue(
      url,
      `SELECT shard_name(d.logicalrelid, d.shardid) FROM pg_dist_shard d JOIN pg_dist_placement p ON p.shardid = d.shardid
        WHERE d.logicalrelid = 'tool'::regclass AND p.groupid = (SELECT groupid FROM pg_dist_local_group) LIMIT 1`,
    );
    const run = (statement: string): Promise<void> =>
      connected(url, async (client) => {
        await client.query(ON_SHARD);
        await client.query(withRoles(statement.replaceAll('SHARD', shard), rolesOf(database)));
      });
    await run(weaken);
    const weak = await readiness();
    await run(mend);
    expect(weak).toMatchObject({ status: 503, reasons: [expect.stringMatching(reason)] });
    expect(await readiness()).toMatchObject({ status: 200 });
  });

  it('a later migration adds a table of accounts to the distributed ones, on every worker', async () => {
    await connected(database.ownerUrl, async (client) => {
      await client.query('BEGIN');
      await client.query(withRoles(MIGRATION, rolesOf(database)));
      await client.query('ALTER TABLE tool ADD COLUMN later text');
      await client.query('COMMIT');
    });
    const colocated = `SELECT count(DISTINCT colocationid) || ' ' || count(*) FROM pg_dist_partition
      WHERE logicalrelid IN ('account'::regclass, 'note'::regclass)`;
    for (const url of [database.superuserUrl, ...workers.urls]) expect(await queryValue(url, colocated)).toBe('1 2');
  });
});
