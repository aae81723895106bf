/** The next time of a schedule: known changes of the clock, and any expression against a walk through Intl. */
import fc from 'fast-check';
import { Cron } from 'croner';
import { cronProblem, nextTime, timezoneProblem } from './timing';

const after = (cron: string, zone: string, from: string, count: number): string[] => {
  const times: string[] = [];
  for (let time = new Date(from); times.length < count; time = new Date(times.at(-1) ?? '')) {
    times.push(nextTime(cron, zone, time) ?? 'never');
  }
  return times.map((time) => time.slice(0, 16));
};

it.each([
  [
    'in the gap: when it ends, and at the usual time again the next day',
    '30 2 * * *',
    'Europe/Berlin',
    '2027-03-27T12:00Z',
    ['2027-03-28T01:00', '2027-03-29T00:30'],
  ],
  [
    'two times in one gap: once',
    '15,45 2 * * *',
    'Europe/Berlin',
    '2027-03-27T12:00Z',
    ['2027-03-28T01:00', '2027-03-29T00:15'],
  ],
  [
    'every half hour: nothing in the gap',
    '*/30 2-3 * * *',
    'Europe/Berlin',
    '2027-03-28T00:00Z',
    ['2027-03-28T01:00', '2027-03-28T01:30', '2027-03-29T00:00'],
  ],
  [
    'named and twice on the clock: the first',
    '30 2 * * *',
    'Europe/Berlin',
    '2026-10-24T12:00Z',
    ['2026-10-25T00:30', '2026-10-26T01:30'],
  ],
  ['named and between the two: not again', '30 2 * * *', 'Europe/Berlin', '2026-10-25T00:45Z', ['2026-10-26T01:30']],
  [
    'every hour: the repeated hour again',
    '30 * * * *',
    'Europe/Berlin',
    '2026-10-25T00:00Z',
    ['2026-10-25T00:30', '2026-10-25T01:30', '2026-10-25T02:30'],
  ],
  [
    'a gap of half an hour',
    '15 2 * * *',
    'Australia/Lord_Howe',
    '2026-10-03T12:00Z',
    ['2026-10-03T15:30', '2026-10-04T15:15'],
  ],
  [
    'an overlap of half an hour',
    '45 1 * * *',
    'Australia/Lord_Howe',
    '2027-04-03T12:00Z',
    ['2027-04-03T14:45', '2027-04-04T15:15'],
  ],
  [
    'an overlap of half an hour, by the clock',
    '*/15 1 * * *',
    'Australia/Lord_Howe',
    '2027-04-03T14:29Z',
    ['2027-04-03T14:30', '2027-04-03T14:45', '2027-04-03T15:00', '2027-04-03T15:15', '2027-04-04T14:30'],
  ],
  ['a gap at midnight', '0 0 * * *', 'America/Santiago', '2026-09-05T12:00Z', ['2026-09-06T04:00', '2026-09-07T03:00']],
  [
    'a zone without changes',
    '30 2 * * *',
    'Asia/Kolkata',
    '2027-03-27T12:00Z',
    ['2027-03-27T21:00', '2027-03-28T21:00'],
  ],
])('%s', (_title, cron, zone, from, expected) => {
  expect(after(cron, zone, from, expected.length)).toEqual(expected);
});

it('a day that exists in no year is refused without a search, and every other day is accepted', () => {
  const search = jest.spyOn(Cron.prototype, 'nextRun');
  const exists = (month: number, day: number): boolean => new Date(Date.UTC(2028, month - 1, day)).getUTCDate() === day;
  for (let month = 1; month <= 12; month += 1) {
    for (const day of [1, 28, 29, 30, 31]) {
      const never = 'is never due: no calendar has such a day';
      expect([month, day, cronProblem(`0 9 ${day} ${month} *`)]).toEqual([
        month,
        day,
        exists(month, day) ? null : never,
      ]);
    }
  }
  expect(search.mock.calls).toHaveLength(0);
  search.mockRestore();
  for (const due of [
    '0 0 31 2,3 *',
    '0 0 31 2 1',
    '0 0 L 2 *',
    '0 0 LW 2 *',
    '0 0 29W 2 *',
    '0 0 * 2 *',
    '0 0 13 * +5',
  ])
    expect([due, cronProblem(due)]).toEqual([due, null]);
  for (const never of ['0 0 30-31 2 *', '0 0 31 2,4,6 *', '0 0 30 2 +1', '0 0 31W 2 *'])
    expect([never, cronProblem(never)]).toEqual([never, 'is never due: no calendar has such a day']);
});

