/** Links that an input makes by ids, and the refusal of cycles among them. */
import { isUuid } from '../../auth/caller';
import type { Transaction } from '../../db/transaction';
import { leadsTo } from '../../db/statements/beyond-restriction';
import { badInput, noSuchReference } from '../../errors';
import type { ManyToMany, Resource } from '../resource';
import type { AccountRow, JsonRecord } from '../queries/account-row';

/** Splits an input into links and columns. Absent fields are in neither. */
export function splitInput(
  links: readonly ManyToMany[] | undefined,
  input: object,
): { readonly columns: JsonRecord; readonly links: JsonRecord } {
  const names = new Set((links ?? []).map((link) => link.input));
  const entries = Object.entries(input).filter(([, value]) => value !== undefined);
  return {
    columns: Object.fromEntries(entries.filter(([property]) => !names.has(property))),
    links: Object.fromEntries(entries.filter(([property]) => names.has(property))),
  };
}

/** Replaces the row's links with those that the input names. */
export async function storeManyToMany(
  transaction: Transaction,
  resource: Pick<Resource, 'manyToMany'>,
  row: AccountRow,
  given: JsonRecord,
): Promise<void> {
  for (const link of resource.manyToMany ?? []) {
    if (link.input in given) await replaceTargets(transaction, row, link, given[link.input]);
  }
}

async function replaceTargets(
  transaction: Transaction,
  row: AccountRow,
  link: ManyToMany,
  value: unknown,
): Promise<void> {
  const ids = [...new Set((Array.isArray(value) ? value : []).map((id) => String(id).toLowerCase()))];
  if (ids.length > link.maxRows) {
    const path = ['input', link.input];
    throw badInput(path, `${path.join('.')} has ${ids.length} ids; at most ${link.maxRows} are allowed.`);
  }
  const target = link.target();
  const found = new Set((await transaction.lockRows(target, ids.filter(isUuid))).map(({ id }) => id));
  ids.forEach((id, index) => {
    if (!found.has(id)) throw noSuchReference(['input', link.input, index], target.name);
  });
  if (link.acyclic && ids.length > 0) await refuseCycle(transaction, row, link, ids);
  const table = transaction.table(link.joinTable);
  await transaction.unlinkAll({ table, near: link.sourceKey, far: link.targetKey }, row.accountId, [row.id]);
  const { accountId } = row;
  await transaction.insertAll(
    table,
    accountId,
    ids.map((id) => ({ [link.sourceKey]: row.id, [link.targetKey]: id })),
  );
}

/**
 * Searches from the new neighbours, level by level, for a way back. Links of deleted rows count, because a restored row
 * gets them back.
 */
async function refuseCycle(
  transaction: Transaction,
  row: AccountRow,
  link: ManyToMany,
  ids: readonly string[],
): Promise<void> {
  const { sourceKey: near, targetKey: far } = link;
  const links = { table: transaction.table(link.joinTable), near, far };
  await transaction.lockLinks(links.table, row.accountId);
  const cameFrom = new Map<string, string>(ids.map((id) => [id, row.id]));
  let level: readonly string[] = ids;
  while (level.length > 0 && !cameFrom.has(row.id)) {
    const next: string[] = [];
    for (const [from, to] of await transaction.linksOf(links, row.accountId, level)) {
      if (cameFrom.has(String(to))) continue;
      cameFrom.set(String(to), String(from));
      next.push(String(to));
    }
    level = next;
  }
  if (cameFrom.has(row.id)) throw await cycleError(transaction, row, link, cameFrom);
  if (transaction.scope.restriction === null) return;
  const [[isClosed] = []] = await transaction.read(leadsTo(transaction.scope.requireAccount(), ids, row.id));
  if (isClosed === true)
    throw badInput(
      ['input', link.input],
      `input.${link.input} would form a cycle through rows that this key cannot access. Remove one of these references.`,
    );
}

/** The cycle, described starting from the row. */
async function cycleError(
  transaction: Transaction,
  row: AccountRow,
  link: ManyToMany,
  cameFrom: ReadonlyMap<string, string>,
): Promise<Error> {
  const way = [row.id];
  for (let id = cameFrom.get(row.id); id !== undefined && id !== row.id; id = cameFrom.get(id)) way.unshift(id);
  const rows = await transaction.lockRows(link.target(), way, { deleted: true });
  const names = new Map(rows.map((row) => [row.id, 'name' in row ? JSON.stringify(row.name) : row.id]));
  const cycle = [row.id, ...way].map((id) => names.get(id) ?? id).join(' -> ');
  return badInput(
    ['input', link.input],
    `input.${link.input} would form a cycle: ${cycle}. Remove one of these references.`,
  );
}
