/**
 * Statements about schedules across accounts, for the platform's dispatchers. Rows are found across accounts and locked
 * account by account: a database divided into shards locks rows of one shard at a time.
 */
import type { PreparedQuery } from '../pipeline/batch';
import type { RowQuery } from './change';
import { ofAllAccounts } from './predicate';
import { compiled, type Statement } from './select';
import { selection, type Table } from './table';

/** Where a page of found rows begins: after this time, id and account. */
export type Place = readonly unknown[];

const NO_ID = '00000000-0000-0000-0000-000000000000';
export const FIRST_PLACE: Place = ['-infinity', NO_ID, NO_ID];

const placeOf = (row: string, time: string): string => `${row}.${time}, ${row}.id, ${row}."account_id"`;
const isAfter = (place: string): string => `(${place}) > ($2::timestamptz, $3::uuid, $4::uuid)`;

const DUE = placeOf('s', 'next_run_at');

/** Due schedules, longest due first: due time, id, account. */
export const findDueSchedules = (limit: number, after: Place): PreparedQuery => ({
  name: 'find_due_schedules',
  text: `
  SELECT ${DUE}
    FROM schedule s
    JOIN agent a ON a."account_id" = s."account_id" AND a.id = s.agent_id AND a.deleted_at IS NULL
    JOIN account o ON o.id = s."account_id" AND o.status = 'ACTIVE'
   WHERE s.enabled AND s.deleted_at IS NULL AND s.next_run_at <= now() AND ${isAfter(DUE)}
   ORDER BY ${DUE} LIMIT $1`,
  values: [limit, ...after],
});

/** The schedules of an account that are still due, locked. Those locked by another dispatcher are left to it. */
export function lockDueSchedules(table: Table, accountId: string, ids: readonly string[]): RowQuery {
  const statement: Statement = compiled('lock due schedules', () => {
    const columns = selection(table, table.columns.keys());
    const selected = columns.map((column) => `t.${column.sql}`).join(', ');
    const text = `SELECT ${selected} FROM ${table.sql} t WHERE t."account_id" = $1 AND t.id = ANY($2::uuid[]) AND t.enabled AND t.deleted_at IS NULL AND t.next_run_at <= now() ORDER BY t.id FOR NO KEY UPDATE SKIP LOCKED`;
    return { text, columns };
  });
  return { ...statement, values: [accountId, ids] };
}

const LOST = placeOf('f', 'lease_until');
const IS_OVER = `(s.delivery = 'AT_MOST_ONCE' OR NOT s.enabled OR s.deleted_at IS NOT NULL)`;

/**
 * Firings that their dispatchers lost: end of the lease, id, account, whether to skip the firing instead of returning
 * it again.
 */
export const findLostFirings = (limit: number, after: Place): PreparedQuery => ({
  name: 'find_lost_firings',
  text: `
  SELECT ${LOST}, ${IS_OVER}
    FROM schedule_firing f
    JOIN schedule s ON s."account_id" = f."account_id" AND s.id = f.schedule_id
    LEFT JOIN agent a ON a."account_id" = s."account_id" AND a.id = s.agent_id AND a.deleted_at IS NULL
    LEFT JOIN account o ON o.id = s."account_id" AND o.status = 'ACTIVE'
   WHERE f.lease_until <= now() AND ${ofAllAccounts('f."account_id"')} AND ${isAfter(LOST)}
     AND (${IS_OVER} OR a.id IS NOT NULL AND o.id IS NOT NULL)
   ORDER BY ${LOST} LIMIT $1`,
  values: [limit, ...after],
});

/** The firings of an account whose lease has still expired, locked. */
const EXPIRED = `
  WITH lost AS (
    SELECT f.id FROM schedule_firing f
     WHERE f."account_id" = $1 AND f.id = ANY($2::uuid[]) AND f.lease_until <= now() ORDER BY f.id FOR UPDATE SKIP LOCKED)`;

export const dropLostFirings = (accountId: string, ids: readonly string[]): PreparedQuery => ({
  name: 'drop_lost_firings',
  text: `${EXPIRED}
  DELETE FROM schedule_firing f USING lost WHERE f."account_id" = $1 AND f.id = lost.id`,
  values: [accountId, ids],
});

/** Leases firings again: account, id, schedule, due time, attempt, end of the lease. */
export const renewLostFirings = (accountId: string, ids: readonly string[], leaseSeconds: number): PreparedQuery => ({
  name: 'renew_lost_firings',
  text: `${EXPIRED}
  UPDATE schedule_firing f SET attempt = f.attempt + 1, lease_until = now() + $3::integer * interval '1 second'
    FROM lost WHERE f."account_id" = $1 AND f.id = lost.id
  RETURNING f."account_id", f.id, f.schedule_id, f.due_at, f.attempt, f.lease_until`,
  values: [accountId, ids, leaseSeconds],
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