it.each([
  ['0 9 * 13 *', 'month 13: 1 to 12'],
  ['0 9 0 * *', 'day 0: 1 to 31'],
  ['0 9 32 * *', 'day 32: 1 to 31'],
  ['-1 * * * *', 'minute -1: 0 to 59'],
  ['60 24 * * *', 'minute 60: 0 to 59; hour 24: 0 to 23'],
  ['0 9 * * 8', 'weekday 8: 0 to 7'],
  ['0 9 * * MON-9', 'weekday 9: 0 to 7'],
  ['*/0 * * * *', 'minute */0: a step is 1 to 60'],
  ['*/61 * * * *', 'minute */61: a step is 1 to 60'],
  ['0 22-4 * * *', 'hour 22-4: the first value must not be larger than the second; write two ranges'],
  ['0 9 1,,2 * *', 'day: there is an empty value between commas'],
  ['0 9 1, * *', 'day: there is an empty value between commas'],
  ['0 9 * JANUARY *', 'month JANUARY: this cannot be read'],
  ['0 9 * * SUNDAY', 'weekday SUNDAY: this cannot be read'],
  ['0 9 * * 1#6', 'weekday 1#6: this cannot be read'],
  ['1.5 * * * *', 'minute 1.5: this cannot be read'],
  ['H * * * *', 'minute H: this cannot be read'],
  ['5/15 * * * *', 'minute 5/15: this cannot be read'],
])('an invalid expression is refused with the value that was given: %s', (cron, problem) => {
  expect(cronProblem(cron)).toBe(`is not a cron expression: ${problem}`);
});

it('an expression that never matches is refused without a search', () => {
  const search = jest.spyOn(Cron.prototype, 'nextRun');
  for (const never of ['0 0 1 * +MON#5', '0 0 30 2 *', '0 0 30 2 +MON', '0 0 31 4,6,9,11 *', '0 0 8 * +SUN#1'])
    expect([never, cronProblem(never)]).toEqual([never, 'is never due: no calendar has such a day']);
  for (const due of [
    '0 0 29 * +MON#5',
    '0 0 29 2 +MON#5',
    '0 0 31 1 +SUNL',
    '0 0 ? * MON#L',
    '0 0 31 4 1',
    '0 0 L 2 *',
  ])
    expect([due, cronProblem(due)]).toEqual([due, null]);
  expect(search.mock.calls).toHaveLength(0);
  search.mockRestore();
});

it.each([
  'PST',
  'IST',
  'EST',
  'CET',
  'MST7MDT',
  'EST5EDT',
  'GB',
  'Z',
  'Local',
  'Factory',
  '+02:00',
  'GMT+2',
  'Europe/Londn',
  '',
])('an ambiguous time zone is refused: %s', (zone) => {
  expect(timezoneProblem(zone)).toMatch(/is an abbreviation|is no time zone|not an offset/);
});

it.each([
  'UTC',
  'GMT',
  'utc',
  'Europe/Kyiv',
  'Asia/Kolkata',
  'Etc/GMT+5',
  'Etc/UTC',
  'Japan',
  'Cuba',
  'Egypt',
  'Singapore',
])('a time zone is accepted: %s', (zone) => {
  expect(timezoneProblem(zone)).toBeNull();
});

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAYS = 24 * 60 * MINUTE;

/** Local time as minutes since 1970, as if the zone were UTC. Offsets change on quarters only. */
class LocalTime {
  readonly #format: Intl.DateTimeFormat;
  readonly #offsets = new Map<number, number>();

  constructor(zone: string) {
    const numeric = 'numeric';
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: numeric,
      month: numeric,
      day: numeric,
      hour: numeric,
      minute: numeric,
    });
  }

  at(time: number): number {
    const quarter = Math.floor(time / QUARTER) * QUARTER;
    let offset = this.#offsets.get(quarter);
    if (offset === undefined) {
      const part = new Map(this.#format.formatToParts(quarter).map(({ type, value }) => [type, Number(value)]));
      const shown = Date.UTC(
        part.get('year') ?? 0,
        (part.get('month') ?? 1) - 1,
        part.get('day'),
        part.get('hour'),
        part.get('minute'),
      );
      this.#offsets.set(quarter, (offset = shown - quarter));
    }
    return (time + offset) / MINUTE;
  }
}

