/** PostgreSQL uses an index for the conditions of restricted keys, however many rows of others the account has. */
import { Database } from '../../src/db/database';
import { connected } from '../harness/sql';
import { setupTwoTenants } from '../harness/setup-tenants';
import { createKey, type MadeKey } from './keys';
import { madeId } from './teams';

/** So many that reading all of them would cost more than using an index. */
const ROWS = 50_000;

let agent: string;

const world = setupTwoTenants();

beforeAll(async () => {
  const owner = 'metadata: { owner: { team: "support" } }';
  agent = await madeId(
    world.acme,
    `createAgent(input: { name: "mine", type: CONFIG, framework: LANGCHAIN, model: { provider: "o", name: "g" }, ${owner} })`,
  );
  await madeId(world.acme, `startRun(agentId: "${agent}")`);
  await connected(world.database.superuserUrl, async (client) => {
    await client.query('SET session_replication_role = replica');
    await client.query(
      `INSERT INTO tool (account_id, id, name, type, metadata)
       SELECT $1, gen_random_uuid(), 'tool ' || n, 'CUSTOM', jsonb_build_object('owner', jsonb_build_object('team', CASE WHEN n % 1000 = 0 THEN 'support' ELSE 'team ' || n % 50 END))
         FROM generate_series(1, $2::int) n`,
      [world.acme.accountId, ROWS],
    );
    await client.query(
      `INSERT INTO run (account_id, id, agent_id, trigger, status, started_at)
       SELECT $1, gen_random_uuid(), ('00000000-0000-7000-8000-' || lpad((n % 500)::text, 12, '0'))::uuid, 'MANUAL', 'STARTED', now() - n * interval '1 second'
         FROM generate_series(1, $2::int) n`,
      [world.acme.accountId, ROWS],
    );
    await client.query(
      `INSERT INTO agent (account_id, id, name, type)
       SELECT $1, ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'agent ' || n, 'CONFIG' FROM generate_series(0, 499) n`,
      [world.acme.accountId],
    );
    // All agents use the team's tools.
    await client.query(
      `INSERT INTO agent_tool (account_id, agent_id, tool_id)
       SELECT a.account_id, a.id, t.id FROM agent a JOIN tool t ON t.account_id = a.account_id AND t.owner_team = 'support' WHERE a.account_id = $1`,
      [world.acme.accountId],
    );
    await client.query('ANALYZE');
  });
}, 240_000);

interface Plan {
  readonly 'Node Type': string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Plan[];
}

/** Rows that the scans of a plan examined. */
const looked = (plan: Plan): number =>
  (plan.Plans ?? []).reduce((sum, inner) => sum + looked(inner), 0) +
  (plan['Node Type'].includes('Scan')
    ? (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops']
    : 0);

/** Sequential scans of the large tables. */
const sequentialScans = (plan: Plan): number =>
  (plan.Plans ?? []).reduce((sum, inner) => sum + sequentialScans(inner), 0) +
  (plan['Node Type'] === 'Seq Scan' && ['tool', 'run'].includes(plan['Relation Name'] ?? '') ? 1 : 0);

/** The rows that the statements of an operation read, under the restricted role with the key's settings. */
async function rowsLookedAt(key: MadeKey, operation: string): Promise<{ rows: number; sequential: number }> {
  const batch = jest.spyOn(Database.prototype, 'batch');
  await key.ask(operation);
  const calls = batch.mock.calls.filter(([role]) => role === 'restricted');
  batch.mockRestore();
  expect(calls.length).toBeGreaterThan(0);
  return connected(world.database.restrictedUrl, async (client) => {
    let [rows, sequential] = [0, 0];
    for (const [, accountId, queries, settings = []] of calls) {
      await client.query('BEGIN');
      await client.query(`SET LOCAL app.account_id = '${String(accountId)}'`);
      for (const { text } of settings) await client.query(text);
      for (const { text, values } of queries) {
        const { rows: answer } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
          `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
          [...values],
        );
        const plan = answer[0]?.['QUERY PLAN'][0].Plan;
        if (!plan) throw new Error('No plan');
        rows += looked(plan);
        sequential += sequentialScans(plan);
      }
      await client.query('ROLLBACK');
    }
    return { rows, sequential };
  });
}

it.each([
  ['a page of tools', '{ tools(first: 20) { nodes { id name } pageInfo { hasNextPage } } }', 200],
  ['the last page of tools', '{ tools(last: 20) { nodes { id } } }', 200],
  ['a page of tools by name', '{ tools(first: 20, orderBy: { field: name }) { nodes { id } } }', 1_000],
  ['a search for tools', '{ tools(first: 20, filter: { name: { contains: "99" } }) { nodes { id } } }', 1_000],
  ['the number of tools', '{ tools { totalCount } }', 1_000],
  ['a page of runs', '{ runs(first: 20) { nodes { id agent { id } } } }', 200],
  // With a limit, the planner may examine all 500 agents to find those of the team, but never the 50,000 runs.
  ['the number of runs', '{ runs { totalCount } }', 300],
  ['the agents of tools that all agents use', '{ tools(first: 20) { nodes { id agents { id } } } }', 200],
])("%s of a team reads only the team's rows", async (_title, operation, most) => {
  const key = await createKey(world, world.acme, { role: 'VIEWER', ownerTeams: ['support'] });
  const { rows, sequential } = await rowsLookedAt(key, operation);
  expect({ sequential, isFew: rows <= most * 2, rows }).toEqual({ sequential: 0, isFew: true, rows });
});

it.each([
  ['a page of agents', '{ agents(first: 20) { nodes { id } } }'],
  ['a page of runs', '{ runs(first: 20) { nodes { id } } }'],
  ['the number of runs', '{ runs { totalCount } }'],
])('%s of single rows reads only these rows', async (_title, operation) => {
  const key = await createKey(world, world.acme, { role: 'VIEWER', rowIds: [agent] });
  const { rows } = await rowsLookedAt(key, operation);
  expect({ isFew: rows <= 100, rows }).toEqual({ isFew: true, rows });
});
