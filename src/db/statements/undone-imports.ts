/** The imports of an account that are undone. */
import type { Statement } from './select';
import { columnOf, type Table } from './table';

/** Values: the account. Answers id and undo log of each. */
export function undoneImports(table: Table): Pick<Statement, 'text'> {
  const [id, account, log, undoneAt] = ['id', 'accountId', 'inverse', 'undoneAt'].map(
    (property) => `t.${columnOf(table, property).sql}`,
  );
  return { text: `SELECT ${id}, ${log} FROM ${table.sql} t WHERE ${account} = $1 AND ${undoneAt} IS NOT NULL` };
}
