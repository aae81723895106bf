/** The imports of an account that are undone. */
import type { Statement } from './select';
import { columnOf, type Table } from './table';

/** Values: the account. Answers id and undo log of each, the first that was undone first. */
export function undoneImports(table: Table): Pick<Statement, 'text'> {
  const column = (property: string): string => `t.${columnOf(table, property).sql}`;
  return {
    text: `SELECT ${column('id')}, ${column('undoLog')} FROM ${table.sql} t
            WHERE ${column('accountId')} = $1 AND ${column('undoneAt')} IS NOT NULL
            ORDER BY ${column('undoneAt')}, ${column('id')}`,
  };
}
