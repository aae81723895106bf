/** What a key that is restricted to rows must not break, although it does not see it: counts and facts, never which rows. */
import type { PreparedQuery } from '../pipeline/batch';
import type { LinkTable } from './links';

/** How many rows that are not deleted the links of a table join to one of these rows, seen or not. */
export const allLinking = ({ table }: Pick<LinkTable, 'table'>, ids: readonly string[]): PreparedQuery => ({
  text: 'SELECT linking_agents($1, $2::uuid[])',
  values: [table.tableName, ids],
});

/** Whether links lead from one of these rows to another, by way of rows seen or not. */
export const leadsTo = (starts: readonly string[], id: string): PreparedQuery => ({
  text: 'SELECT reaches_agent($1::uuid[], $2)',
  values: [starts, id],
});
