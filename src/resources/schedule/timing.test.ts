/** The next time of a schedule when clocks change, and the expressions and zones that are refused. */
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
  expect(timezoneProblem(zone)).toMatch(/is an abbreviation|is not an IANA time zone|not an offset/);
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
