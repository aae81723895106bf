/**
 * Tables divided among shards by Citus: rows keep their accounts and their protection, and unprotected tables are not
 * served. Runs on the Citus in CITUS_DATABASE_URL; without it, tests only what an ordinary database refuses.
 */
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { SetupError } from '../../src/db/setup/setup-error';
import { distribute } from '../../src/db/setup/distribute';
import { planDistribution } from '../../src/db/setup/plan-distribution';
import { migrate } from '../../src/db/setup/migrate';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { PipelineClient } from '../../src/db/pipeline/pipeline-client';
import { gatewayConnection } from '../../src/db/session-settings';
import { withRoles } from '../../src/db/setup/migrations';
import { citusUrl, prepareCoordinator, TEST_SHARDS } from '../harness/citus';
import { createEmptyDatabase, rolesOf, settingsOf, type TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { seed } from '../harness/factories';
import { createTwoTenants, startTestGateway, type Client, type TestGateway, type TwoTenants } from '../harness/gateway';
import { accountTables, connected, fingerprint, query, queryValue } from '../harness/sql';
import { MIGRATION } from '../new-resource/migration';

const PROJECT = resolve(__dirname, '../..');

/** Runs `portcullis distribute` on the gateway's database. */
const portcullis = (database: TestDatabase, args: string): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((done) => {
    const program = ['-r', 'reflect-metadata', '-r', join(PROJECT, 'test/harness/typescript.js')];
    const argv = [...program, join(PROJECT, 'src/cli/main.ts'), 'distribute', ...args.split(' ')];
    const env = { PATH: process.env['PATH'], ...settingsOf(database) };
    execFile(process.execPath, argv, { env }, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });

/** A migrated database of ordinary tables, with its own roles. */
async function createPlainDatabase(): Promise<TestDatabase> {
  const database = await createEmptyDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'portcullis-test-roles-'));
  return { ...database, ...(await migrate(database.ownerUrl, { DATA_DIR: dataDir })) };
}

/** Together with the two tenants more than there are shards, so that relations are read across accounts. */
const MORE_ACCOUNTS = ['initech', 'umbrella', 'hooli'];

/** For each agent one more than EVERYTHING shows. */
async function startRuns(master: Client): Promise<void> {
  type Agents = { agents: { nodes: { id: string; accountId: string }[] } };
  const { agents } = await master.ask<Agents>('{ agents(first: 50) { nodes { id accountId } } }');
  const START = 'mutation ($accountId: ID, $id: ID!) { startRun(accountId: $accountId, agentId: $id) { id } }';
  for (const agent of agents.nodes) for (let left = 3; left > 0; left -= 1) await master.ask(START, { ...agent });
}

/** Every kind of relation, across all accounts. */
const EVERYTHING = `{
  agents(first: 50) { nodes { id accountId name tools { id name } mcpServers { id } subAgents { id } schedules { id cron }
    runs(first: 2) { id status } } }
  tools(first: 50) { nodes { id accountId agents { id } } }
  schedules(first: 50) { nodes { id agent { id name } runs(first: 2) { id } } }
  runs(first: 50) { nodes { id agent { id } schedule { id } } }
}`;

const tablesOf = (database: TestDatabase): Promise<readonly string[]> => accountTables(database.superuserUrl);

describe('a database without Citus', () => {
  it('is refused with one sentence, and nothing is changed', async () => {
    const database = await createPlainDatabase();
    const { code, stderr } = await portcullis(database, '--yes');
    expect(code).toBe(1);
    expect(stderr).toMatch(/Nothing was changed.*The database has no Citus.*CREATE EXTENSION citus/s);
    const key = "SELECT count(*) FROM pg_constraint WHERE conname = 'account_slug_key'";
    expect(await queryValue(database.superuserUrl, key)).toBe('1');
    await database.drop();
  }, 60_000);

  it('refuses a number of shards that is not a power of two', async () => {
    const database = await createEmptyDatabase();
    const { code, stderr } = await portcullis(database, '--shards 33 --yes');
    expect([code, stderr]).toEqual([2, expect.stringContaining('It must be a power of two from 1 to 1024.')]);
    await database.drop();
  }, 60_000);
});