interface Expression {
  readonly minutes: readonly number[] | null;
  readonly hours: readonly number[] | null;
  readonly days: readonly number[] | null;
  readonly weekdays: readonly number[] | null;
}

const written = ({ minutes, hours, days, weekdays }: Expression): string =>
  [minutes, hours, days, null, weekdays].map((values) => values?.join() ?? '*').join(' ');

function matches({ minutes, hours, days, weekdays }: Expression, local: number): boolean {
  const clock = new Date(local * MINUTE);
  const has = (values: readonly number[] | null, value: number): boolean => values === null || values.includes(value);
  const [day, weekday] = [has(days, clock.getUTCDate()), has(weekdays, clock.getUTCDay())];
  const date = days !== null && weekdays !== null ? day || weekday : day && weekday;
  return date && has(minutes, clock.getUTCMinutes()) && has(hours, clock.getUTCHours());
}

/** Minute by minute: no cron library, no knowledge of when clocks change. */
function walked(expression: Expression, local: LocalTime, from: number): string | null {
  const named = expression.minutes !== null && expression.hours !== null;
  let highest = Number.NEGATIVE_INFINITY;
  for (let time = from - DAYS; time < from + 40 * DAYS; time += MINUTE) {
    const shown = local.at(time);
    const skipped = named ? Math.max(0, shown - highest - 1) : 0;
    const again = named && shown <= highest;
    const missed = Number.isFinite(highest) ? Array.from({ length: skipped }, (_, one) => highest + 1 + one) : [];
    const due = (!again && matches(expression, shown)) || missed.some((one) => matches(expression, one));
    if (due && time > from) return new Date(time).toISOString();
    highest = Math.max(highest, shown);
  }
  return null;
}

/** Zone, and a day on which its clocks change; UTC's never do. */
const CHANGES: readonly (readonly [string, string])[] = [
  ['Europe/Berlin', '2027-03-28'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2027-03-14'],
  ['America/New_York', '2026-11-01'],
  ['America/St_Johns', '2027-03-14'],
  ['Australia/Lord_Howe', '2026-10-03'],
  ['Australia/Lord_Howe', '2027-04-03'],
  ['America/Santiago', '2026-09-06'],
  ['America/Santiago', '2027-04-04'],
  ['Pacific/Chatham', '2026-09-26'],
  ['Antarctica/Troll', '2027-03-28'],
  ['Antarctica/Troll', '2026-10-25'],
  ['Asia/Kolkata', '2027-03-28'],
  ['UTC', '2027-03-28'],
];
const localTimes = new Map(CHANGES.map(([zone]) => [zone, new LocalTime(zone)]));

const some = (most: number, atLeast = 0): fc.Arbitrary<number[]> =>
  fc.uniqueArray(fc.integer({ min: atLeast, max: most }), { minLength: 1, maxLength: 3 });
const perhaps = <T>(values: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T | null> =>
  fc.oneof({ weight, arbitrary: values }, { weight: 1, arbitrary: fc.constant(null) });

it('the next run is the first matching instant in the zone, for generated expressions and times', () => {
  const expression = fc.record({
    minutes: perhaps(some(59), 3),
    hours: perhaps(fc.oneof(some(4), some(23)), 3),
    days: fc.oneof({ weight: 1, arbitrary: some(28, 1) }, { weight: 5, arbitrary: fc.constant(null) }),
    weekdays: fc.oneof({ weight: 1, arbitrary: some(6) }, { weight: 5, arbitrary: fc.constant(null) }),
  });
  const minutesAround = fc.integer({ min: -2 * 24 * 60, max: 2 * 24 * 60 });
  const seen: Record<string, number> = {};
  fc.assert(
    fc.property(expression, fc.constantFrom(...CHANGES), minutesAround, (one, [zone, day], minutes) => {
      const from = Date.parse(`${day}T00:00:00Z`) + minutes * MINUTE;
      seen[zone] = (seen[zone] ?? 0) + 1;
      const local = localTimes.get(zone);
      expect(nextTime(written(one), zone, new Date(from))).toBe(local ? walked(one, local, from) : 'no such zone');
    }),
    { numRuns: 400 },
  );
  process.stdout.write(`schedules: 400 expressions, ${JSON.stringify(seen)}\n`);
}, 60_000);
