/**
 * Due schedules are leased to one dispatcher each, even after another one died; test/keys/two-processes tests several
 * at once.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fc from 'fast-check';
import { dueTimes } from '../../src/resources/schedule/schedule.service';
import { nextTime } from '../../src/resources/schedule/timing';
import { eventually } from '../harness/eventually';
import type { Client } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { connected, query } from '../harness/sql';

const tenants = setupTwoTenants();

const CLAIM =
  'mutation ($limit: Int, $lease: Int) { claimDueSchedules(limit: $limit, leaseSeconds: $lease) { id dueAt attempt leaseUntil schedule { id nextRunAt lastRunAt } } }';

interface Firing {
  readonly id: string;
  readonly attempt: number;
  readonly dueAt: string;
  readonly schedule: { readonly id: string; readonly nextRunAt: string; readonly lastRunAt: string };
}

async function plantSchedules(client: Client, count: number, name: string, more: object = {}): Promise<string[]> {
  const { a } = await client.ask<{ a: { id: string } }>(
    'mutation ($input: CreateAgentInput!) { a: createAgent(input: $input) { id } }',
    { input: { name, framework: 'LANGCHAIN', model: { provider: 'openai', name: 'gpt' } } },
  );
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) {
    const { s } = await client.ask<{ s: { id: string } }>(
      'mutation ($input: CreateScheduleInput!) { s: createSchedule(input: $input) { id } }',
      { input: { agentId: a.id, cron: '0 9 * * *', timezone: 'Europe/Berlin', ...more } },
    );
    ids.push(s.id);
  }
  return ids;
}

/** Makes schedules due. */
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
    await client.query('SELECT id FROM schedule WHERE account_id = $1 AND id = ANY($2) FOR UPDATE', [
      tenants.acme.accountId,
      ids,
    ]);
    // Rows that another dispatcher holds are skipped, never waited for.
    expect(await claim(tenants.master)).toEqual([]);
    const [backend] = (await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')).rows;
    await query(tenants.database.superuserUrl, 'SELECT pg_terminate_backend($1::int)', [backend?.pid]);
  });
  expect((await claim(tenants.master)).map(({ schedule }) => schedule.id).sort()).toEqual([...ids].sort());
});

