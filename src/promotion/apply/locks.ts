/** The locks an import holds while it runs. */
import type { Transaction } from '../../db/transaction';
import type { BundleSection } from '../bundle/sections';

/** Until the transaction ends, no other transaction can link rows of these sections in a way that forms a cycle. */
export async function lockLinksOf(transaction: Transaction, sections: readonly BundleSection[]): Promise<void> {
  for (const { link } of sections.flatMap(({ links }) => links)) {
    if (link.acyclic)
      await transaction.lockLinks(transaction.table(link.joinTable), transaction.scope.requireAccount());
  }
}
