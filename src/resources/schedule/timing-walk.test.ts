/** The next time of a schedule, for generated expressions, compared with a search minute by minute through Intl. */
import fc from 'fast-check';
import { nextTime } from './timing';

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

/** The zone, and a day on which its clocks change; those of UTC never do. */
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
