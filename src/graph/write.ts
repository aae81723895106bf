/** How rows of any resource are created, changed and deleted; the rules that resources share are here and nowhere else. */
import { isUuid } from '../auth/caller';
import { violatedUnique } from '../db/failure';
import type { Scope } from '../db/scope';
import type { Transaction, Values } from '../db/transaction';
import { badInput, GatewayError, noSuchReference, notFound } from '../errors';
import { checkDraft } from './draft';
import { newId } from '../db/ids';
import { refuseWhileUsed } from './references';
import type { Link, Resource, Writing } from './resource';
import type { AccountRow, JsonRecord } from './row';

export type WritableResource<Row extends AccountRow> = Omit<Resource<Row>, 'resolvers'> & {
  readonly writing: Writing<Row>;
};

const isGiven = ([, value]: [string, unknown]): boolean => value !== undefined;
const given = (input: object): JsonRecord => Object.fromEntries(Object.entries(input).filter(isGiven));

/** Takes the links out of an input: what remains are columns. */
function split(links: readonly Link[], input: object): { columns: JsonRecord; links: JsonRecord } {
  const names = new Set(links.map((link) => link.input));
  const entries = Object.entries(given(input));
  return {
    columns: Object.fromEntries(entries.filter(([property]) => !names.has(property))),
    links: Object.fromEntries(entries.filter(([property]) => names.has(property))),
  };
}

async function replaceLinks(transaction: Transaction, row: AccountRow, link: Link, value: unknown): Promise<void> {
  const ids = [...new Set((Array.isArray(value) ? value : []).map((id) => String(id).toLowerCase()))];
  if (ids.length > link.most)
    throw badInput(['input', link.input], `input.${link.input} has ${ids.length} ids; at most ${link.most} are kept.`);
  const target = link.target();
  const found = new Set((await transaction.lockRows(target, ids.filter(isUuid))).map((one) => one.id));
  ids.forEach((id, index) => {
    if (!found.has(id)) throw noSuchReference(['input', link.input, index], target.name);
  });
  await transaction.unlink(transaction.table(link.through), link.near, row);
  await transaction.link(
    link.through,
    ids.map((id) => ({ accountId: row.accountId, [link.near]: row.id, [link.far]: id })),
  );
}

async function checkParents<Row extends AccountRow>(
  transaction: Transaction,
  resource: WritableResource<Row>,
  draft: JsonRecord,
): Promise<void> {
  for (const { column, target } of resource.parents ?? []) {
    const id = draft[column];
    if (id === null || id === undefined) continue;
    const rows = typeof id === 'string' && isUuid(id) ? await transaction.lockRows(target(), [id]) : [];
    if (rows.length === 0) throw noSuchReference(['input', column], target().name);
  }
}

/** A name that is taken becomes a CONFLICT in words; the index's name says which column. */
function conflictOf<Row extends AccountRow>(error: unknown, resource: WritableResource<Row>, row: JsonRecord): unknown {
  const constraint = violatedUnique(error);
  if (constraint === null || !constraint.endsWith('_live_name')) return error;
  return new GatewayError(
    'CONFLICT',
    `A live ${resource.names.type} named ${JSON.stringify(row.name)} already exists in this account. Choose another name, or change that one.`,
    { path: ['input', 'name'] },
  );
}

async function storeLinks<Row extends AccountRow>(
  transaction: Transaction,
  resource: WritableResource<Row>,
  row: Row,
  links: JsonRecord,
): Promise<void> {
  for (const link of resource.links ?? []) {
    if (link.input in links) await replaceLinks(transaction, row, link, links[link.input]);
  }
}

/** @throws GatewayError BAD_USER_INPUT, CONFLICT */
export async function createRow<Row extends AccountRow>(
  scope: Scope,
  resource: WritableResource<Row>,
  input: object,
): Promise<Row> {
  const accountId = scope.requireAccount();
  const { columns, links } = split(resource.links ?? [], input);
  const draft = checkDraft(resource.writing.draft, columns);
  try {
    return await scope.write(async (transaction) => {
      await checkParents(transaction, resource, draft);
      await resource.writing.check?.(transaction, draft, null);
      const values: JsonRecord = { ...draft, id: newId(), accountId };
      const [row] = await transaction.insert(resource.entity, [values as Values<Row>]);
      if (!row) throw notFound();
      await storeLinks(transaction, resource, row, links);
      return row;
    });
  } catch (error) {
    throw conflictOf(error, resource, draft);
  }
}

/** @throws GatewayError VERSION_CONFLICT */
export function refuseStale(row: { readonly version: number }, expectedVersion: number | null | undefined): void {
  if (typeof expectedVersion !== 'number' || row.version === expectedVersion) return;
  throw new GatewayError(
    'VERSION_CONFLICT',
    `The row is at version ${row.version}, not ${expectedVersion}: someone changed it meanwhile. Read it again, then decide.`,
    { currentVersion: row.version },
  );
}

/**
 * Changes what the input names and leaves the rest; null clears a field, an absent field stays.
 * @throws GatewayError NOT_FOUND, VERSION_CONFLICT, BAD_USER_INPUT, CONFLICT
 */
export async function updateRow<Row extends AccountRow>(
  scope: Scope,
  resource: WritableResource<Row>,
  id: string,
  input: object,
  expectedVersion: number | null | undefined,
): Promise<Row> {
  if (!isUuid(id)) throw notFound();
  const { columns, links } = split(resource.links ?? [], input);
  try {
    return await scope.write(async (transaction) => {
      const row = await transaction.lockRow(resource.entity, id);
      refuseStale(row, expectedVersion);
      const draft = checkDraft(resource.writing.draft, { ...row, ...columns });
      await checkParents(transaction, resource, given(columns));
      await resource.writing.check?.(transaction, draft, row);
      const patch = Object.fromEntries(Object.keys(columns).map((property) => [property, draft[property]]));
      const updated = await transaction.update(resource.entity, row, patch as Values<Row>);
      await storeLinks(transaction, resource, updated, links);
      return updated;
    });
  } catch (error) {
    throw conflictOf(error, resource, columns);
  }
}

/**
 * Hides a row; it stays in its account.
 * @param force deletes it although live rows refer to it.
 * @throws GatewayError NOT_FOUND, IN_USE
 */
export async function deleteRow<Row extends AccountRow>(
  scope: Scope,
  resources: readonly Resource[],
  resource: Pick<Resource<Row>, 'entity'>,
  id: string,
  force: boolean,
): Promise<Row> {
  if (!isUuid(id)) throw notFound();
  return scope.write(async (transaction) => {
    const row = await transaction.lockRow(resource.entity, id);
    if (!force) await refuseWhileUsed(transaction, resources, resource.entity, row);
    const gone = { deletedAt: () => 'now()', deletionId: newId() } as Values<Row>;
    return transaction.update(resource.entity, row, gone);
  });
}
