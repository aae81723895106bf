/** Purges rows in a deterministic order: dependents first, each kind by id, independent of their storage order. */
import type { EntityClass, Transaction } from '../../db/transaction';
import { columnOf } from '../../db/statements/table';
import type { LinkTable } from '../../db/statements/links';
import type { AccountRow } from '../queries/account-row';
import type { BelongsTo, Resource } from '../resource';

/** The number of children locked and removed at a time. */
const PAGE_ROWS = 1_000;

/** Link tables of an entity's rows, from their side. */
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

/** Removes the rows that refer to one of the ids; if the column is nullable, it is set to null instead. */
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
 * Removes rows and everything the database would cascade to, which foreign keys would do in storage order. Later
 * resources in the registry refer to earlier ones, so they are removed first.
 * @param ids in the order of removal.
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
