/** Statements about link tables, whose rows join two rows of an account. */
import { compiled, type Statement } from './select';
import { columnOf, type Table } from './table';
import type { PreparedQuery } from '../pipeline/batch';

/** A link table, and the properties that refer to the rows it joins. */
export interface LinkTable {
  readonly table: Table;
  readonly near: string;
  readonly far: string;
}

const columns = ({ table, near, far }: LinkTable): readonly [near: string, far: string] => [
  columnOf(table, near).sql,
  columnOf(table, far).sql,
];

const query = ({ name, text }: Statement, values: readonly unknown[]): PreparedQuery => ({ name, text, values });

/** Pairs of ids, near and far, in order: what the near rows are joined to. */
export function linksOf(link: LinkTable, accountId: string, nearIds: readonly string[]): PreparedQuery {
  const statement = compiled(`links|${link.table.name}|${link.near}`, () => {
    const [near, far] = columns(link);
    const text = `SELECT ${near}, ${far} FROM ${link.table.rows} t WHERE "account_id" = $1 AND ${near} = ANY($2::uuid[]) ORDER BY ${near}, ${far}`;
    return { text, columns: [] };
  });
  return query(statement, [accountId, nearIds]);
}

/** All links of an account, in order: account, near id, far id. */
export function allLinks(link: LinkTable, accountId: string): PreparedQuery {
  const statement = compiled(`all links|${link.table.name}|${link.near}`, () => {
    const [near, far] = columns(link);
    const text = `SELECT "account_id", ${near}, ${far} FROM ${link.table.sql} WHERE "account_id" = $1 ORDER BY ${near}, ${far}`;
    return { text, columns: [] };
  });
  return query(statement, [accountId]);
}

/** Removes the link between two rows. */
export function unlink(link: LinkTable, accountId: string, nearId: unknown, farId: unknown): PreparedQuery {
  const statement = compiled(`unlink|${link.table.name}|${link.near}`, () => {
    const [near, far] = columns(link);
    const text = `DELETE FROM ${link.table.sql} WHERE "account_id" = $1 AND ${near} = $2 AND ${far} = $3`;
    return { text, columns: [] };
  });
  return query(statement, [accountId, nearId, farId]);
}

/**
 * Serializes changes to links of one type within an account: two changes that are harmless alone can form a cycle
 * together.
 */
export const lockLinks = ({ name }: Table, accountId: string): PreparedQuery => ({
  name: 'lock_links',
  text: 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))',
  values: [`${name} ${accountId}`],
});
