/** What a restricted key must not break although it cannot see it: counts and facts, never which rows. */
import type { AccountId } from '../../auth/caller';
import type { PreparedQuery } from '../pipeline/batch';
import type { LinkTable } from './links';
import { OF_ACCOUNT } from './of-account';

/** The number of rows, not deleted, that a link table joins to one of these rows, visible or not. */
export const allLinking = (
  { table }: Pick<LinkTable, 'table'>,
  accountId: AccountId,
  ids: readonly string[],
): PreparedQuery => ({
  text: `SELECT linking_agents($2, $3::uuid[]) ${OF_ACCOUNT}`,
  values: [accountId, table.tableName, ids],
});

/** Whether links lead from one of these rows to another, through visible or hidden rows. */
export const leadsTo = (accountId: AccountId, starts: readonly string[], id: string): PreparedQuery => ({
  text: `SELECT reaches_agent($2::uuid[], $3) ${OF_ACCOUNT}`,
  values: [accountId, starts, id],
});