it('a claim whose answer was lost gets the same answer under its Idempotency-Key, without new schedules', async () => {
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

const acknowledge = async (ids: readonly string[]): Promise<string[]> =>
  (
    await tenants.master.ask<{ acknowledgeFirings: string[] }>(
      'mutation ($ids: [ID!]!) { acknowledgeFirings(ids: $ids) }',
      { ids },
    )
  ).acknowledgeFirings;

/** Makes leases expire. */
const lose = (ids: readonly string[]): Promise<object[]> =>
  query(
    tenants.database.superuserUrl,
    "UPDATE schedule_firing SET lease_until = now() - interval '1 second' WHERE id = ANY($1)",
    [ids],
  );

const forgetAll = (): Promise<object[]> =>
  query(tenants.database.superuserUrl, 'WITH f AS (DELETE FROM schedule_firing) UPDATE schedule SET enabled = false');

it('a firing that its dispatcher loses is returned again, or skipped if its schedule is AT_MOST_ONCE', async () => {
  const [again = ''] = await plantSchedules(tenants.acme, 1, 'again');
  const [skipped = ''] = await plantSchedules(tenants.acme, 1, 'skipped', { delivery: 'AT_MOST_ONCE' });
  await makeDue([again, skipped]);
  const first = await claim(tenants.master);
  expect(first.map(({ attempt }) => attempt)).toEqual([1, 1]);
  expect(await claim(tenants.master)).toEqual([]);
  await lose(first.map(({ id }) => id));
  const second = await claim(tenants.master);
  expect(second.map(({ schedule, attempt }) => [schedule.id, attempt])).toEqual([[again, 2]]);
  expect(second[0]?.dueAt).toBe(first.find(({ schedule }) => schedule.id === again)?.dueAt);
  const ids = [...first, ...second].map(({ id }) => id);
  expect(await acknowledge(ids)).toEqual([second[0]?.id]);
  expect(await acknowledge(ids)).toEqual([]);
  await lose(ids);
  expect(await claim(tenants.master)).toEqual([]);
});

it('firings that cannot be leased are refused, and no account key leases or acknowledges', async () => {
  const code = async (client: Client, text: string): Promise<string | undefined> =>
    (await client.send(text)).errors[0]?.extensions.code;
  for (const text of ['claimDueSchedules(leaseSeconds: 0) { id }', 'claimDueSchedules(leaseSeconds: 3601) { id }'])
    expect(await code(tenants.master, `mutation { ${text} }`)).toBe('BAD_USER_INPUT');
  expect(await code(tenants.master, 'mutation { acknowledgeFirings(ids: []) }')).toBe('BAD_USER_INPUT');
  expect(await acknowledge(['no id', tenants.acme.accountId])).toEqual([]);
  expect(await code(tenants.acme, 'mutation { acknowledgeFirings(ids: ["x"]) }')).toBe('FORBIDDEN');
  for (const [field, value] of [
    ['catchUpMinutes', '-1'],
    ['catchUpMinutes', '10081'],
  ] as const) {
    const { errors } = await tenants.acme.send(
      `mutation { createSchedule(input: { agentId: "${tenants.acme.accountId}", cron: "0 9 * * *", ${field}: ${value} }) { id } }`,
    );
    expect(errors[0]?.message).toContain('a whole number from 0 to 10080');
  }
});

it('a schedule catches up every firing within its window, over several claims if necessary', async () => {
  await forgetAll();
  const [id = ''] = await plantSchedules(tenants.acme, 1, 'window', { cron: '* * * * *', catchUpMinutes: 30 });
  await query(
    tenants.database.superuserUrl,
    "UPDATE schedule SET next_run_at = date_trunc('minute', now()) - interval '2 hours' WHERE id = $1",
    [id],
  );
  const firings = [...(await claim(tenants.master, 12)), ...(await claim(tenants.master))];
  const times = firings.map(({ dueAt }) => Date.parse(dueAt));
  expect(firings.length).toBeGreaterThanOrEqual(30);
  expect(firings.length).toBeLessThanOrEqual(32);
  expect(times).toEqual(times.map((_, index) => (times[0] ?? 0) + index * 60_000));
  expect(await acknowledge(firings.map(({ id: firing }) => firing))).toHaveLength(firings.length);
});

it('the times of a schedule are those that its expression matches within the window, compared with a search by minutes', () => {
  const now = new Date('2026-03-29T03:30:30Z');
  fc.assert(
    fc.property(
      fc.constantFrom('*/7 * * * *', '30 2 * * *', '0 * * * 0', '15,45 1-3 * * *'),
      fc.integer({ min: 1, max: 600 }),
      fc.integer({ min: 0, max: 900 }),
      fc.integer({ min: 1, max: 50 }),
      (cron, catchUpMinutes, minutesAgo, limit) => {
        const timezone = 'Europe/Berlin';
        const nextRunAt = nextTime(cron, timezone, new Date(now.getTime() - minutesAgo * 60_000)) ?? '';
        const found = dueTimes({ cron, timezone, nextRunAt, catchUpMinutes }, now, limit);
        const named: string[] = [];
        const from = now.getTime() - Math.min(minutesAgo, catchUpMinutes) * 60_000;
        for (let time = nextTime(cron, timezone, new Date(from)) ?? ''; Date.parse(time) <= now.getTime();) {
          named.push(time);
          time = nextTime(cron, timezone, new Date(time)) ?? '';
        }
        expect(found.times).toEqual(named.slice(0, limit));
        const last = found.times.at(-1);
        expect(found.nextRunAt).toBe(nextTime(cron, timezone, last === undefined ? now : new Date(last)));
      },
    ),
  );
});

const RUNS = Number(process.env['FIRING_RUNS'] ?? 8);

/** What a dispatcher may do, and what may happen to it. */
const step = fc.record({
  kind: fc.constantFrom('due', 'claim', 'acknowledge', 'lose', 'disable'),
  which: fc.nat({ max: 3 }),
});

it('each firing is held by one dispatcher until it is acknowledged, lost or skipped, as in the model', async () => {
  await forgetAll();
  const ids = [
    ...(await plantSchedules(tenants.acme, 2, 'model')),
    ...(await plantSchedules(tenants.globex, 2, 'model', { delivery: 'AT_MOST_ONCE' })),
  ];
  const { superuserUrl } = tenants.database;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 15 }), async (steps) => {
      await query(superuserUrl, 'DELETE FROM schedule_firing');
      await query(superuserUrl, 'UPDATE schedule SET enabled = true, next_run_at = NULL WHERE id = ANY($1)', [ids]);
      const due = new Set<string>();
      const disabled = new Set<string>();
      const open = new Map<string, { schedule: string; attempt: number; isLost: boolean }>();
      const handedOut: string[] = [];
      for (const [index, { kind, which }] of steps.entries()) {
        const schedule = ids[which] ?? '';
        const firing = handedOut[handedOut.length - 1 - which] ?? '';
        const held = open.get(firing);
        if (kind === 'due' && !disabled.has(schedule)) {
          await query(
            superuserUrl,
            "UPDATE schedule SET next_run_at = now() - interval '1 hour' + $2 * interval '1 second' WHERE id = $1",
            [schedule, index],
          );
          due.add(schedule);
        } else if (kind === 'disable') {
          await query(superuserUrl, 'UPDATE schedule SET enabled = false WHERE id = $1', [schedule]);
          disabled.add(schedule);
        } else if (kind === 'acknowledge') {
          expect(await acknowledge([firing])).toEqual(held ? [firing] : []);
          open.delete(firing);
        } else if (kind === 'lose' && held) {
          await lose([firing]);
          held.isLost = true;
        } else if (kind === 'claim') {
          const expected: string[] = [];
          for (const [id, lost] of open) {
            if (!lost.isLost) continue;
            if (disabled.has(lost.schedule) || ids.indexOf(lost.schedule) >= 2) open.delete(id);
            else {
              lost.isLost = false;
              lost.attempt += 1;
              expected.push(`${lost.schedule} ${lost.attempt}`);
            }
          }
          for (const id of due) if (!disabled.has(id)) expected.push(`${id} 1`);
          for (const id of expected) due.delete(id.slice(0, 36));
          const claimed = await claim(tenants.master);
          expect(claimed.map((each) => `${each.schedule.id} ${each.attempt}`).sort()).toEqual(expected.sort());
          for (const { id, schedule: row, attempt } of claimed) {
            if (attempt === 1) open.set(id, { schedule: row.id, attempt, isLost: false });
            handedOut.push(id);
          }
        }
      }
    }),
    { numRuns: RUNS },
  );
});

