/** Schedules that several dispatchers claim concurrently, and runs of a purged schedule. */
import type { Client } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { connected, query } from '../harness/sql';

const tenants = setupTwoTenants();
const { acme, master } = tenants;

const superuser = (text: string, values: unknown[]): Promise<object[]> =>
  query(tenants.database.superuserUrl, text, values);

interface Firing {
  readonly id: string;
  readonly attempt: number;
  readonly schedule: { readonly id: string };
}

async function claim(limit = 100): Promise<Firing[]> {
  const CLAIM =
    'mutation ($limit: Int) { claimDueSchedules(limit: $limit, leaseSeconds: 3600) { id attempt schedule { id } } }';
  return (await tenants.master.ask<{ claimDueSchedules: Firing[] }>(CLAIM, { limit })).claimDueSchedules;
}

async function plantSchedules(client: Client, count: number, name: string): Promise<{ agent: string; ids: string[] }> {
  const { a } = await client.ask<{ a: { id: string } }>(
    'mutation ($input: CreateAgentInput!) { a: createAgent(input: $input) { id } }',
    { input: { name, framework: 'LANGCHAIN', model: { provider: 'openai', name: 'gpt' } } },
  );
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) {
    const { s } = await client.ask<{ s: { id: string } }>(
      'mutation ($id: ID!) { s: createSchedule(input: { agentId: $id, cron: "0 9 * * *" }) { id } }',
      { id: a.id },
    );
    ids.push(s.id);
  }
  return { agent: a.id, ids };
}

/** Makes schedules due for the given number of minutes. */
const makeDue = (ids: readonly string[], minutes: number): Promise<object[]> =>
  superuser("UPDATE schedule SET next_run_at = now() - $2 * interval '1 minute' WHERE id = ANY($1)", [ids, minutes]);

/** Makes leases end the given number of minutes ago. */
const lose = (ids: readonly string[], minutes: number): Promise<object[]> =>
  superuser("UPDATE schedule_firing SET lease_until = now() - $2 * interval '1 minute' WHERE id = ANY($1)", [
    ids,
    minutes,
  ]);

/** Runs `work` while another dispatcher holds rows of acme in a table. */
const whileHeld = (table: string, ids: readonly string[], work: () => Promise<void>): Promise<void> =>
  connected(tenants.database.operatorUrl, async (client) => {
    await client.query('BEGIN');
    await client.query(`SELECT id FROM ${table} WHERE account_id = $1 AND id = ANY($2) FOR UPDATE`, [
      acme.accountId,
      ids,
    ]);
    await work();
    await client.query('ROLLBACK');
  });

const schedulesOf = (firings: readonly Firing[]): string[] => firings.map(({ schedule }) => schedule.id);

it('a dispatcher gets the schedules after those that others hold, as many as it requests', async () => {
  const { ids: held } = await plantSchedules(tenants.acme, 3, 'held');
  const { ids: free } = await plantSchedules(tenants.globex, 3, 'free');
  await makeDue(held, 60);
  await makeDue(free, 1);
  await whileHeld('schedule', held, async () => {
    const first = schedulesOf(await claim(2));
    expect(first).toHaveLength(2);
    expect([...first, ...schedulesOf(await claim(2))].sort()).toEqual([...free].sort());
  });
  expect(schedulesOf(await claim()).sort()).toEqual([...held].sort());
});

it('a lost firing that another dispatcher is taking is skipped, and the next one is handed out', async () => {
  const { ids } = await plantSchedules(tenants.acme, 2, 'lost twice');
  await makeDue(ids, 1);
  const [held = '', free = ''] = (await claim()).map(({ id }) => id);
  await lose([held], 60);
  await lose([free], 1);
  const again = async (): Promise<unknown[]> => (await claim(1)).map(({ id, attempt }) => [id, attempt]);
  await whileHeld('schedule_firing', [held], async () => expect(await again()).toEqual([[free, 2]]));
  expect(await again()).toEqual([[held, 2]]);
});

it('the runs of a purged schedule are kept without a schedule, which is audited', async () => {
  const { agent, ids } = await plantSchedules(acme, 1, 'purged');
  const [id = ''] = ids;
  const { r } = await acme.ask<{ r: { id: string } }>(
    'mutation ($id: ID!, $s: ID) { r: startRun(agentId: $id, scheduleId: $s) { id } }',
    { id: agent, s: id },
  );
  await acme.ask('mutation ($id: ID!) { deleteSchedule(id: $id, force: true) { id } }', { id });
  await master.ask(
    'mutation ($accountId: ID!, $id: ID) { purge(accountId: $accountId, type: Schedule, id: $id) { purged } }',
    { accountId: acme.accountId, id },
  );
  expect(await acme.ask('query ($id: ID!) { run(id: $id) { scheduleId } }', { id: r.id })).toEqual({
    run: { scheduleId: null },
  });
  const { auditEvents } = await acme.ask<{ auditEvents: { nodes: { action: string }[] } }>(
    'query ($id: String!) { auditEvents(filter: { resourceId: { equals: $id } }) { nodes { action } } }',
    { id: r.id },
  );
  expect(auditEvents.nodes.map(({ action }) => action)).toContain('UPDATE');
});
