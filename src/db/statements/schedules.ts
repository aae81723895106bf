/** Statements about schedules across accounts, for the platform's dispatchers. */
import type { PreparedQuery } from '../pipeline/batch';

/** Ids of schedules that are due, the longest due first, locked. What another dispatcher holds is advanced there. */
export const lockDueSchedules = (limit: number): PreparedQuery => ({
  name: 'lock_due_schedules',
  text: `
  SELECT s.id
    FROM schedule s
    JOIN agent a ON a."account_id" = s."account_id" AND a.id = s.agent_id AND a.deleted_at IS NULL
    JOIN account o ON o.id = s."account_id" AND o.status = 'ACTIVE'
   WHERE s.enabled AND s.deleted_at IS NULL AND s.next_run_at <= now()
   ORDER BY s.next_run_at, s.id
   LIMIT $1
   FOR NO KEY UPDATE OF s SKIP LOCKED`,
  values: [limit],
});
