/** Soft delete: a row is deleted with its dependents under one deletion id, and restored with exactly those. */
import { isUuid } from '../../auth/caller';
import { newId } from '../../db/ids';
import { rowQuota } from '../../db/quotas';
import type { Scope } from '../../db/scope';
import { DatabaseTime, type EntityClass, type Transaction, type Values } from '../../db/transaction';
import { GatewayError, notFound } from '../../errors';
import { inUse, inUseBeyond, referencesTo, type References } from './references';
import type { Resource } from '../resource';
import type { AccountRow } from '../queries/account-row';
import { conflictOf } from './write';

interface Dependents {
  readonly resource: Resource;
  /** The column that refers to the row they depend on. */
  readonly column: string;
}

/** The kinds of rows that are deleted with an entity's rows. */
const dependentsOf = (resources: readonly Resource[], entity: EntityClass<AccountRow>): Dependents[] =>
  resources.flatMap((resource) =>
    (resource.belongsTo ?? [])
      .filter((parent) => parent.target() === entity && parent.onDelete === 'cascade')
      .map(({ column }) => ({ resource, column })),
  );

class Deletion {
  readonly id = newId();
  #references: References = { listed: [], total: 0, beyond: false };

  constructor(
    private readonly transaction: Transaction,
    private readonly resources: readonly Resource[],
    private readonly accountId: string,
  ) {}

  /**
   * @param force allows the references visible to the key to remain.
   * @throws GatewayError IN_USE if rows that are not deleted refer to these.
   */
  refuseReferenced(force: boolean): void {
    if (this.#references.beyond) throw inUseBeyond();
    const [first] = this.#references.listed;
    if (first && !force) throw inUse(this.#references, first);
  }

  /** Collects references to the rows, and soft-deletes their dependents. */
  async deleteDependents(entity: EntityClass<AccountRow>, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const { transaction, resources, accountId } = this;
    const { listed, total, beyond } = await referencesTo(transaction, resources, entity, accountId, ids);
    const known = this.#references;
    this.#references = {
      listed: [...known.listed, ...listed],
      total: known.total + total,
      beyond: known.beyond || beyond,
    };
    for (const { resource, column } of dependentsOf(resources, entity)) {
      await this.deleteDependents(resource.entity, await this.#softDelete(resource, column, ids));
    }
  }

  async #softDelete(resource: Resource, column: string, ids: readonly string[]): Promise<string[]> {
    const table = this.transaction.table(resource.entity);
    const dependents = await this.transaction.lockDependents(table, column, this.accountId, ids);
    const patch = { deletedAt: DatabaseTime.TRANSACTION, deletionId: this.id };
    await this.transaction.updateAll(
      table,
      this.accountId,
      dependents.map((id) => ({ id, ...patch })),
    );
    return dependents;
  }
}

/**
 * Soft-deletes a row and its dependents.
 * @param force deletes it even if other rows refer to it.
 * @throws GatewayError NOT_FOUND, IN_USE
 */
export async function deleteRow<Row extends AccountRow>(
  scope: Scope,
  resources: readonly Resource[],
  resource: Pick<Resource<Row>, 'entity' | 'mutations'>,
  id: string,
  force: boolean,
): Promise<Row> {
  if (!isUuid(id)) throw notFound();
  return scope.write(async (transaction) => {
    const row = await transaction.lockRow(resource.entity, id);
    resource.mutations?.authorize?.(transaction.scope.caller, row, null);
    const deletion = new Deletion(transaction, resources, row.accountId);
    const marks = { deletedAt: DatabaseTime.TRANSACTION, deletionId: deletion.id } as Values<Row>;
    const deleted = await transaction.update(resource.entity, row, marks);
    await deletion.deleteDependents(resource.entity, [row.id]);
    deletion.refuseReferenced(force);
    return deleted;
  });
}

/** A row cannot be restored without its parent. */
async function requireParents(
  transaction: Transaction,
  resource: Pick<Resource, 'belongsTo'>,
  row: AccountRow,
): Promise<void> {
  for (const { column, target, onDelete } of resource.belongsTo ?? []) {
    const id = columnValue(row, column);
    if (onDelete === 'keep' || id === null) continue;
    const [parent] = await transaction.lockRows(target(), [id]);
    if (parent) continue;
    throw new GatewayError(
      'CONFLICT',
      `The ${target().name} ${id} that it belongs to is deleted. Restore that one first.`,
    );
  }
}

function columnValue(row: AccountRow, column: string): string | null {
  const value: unknown = Object.getOwnPropertyDescriptor(row, column)?.value;
  return typeof value === 'string' ? value : null;
}

async function restoreDependents(
  transaction: Transaction,
  resources: readonly Resource[],
  entity: EntityClass<AccountRow>,
  row: AccountRow,
  seen: Set<Resource> = new Set(),
): Promise<void> {
  for (const { resource } of dependentsOf(resources, entity)) {
    if (seen.has(resource)) continue;
    seen.add(resource);
    const table = transaction.table(resource.entity);
    const dependents = await transaction.lockDeletedWith(table, row.accountId, row.deletionId);
    await transaction.updateAll(
      table,
      row.accountId,
      dependents.map((id) => ({ id, deletedAt: null, deletionId: null })),
    );
    await restoreDependents(transaction, resources, resource.entity, row, seen);
  }
}

/** Counts the row and its dependents against the quotas. @throws GatewayError QUOTA_EXCEEDED */
async function refuseBeyondQuota(
  transaction: Transaction,
  resources: readonly Resource[],
  { entity, names }: Pick<Resource, 'entity' | 'names'>,
  accountId: string,
): Promise<void> {
  const quota = rowQuota(transaction.scope.database.quotas, names.plural);
  await transaction.refuseBeyond(transaction.table(entity), accountId, quota);
  for (const { resource } of dependentsOf(resources, entity))
    await refuseBeyondQuota(transaction, resources, resource, accountId);
}

/**
 * Restores a deleted row and exactly what was deleted with it. Other rows are unchanged.
 * @throws GatewayError NOT_FOUND; CONFLICT if its name has been taken or its parent is deleted.
 */
export async function restoreRow<Row extends AccountRow>(
  scope: Scope,
  resources: readonly Resource[],
  resource: Pick<Resource<Row>, 'entity' | 'names' | 'belongsTo' | 'mutations'>,
  id: string,
): Promise<Row> {
  if (!isUuid(id)) throw notFound();
  try {
    return await scope.write(async (transaction) => {
      const row = await transaction.lockRow(resource.entity, id, true);
      if (row.deletedAt === null) return row;
      resource.mutations?.authorize?.(transaction.scope.caller, row, { ...row });
      await requireParents(transaction, resource, row);
      const back = { deletedAt: null, deletionId: null } as Values<Row>;
      const restored = await transaction.update(resource.entity, row, back);
      await restoreDependents(transaction, resources, resource.entity, row);
      await refuseBeyondQuota(transaction, resources, resource, row.accountId);
      return restored;
    });
  } catch (error) {
    throw conflictOf(error, resource, null);
  }
}
