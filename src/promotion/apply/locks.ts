/** What an import holds still while it works. */
import type { Transaction } from '../../db/transaction';
import type { Kind } from '../bundle/sections';

/** Nobody else joins rows of these kinds in a way that could close a circle, until the transaction ends. */
export async function lockLinksOf(transaction: Transaction, kinds: readonly Kind[]): Promise<void> {
  for (const { link } of kinds.flatMap(({ links }) => links)) {
    if (link.acyclic)
      await transaction.lockLinks(transaction.table(link.joinTable), transaction.scope.requireAccount());
  }
}
