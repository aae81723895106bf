/** Two accounts whose rows have the same ids, as a restored copy has: nothing is told apart by its id alone. */
import { newId } from '../../src/db/ids';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { query } from '../harness/sql';

const [AGENT, TOOL, SCHEDULE] = [newId(), newId(), newId()];

let tenants: TwoTenants;
beforeAll(async () => {
  tenants = await createTwoTenants();
  const { acme, globex, database } = tenants;
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
afterAll(() => tenants.close());

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

it('a master key reads below each row the rows of its own account, in one request for both', async () => {
  const { acme, globex, master } = tenants;
  const { agents } = await master.ask<{ agents: { nodes: Agent[] } }>(
    `query ($id: ID!) { agents(filter: { id: { in: [$id] } }) { nodes { ${NESTED} } } }`,
    { id: AGENT },
  );
  const byAccount = [...agents.nodes].sort((left, right) => left.accountId.localeCompare(right.accountId));
  expect(byAccount).toEqual([acme.accountId, globex.accountId].sort().map(nestedOf));
});

it('each account key reads and changes its own row of the id', async () => {
  const { acme, globex } = tenants;
  for (const tenant of [acme, globex])
    expect(await tenant.ask(`query ($id: ID!) { agent(id: $id) { ${NESTED} } }`, { id: AGENT })).toEqual({
      agent: nestedOf(tenant.accountId),
    });
  await acme.ask('mutation ($id: ID!) { deleteTool(id: $id, force: true) { id } }', { id: TOOL });
  expect(await globex.ask('query ($id: ID!) { tool(id: $id) { accountId } }', { id: TOOL })).toEqual({
    tool: { accountId: globex.accountId },
  });
});
