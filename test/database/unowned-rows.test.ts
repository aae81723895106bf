/** Rows without an owner are found along an index of their own, however many rows have one. */
import { Client } from 'pg';
import { buildDataset } from '../../bench/dataset/dataset';
import { explain, statementsOf } from '../../bench/lists/explain-plan';
import { gatewayConnection } from '../../src/db/session-settings';
import { resources } from '../../src/resources';
import { canAsk } from '../harness/among-shards';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { connected, query } from '../harness/sql';

/** Accounts whose agents and tools have owners and whose primary keys have none. */
const ACCOUNTS = 300;
const SIZE = { accounts: ACCOUNTS, agents: 40, tools: 40, toolsOfAgent: 1, schedules: 40, runs: 40 };
const OWNED_IN_ONE = 20_000;
const PAGE = 5;
const TABLES = resources.filter(({ mutations }) => mutations).length;

const LIST =
  'query ($first: Int!, $after: String) { unownedResources(first: $first, after: $after) { cursor id accountId resourceType } }';

interface Unowned {
  readonly cursor: string;
  readonly id: string;
  readonly accountId: string;
  readonly resourceType: string;
}

let tenants: TwoTenants;

beforeAll(async () => {
  tenants = await createTwoTenants();
  const { superuserUrl } = tenants.database;
  await buildDataset(superuserUrl, SIZE);
  await connected(superuserUrl, async (client) => {
    await client.query('SET session_replication_role = replica');
    await client.query(
      `INSERT INTO tool (account_id, id, name, type, metadata, deleted_at)
       SELECT $1, gen_random_uuid(), 'many ' || n, 'CUSTOM', CASE WHEN n % 2 = 0 THEN '{"owner": {"team": "a"}}' ELSE '{}' END::jsonb,
              CASE WHEN n % 2 = 0 THEN NULL ELSE now() END FROM generate_series(1, $2::int) n`,
      [tenants.acme.accountId, OWNED_IN_ONE],
    );
    await client.query('VACUUM ANALYZE');
  });
}, 120_000);
afterAll(() => tenants.close());

const READERS = {
  'of one account': () => ({ client: tenants.acme, url: tenants.database.tenantUrl }),
  'of all accounts': () => ({ client: tenants.master, url: tenants.database.operatorUrl }),
};

const itPlans = canAsk('plans') ? it : it.skip;

itPlans.each(['of one account', 'of all accounts'] as const)(
  'a page %s reads no more rows than it needs',
  async (whose) => {
    const reader = READERS[whose]();
    const page = async (after: string | null): Promise<Unowned[]> =>
      (await reader.client.ask<{ unownedResources: Unowned[] }>(LIST, { first: PAGE, after })).unownedResources;
    const cursor = (await page(null)).at(-1)?.cursor ?? null;
    for (const after of [null, cursor]) {
      const sent = (await statementsOf(tenants.gateway.database, () => page(after))).at(-1);
      if (!sent) throw new Error('No statement was sent');
      const client = new Client(gatewayConnection(reader.url));
      await client.connect();
      const plans = await explain(client, sent).finally(() => client.end());
      for (const { indexes, rowsRead, rowsSorted } of plans) {
        expect(indexes.filter((name) => !name.endsWith('_unowned'))).toEqual([]);
        // From each table, a page and the row that the page before ended with.
        expect(rowsRead).toBeLessThanOrEqual(TABLES * (PAGE + 1));
        expect(rowsSorted).toBeLessThanOrEqual(TABLES * PAGE);
      }
    }
  },
);

it('pages of any size contain every row without an owner exactly once, ordered by account', async () => {
  const rowsOf = async (first: number): Promise<string[]> => {
    const rows: string[] = [];
    for (let after: string | null = null; ;) {
      const { unownedResources }: { unownedResources: Unowned[] } = await tenants.master.ask(LIST, { first, after });
      rows.push(...unownedResources.map(({ accountId, id, resourceType }) => `${accountId} ${id} ${resourceType}`));
      after = unownedResources.at(-1)?.cursor ?? null;
      if (unownedResources.length === 0) return rows;
    }
  };
  const stored = await query<{ row: string }>(
    tenants.database.superuserUrl,
    `SELECT account_id || ' ' || id || ' ApiKey' AS row FROM api_key WHERE deleted_at IS NULL ORDER BY account_id, id`,
  );
  expect(stored.length).toBeGreaterThanOrEqual(ACCOUNTS);
  for (const first of [7, 100]) expect(await rowsOf(first)).toEqual(stored.map(({ row }) => row));
});
