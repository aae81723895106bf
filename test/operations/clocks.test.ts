/** The clocks of the gateway and of the database: which of them decides, and that a difference is reported. */
import type { Client } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { query, queryValue } from '../harness/sql';

const tenants = setupTwoTenants({ settings: { ADMIN_PORT: 0 } });

const MINUTE_MS = 60_000;
const TEN_MINUTES_MS = 10 * MINUTE_MS;

/** Everything that Jest can replace except Date: timers use the actual clock. */
const TRUE = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'requestAnimationFrame',
  'cancelAnimationFrame',
  'requestIdleCallback',
  'cancelIdleCallback',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

/** Sets the clock of this process, in which the gateway runs; the database has the actual time. */
function setClockAhead(milliseconds: number): void {
  jest.useRealTimers();
  jest.useFakeTimers({ doNotFake: [...TRUE], now: Date.now() + milliseconds, advanceTimers: true });
}

afterEach(() => jest.useRealTimers());

interface Readiness {
  readonly ready: boolean;
  /** Those of clocks. */
  readonly warnings: readonly string[];
}

async function readiness(): Promise<Readiness> {
  const { warnings = [], ...others } = (await tenants.gateway.app.inject('/readyz')).json<Partial<Readiness>>();
  return { ready: false, ...others, warnings: warnings.filter((warning) => /clock/i.test(warning)) };
}

async function differenceSeconds(): Promise<number> {
  const metrics = (await tenants.gateway.telemetry.metrics?.registry.metrics()) ?? '';
  return Number(/^portcullis_clock_difference_seconds (\S+)$/m.exec(metrics)?.[1]);
}

describe('/readyz, the metric and the log', () => {
  it('do not report a clock that is a few seconds wrong', async () => {
    setClockAhead(5_000);
    expect(await readiness()).toEqual({ ready: true, reasons: [], warnings: [] });
  });

  it.each([
    ['ahead', TEN_MINUTES_MS, 'behind', -600],
    ['behind', -TEN_MINUTES_MS, 'ahead of', 600],
  ])('report the difference if the clock of the gateway is %s, and it stays ready', async (_, wrongMs, is, seconds) => {
    setClockAhead(wrongMs);
    const { ready, warnings } = await readiness();
    expect(ready).toBe(true);
    expect(warnings).toEqual([expect.stringMatching(new RegExp(`^The clock of the database is \\d+ seconds ${is} `))]);
    const [, told] = /is (\d+) seconds/.exec(warnings.join()) ?? [];
    expect(Math.abs(Number(told) - Math.abs(seconds))).toBeLessThan(30);
    expect(Math.abs((await differenceSeconds()) - seconds)).toBeLessThan(30);
    expect(tenants.log).toContainEqual(expect.objectContaining({ level: 40, msg: warnings[0] }));
    jest.useRealTimers();
    expect(await readiness()).toEqual({ ready: true, reasons: [], warnings: [] });
    expect(await differenceSeconds()).toBe(0);
  });
});

interface Firing {
  readonly id: string;
  readonly dueAt: string;
  readonly schedule: { readonly nextRunAt: string };
}

async function claim(): Promise<Firing[]> {
  const CLAIM = 'mutation { claimDueSchedules { id dueAt schedule { nextRunAt } } }';
  return (await tenants.master.ask<{ claimDueSchedules: Firing[] }>(CLAIM)).claimDueSchedules;
}

/** A schedule that was due a moment ago, by the database's clock. @returns that time. */
async function plantDue(client: Client, cronOf: (due: Date) => string): Promise<Date> {
  const minute = await queryValue(
    tenants.database.superuserUrl,
    "SELECT to_char(date_trunc('minute', now() AT TIME ZONE 'UTC'), 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
  );
  const due = new Date(minute);
  const { agent } = await client.ask<{ agent: { id: string } }>(
    'mutation { agent: createAgent(input: { name: "agent", framework: LANGCHAIN, model: { provider: "openai", name: "gpt" } }) { id } }',
  );
  const { schedule } = await client.ask<{ schedule: { id: string } }>(
    'mutation ($input: CreateScheduleInput!) { schedule: createSchedule(input: $input) { id } }',
    { input: { agentId: agent.id, cron: cronOf(due) } },
  );
  await query(tenants.database.superuserUrl, 'UPDATE schedule SET next_run_at = $2 WHERE id = $1', [
    schedule.id,
    due.toISOString(),
  ]);
  return due;
}

describe('schedules are due by the clock of the database', () => {
  it('a gateway whose clock is behind returns each firing once', async () => {
    const due = await plantDue(tenants.acme, (at) => `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`);
    setClockAhead(-TEN_MINUTES_MS);
    const firings = await claim();
    expect(firings.map(({ dueAt }) => dueAt)).toEqual([due.toISOString()]);
    await tenants.master.ask('mutation ($ids: [ID!]!) { acknowledgeFirings(ids: $ids) }', {
      ids: firings.map(({ id }) => id),
    });
    expect(await claim()).toEqual([]);
  });

  it('a gateway whose clock is ahead skips no firing', async () => {
    const due = await plantDue(tenants.globex, () => '* * * * *');
    setClockAhead(TEN_MINUTES_MS);
    const [firing] = await claim();
    const untilNext = Date.parse(firing?.schedule.nextRunAt ?? '') - due.getTime();
    expect(untilNext).toBeGreaterThan(0);
    // One minute, or two if one has passed in the meantime.
    expect(untilNext).toBeLessThan(5 * MINUTE_MS);
  });
});
