/** Cron expressions and time zones: their errors, and when they are due next. */
import { Cron } from 'croner';
import { CRON_FIELDS, CRON_MODE, cronProblems, namesDate, skipDates } from './cron-syntax';

const isZone = (timezone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: timezone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** @returns null for a zone of the IANA database that every implementation reads alike. */
export function timezoneProblem(timezone: string): string | null {
  if (/^[+-]/.test(timezone)) return 'must be the name of a zone, not an offset, for example Europe/Berlin';
  const shown = JSON.stringify(timezone);
  if (isAbbreviation(timezone))
    return `is an abbreviation, ${shown}, which is ambiguous; write for example Europe/Berlin or UTC`;
  if (isZone(timezone)) return null;
  return `is not an IANA time zone: ${shown}; write for example Europe/Berlin or UTC`;
}

/** Single words of the database, `Japan` or `Egypt`, are written with one capital. */
const isAbbreviation = (timezone: string): boolean =>
  /^[A-Za-z]{1,5}(?:\d[A-Za-z]{0,4})?$/.test(timezone) &&
  !/^(?:utc|gmt)$/i.test(timezone) &&
  !(/^[A-Z][a-z]{3,4}$/.test(timezone) && isZone(timezone));

/** Lists and ranges of hours and minutes name times of day just as single numbers do, as in Vixie cron. */
const open = (cron: string, timezone: string): Cron =>
  new Cron(cron, { timezone, mode: CRON_MODE, fixedTimeRule: 'no-wildcard', paused: true });

/** @returns null when the expression has five valid fields and is due at some time. */
export function cronProblem(cron: string): string | null {
  if (cron.trim().split(/\s+/).length !== CRON_FIELDS)
    return `must have ${CRON_FIELDS} fields (minute, hour, day of month, month, day of week), for example "0 9 * * 1-5"`;
  const problems = cronProblems(cron);
  if (problems.length > 0) return `is not a cron expression: ${problems.join('; ')}`;
  return namesDate(cron) ? null : 'is never due: no calendar has such a day';
}

/**
 * The first time after `after` at which a clock in the zone matches the expression. When the clock changes, an
 * expression that names its times of day (no `*` and no `/` in minute and hour) keeps one firing a day for each: a
 * skipped time fires when the gap ends, a repeated time fires the first time. Any other follows the clock: nothing in a
 * gap, and the repeated hour again.
 * @returns ISO 8601, or null when there is none.
 */
export function nextTime(cron: string, timezone: string, after: Date): string | null {
  return open(cron, timezone).nextRun(skipDates(cron, after))?.toISOString() ?? null;
}
