/** Explains errors in a cron expression, field by field, in the author's own notation and values. */
import { CronPattern } from 'croner';

interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names that stand for numbers, from `min` upwards. */
  readonly names: readonly string[];
}

const FIELDS: readonly CronField[] = [
  { name: 'minute', min: 0, max: 59, names: [] },
  { name: 'hour', min: 0, max: 23, names: [] },
  { name: 'day', min: 1, max: 31, names: [] },
  { name: 'month', min: 1, max: 12, names: 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ') },
  { name: 'weekday', min: 0, max: 7, names: 'SUN MON TUE WED THU FRI SAT'.split(' ') },
];

export const CRON_MODE = '5-part';

/** @returns NaN for anything but a number or a name. */
function valueOf({ min, names }: CronField, written: string): number {
  const named = names.indexOf(written.toUpperCase());
  if (named >= 0) return named + min;
  return /^-?\d+$/.test(written) ? Number(written) : Number.NaN;
}

function itemProblem(field: CronField, item: string): string | null {
  const { name, min, max } = field;
  if (item === '') return `${name}: there is an empty value between commas`;
  const [range = '', step] = item.split('/');
  const parts = /^-\d+$/.test(range) ? [range] : range.replace(/^\+/, '').split('-');
  const values = parts.map((part) => valueOf(field, part));
  const outside = parts.find((_part, index) => (values[index] ?? min) < min || (values[index] ?? max) > max);
  if (outside !== undefined) return `${name} ${outside}: ${min} to ${max}`;
  const [from = Number.NaN, to = Number.NaN] = values;
  if (from > to) return `${name} ${range}: the first value must not be larger than the second; write two ranges`;
  const widest = max - min + (name === 'weekday' ? 0 : 1);
  if (step !== undefined && /^\d+$/.test(step) && (Number(step) < 1 || Number(step) > widest))
    return `${name} ${item}: a step is 1 to ${widest}`;
  return null;
}

/** Whether croner accepts the field when the others are `*`. */
function isReadable(index: number, written: string): boolean {
  const fields = FIELDS.map((_field, at) => (at === index ? written : '*'));
  try {
    return new CronPattern(fields.join(' '), 'UTC', { mode: CRON_MODE }) instanceof CronPattern;
  } catch {
    return false;
  }
}

export const CRON_FIELDS = FIELDS.length;

/**
 * @param expression of five fields.
 * @returns the error of each field; empty for a readable expression.
 */
export function cronProblems(expression: string): string[] {
  const fields = expression.trim().split(/\s+/);
  return FIELDS.flatMap((field, index) => {
    const written = fields[index] ?? '';
    const problems = written.split(',').flatMap((item) => itemProblem(field, item) ?? []);
    if (problems.length > 0) return problems;
    return isReadable(index, written) ? [] : [`${field.name} ${written}: this cannot be read`];
  });
}

/** The possible lengths of each month. */
const MONTH_LENGTHS = [[31], [28, 29], [31], [30], [31], [30], [31], [31], [30], [31], [30], [31]];
const LAST_OCCURRENCE = 1 << 5;

/** @param weekday 0 is Sunday; null for any: every date falls on every day of the week in some year. */
function matchesDate(pattern: CronPattern, day: number, length: number, weekday: number | null): boolean {
  const { day: days, dayOfWeek, lastDayOfMonth, lastWeekday, nearestWeekdays, starDOM, starDOW, useAndLogic } = pattern;
  const isDay =
    days[day - 1] === 1 ||
    (lastDayOfMonth && day === length) ||
    (lastWeekday && day > length - 3) ||
    nearestWeekdays[day - 1] === 1;
  const occurrence = (1 << (Math.ceil(day / 7) - 1)) | (day > length - 7 ? LAST_OCCURRENCE : 0);
  const isWeekday = dayOfWeek.some(
    (occurrences, index) => (weekday === null || weekday === index) && (occurrences & occurrence) !== 0,
  );
  return !starDOM && !starDOW && !useAndLogic ? isDay || isWeekday : isDay && isWeekday;
}

/** Whether any calendar has a date that matches the expression: croner would search 8,000 years for one. */
export function namesDate(expression: string): boolean {
  const pattern = new CronPattern(expression, 'UTC', { mode: CRON_MODE });
  return MONTH_LENGTHS.some(
    (lengths, month) =>
      pattern.month[month] === 1 &&
      lengths.some((length) =>
        Array.from({ length }, (_day, index) => index + 1).some((day) => matchesDate(pattern, day, length, null)),
      ),
  );
}

const DAY_MS = 86_400_000;
/**
 * The longest time between two occurrences of a date on the same day of the week: 29 February around a year like 2100.
 */
const MAX_YEARS = 41;

/**
 * A time before which no date matches the expression and from which the next match is at most two days away, in any
 * zone: croner takes 100 ms to get from one Monday, 29 February, to the next.
 * @returns `after` when there is nothing to skip.
 */
export function skipDates(expression: string, after: Date): Date {
  const pattern = new CronPattern(expression, 'UTC', { mode: CRON_MODE });
  // The weekday nearest to a date may be another date.
  if (pattern.nearestWeekdays.some((isSet) => isSet === 1)) return after;
  const start = new Date(after.getTime() - DAY_MS);
  for (let month = 0; month < MAX_YEARS * 12; month += 1) {
    const first = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + month, 1));
    if (pattern.month[first.getUTCMonth()] !== 1) continue;
    const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
    for (let day = month === 0 ? start.getUTCDate() : 1; day <= length; day += 1) {
      if (!matchesDate(pattern, day, length, (first.getUTCDay() + day - 1) % 7)) continue;
      return new Date(Math.max(after.getTime(), first.getTime() + (day - 2) * DAY_MS));
    }
  }
  return after;
}
