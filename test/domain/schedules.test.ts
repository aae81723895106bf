/** Due schedules are handed out once each: to two dispatchers, to two gateways, and after a dispatcher that died. */
import { createWorld, openHouse, type Client, type House, type World } from '../harness/gateway';
import { connected, query } from '../harness/sql';

let world: World;
let second: House;
beforeAll(async () => {
  world = await createWorld();
  second = await openHouse({ database: world.database });
});
afterAll(async () => {
  await second.close();
  await world.close();
});

const SCHEDULES = 40;
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

it('each firing goes to one dispatcher, however many ask at once and whichever gateway they ask', async () => {
  const ids = [
    ...(await plantSchedules(world.acme, SCHEDULES / 2, 'a')),
    ...(await plantSchedules(world.globex, SCHEDULES / 2, 'g')),
  ];
  const other = second.client(world.master.key);
  for (let round = 0; round < 5; round += 1) {
    await makeDue(ids);
    const handed: Firing[] = [];
    for (let before = -1; before !== handed.length;) {
      before = handed.length;
      const answers = await Promise.all([world.master, other, world.master, other].map((client) => claim(client, 7)));
      handed.push(...answers.flat());
    }
    expect(handed.map(({ schedule }) => schedule.id).sort()).toEqual([...ids].sort());
    for (const { dueAt, schedule } of handed)
      expect(schedule.nextRunAt > dueAt && schedule.lastRunAt > dueAt).toBe(true);
  }
  expect(await claim(world.master)).toEqual([]);
});

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
