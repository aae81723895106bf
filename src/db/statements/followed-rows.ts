/**
 * Statements about rows numbered 1, 2, 3 within their account: those after a position, and the first and last numbers.
 */
import type { PreparedQuery } from '../pipeline/batch';
import { columnOf, type Column, type Table } from './table';

/** The property with a row's number; followed tables have `sequence` as its column. */
export const NUMBER = 'id';

/** The columns selected of followed rows, in table order. */
export const followedColumns = (table: Table): readonly Column[] => [...table.columns.values()];

const selected = (table: Table): string =>
  followedColumns(table)
    .map(({ sql }) => `t.${sql}`)
    .join(', ');

const numberOf = (table: Table): string => columnOf(table, NUMBER).sql;

/** One account's rows after a position, in order. */
export const rowsAfter = (table: Table, accountId: string, position: number, limit: number): PreparedQuery => ({
  name: `follow_${table.name}`,
  text: `SELECT ${selected(table)} FROM ${table.sql} t
   WHERE t.account_id = $1 AND t.${numberOf(table)} > $2 ORDER BY t.${numberOf(table)} LIMIT $3`,
  values: [accountId, position, limit],
});

/** The numbers of an account's first and last row; null if it has no rows. */
export const endsOf = (table: Table, accountId: string): PreparedQuery => ({
  name: `follow_${table.name}_ends`,
  text: `SELECT (SELECT t.${numberOf(table)} FROM ${table.sql} t WHERE t.account_id = $1 ORDER BY t.${numberOf(table)} LIMIT 1),
         (SELECT t.${numberOf(table)} FROM ${table.sql} t WHERE t.account_id = $1 ORDER BY t.${numberOf(table)} DESC LIMIT 1)`,
  values: [accountId],
});

/**
 * The rows of many accounts, each after its own position and in order.
 * @param perAccount the maximum number of rows per account, so that none keeps the others waiting.
 * @param limit the maximum number of rows in total.
 */
export const rowsAfterPositions = (
  table: Table,
  positions: ReadonlyMap<string, number>,
  perAccount: number,
  limit: number,
): PreparedQuery => ({
  name: `follow_${table.name}_all`,
  text: `SELECT ${selected(table)} FROM unnest($1::uuid[], $2::bigint[]) k(account_id, position) CROSS JOIN LATERAL (
           SELECT t.* FROM ${table.sql} t WHERE t.account_id = k.account_id AND t.${numberOf(table)} > k.position
            ORDER BY t.${numberOf(table)} LIMIT $3) t LIMIT $4`,
  values: [[...positions.keys()], [...positions.values()], perAccount, limit],
});
