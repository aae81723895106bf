/** What a restricted key must not break although it cannot see it: counts and facts, never which rows. */
import type { PreparedQuery } from '../pipeline/batch';
import type { LinkTable } from './links';

/** The number of rows, not deleted, that a link table joins to one of these rows, visible or not. */
export const allLinking = ({ table }: Pick<LinkTable, 'table'>, ids: readonly string[]): PreparedQuery => ({
  text: 'SELECT linking_agents($1, $2::uuid[])',
  values: [table.tableName, ids],
});

/** Whether links lead from one of these rows to another, through visible or hidden rows. */
export const leadsTo = (starts: readonly string[], id: string): PreparedQuery => ({
  text: 'SELECT reaches_agent($1::uuid[], $2)',
  values: [starts, id],
});
