/** Due schedules are handed out once each, also after a dispatcher that died; test/keys/two-processes has several at once. */
import { createTwoTenants, type Client, type TwoTenants } from '../harness/gateway';
import { connected, query } from '../harness/sql';

let tenants: TwoTenants;
beforeAll(async () => {
  tenants = await createTwoTenants();
});
afterAll(() => tenants.close());

const CLAIM =
  'mutation ($limit: Int) { claimDueSchedules(limit: $limit) { dueAt schedule { id nextRunAt lastRunAt } } }';

interface Firing {
  readonly dueAt: string;
  readonly schedule: { readonly id: string; readonly nextRunAt: string; readonly lastRunAt: string };
}

async function plantSchedules(client: Client, count: number, name: string): Promise<string[]> {
  const { a } = await client.ask<{ a: { id: string } }>(
    'mutation ($input: CreateAgentInput!) { a: createAgent(input: $input) { id } }',
    { input: { name, framework: 'LANGCHAIN', model: { provider: 'openai', name: 'gpt' } } },
  );
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) {
    const { s } = await client.ask<{ s: { id: string } }>(
      'mutation ($input: CreateScheduleInput!) { s: createSchedule(input: $input) { id } }',
      { input: { agentId: a.id, cron: '0 9 * * *', timezone: 'Europe/Berlin' } },
    );
    ids.push(s.id);
  }
  return ids;
}

/** As if their time had come. */
const makeDue = (ids: readonly string[]): Promise<object[]> =>
  query(
    tenants.database.superuserUrl,
    "UPDATE schedule SET next_run_at = now() - interval '1 minute' WHERE id = ANY($1)",
    [ids],
  );

const claim = async (client: Client, limit = 100): Promise<Firing[]> =>
  (await client.ask<{ claimDueSchedules: Firing[] }>(CLAIM, { limit })).claimDueSchedules;

it('a dispatcher that fails before its claim is stored leaves the schedules to others', async () => {
  const ids = await plantSchedules(tenants.acme, 3, 'broken');
  await makeDue(ids);
  await connected(tenants.database.operatorUrl, async (client) => {
    await client.query('BEGIN');
    await client.query('SELECT id FROM schedule WHERE id = ANY($1) FOR UPDATE', [ids]);
    // What another holds is passed by, never waited for.
    expect(await claim(tenants.master)).toEqual([]);
    const [backend] = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
    await query(tenants.database.superuserUrl, 'SELECT pg_terminate_backend($1)', [backend?.pid]);
  });
  expect((await claim(tenants.master)).map(({ schedule }) => schedule.id).sort()).toEqual([...ids].sort());
});

it('a claim whose answer was lost is answered again under its Idempotency-Key, without new schedules', async () => {
  const ids = await plantSchedules(tenants.acme, 2, 'lost');
  await makeDue(ids);
  const once = { 'idempotency-key': 'claim-1' };
  const first = await tenants.master.send(CLAIM, { limit: 100 }, once);
  expect(first.errors).toEqual([]);
  expect((await tenants.master.send(CLAIM, { limit: 100 }, once)).text).toBe(first.text);
  expect(await claim(tenants.master)).toEqual([]);
});

it('disabled and deleted schedules and those of suspended accounts are not dispatched', async () => {
  const [off = '', gone = '', due = ''] = await plantSchedules(tenants.acme, 3, 'waiting');
  const [suspended = ''] = await plantSchedules(tenants.globex, 1, 'suspended');
  await tenants.acme.ask('mutation ($id: ID!) { updateSchedule(id: $id, input: { enabled: false }) { id } }', {
    id: off,
  });
  await tenants.acme.ask('mutation ($id: ID!) { deleteSchedule(id: $id) { id } }', { id: gone });
  await makeDue([off, gone, due, suspended]);
  const id = tenants.globex.accountId;
  await tenants.master.ask('mutation ($id: ID!) { suspendAccount(id: $id) { id } }', { id });
  expect((await claim(tenants.master)).map(({ schedule }) => schedule.id)).toEqual([due]);
  await tenants.master.ask('mutation ($id: ID!) { reactivateAccount(id: $id) { id } }', { id });
  expect((await claim(tenants.master)).map(({ schedule }) => schedule.id)).toEqual([suspended]);
  expect((await tenants.acme.send(CLAIM)).errors[0]?.extensions.code).toBe('FORBIDDEN');
});