(citusUrl() === null ? describe.skip : describe)('on the Citus in CITUS_DATABASE_URL', () => {
  let database: TestDatabase;
  let tenants: TwoTenants;
  let prints: Record<string, Record<string, string>>;
  let lists: unknown;

  const superuser = (...statements: string[]): Promise<void> =>
    connected(database.superuserUrl, async (client) => {
      for (const statement of statements) await client.query(withRoles(statement, rolesOf(database)));
    });
  const printsOf = async (): Promise<Record<string, Record<string, string>>> => ({
    acme: await fingerprint(database.superuserUrl, tenants.acme.accountId),
    globex: await fingerprint(database.superuserUrl, tenants.globex.accountId),
  });

  beforeAll(async () => {
    database = await createPlainDatabase();
    await prepareCoordinator(database.superuserUrl);
    tenants = await createTwoTenants({ database });
    await seed(tenants.acme, 'Own');
    await seed(tenants.globex, 'Foreign');
    for (const slug of MORE_ACCOUNTS) await seed(await tenants.createAccount(slug), slug);
    await startRuns(tenants.master);
    lists = await tenants.master.ask(EVERYTHING);
  }, 120_000);
  afterAll(() => database.drop());

  describe('distribute', () => {
    it('refuses while a gateway is connected', async () => {
      await expect(distribute(database.ownerUrl, TEST_SHARDS, () => undefined)).rejects.toThrow(
        /gateway connection\(s\) to this database are open. Stop every gateway/,
      );
    }, 60_000);

    it('shows what it would do, and changes nothing', async () => {
      await tenants.gateway.flushCounters();
      await tenants.close();
      prints = await printsOf();
      const { code, stdout, stderr } = await portcullis(database, `--shards ${TEST_SHARDS} --plan`);
      expect([code, stdout]).toEqual([0, expect.stringMatching(/agent +distribute by account/)]);
      expect(stdout).toMatch(/account_access +stays on the coordinator/);
      expect(stderr).toContain('Constraints that are dropped: account_access_account_id_fkey, account_slug_key');
      expect(await queryValue(database.superuserUrl, 'SELECT count(*) FROM pg_dist_partition')).toBe('0');
    }, 60_000);

    it('refuses a policy with a subquery, which Citus would not enforce', async () => {
      await superuser('CREATE POLICY odd ON tool TO {{tenant}} USING ((SELECT true))');
      const { refusals } = await planDistribution(database.ownerUrl, TEST_SHARDS);
      await superuser('DROP POLICY odd ON tool');
      expect(refusals).toEqual([expect.stringContaining('The policy odd of the table tool has a subquery')]);
    });

    it('refuses a cluster in which no server takes shards', async () => {
      await superuser('UPDATE pg_dist_node SET shouldhaveshards = false WHERE groupid = 0');
      const { refusals } = await planDistribution(database.ownerUrl, TEST_SHARDS);
      await superuser('UPDATE pg_dist_node SET shouldhaveshards = true WHERE groupid = 0');
      expect(refusals).toEqual([expect.stringContaining('No server takes shards')]);
    });

    it('continues after an interruption, and no gateway starts in between', async () => {
      let steps = 0;
      const interrupted = distribute(database.ownerUrl, TEST_SHARDS, () => {
        steps += 1;
        if (steps === 4) throw new Error('interrupted');
      });
      await expect(interrupted).rejects.toThrow('interrupted');
      await expect(startTestGateway({ database })).rejects.toThrow(SetupError);
      await distribute(database.ownerUrl, TEST_SHARDS, () => undefined);
    }, 120_000);

    it('keeps every row of a filled database, none of them in the table itself, and does nothing when repeated', async () => {
      expect(await printsOf()).toEqual(prints);
      const steps: string[] = [];
      await distribute(database.ownerUrl, TEST_SHARDS, (step) => steps.push(step));
      expect(steps).toEqual([]);
      const left = (await tablesOf(database)).filter((table) => table !== 'account_access');
      const bytes = left.map((table) => `SELECT pg_relation_size('public.${table}') AS bytes`).join(' UNION ALL ');
      expect(await query(database.superuserUrl, `SELECT DISTINCT bytes FROM (${bytes}) b`)).toEqual([{ bytes: '0' }]);
    }, 60_000);
  });

  describe('a gateway', () => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await startTestGateway({ database });
    });
    afterAll(() => gateway.close());

    it('serves the existing rows, to each account only its own', async () => {
      const [acme, globex] = [gateway.client(tenants.acme.key), gateway.client(tenants.globex.key)];
      const TOOLS = '{ tools(first: 20) { nodes { id accountId } } }';
      for (const [client, { accountId }] of [
        [acme, tenants.acme],
        [globex, tenants.globex],
      ] as const) {
        const answer = await client.ask<{ tools: { nodes: { accountId: string }[] } }>(TOOLS);
        expect(answer.tools.nodes.length).toBeGreaterThan(0);
        expect(new Set(answer.tools.nodes.map((row) => row.accountId))).toEqual(new Set([accountId]));
        expect(await client.ask('{ verifyAudit { intact } }')).toEqual({ verifyAudit: { intact: true } });
      }
    });

    it('lists the rows of all accounts with their related rows as before, in one statement per relation', async () => {
      const statements = jest.spyOn(PipelineClient.prototype, 'batch');
      const answer = await gateway.master.ask<{ agents: { nodes: { runs: unknown[] }[] } }>(EVERYTHING);
      expect(answer).toEqual(lists);
      expect(new Set(answer.agents.nodes.map(({ runs }) => runs.length))).toEqual(new Set([2]));
      const texts = statements.mock.calls.flatMap(([queries]) => queries.map(({ text }) => text));
      statements.mockRestore();
      const relations = texts.filter((text) => text.includes('CROSS JOIN LATERAL'));
      expect(relations.length).toBe(new Set(relations).size);
      expect(relations.length).toBeGreaterThan(4);
      const entries = `SELECT count(DISTINCT account_id) FROM account_access WHERE fields @> '{agents}'`;
      expect(await queryValue(database.superuserUrl, entries)).toBe(String(2 + MORE_ACCOUNTS.length));
    });

    it('executes prepared statements without growing its sessions', async () => {
      const client = new PipelineClient(gatewayConnection(database.superuserUrl));
      await client.connect();
      await client.prepare('primary');
      const bytes = { text: 'SELECT sum(total_bytes)::float8 FROM pg_backend_memory_contexts', values: [] };
      const one = {
        name: 'one',
        text: 'SELECT id FROM tool WHERE account_id = $1 ORDER BY id',
        values: [tenants.acme.accountId],
      };
      const sizeAfter = async (executions: number): Promise<number> => {
        for (let left = executions; left > 0; left -= 1) await client.batch([one]);
        const [[[size] = []] = []] = await client.batch([bytes]);
        return Number(size);
      };
      const before = await sizeAfter(20);
      expect(await sizeAfter(300)).toBeLessThan(before + 1_000_000);
      await client.end();
    });

    it('refuses a slug that another account has', async () => {
      const CREATE =
        'mutation ($slug: String!) { createAccount(input: { slug: $slug, name: "x" }) { account { id } } }';
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => gateway.master.send(CREATE, { slug: 'contended' })),
      );
      const codes = answers.map(({ errors: [error] }) => error?.extensions.code ?? 'created').sort();
      expect(codes).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT', 'created']);
    });

    it('refuses a revoked key within a second', async () => {
      const made = await gateway.client(tenants.acme.key).ask<{
        createApiKey: { apiKey: { id: string }; secret: string };
      }>('mutation { createApiKey(input: { name: "brief", role: VIEWER }) { apiKey { id } secret } }');
      const brief = gateway.client(made.createApiKey.secret);
      await brief.ask('{ viewer { key { id } } }');
      await gateway
        .client(tenants.acme.key)
        .ask('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: made.createApiKey.apiKey.id });
      await eventually(async () => (await brief.send('{ viewer { key { id } } }')).status === 401, 1_000);
    });

    const readiness = async (): Promise<{ status: number; reasons: string[]; warnings: string[] }> => {
      const answer = await gateway.gateway.app.inject('/readyz');
      return { status: answer.statusCode, ...answer.json<{ reasons: string[]; warnings: string[] }>() };
    };
    const shardOf = (table: string): Promise<string> =>
      queryValue(
        database.superuserUrl,
        'SELECT shard_name(logicalrelid, shardid) FROM pg_dist_shard WHERE logicalrelid = $1::regclass ORDER BY shardid DESC LIMIT 1',
        [table],
      );

    it('is ready', async () => {
      expect(await readiness()).toMatchObject({
        status: 200,
        reasons: [],
        warnings: [expect.stringContaining('the tables are distributed among shards')],
      });
    });

    const trigger = (how: string): string =>
      `DO $$ DECLARE t name; BEGIN
         SELECT tgname INTO t FROM pg_trigger WHERE tgrelid = 'SHARD'::regclass AND tgname ~ 'row_update';
         EXECUTE format('ALTER TABLE SHARD ${how} TRIGGER %I', t); END $$`;

    it.each([
      [
        'row level security',
        'ALTER TABLE SHARD DISABLE ROW LEVEL SECURITY',
        'ALTER TABLE SHARD ENABLE ROW LEVEL SECURITY',
      ],
      [
        'row level security',
        'ALTER TABLE SHARD NO FORCE ROW LEVEL SECURITY',
        'ALTER TABLE SHARD FORCE ROW LEVEL SECURITY',
      ],
      ['policies', 'CREATE POLICY odd ON SHARD TO {{tenant}} USING (true)', 'DROP POLICY odd ON SHARD'],
      ['privileges', 'GRANT SELECT ON SHARD TO PUBLIC', 'REVOKE SELECT ON SHARD FROM PUBLIC'],
      ['triggers', trigger('DISABLE'), trigger('ENABLE ALWAYS')],
    ])('is not ready while one shard lacks its %s: %s', async (kind, weaken, mend) => {
      const shard = await shardOf('tool');
      const on = (statement: string): string => statement.replaceAll('SHARD', shard);
      await superuser('SET citus.enable_manual_changes_to_shards = on', on(weaken));
      const weak = await readiness();
      await superuser('SET citus.enable_manual_changes_to_shards = on', on(mend));
      expect(weak).toMatchObject({
        status: 503,
        reasons: [
          expect.stringMatching(new RegExp(`the shard \\d+ of the table tool differs from its table in ${kind}`)),
        ],
      });
      expect(await readiness()).toMatchObject({ status: 200 });
    });
  });

  it('a later migration adds a table of accounts to the distributed ones', async () => {
    await connected(database.ownerUrl, async (client) => {
      await client.query('BEGIN');
      await client.query(withRoles(MIGRATION, rolesOf(database)));
      await client.query('ALTER TABLE tool ADD COLUMN later text');
      await client.query('COMMIT');
    });
    const colocated = `SELECT count(DISTINCT colocationid) || ' ' || count(*) FROM pg_dist_partition
      WHERE logicalrelid IN ('account'::regclass, 'note'::regclass)`;
    expect(await queryValue(database.superuserUrl, colocated)).toBe('1 2');
    const { refusals } = await planDistribution(database.ownerUrl, TEST_SHARDS);
    expect(refusals).toEqual([]);
  });
});
