/** The undone imports of an account. */
import type { Statement } from './select';
import { columnOf, type Table } from './table';

/** Values: the account. Returns the id and undo log of each, in the order they were undone. */
export function undoneImports(table: Table): Pick<Statement, 'text'> {
  const column = (property: string): string => `t.${columnOf(table, property).sql}`;
  return {
    text: `SELECT ${column('id')}, ${column('undoLog')} FROM ${table.sql} t
            WHERE ${column('accountId')} = $1 AND ${column('undoneAt')} IS NOT NULL
            ORDER BY ${column('undoneAt')}, ${column('id')}`,
  };
}
