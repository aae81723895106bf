/** Who refers to a row, read from the links and parents that resources declare. */
import type { EntityClass, Transaction } from '../db/transaction';
import { columnOf } from '../db/table';
import { GatewayError } from '../errors';
import type { Resource } from './resource';
import type { AccountRow } from './row';

const MOST_LISTED = 20;

export interface Reference {
  readonly resourceType: string;
  readonly id: string;
  readonly name: string;
}

/** Statements that find live rows which refer to a row; values: account, id. */
function referrers(
  transaction: Transaction,
  resources: readonly Resource[],
  entity: EntityClass<AccountRow>,
): { type: string; text: string }[] {
  return resources.flatMap((resource) => {
    const table = transaction.table(resource.entity);
    const named = table.columns.has('name') ? 't.name' : 't.id::text';
    const linked = (resource.links ?? [])
      .filter((link) => link.target() === entity)
      .map((link) => {
        const through = transaction.table(link.through);
        const [near, far] = [columnOf(through, link.near).sql, columnOf(through, link.far).sql];
        return `SELECT t.id, ${named} FROM ${through.sql} l JOIN ${table.sql} t ON t.account_id = l.account_id AND t.id = l.${near} WHERE l.account_id = $1 AND l.${far} = $2 AND t.deleted_at IS NULL ORDER BY t.id LIMIT ${MOST_LISTED}`;
      });
    const children = (resource.parents ?? [])
      .filter((parent) => parent.target() === entity && parent.onDelete === 'refuse')
      .map(
        (parent) =>
          `SELECT t.id, ${named} FROM ${table.sql} t WHERE t.account_id = $1 AND t.${columnOf(table, parent.column).sql} = $2 AND t.deleted_at IS NULL ORDER BY t.id LIMIT ${MOST_LISTED}`,
      );
    return [...linked, ...children].map((text) => ({ type: resource.names.type, text }));
  });
}

/** @throws GatewayError IN_USE with the live rows that refer to this one, at most 20 of each kind. */
export async function refuseWhileUsed(
  transaction: Transaction,
  resources: readonly Resource[],
  entity: EntityClass<AccountRow>,
  row: AccountRow,
): Promise<void> {
  const references: Reference[] = [];
  for (const { type, text } of referrers(transaction, resources, entity)) {
    for (const [id, name] of await transaction.read({ text }, [row.accountId, row.id])) {
      references.push({ resourceType: type, id: String(id), name: String(name) });
    }
  }
  const [first] = references;
  if (!first) return;
  throw new GatewayError(
    'IN_USE',
    `${references.length} live row(s) refer to this one, for example the ${first.resourceType} ${JSON.stringify(first.name)}. Change them first, or delete with force: true.`,
    { references },
  );
}
