/** Totals are exact up to a limit and say whether they are; their cost does not grow beyond it. */
import { newId } from '../../src/db/ids';
import type { Client } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { query } from '../harness/sql';

const LIMIT = 10_000;

const tenants = setupTwoTenants();

beforeAll(async () => {
  for (const [{ accountId }, runs] of [
    [tenants.acme, LIMIT + 5],
    [tenants.globex, LIMIT],
  ] as const) {
    const { superuserUrl } = tenants.database;
    const agentId = newId();
    const agent = `INSERT INTO agent (account_id, id, name, type, config) VALUES ($1, $2, 'a', 'LANGFLOW', '{}')`;
    await query(superuserUrl, agent, [accountId, agentId]);
    const sql = `
      INSERT INTO run (account_id, id, agent_id, trigger, status, started_at)
      SELECT $1, gen_random_uuid(), $2, CASE WHEN n % 100 = 0 THEN 'SCHEDULE' ELSE 'MANUAL' END, 'STARTED', now() - n * interval '1 s'
        FROM generate_series(1, $3::int) n`;
    await query(superuserUrl, sql, [accountId, agentId, runs]);
  }
});

interface Total {
  readonly totalCount: number;
  readonly totalCountIsExact: boolean;
}

const total = async (client: Client, filter: object = {}): Promise<[number, boolean]> => {
  const { runs } = await client.ask<{ runs: Total }>(
    'query ($filter: RunFilter) { runs(filter: $filter) { totalCount totalCountIsExact } }',
    { filter },
  );
  return [runs.totalCount, runs.totalCountIsExact];
};

it('a list with as many rows as the limit has an exact total, and a longer one reports that there are more', async () => {
  expect(await total(tenants.globex)).toEqual([LIMIT, true]);
  expect(await total(tenants.acme)).toEqual([LIMIT, false]);
  expect(await total(tenants.master)).toEqual([LIMIT, false]);
});

it('a filter is counted among the first rows of the list, and exactly if these are all rows', async () => {
  const bySchedule = { trigger: { equals: 'SCHEDULE' } };
  expect(await total(tenants.globex, bySchedule)).toEqual([100, true]);
  expect(await total(tenants.acme, bySchedule)).toEqual([100, false]);
  expect(await total(tenants.acme, { status: { equals: 'FAILED' } })).toEqual([0, true]);
  expect(await total(tenants.acme, { status: { equals: 'STARTED' } })).toEqual([LIMIT, false]);
});

it('the rows of an account are counted up to the same limit', async () => {
  const { account } = await tenants.master.ask<{ account: { counts: object[] } }>(
    'query ($id: ID) { account(id: $id) { counts { resourceType live liveIsExact } } }',
    { id: tenants.acme.accountId },
  );
  expect(account.counts).toContainEqual({ resourceType: 'Run', live: LIMIT, liveIsExact: false });
  expect(account.counts).toContainEqual({ resourceType: 'Agent', live: 1, liveIsExact: true });
});
