/** Statements that find the rows, not deleted, that refer to other rows. Result rows: id, name, total count. */
import { columnOf, type Table } from './table';
import type { LinkTable } from './links';
import type { PreparedQuery } from '../pipeline/batch';

/** Which rows refer, and to which. */
interface ReferenceSearch {
  /** The table of the referring rows. */
  readonly table: Table;
  /** The account that all of them belong to. */
  readonly accountId: string;
  /** The referenced rows. */
  readonly ids: readonly string[];
  /** Whether both are in the same table: references among the given rows are then ignored. */
  readonly isSameTable: boolean;
  /** The maximum number of rows returned. */
  readonly limit: number;
}

function parts({ table, isSameTable }: ReferenceSearch): { readonly found: string; readonly rest: string } {
  const others = isSameTable ? ' AND NOT t.id = ANY($2::uuid[])' : '';
  return {
    found: `t.id, ${table.columns.has('name') ? 't.name' : 't.id::text'}, count(*) OVER ()`,
    rest: `t."account_id" = $1 AND t.deleted_at IS NULL${others} ORDER BY t.id LIMIT $3`,
  };
}

/**
 * Rows whose column contains one of the ids.
 * @param ends columns with end times: once one has passed, the row no longer refers.
 */
export function referencesByColumn(
  search: ReferenceSearch,
  column: string,
  ends: readonly string[] = [],
): PreparedQuery {
  const { table, accountId, ids, limit } = search;
  const { found, rest } = parts(search);
  const lasting = ends.map((end) => `coalesce(t.${columnOf(table, end).sql}, 'infinity') > now() AND `).join('');
  const text = `SELECT ${found} FROM ${table.rows} t WHERE t.${columnOf(table, column).sql} = ANY($2::uuid[]) AND ${lasting}${rest}`;
  return { text, values: [accountId, ids, limit] };
}

/** Rows that a link table joins to one of the ids. */
export function referencesByLink(search: ReferenceSearch, link: LinkTable): PreparedQuery {
  const { table, accountId, ids, limit } = search;
  const { found, rest } = parts(search);
  const [near, far] = [columnOf(link.table, link.near).sql, columnOf(link.table, link.far).sql];
  const joined = `${link.table.rows} l JOIN ${table.rows} t ON t."account_id" = l."account_id" AND t.id = l.${near}`;
  const text = `SELECT ${found} FROM ${joined} WHERE l."account_id" = $1 AND l.${far} = ANY($2::uuid[]) AND ${rest}`;
  return { text, values: [accountId, ids, limit] };
}
