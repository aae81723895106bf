/** Cron expressions and time zones: what is wrong with them, and when they are due next. */
import { Cron, CronPattern } from 'croner';

const FIELDS = 5;
const MODE = '5-part';
/** The most days that each month can have. */
const LONGEST = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** What croner puts in front of its sentences. */
const PREFIX = /^Cron(Pattern|Date)?: */;

/** @returns null when the zone is one of the IANA database. */
export function timezoneProblem(timezone: string): string | null {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return /^[+-]/.test(timezone) ? 'must be the name of a zone, not an offset, for example Europe/Berlin' : null;
  } catch {
    return `is no time zone of the IANA database: ${JSON.stringify(timezone)}; write for example Europe/Berlin or UTC`;
  }
}

/** Lists and ranges of hours and minutes name times of day as single numbers do, as in Vixie cron. */
const open = (cron: string, timezone: string): Cron =>
  new Cron(cron, { timezone, mode: MODE, fixedTimeRule: 'no-wildcard', paused: true });

/**
 * Whether some month has one of the days, which a glance at the fields tells: croner would look for the thirtieth of
 * February through eight thousand years. Days of the week, unless both must hold, and last days are in every month.
 */
function namesDay(cron: string): boolean {
  const pattern = new CronPattern(cron, 'UTC', { mode: MODE });
  const { month, day, nearestWeekdays, starDOW, useAndLogic, lastDayOfMonth, lastWeekday } = pattern;
  if ((!starDOW && !useAndLogic) || lastDayOfMonth || lastWeekday) return true;
  const has = (days: number): boolean => [...day.slice(0, days), ...nearestWeekdays.slice(0, days)].includes(1);
  return LONGEST.some((days, at) => month[at] === 1 && has(days));
}

/** @returns null when the expression has five fields that make sense and there is a time when it is due. */
export function cronProblem(cron: string): string | null {
  const fields = cron.trim().split(/\s+/);
  if (fields.length !== FIELDS) {
    return `must have ${FIELDS} fields (minute, hour, day of month, month, day of week), for example "0 9 * * 1-5"`;
  }
  try {
    return namesDay(cron) && open(cron, 'UTC').nextRun() ? null : 'is never due: no calendar has such a day';
  } catch (error) {
    const words = error instanceof Error ? error.message.replace(PREFIX, '') : 'it cannot be read';
    return `is no cron expression: ${words}`;
  }
}

/**
 * The first time after `after` at which a clock in the zone shows what the expression says. When the clock changes, an
 * expression that names its times of day (no `*` and no `/` in minute and hour) keeps one firing a day for each: a time
 * that is left out comes when the gap ends, a time that comes twice counts the first time. Any other goes by what the
 * clock shows: nothing in a gap, and the repeated hour again.
 * @returns ISO 8601, or null when there is none.
 */
export function nextTime(cron: string, timezone: string, after: Date): string | null {
  return open(cron, timezone).nextRun(after)?.toISOString() ?? null;
}
