/** Statements about schedules across accounts, for the platform's dispatchers. */
import type { PreparedQuery } from '../pipeline/batch';
import { ofAllAccounts } from './predicate';

/** A schedule that is dispatched at all. */
const DISPATCHED = `JOIN agent a ON a."account_id" = s."account_id" AND a.id = s.agent_id AND a.deleted_at IS NULL
    JOIN account o ON o.id = s."account_id" AND o.status = 'ACTIVE'`;

/** Ids of due schedules, longest due first, locked. Those locked by another dispatcher are left to it. */
export const lockDueSchedules = (limit: number): PreparedQuery => ({
  name: 'lock_due_schedules',
  text: `
  SELECT s.id
    FROM schedule s
    ${DISPATCHED}
   WHERE s.enabled AND s.deleted_at IS NULL AND s.next_run_at <= now()
   ORDER BY s.next_run_at, s.id
   LIMIT $1
   FOR NO KEY UPDATE OF s SKIP LOCKED`,
  values: [limit],
});

/** Removes firings whose lease has expired and that must not be handed out again. */
export const dropLostFirings: PreparedQuery = {
  name: 'drop_lost_firings',
  text: `
  WITH lost AS (
    SELECT f."account_id", f.id FROM schedule_firing f
      JOIN schedule s ON s."account_id" = f."account_id" AND s.id = f.schedule_id
     WHERE f.lease_until <= now() AND ${ofAllAccounts('f."account_id"')}
       AND (s.delivery = 'AT_MOST_ONCE' OR NOT s.enabled OR s.deleted_at IS NOT NULL)
     FOR UPDATE OF f SKIP LOCKED)
  DELETE FROM schedule_firing f USING lost WHERE f."account_id" = lost."account_id" AND f.id = lost.id`,
  values: [],
};

/** Leases again the firings that their dispatchers lost: id, schedule, due time, attempt, end of the lease. */
export const renewLostFirings = (limit: number, leaseSeconds: number): PreparedQuery => ({
  name: 'renew_lost_firings',
  text: `
  WITH lost AS (
    SELECT f."account_id", f.id FROM schedule_firing f
      JOIN schedule s ON s."account_id" = f."account_id" AND s.id = f.schedule_id AND s.enabled AND s.deleted_at IS NULL
    ${DISPATCHED}
     WHERE f.lease_until <= now() AND ${ofAllAccounts('f."account_id"')} AND s.delivery = 'AT_LEAST_ONCE'
     ORDER BY f.lease_until, f.id LIMIT $1 FOR UPDATE OF f SKIP LOCKED)
  UPDATE schedule_firing f SET attempt = f.attempt + 1, lease_until = now() + $2::integer * interval '1 second'
    FROM lost WHERE f."account_id" = lost."account_id" AND f.id = lost.id
  RETURNING f.id, f.schedule_id, f.due_at, f.attempt, f.lease_until`,
  values: [limit, leaseSeconds],
});

/** Leases a firing: the end of its lease; no row when it is already leased. */
export const leaseFiring = (
  accountId: string,
  id: string,
  scheduleId: string,
  dueAt: string,
  leaseSeconds: number,
): PreparedQuery => ({
  name: 'lease_firing',
  text: `
  INSERT INTO schedule_firing ("account_id", id, schedule_id, due_at, attempt, lease_until)
  VALUES ($1, $2, $3, $4, 1, now() + $5::integer * interval '1 second')
  ON CONFLICT DO NOTHING RETURNING lease_until`,
  values: [accountId, id, scheduleId, dueAt, leaseSeconds],
});

/** Ends leases: account and id of each firing that was leased. */
export const acknowledgeFirings = (ids: readonly string[]): PreparedQuery => ({
  name: 'acknowledge_firings',
  text: `DELETE FROM schedule_firing f WHERE f.id = ANY($1::uuid[]) AND ${ofAllAccounts('f."account_id"')}
  RETURNING f."account_id", f.id`,
  values: [ids],
});