const DISPATCHER = `
  const [url, key, lease] = process.argv.slice(1);
  const query = 'mutation { claimDueSchedules(leaseSeconds: ' + lease + ') { id } }';
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', 'x-api-key': key, 'x-reason': 'dispatch' }, body: JSON.stringify({ query }) })
    .then((answer) => answer.text()).then((text) => process.stdout.write(text));
  setInterval(() => undefined, 1000);`;

it('a firing of a killed dispatcher goes to exactly one of the remaining dispatchers', async () => {
  await forgetAll();
  const [id = ''] = await plantSchedules(tenants.acme, 1, 'killed');
  await makeDue([id]);
  const url = `${await tenants.gateway.app.listen({ host: '127.0.0.1', port: 0 })}/graphql`;
  const dispatcher = spawn(process.execPath, ['-e', DISPATCHER, url, tenants.master.key, '2'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [answer] = (await once(dispatcher.stdout, 'data')) as [Buffer];
  const claimed = JSON.parse(answer.toString()) as { data: { claimDueSchedules: Firing[] } };
  expect(claimed.data.claimDueSchedules).toHaveLength(1);
  dispatcher.kill('SIGKILL');
  await once(dispatcher, 'exit');
  const found: Firing[] = [];
  await eventually(async () => {
    found.push(...(await Promise.all([claim(tenants.master), claim(tenants.master)])).flat());
    return found.length > 0;
  }, 20_000);
  expect(found.map(({ schedule, attempt }) => [schedule.id, attempt])).toEqual([[id, 2]]);
});
