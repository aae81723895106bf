/** Statements that find a row's dependents, in the order in which they are changed with it. */
import { compiled, type Statement } from './select';
import { ofWholeOrder } from './predicate';
import { columnOf, type Table } from './table';
import type { PreparedQuery } from '../pipeline/batch';

const query = ({ name, text }: Statement, values: readonly unknown[]): PreparedQuery => ({ name, text, values });

/** Locks the rows that are not deleted and refer to one of the ids. @returns their ids. */
export function lockDependents(table: Table, column: string, accountId: string, ids: readonly string[]): PreparedQuery {
  const statement = compiled(`lock dependents|${table.name}|${column}`, () => ({
    text: `SELECT t.id FROM ${table.rows} t WHERE t."account_id" = $1 AND t.${columnOf(table, column).sql} = ANY($2::uuid[]) AND t.deleted_at IS NULL ORDER BY t.id FOR UPDATE`,
    columns: [],
  }));
  return query(statement, [accountId, ids]);
}

/** Ids of the rows, deleted or not, whose column contains one of these: at most `limit`, locked. */
export function lockChildren(
  table: Table,
  column: string,
  accountId: string,
  ids: readonly string[],
  limit: number,
): PreparedQuery {
  const statement = compiled(`lock children|${table.name}|${column}`, () => ({
    text: `SELECT t.id FROM ${table.rows} t WHERE t."account_id" = $1 AND t.${columnOf(table, column).sql} = ANY($2::uuid[]) ORDER BY t.id LIMIT $3 FOR UPDATE`,
    columns: [],
  }));
  return query(statement, [accountId, ids, limit]);
}

/** Ids of the rows soft-deleted by one deletion, locked. */
export function lockDeletedWith(table: Table, accountId: string, deletionId: string): PreparedQuery {
  const statement = compiled(`lock deleted with|${table.name}`, () => ({
    text: `SELECT t.id FROM ${table.rows} t WHERE t."account_id" = $1 AND t.deletion_id = $2 ORDER BY t.id FOR UPDATE`,
    columns: [],
  }));
  return query(statement, [accountId, deletionId]);
}

/** Ids of expired rows, oldest first, locked. @param time the property from which retention is measured. */
export function lockExpired(
  table: Table,
  time: string,
  accountId: string,
  before: string,
  limit: number,
): PreparedQuery {
  const statement = compiled(`lock expired|${table.name}|${time}`, () => {
    const column = columnOf(table, time).sql;
    const text = `SELECT t.id FROM ${table.rows} t WHERE t."account_id" = $1 AND t.${column} < $2 AND ${ofWholeOrder('t.id')} ORDER BY t.${column}, t.id LIMIT $3 FOR UPDATE`;
    return { text, columns: [] };
  });
  return query(statement, [accountId, before, limit]);
}
