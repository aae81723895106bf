/**
 * Two accounts whose rows have the same ids, like those of a restored copy, and rows of two types with the same id: ids
 * alone never identify a row.
 */
import { newId } from '../../src/db/ids';
import { query } from '../harness/sql';
import { setupTwoTenants } from '../harness/setup-tenants';

const [AGENT, SCHEDULE] = [newId(), newId()];
const TOOL = AGENT;

const tenants = setupTwoTenants();
const { acme, globex, master } = tenants;

beforeAll(async () => {
  const { database } = tenants;
  for (const { accountId } of [acme, globex]) {
    const insert = (table: string, columns: string, values: string): Promise<unknown> =>
      query(database.superuserUrl, `INSERT INTO ${table} (account_id, ${columns}) VALUES ('${accountId}', ${values})`);
    await insert('agent', 'id, name, type', `'${AGENT}', 'of ${accountId}', 'A2A'`);
    await insert('tool', 'id, name, type', `'${TOOL}', 'of ${accountId}', 'CUSTOM'`);
    await insert('agent_tool', 'agent_id, tool_id', `'${AGENT}', '${TOOL}'`);
    await insert(
      'schedule',
      'id, agent_id, cron, timezone, enabled',
      `'${SCHEDULE}', '${AGENT}', '0 9 * * *', 'UTC', false`,
    );
  }
});

interface Agent {
  readonly accountId: string;
  readonly tools: readonly { readonly accountId: string; readonly agents: readonly { readonly accountId: string }[] }[];
  readonly schedules: readonly { readonly accountId: string; readonly agent: { readonly accountId: string } }[];
}

const NESTED = `accountId tools { accountId agents { accountId } } schedules { accountId agent { accountId } }`;
const nestedOf = (accountId: string): Agent => ({
  accountId,
  tools: [{ accountId, agents: [{ accountId }] }],
  schedules: [{ accountId, agent: { accountId } }],
});

it('a master key reads nested rows of the account of each row, in one request for both', async () => {
  const { agents } = await master.ask<{ agents: { nodes: Agent[] } }>(
    `query ($id: ID!) { agents(filter: { id: { in: [$id] } }) { nodes { ${NESTED} } } }`,
    { id: AGENT },
  );
  const byAccount = [...agents.nodes].sort((left, right) => left.accountId.localeCompare(right.accountId));
  expect(byAccount).toEqual([acme.accountId, globex.accountId].sort().map(nestedOf));
});

it.each(['agents', 'tools', 'schedules'])('pages across accounts, of %s, contain every row once', async (list) => {
  const query = `query ($after: String) { ${list}(first: 1, after: $after) { nodes { accountId } pageInfo { endCursor hasNextPage } } }`;
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page: {
      [name: string]: { nodes: { accountId: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
    } = await tenants.master.ask(query, { after });
    seen.push(...(page[list]?.nodes.map(({ accountId }) => accountId) ?? []));
    after = page[list]?.pageInfo.hasNextPage === true ? page[list].pageInfo.endCursor : null;
  } while (after !== null);
  expect(seen.sort()).toEqual([tenants.acme.accountId, tenants.globex.accountId].sort());
});

it('pages across accounts, of rows without an owner, contain every row once, in one order', async () => {
  interface Unowned {
    readonly cursor: string;
    readonly accountId: string;
    readonly resourceType: string;
  }
  const rowsOf = async (first: number, after: string | null): Promise<Unowned[]> =>
    (
      await tenants.master.ask<{ unownedResources: Unowned[] }>(
        'query ($first: Int!, $after: String) { unownedResources(first: $first, after: $after) { cursor accountId resourceType } }',
        { first, after },
      )
    ).unownedResources;
  const all = await rowsOf(100, null);
  const paged: Unowned[] = [];
  for (let page = await rowsOf(1, null); page.length > 0; page = await rowsOf(1, paged.at(-1)?.cursor ?? null))
    paged.push(...page);
  const names = (rows: readonly Unowned[]): string[] => rows.map((row) => `${row.accountId} ${row.resourceType}`);
  expect(names(paged)).toEqual(names(all));
  expect(new Set(names(all)).size).toBe(all.length);
  expect(names(all).filter((name) => name.endsWith(' Tool'))).toHaveLength(2);
});

it('each account key reads and changes its own row of the id', async () => {
  for (const tenant of [acme, globex])
    expect(await tenant.ask(`query ($id: ID!) { agent(id: $id) { ${NESTED} } }`, { id: AGENT })).toEqual({
      agent: nestedOf(tenant.accountId),
    });
  await acme.ask('mutation ($id: ID!) { deleteTool(id: $id, force: true) { id } }', { id: TOOL });
  expect(await globex.ask('query ($id: ID!) { tool(id: $id) { accountId } }', { id: TOOL })).toEqual({
    tool: { accountId: globex.accountId },
  });
});

it('a due schedule fires for its own account, not for another one with the same id', async () => {
  const { database } = tenants;
  await query(database.superuserUrl, "UPDATE schedule SET enabled = true, next_run_at = now() + interval '1 day'");
  await query(
    database.superuserUrl,
    "UPDATE schedule SET next_run_at = now() - interval '1 minute' WHERE account_id = $1",
    [acme.accountId],
  );
  const CLAIM = 'mutation { claimDueSchedules { id schedule { accountId } } }';
  type Claimed = { claimDueSchedules: { id: string; schedule: { accountId: string } }[] };
  const { claimDueSchedules: first } = await master.ask<Claimed>(CLAIM);
  expect(first.map(({ schedule }) => schedule.accountId)).toEqual([acme.accountId]);
  await query(database.superuserUrl, "UPDATE schedule_firing SET lease_until = now() - interval '1 minute'");
  const { claimDueSchedules: second } = await master.ask<Claimed>(CLAIM);
  expect(second).toEqual(first);
  expect(await globex.ask('{ schedules { nodes { lastRunAt } } }')).toEqual({
    schedules: { nodes: [{ lastRunAt: null }] },
  });
});
