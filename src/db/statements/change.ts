/** Statements that lock and change rows, generated from entity metadata: one row each, identified by account and id. */
import { compiled, type Statement } from './select';
import { columnOf, selection, type Column, type Table } from './table';
import type { PreparedQuery } from '../pipeline/batch';

/** A time by the database's clock, instead of a value. */
export class DatabaseTime {
  private constructor(
    /** Distinguishes statements. */
    readonly shape: string,
    readonly sql: (place: string, column: string) => string,
    /** The parameter, if there is one. */
    readonly seconds: number | null,
  ) {}

  /** When the transaction began. */
  static readonly TRANSACTION = new DatabaseTime('now', () => 'now()', null);

  /** When the transaction began, unless an earlier time is stored. For existing rows. */
  static readonly EARLIER_OR_TRANSACTION = new DatabaseTime(
    'earlier',
    (_place, column) => `least(${column}, now())`,
    null,
  );

  /**
   * A number of seconds after the statement arrives, truncated to the stored precision: never later than the time it
   * names.
   */
  static after(seconds: number): DatabaseTime {
    const moment = "date_trunc('milliseconds', statement_timestamp())";
    return new DatabaseTime('after', (place) => `${moment} + ${place} * interval '1 second'`, seconds);
  }
}

/** Values by property. One that is absent or undefined gets the table's default, or keeps its stored value. */
export type Values = Readonly<Record<string, unknown>>;

/** As the statement's parameter: JSON as text, since a JSON column may also hold a string, a number or a list. */
const parameterOf = (column: Column, value: unknown): unknown =>
  column.isJson && value !== null ? JSON.stringify(value) : value;

interface Assignment {
  readonly column: Column;
  readonly value: unknown;
}

function assignmentsOf(table: Table, values: Values): Assignment[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([property, value]) => ({ column: columnOf(table, property), value }));
}

const shapeOf = (assignments: readonly Assignment[]): string =>
  assignments
    .map(({ column, value }) => (value instanceof DatabaseTime ? `${column.property}=${value.shape}` : column.property))
    .join();

/** The SQL of each value, with parameters from `first` on, and the parameters. */
function bind(
  assignments: readonly Assignment[],
  first: number,
): { readonly sql: string[]; readonly values: unknown[] } {
  const values: unknown[] = [];
  const place = (value: unknown): string => `$${first - 1 + values.push(value)}`;
  const sql = assignments.map(({ column, value }) => {
    if (!(value instanceof DatabaseTime)) return place(parameterOf(column, value));
    return value.sql(value.seconds === null ? '' : `${place(value.seconds)}::integer`, column.sql);
  });
  return { sql, values };
}

const list = (columns: readonly Column[]): string => columns.map((column) => column.sql).join(', ');

/** A statement with its values, and the columns of the rows it returns. */
export interface RowQuery extends PreparedQuery {
  readonly columns: readonly Column[];
}

const rowQuery = ({ name, text, columns }: Statement, values: readonly unknown[]): RowQuery => ({
  name,
  text,
  columns,
  values,
});

/**
 * The rows that count towards a quota: those not deleted; for keys, those still active. An account's rows are counted
 * along an index of its own, up to the quota.
 */
function countedRows(table: Table, place: string): string {
  const { sql, columns, softDeletes } = table;
  const live = softDeletes ? ' AND t.deleted_at IS NULL' : '';
  const works = columns.has('revokedAt')
    ? " AND t.revoked_at IS NULL AND coalesce(t.expires_at, 'infinity') > now()"
    : '';
  return `SELECT 1 FROM ${sql} t WHERE t."account_id" = $1${live}${works} OFFSET ${place} LIMIT 1`;
}

/** Whether an account has more rows than the maximum: one row, or none. */
export const rowsBeyond = (table: Table, accountId: string, maximum: number): PreparedQuery => ({
  name: `beyond|${table.name}`,
  text: countedRows(table, '$2::bigint'),
  values: [accountId, maximum],
});

/**
 * Inserts one row.
 * @param values with the account, unless the table has none.
 * @param returned properties to return besides id and account; all when unset.
 * @param maximum the account's row limit including this one; beyond it nothing is stored or returned. 0: no limit.
 */
