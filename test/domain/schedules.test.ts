/** Due schedules are handed out once each, also after a dispatcher that died; test/keys/two-processes has several at once. */
import { createWorld, type Client, type World } from '../harness/gateway';
import { connected, query } from '../harness/sql';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

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
    world.database.superuserUrl,
    "UPDATE schedule SET next_run_at = now() - interval '1 minute' WHERE id = ANY($1)",
    [ids],
  );

const claim = async (client: Client, limit = 100): Promise<Firing[]> =>
  (await client.ask<{ claimDueSchedules: Firing[] }>(CLAIM, { limit })).claimDueSchedules;

it('a dispatcher that breaks down before its claim is stored leaves all of it to the others', async () => {
  const ids = await plantSchedules(world.acme, 3, 'broken');
  await makeDue(ids);
  await connected(world.database.operatorUrl, async (client) => {
    await client.query('BEGIN');
    await client.query('SELECT id FROM schedule WHERE id = ANY($1) FOR UPDATE', [ids]);
    // What another holds is passed by, never waited for.
    expect(await claim(world.master)).toEqual([]);
    const [backend] = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
    await query(world.database.superuserUrl, 'SELECT pg_terminate_backend($1)', [backend?.pid]);
  });
  expect((await claim(world.master)).map(({ schedule }) => schedule.id).sort()).toEqual([...ids].sort());
});

it('a claim whose answer was lost is answered again under its Idempotency-Key, and hands out nothing new', async () => {
  const ids = await plantSchedules(world.acme, 2, 'lost');
  await makeDue(ids);
  const once = { 'idempotency-key': 'claim-1' };
  const first = await world.master.send(CLAIM, { limit: 100 }, once);
  expect(first.errors).toEqual([]);
  expect((await world.master.send(CLAIM, { limit: 100 }, once)).text).toBe(first.text);
  expect(await claim(world.master)).toEqual([]);
});

it('what is not enabled, deleted, or of a suspended account waits', async () => {
  const [off = '', gone = '', due = ''] = await plantSchedules(world.acme, 3, 'waiting');
  const [suspended = ''] = await plantSchedules(world.globex, 1, 'suspended');
  await world.acme.ask('mutation ($id: ID!) { updateSchedule(id: $id, input: { enabled: false }) { id } }', {
    id: off,
  });
  await world.acme.ask('mutation ($id: ID!) { deleteSchedule(id: $id) { id } }', { id: gone });
  await makeDue([off, gone, due, suspended]);
  const id = world.globex.accountId;
  await world.master.ask('mutation ($id: ID!) { suspendAccount(id: $id) { id } }', { id });
  expect((await claim(world.master)).map(({ schedule }) => schedule.id)).toEqual([due]);
  await world.master.ask('mutation ($id: ID!) { reactivateAccount(id: $id) { id } }', { id });
  expect((await claim(world.master)).map(({ schedule }) => schedule.id)).toEqual([suspended]);
  expect((await world.acme.send(CLAIM)).errors[0]?.extensions.code).toBe('FORBIDDEN');
});
