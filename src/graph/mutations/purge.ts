/** Rows leave permanently in an order that is stated: what depends on them first, each kind by id, never as rows lie. */
import type { EntityClass, Transaction } from '../../db/transaction';
import { columnOf } from '../../db/statements/table';
import type { LinkTable } from '../../db/statements/links';
import type { AccountRow } from '../queries/account-row';
import type { BelongsTo, Resource } from '../resource';

/** Children that are locked and removed at once. */
const PAGE_ROWS = 1_000;

/** Link tables that join rows of an entity, as seen from them. */
function linksOf(
  transaction: Transaction,
  resources: readonly Resource[],
  entity: EntityClass<AccountRow>,
): LinkTable[] {
  return resources.flatMap((resource) =>
    (resource.manyToMany ?? []).flatMap(({ joinTable, sourceKey, targetKey, target }) => {
      const table = transaction.table(joinTable);
      return [
        ...(resource.entity === entity ? [{ table, near: sourceKey, far: targetKey }] : []),
        ...(target() === entity ? [{ table, near: targetKey, far: sourceKey }] : []),
      ];
    }),
  );
}

/** Removes the rows whose column names one of the ids; where it may be null, they stay without it, as the table has it. */
async function purgeChildren(
  transaction: Transaction,
  resources: readonly Resource[],
  { entity }: Resource,
  { column, purged }: BelongsTo,
  accountId: string,
  parentIds: readonly string[],
): Promise<void> {
  const table = transaction.table(entity);
  for (let isLast = false; !isLast;) {
    const ids = await transaction.lockChildren(table, column, accountId, parentIds, PAGE_ROWS);
    if (columnOf(table, column).isNullable)
      await transaction.updateAll(
        table,
        accountId,
        ids.map((id) => ({ id, [column]: null, ...purged })),
      );
    else await purgeRows(transaction, resources, entity, accountId, ids);
    isLast = ids.length < PAGE_ROWS;
  }
}

/**
 * Removes rows and what the database would remove with them, whose foreign keys would do it in the order of their
 * storage. Resources that come later in the registry refer to those before them, so they go first.
 * @param ids in the order in which they go.
 */
export async function purgeRows(
  transaction: Transaction,
  resources: readonly Resource[],
  entity: EntityClass<AccountRow>,
  accountId: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  for (const child of [...resources].reverse())
    for (const parent of child.belongsTo ?? []) {
      const { column, target, onDelete } = parent;
      if (
        target() === entity &&
        (onDelete !== 'refuse' || columnOf(transaction.table(child.entity), column).isNullable)
      )
        await purgeChildren(transaction, resources, child, parent, accountId, ids);
    }
  for (const link of linksOf(transaction, resources, entity)) await transaction.unlinkAll(link, accountId, ids);
  await transaction.deleteAll(transaction.table(entity), accountId, ids);
}
