/**
 * Statements of retention: which accounts have expired rows, how many, and their removal in batches, one process at a
 * time.
 */
import { escapeLiteral } from 'pg';
import type { PreparedQuery } from '../pipeline/batch';
import { ofAllAccounts } from './predicate';
import { columnOf, type Table } from './table';

/** Any number will do, as long as it never changes: a process holds this lock until its batch is stored. */
const HOUSEKEEPING_LOCK = 7_267_286;
/** Accounts store whole days; any other value in the column is ignored. */
const MAX_DAYS = 36_500;

const TURN = `turn AS MATERIALIZED (SELECT pg_try_advisory_xact_lock(${HOUSEKEEPING_LOCK}) AS mine)`;
const IS_MINE = '(SELECT turn.mine FROM turn)';

const before = (days: string): string => `now() - ${days} * interval '1 day'`;

/** Rows of one table that expire by one of their times. */
export interface ExpiringRows {
  /** SQL name of the table. */
  readonly from: string;
  /** SQL name of the time. */
  readonly time: string;
  /** Conditions besides account and time; the row is `t`. */
  readonly conditions: readonly string[];
  /** The columns besides the account that identify a row, in the order in which rows of one time are removed. */
  readonly key: readonly string[];
}

const conditionsOf = ({ time, conditions }: ExpiringRows, days: string): string =>
  [`t.${time} < ${before(days)}`, ...conditions].join(' AND ');

/** Ids of the accounts with expired rows, and their retention in days. */
export const accountsWithExpired = (rows: ExpiringRows, kind: string, defaultDays: number): PreparedQuery => ({
  text: `
  SELECT a.id, a.days
    FROM (SELECT a.id, CASE WHEN jsonb_typeof(a.retention -> $1::text) = 'number'
                            THEN least((a.retention ->> $1::text)::numeric, ${MAX_DAYS})::integer ELSE $2::integer END AS days
            FROM account a WHERE ${ofAllAccounts('a.id')}) a
   CROSS JOIN LATERAL (SELECT 1 FROM ${rows.from} t WHERE t."account_id" = a.id AND ${conditionsOf(rows, 'a.days')}
                        ORDER BY t.${rows.time} LIMIT 1) expired
   WHERE a.days > 0 ORDER BY a.id`,
  values: [kind, defaultDays],
});

/** The number of an account's expired rows, counted up to a limit, and the time of the oldest. */
export const expiredRows = (rows: ExpiringRows, accountId: string, days: number, most: number): PreparedQuery => ({
  text: `SELECT count(*), min(t.time) FROM (
  SELECT t.${rows.time} AS time FROM ${rows.from} t WHERE t."account_id" = $1 AND ${conditionsOf(rows, '$2::integer')}
   ORDER BY t.${rows.time} LIMIT $3) t`,
  values: [accountId, days, most],
});

/** Returns one row: whether this process held the lock, and the number of rows removed. */
export type RemoveBatch = (accountId: string, days: number, most: number) => PreparedQuery;

/** Removes expired rows that are audited: one event covers them all. */
export const removeAudited =
  (rows: ExpiringRows, type: string): RemoveBatch =>
  (accountId, days, most) => ({
    text: `WITH ${TURN}, expired AS MATERIALIZED (
    SELECT t.id, t.${rows.time} AS time FROM ${rows.from} t
     WHERE ${IS_MINE} AND t."account_id" = $1 AND ${conditionsOf(rows, '$2::integer')}
     ORDER BY t.${rows.time}, t.id LIMIT $3 FOR UPDATE SKIP LOCKED
  ), batch AS MATERIALIZED (
    SELECT audit_batch($1, '${type}', array_agg(e.id ORDER BY e.time, e.id), min(e.time), max(e.time)) AS ids FROM expired e
  ), gone AS (
    DELETE FROM ${rows.from} t WHERE t."account_id" = $1 AND t.id = ANY ((SELECT b.ids FROM batch b)::uuid[]) RETURNING 1
  )
  SELECT ${IS_MINE}, (SELECT count(*) FROM gone)`,
    values: [accountId, days, most],
  });

/** Removes expired rows that are not audited. */
export const removeUnaudited =
  (rows: ExpiringRows): RemoveBatch =>
  (accountId, days, most) => {
    const key = rows.key.map((column) => `t.${column}`).join(', ');
    return {
      text: `WITH ${TURN}, gone AS (
    DELETE FROM ${rows.from} t WHERE t."account_id" = $1 AND (${key}) IN (
      SELECT ${key} FROM ${rows.from} t WHERE ${IS_MINE} AND t."account_id" = $1 AND ${conditionsOf(rows, '$2::integer')}
       ORDER BY t.${rows.time}, ${key} LIMIT $3 FOR UPDATE SKIP LOCKED)
    RETURNING 1
  )
  SELECT ${IS_MINE}, (SELECT count(*) FROM gone)`,
      values: [accountId, days, most],
    };
  };

/**
 * Denials are part of the audit log, which no role of the gateway can change: a function of the owner's removes them.
 */
export const removeDenials: RemoveBatch = (accountId, days, most) => ({
  text: `WITH ${TURN} SELECT turn.mine,
    CASE WHEN turn.mine THEN audit_retire_denials($1, ${before('$2::integer')}, $3) ELSE 0 END
    FROM turn CROSS JOIN "account" t WHERE t."id" = $1`,
  values: [accountId, days, most],
});

/** A condition for rows that no row of the table refers to in the column. */
export function unreferencedIn(table: Table, property: string): string {
  const column = columnOf(table, property).sql;
  return `NOT EXISTS (SELECT 1 FROM ${table.sql} c WHERE c."account_id" = t."account_id" AND c.${column} = t.id)`;
}

/** The origin in a batch's audit events, for the transaction. */
export const retentionOrigin = (reason: string): PreparedQuery => ({
  // Unlike set_config(), this statement reaches the servers with the shards; it takes no parameters.
  text: `SET LOCAL app.request = ${escapeLiteral(JSON.stringify({ actorKind: 'database', actorName: 'retention', reason }))}`,
  values: [],
});
