/** The number of statements of an operation depends on its form, never on the number of rows or accounts. */
import { canAsk } from '../harness/among-shards';
import { seed } from '../harness/factories';
import { seedBulk } from '../harness/seed-bulk';
import type { Client } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { withoutTriggers } from '../harness/sql';

const tenants = setupTwoTenants();

const QUERY = `query ($first: Int!, $accountId: ID) {
  agents(accountId: $accountId, first: $first) { totalCount nodes { id name accountId tools { name agents: accountId } } }
}`;

interface Found {
  readonly agents: {
    readonly totalCount: number;
    readonly nodes: readonly { accountId: string; tools: readonly unknown[] }[];
  };
}

interface Cost {
  readonly batches: number;
  readonly statements: number;
  readonly rows: number;
  readonly accounts: number;
  readonly tools: number;
}

async function costOf(client: Client, first: number, accountId?: string): Promise<Cost> {
  const before = tenants.gateway.database.counts;
  const { agents } = await client.ask<Found>(QUERY, { first, accountId });
  const after = tenants.gateway.database.counts;
  return {
    batches: after.batches - before.batches,
    statements: after.statements - before.statements,
    rows: agents.nodes.length,
    accounts: new Set(agents.nodes.map((one) => one.accountId)).size,
    tools: agents.nodes.reduce((sum, one) => sum + one.tools.length, 0),
  };
}

/** Links every agent of every account to every tool that was created through the API. */
const linkAll = (): Promise<void> =>
  withoutTriggers(tenants.database.superuserUrl, async (client) => {
    await client.query(`
      INSERT INTO agent_tool (account_id, agent_id, tool_id)
      SELECT a.account_id, a.id, t.id FROM agent a JOIN tool t ON t.account_id = a.account_id AND t.name LIKE 'Row%' ON CONFLICT DO NOTHING`);
  });

it('agents with their tools take as many statements for 1 as for 100 agents, and for 1 as for 50 accounts', async () => {
  const accounts = [tenants.acme, tenants.globex];
  while (accounts.length < 50) accounts.push(await tenants.createAccount(`account-${accounts.length}`));
  for (const account of accounts) await seed(account, 'Row');
  await seedBulk(tenants.database.superuserUrl, tenants.acme.accountId, 60);
  await linkAll();

  const one = await costOf(tenants.acme, 1);
  const hundred = await costOf(tenants.acme, 100);
  expect([one.rows, hundred.rows]).toEqual([1, 100]);
  expect(hundred.tools).toBe(200);

  // Acme's 122 rows sort first; from the end, the page has two agents of each of the other accounts.
  const inOne = await costOf(tenants.master, 100, tenants.globex.accountId);
  const inAll = await costOf(tenants.master, 100);
  const crossing = await crossAccounts();
  expect([inOne.accounts, inAll.rows, crossing.accounts]).toEqual([1, 100, 50]);
  expect(crossing.tools).toBe(200);

  const shape = { batches: one.batches, statements: one.statements };
  // The page, its count, and the tools of all its agents.
  expect(shape.statements).toBe(3);
  expect(shape.batches).toBeLessThanOrEqual(3);
  const ofSeveral = canAsk('one statement for rows of several accounts') ? [inAll, crossing] : [];
  for (const cost of [hundred, inOne, ...ofSeveral]) expect(cost).toMatchObject(shape);
}, 120_000);

/** The last page, which has rows of every account. */
async function crossAccounts(): Promise<Cost> {
  const before = tenants.gateway.database.counts;
  const { agents } = await tenants.master.ask<Found>(
    '{ agents(last: 100) { totalCount nodes { id name accountId tools { name agents: accountId } } } }',
  );
  const after = tenants.gateway.database.counts;
  return {
    batches: after.batches - before.batches,
    statements: after.statements - before.statements,
    rows: agents.nodes.length,
    accounts: new Set(agents.nodes.map((row) => row.accountId)).size,
    tools: agents.nodes.reduce((sum, row) => sum + row.tools.length, 0),
  };
}
