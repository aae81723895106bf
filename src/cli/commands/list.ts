/** Lists of rows, with each row's account when several accounts may appear. */
import { accountNames, showsAccounts } from '../gateway/account-names';
import { everyNode, type Page } from '../gateway/pages';
import type { Session } from '../gateway/session';
import { list, type Cells } from '../output/print';

interface Listing<Row> {
  /** The requested account; undefined for all. */
  readonly accountId: string | undefined;
  /** Reads the page after a cursor. */
  readonly readPage: (after: string | null) => Promise<Page<Row>>;
  readonly asJson: boolean | undefined;
  readonly head: readonly string[];
  readonly cells: (row: Row) => Cells;
}

export async function listRows<Row extends { readonly accountId: string }>(
  session: Session,
  { accountId, readPage, asJson, head, cells }: Listing<Row>,
): Promise<void> {
  if (!showsAccounts(session, accountId)) return list(asJson, everyNode(readPage), head, cells);
  const withAccounts = accountNames(session);
  const rows = everyNode(async (after) => {
    const page = await readPage(after);
    return { ...page, nodes: await withAccounts(page.nodes) };
  });
  return list(asJson, rows, ['account', ...head], (row) => [row.account, ...cells(row)]);
}
