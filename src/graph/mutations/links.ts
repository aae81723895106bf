/** The rows that an input joins to a row by their ids, and the refusal of circles among them. */
import { isUuid } from '../../auth/caller';
import { columnOf, type Table } from '../../db/statements/table';
import type { Transaction } from '../../db/transaction';
import { badInput, noSuchReference } from '../../errors';
import type { ManyToMany, Resource } from '../resource';
import type { AccountRow, JsonRecord } from '../queries/account-row';

/** Takes the links out of an input: what remains are columns. Absent fields are in neither. */
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

/** Joins the row to those that the input names, in place of those it was joined to. */
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
    throw badInput(path, `${path.join('.')} has ${ids.length} ids; at most ${link.maxRows} are kept.`);
  }
  const target = link.target();
  const found = new Set((await transaction.lockRows(target, ids.filter(isUuid))).map((one) => one.id));
  ids.forEach((id, index) => {
    if (!found.has(id)) throw noSuchReference(['input', link.input, index], target.name);
  });
  if (link.acyclic && ids.length > 0) await refuseCycle(transaction, row, link, ids);
  await transaction.unlink(transaction.table(link.joinTable), link.sourceKey, row);
  const { accountId } = row;
  await transaction.link(
    link.joinTable,
    ids.map((id) => ({ accountId, [link.sourceKey]: row.id, [link.targetKey]: id })),
  );
}

/** One change of a kind of links at a time in an account: two that are harmless alone can close a circle together. */
const LOCK = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))';

/** Lets nobody else change the links of a table in an account until the transaction ends. */
export async function lockLinks(transaction: Transaction, through: Table, accountId: string): Promise<void> {
  await transaction.read({ text: LOCK }, [`${through.name} ${accountId}`]);
}

/**
 * Walks from the new neighbours, level by level, until it comes back. Links of deleted rows count, for a restored row
 * gets them back.
 */
async function refuseCycle(
  transaction: Transaction,
  row: AccountRow,
  link: ManyToMany,
  ids: readonly string[],
): Promise<void> {
  const through = transaction.table(link.joinTable);
  const [near, far] = [columnOf(through, link.sourceKey).sql, columnOf(through, link.targetKey).sql];
  const text = `SELECT ${near}, ${far} FROM ${through.sql} WHERE account_id = $1 AND ${near} = ANY($2::uuid[])`;
  await lockLinks(transaction, through, row.accountId);
  const cameFrom = new Map<string, string>(ids.map((id) => [id, row.id]));
  let level: readonly string[] = ids;
  while (level.length > 0 && !cameFrom.has(row.id)) {
    const next: string[] = [];
    for (const [from, to] of await transaction.read({ text }, [row.accountId, level])) {
      if (cameFrom.has(String(to))) continue;
      cameFrom.set(String(to), String(from));
      next.push(String(to));
    }
    level = next;
  }
  if (cameFrom.has(row.id)) throw await cycleError(transaction, row, link, cameFrom);
}

/** The way back, told from the row on. */
async function cycleError(
  transaction: Transaction,
  row: AccountRow,
  link: ManyToMany,
  cameFrom: ReadonlyMap<string, string>,
): Promise<Error> {
  const way = [row.id];
  for (let id = cameFrom.get(row.id); id !== undefined && id !== row.id; id = cameFrom.get(id)) way.unshift(id);
  const rows = await transaction.lockRows(link.target(), way, { deleted: true });
  const names = new Map(rows.map((one) => [one.id, 'name' in one ? JSON.stringify(one.name) : one.id]));
  const told = [row.id, ...way].map((id) => names.get(id) ?? id).join(' -> ');
  return badInput(['input', link.input], `input.${link.input} would close a circle: ${told}. Leave one of them out.`);
}
