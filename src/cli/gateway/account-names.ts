/** Account names, for output with rows of several accounts. */
import { AccountsPageDocument } from '../../../schema/generated/operations';
import { PAGE } from './pages';
import type { Session } from './session';

/** For master keys and anything else without an account. */
export const PLATFORM = '00000000-0000-0000-0000-000000000000';

interface Owned {
  readonly accountId: string;
}

/** Whether rows of several accounts may appear: with a master key and no account. */
export const showsAccounts = ({ viewer }: Session, accountId: string | undefined): boolean =>
  viewer.kind === 'MASTER' && accountId === undefined;

/** Adds its account's slug to every row; requests each account once. */
export function accountNames({ client }: Session) {
  const slugs = new Map([[PLATFORM, 'the platform']]);
  return async <Row extends Owned>(rows: readonly Row[]): Promise<(Row & { readonly account: string })[]> => {
    const missing = [...new Set(rows.map(({ accountId }) => accountId))].filter((id) => !slugs.has(id));
    if (missing.length > 0) {
      const { accounts } = await client.ask(AccountsPageDocument, { first: PAGE, filter: { id: { in: missing } } });
      for (const { id, slug } of accounts.nodes) slugs.set(id, slug);
    }
    return rows.map((row) => ({ ...row, account: slugs.get(row.accountId) ?? row.accountId }));
  };
}
