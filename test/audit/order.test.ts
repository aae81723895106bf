/** Events of one change have a defined order, independent of the storage order of rows. */
import { seed } from '../harness/factories';
import { setupTwoTenants } from '../harness/setup-tenants';
import { connected, query } from '../harness/sql';

const tenants = setupTwoTenants();
const { acme, master } = tenants;

const CREATE = `mutation ($agentId: ID!) { createSchedule(input: { agentId: $agentId, cron: "0 9 * * *", timezone: "UTC" }) { id } }`;
const TOUCH = 'mutation ($id: ID!) { updateSchedule(id: $id, input: { enabled: false }) { id } }';

interface Event {
  readonly action: string;
  readonly id: string;
}

it('schedules that are deleted and restored with their agent have their events in the order of ids', async () => {
  const [agentId = ''] = (await seed(acme, 'Own')).get('Agent') ?? [];
  const ids: string[] = [];
  for (let count = 0; count < 6; count += 1)
    ids.push((await acme.ask<{ createSchedule: { id: string } }>(CREATE, { agentId })).createSchedule.id);
  // A changed row is stored after the others.
  for (const id of [...ids].reverse()) await acme.ask(TOUCH, { id });
  await acme.ask('mutation ($id: ID!) { deleteAgent(id: $id, force: true) { id } }', { id: agentId });
  await connected(tenants.database.superuserUrl, async (client) => {
    for (const id of [...ids].reverse())
      await client.query("UPDATE schedule SET updated_at = now() + interval '1 minute' WHERE id = $1", [id]);
  });
  await acme.ask('mutation ($id: ID!) { restoreAgent(id: $id) { id } }', { id: agentId });
  const events = await query<Event>(
    tenants.database.superuserUrl,
    `SELECT action, resource_id AS id FROM audit_event
      WHERE account_id = $1 AND resource_type = 'Schedule' AND action IN ('DELETE', 'RESTORE') ORDER BY sequence`,
    [acme.accountId],
  );
  for (const action of ['DELETE', 'RESTORE']) {
    const order = events.filter((event) => event.action === action).map(({ id }) => id);
    expect(order.length).toBeGreaterThanOrEqual(ids.length);
    expect(order).toEqual([...order].sort());
  }
});

it('rows that are purged with an agent have their events by id, children first, regardless of their storage order', async () => {
  const { database } = tenants;
  const agents = (await seed(acme, 'Purged')).get('Agent') ?? [];
  const [agentId = ''] = agents;
  const ids: string[] = [];
  for (let count = 0; count < 5; count += 1)
    ids.push((await acme.ask<{ createSchedule: { id: string } }>(CREATE, { agentId })).createSchedule.id);
  const start = 'mutation ($agentId: ID!) { startRun(agentId: $agentId) { id } }';
  const runs: string[] = [];
  for (let count = 0; count < 5; count += 1)
    runs.push((await acme.ask<{ startRun: { id: string } }>(start, { agentId })).startRun.id);
  await connected(database.superuserUrl, async (client) => {
    for (const [table, rows] of Object.entries({ schedule: ids, run: runs }))
      for (const id of [...rows].reverse())
        await client.query(`UPDATE ${table} SET updated_at = now() + interval '1 minute' WHERE id = $1`, [id]);
  });
  await acme.ask('mutation ($id: ID!) { deleteAgent(id: $id, force: true) { id } }', { id: agentId });
  const purge = 'mutation ($accountId: ID!, $id: ID) { purge(accountId: $accountId, type: Agent, id: $id) { purged } }';
  expect(await master.ask(purge, { accountId: acme.accountId, id: agentId })).toEqual({ purge: { purged: 1 } });
  const events = await query<{ type: string; id: string }>(
    database.superuserUrl,
    `SELECT resource_type AS type, resource_id AS id FROM audit_event
      WHERE account_id = $1 AND action = 'PURGE' ORDER BY sequence`,
    [acme.accountId],
  );
  const types = events.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);
  expect(types).toEqual(['Run', 'Schedule', 'AgentTool', 'AgentMcpServer', 'AgentSubAgent', 'Agent']);
  for (const each of types) {
    const order = events.filter(({ type }) => type === each).map(({ id }) => id);
    expect(order).toEqual([...order].sort());
  }
  expect(events.filter(({ type }) => type === 'Run').length).toBeGreaterThanOrEqual(5);
});

it('replaced links have their events in the order of ids', async () => {
  const own = await seed(acme, 'Linked');
  const [id = ''] = own.get('Agent') ?? [];
  const tools: string[] = [];
  for (let count = 0; count < 5; count += 1)
    tools.push(
      (
        await acme.ask<{ createTool: { id: string } }>(
          'mutation ($name: String!) { createTool(input: { name: $name }) { id } }',
          { name: `tool ${count}` },
        )
      ).createTool.id,
    );
  const link = 'mutation ($id: ID!, $tools: [ID!]!) { updateAgent(id: $id, input: { toolIds: $tools }) { id } }';
  await acme.ask(link, { id, tools: [...tools].reverse() });
  await acme.ask(link, { id, tools: [] });
  const events = await query<{ id: string }>(
    tenants.database.superuserUrl,
    `SELECT resource_id AS id FROM audit_event
      WHERE account_id = $1 AND resource_type = 'AgentTool' AND action = 'PURGE' ORDER BY sequence DESC LIMIT 5`,
    [acme.accountId],
  );
  const order = events.map(({ id: pair }) => pair).reverse();
  expect(order).toHaveLength(5);
  expect(order).toEqual([...order].sort());
});
