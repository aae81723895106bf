/** Removes expired run transitions, a little at a time. */
import type { Database } from '../database';

const INTERVAL_MS = 60_000;
const KEEP_DAYS = 7;
/** Per round: more than a process starts and ends in a minute. */
const MAX_ROWS = 20_000;

/** Each account's last row stays: the next number follows it. */
const REMOVE = {
  name: 'remove_run_transitions',
  text: `DELETE FROM run_transition t USING (
      SELECT o.account_id, o.sequence FROM run_transition o
       WHERE o.account_id::text <> '' AND o.at < now() - $1::int * interval '1 day'
         AND EXISTS (SELECT 1 FROM run_transition n WHERE n.account_id = o.account_id AND n.sequence > o.sequence)
       ORDER BY o.at LIMIT $2) AS old
     WHERE t.account_id = old.account_id AND t.sequence = old.sequence`,
  values: [KEEP_DAYS, MAX_ROWS],
};

/** Removes them once. @throws as the database does. */
export const removeExpiredRows = (database: Pick<Database, 'record'>): Promise<void> => database.record([REMOVE]);

/**
 * Removes them every minute.
 * @param onError called on each failure; the next round runs regardless.
 * @returns a function that stops it.
 */
export function keepRemoving(database: Pick<Database, 'record'>, onError: (error: unknown) => void): () => void {
  const timer = setInterval(() => void removeExpiredRows(database).catch(onError), INTERVAL_MS).unref();
  return () => clearInterval(timer);
}
