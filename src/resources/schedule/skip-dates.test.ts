/**
 * Where the search for the next time of a cron expression starts: it changes no result, and skips dates that cannot
 * match.
 */
import fc from 'fast-check';
import { Cron } from 'croner';
import { skipDates } from './cron-syntax';
import { cronProblem, nextTime } from './timing';

it('skipping dates that an expression does not match changes no result of croner', () => {
  const part = (values: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...values);
  const expression = fc
    .tuple(
      part(['0', '30', '*', '*/7']),
      part(['0', '23', '2', '*']),
      part(['*', '1', '29', '30', '31', 'L', 'LW', '15W', '1W', '28-31', '13']),
      part(['*', '2', '2,4', '12', '6-8']),
      part(['*', '1', '+1', '+MON#1', '+FRI#5', '+SUNL', '5#2', '0,6']),
    )
    .map((fields) => fields.join(' '));
  const zone = part(['UTC', 'Pacific/Kiritimati', 'Etc/GMT+12', 'Europe/Berlin', 'America/Havana']);
  const from = fc.date({ min: new Date('2024-01-01'), max: new Date('2110-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(expression, zone, from, (cron, timezone, time) => {
      if (cronProblem(cron) !== null) return;
      const plain = new Cron(cron, { timezone, mode: '5-part', fixedTimeRule: 'no-wildcard', paused: true });
      expect(nextTime(cron, timezone, time)).toBe(plain.nextRun(time)?.toISOString() ?? null);
    }),
    { numRuns: 500 },
  );
}, 120_000);

it('the search for the rarest date, 29 February on a Monday around 2100, starts a day before it', () => {
  const after = new Date('2073-01-01');
  const found = nextTime('0 0 29 2 +MON', 'UTC', after) ?? '';
  expect(Date.parse(found) - skipDates('0 0 29 2 +MON', after).getTime()).toBe(86_400_000);
  expect(skipDates('0 0 * * *', after)).toEqual(after);
});