export function insertRow(
  table: Table,
  values: Values,
  returned: Iterable<string> = table.columns.keys(),
  maximum = 0,
): RowQuery {
  const { account } = table;
  const own = account === null ? {} : { [account]: values[account] };
  const assignments = assignmentsOf(table, { ...own, ...values });
  const answer = [...returned];
  const bound = bind(assignments, 1);
  const isLimited = maximum > 0;
  const shape = `${shapeOf(assignments)}|${answer.join()}${isLimited ? '|limited' : ''}`;
  const statement = compiled(`insert|${table.name}|${shape}`, () => {
    const columns = answer.length === 0 ? [] : selection(table, answer);
    const returning = columns.length === 0 ? '' : ` RETURNING ${list(columns)}`;
    const names = list(assignments.map(({ column }) => column));
    const cells = bound.sql.join(', ');
    const limit = `$${bound.values.length + 1}::bigint`;
    const source = isLimited ? `SELECT ${cells} WHERE NOT EXISTS (${countedRows(table, limit)})` : `VALUES (${cells})`;
    return { text: `INSERT INTO ${table.sql} (${names}) ${source}${returning}`, columns };
  });
  return rowQuery(statement, isLimited ? [...bound.values, maximum - 1] : bound.values);
}

/** The condition that selects one row: by account and id (`$1`, `$2`), or by id (`$1`) in a table without accounts. */
function key(
  table: Table,
  accountId: string | null,
  id: string,
): { readonly where: string; readonly values: string[] } {
  if (table.account !== 'accountId') return { where: 'id = $1', values: [id] };
  if (accountId === null) throw new Error(`A row of ${table.name} is named by its account and its id`);
  return { where: `${columnOf(table, 'accountId').sql} = $1 AND id = $2`, values: [accountId, id] };
}

/** What every change also sets on a row. */
const CHANGED: Readonly<Record<string, string>> = { version: 'version = version + 1', updatedAt: 'updated_at = now()' };

/**
 * Changes one row and increments its version. Returns the changes.
 * @param accountId null only for tables without accounts.
 */
export function updateRow(table: Table, accountId: string | null, id: string, patch: Values): RowQuery {
  const assignments = assignmentsOf(table, patch);
  const { where, values } = key(table, accountId, id);
  const bound = bind(assignments, values.length + 1);
  const statement = compiled(`update|${table.name}|${shapeOf(assignments)}`, () => {
    const sets = assignments.map(({ column }, index) => `${column.sql} = ${bound.sql[index] ?? ''}`);
    const own = Object.entries(CHANGED).filter(([property]) => table.columns.has(property));
    const columns = selection(table, [
      ...assignments.map(({ column }) => column.property),
      ...own.map(([property]) => property),
    ]);
    const set = [...sets, ...own.map(([, sql]) => sql)].join(', ');
    return { text: `UPDATE ${table.sql} SET ${set} WHERE ${where} RETURNING ${list(columns)}`, columns };
  });
  return rowQuery(statement, [...values, ...bound.values]);
}

/** Permanently removes one row. */
export function deleteRow(table: Table, accountId: string | null, id: string): RowQuery {
  const { where, values } = key(table, accountId, id);
  const statement = compiled(`delete|${table.name}`, () => ({
    text: `DELETE FROM ${table.sql} WHERE ${where}`,
    columns: [],
  }));
  return rowQuery(statement, values);
}

export interface Lock {
  /** SHARE keeps rows from being changed or deleted; UPDATE is for changing them. */
  readonly lock: 'SHARE' | 'UPDATE';
  /** Including deleted rows. */
  readonly deleted: boolean;
}

/** Rows by their ids, in that order, locked until the transaction ends. Values: account, ids. */
export function lockRows(
  table: Table,
  accountId: string | null,
  ids: readonly string[],
  { lock, deleted }: Lock,
): RowQuery {
  if (accountId !== null && table.account === null) throw new Error(`${table.name} belongs to no account`);
  const [only] = ids;
  const isOne = ids.length === 1;
  const alive = table.softDeletes && !deleted;
  const oneAccount = accountId !== null;
  const statement = compiled(`lock|${table.name}|${lock}|${alive ? 1 : 0}${oneAccount ? 1 : 0}${isOne ? 1 : 0}`, () => {
    const columns = selection(table, table.columns.keys());
    const conditions = [
      ...(oneAccount ? [`t.${columnOf(table, table.account ?? 'id').sql} = $2`] : []),
      isOne ? 't.id = $1' : 't.id = ANY($1::uuid[])',
      ...(alive ? ['t.deleted_at IS NULL'] : []),
    ].join(' AND ');
    const selected = columns.map((column) => `t.${column.sql}`).join(', ');
    return { text: `SELECT ${selected} FROM ${table.rows} t WHERE ${conditions} ORDER BY t.id FOR ${lock}`, columns };
  });
  return rowQuery(statement, [isOne ? only : ids, ...(oneAccount ? [accountId] : [])]);
}
