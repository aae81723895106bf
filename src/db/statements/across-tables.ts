/** Statements that query the tables of several resources at once. */
import type { RowQuery } from './change';
import { COUNT_LIMIT } from './select';
import { selection, type Table } from './table';
import type { PreparedQuery } from '../pipeline/batch';

/** A table with its resource's name, which is a schema name. */
interface NamedTable {
  readonly table: Table;
  readonly type: string;
}

const alive = ({ softDeletes }: Table): string => (softDeletes ? ' AND t.deleted_at IS NULL' : '');

/** As in the definitions of the indexes `…_unowned`, which contain only these rows. */
const UNOWNED = `t.deleted_at IS NULL AND coalesce(t.metadata -> 'owner', 'null') IN ('null', '{}', '""')`;

/** Conditions of a row of one account; values: the account, then id and type of the preceding row. */
const afterInAccount = (type: string): string =>
  `t."account_id" = $1 AND t.id >= $2 AND (t.id, '${type}') > ($2::uuid, $3::text)`;

/** The same across accounts; values: account, id and type of the preceding row. */
const afterInAll = (type: string): string =>
  `(t."account_id", t.id) >= ($1::uuid, $2::uuid) AND (t."account_id", t.id, '${type}') > ($1::uuid, $2::uuid, $3::text)`;

/**
 * Rows without `metadata.owner` that are not deleted: account, id, type, name, creation, ordered by the first three,
 * since rows of two accounts or two types may share an id. Each table gives up to `limit` rows of its index of such rows;
 * rows with an owner are not read. Tables without names are omitted.
 * @param accountId null for all accounts.
 * @param after account, id and type of the preceding row.
 */
export function unownedRows(
  tables: readonly NamedTable[],
  accountId: string | null,
  after: readonly unknown[],
  limit: number,
): PreparedQuery {
  const isAfter = accountId === null ? afterInAll : afterInAccount;
  const parts = tables
    .filter(({ table }) => table.columns.has('name'))
    .map(
      ({ table, type }) => `(SELECT t."account_id", t.id, '${type}', t.name, t.created_at FROM ${table.sql} t
           WHERE ${isAfter(type)} AND ${UNOWNED} ORDER BY t."account_id", t.id LIMIT $4)`,
    );
  const [account, ...position] = after;
  return {
    text: `${parts.join(' UNION ALL ')} ORDER BY 1, 2, 3 LIMIT $4`,
    values: [accountId ?? account, ...position, limit],
  };
}

/**
 * The number of rows that are not deleted: account, type, count, capped at COUNT_LIMIT + 1.
 * @param accounts one account, or a list of them.
 */
export function liveCounts(tables: readonly NamedTable[], accounts: string | readonly string[]): PreparedQuery {
  const [account, from] =
    typeof accounts === 'string' ? ['$1', '(SELECT $1::uuid) a (id)'] : ['a.id', 'unnest($1::uuid[]) a (id)'];
  const parts = tables.map(
    ({ table, type }) =>
      `SELECT a.id, '${type}', c.count FROM ${from} CROSS JOIN LATERAL (SELECT count(*) FROM (
         SELECT 1 FROM ${table.sql} t WHERE t."account_id" = ${account}${alive(table)} LIMIT ${COUNT_LIMIT + 1}) t) c`,
  );
  return { text: parts.join(' UNION ALL '), values: [accounts] };
}

/** The row with an id, in any account: type, account, deletion. One probe of each account's part of an index. */
export function whoseRow(tables: readonly NamedTable[], id: string): PreparedQuery {
  const parts = tables.map(({ table, type }) => {
    const deleted = table.softDeletes ? 't.deleted_at' : 'NULL::timestamptz';
    return `SELECT '${type}', t."account_id", ${deleted} FROM account a JOIN ${table.sql} t ON t."account_id" = a.id AND t.id = $1`;
  });
  const account = "SELECT 'Account', t.id, t.deleted_at FROM account t WHERE t.id = $1";
  return { text: [...parts, account].join(' UNION ALL '), values: [id] };
}

/** The rows of an account's table that are not deleted, by id, with the requested columns. */
export function liveRows(table: Table, properties: readonly string[], accountId: string): RowQuery {
  const columns = selection(table, properties);
  const selected = columns.map((column) => `t.${column.sql}`).join(', ');
  const text = `SELECT ${selected} FROM ${table.sql} t WHERE t."account_id" = $1${alive(table)} ORDER BY t.id`;
  return { text, values: [accountId], columns };
}
