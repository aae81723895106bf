/** What a row refers to and what refers to it, from the links and parents that resources declare. */
import { isUuid } from '../../auth/caller';
import type { PreparedQuery } from '../../db/pipeline/batch';
import { allLinking } from '../../db/statements/beyond-restriction';
import { referencesByColumn, referencesByLink } from '../../db/statements/references';
import type { EntityClass, Transaction, TransactionScope } from '../../db/transaction';
import { GatewayError, noSuchReference } from '../../errors';
import type { Resource } from '../resource';
import type { AccountRow, JsonRecord } from '../queries/account-row';

/** Per kind; further references are only counted. */
const MAX_LISTED_REFERENCES = 20;

interface Reference {
  readonly resourceType: string;
  readonly id: string;
  readonly name: string;
}

export interface References {
  /** The oldest 20 of each kind. */
  readonly listed: readonly Reference[];
  /** The total number, listed or not. */
  readonly total: number;
  /** Whether there are further references that the restricted key cannot access. */
  readonly beyond: boolean;
}

type Path = readonly (string | number)[];

/** Locks a row that an input refers to, to prevent its deletion. @throws GatewayError BAD_USER_INPUT */
export async function lockReference<Row extends AccountRow>(
  transaction: Transaction,
  entity: EntityClass<Row>,
  id: unknown,
  path: Path,
): Promise<Row> {
  const [row] = typeof id === 'string' && isUuid(id) ? await transaction.lockRows(entity, [id]) : [];
  if (!row) throw noSuchReference(path, entity.name);
  return row;
}

/** @throws GatewayError BAD_USER_INPUT */
export async function checkBelongsTo(
  transaction: Transaction,
  resource: Pick<Resource, 'belongsTo'>,
  columns: JsonRecord,
): Promise<void> {
  for (const { column, target } of resource.belongsTo ?? []) {
    const id = columns[column];
    if (id === null || id === undefined) continue;
    await lockReference(transaction, target(), id, ['input', column]);
  }
}

/** How references are read: in a transaction, or in a scope that only reads. */
export type ReferenceReader = Pick<Transaction, 'table' | 'run'> & {
  readonly scope: Pick<TransactionScope, 'restriction' | 'requireAccount'>;
};

interface ReferenceQuery {
  readonly type: string;
  readonly query: PreparedQuery;
}

/** Statements that find and count the rows that refer to one of the ids, except the rows with these ids. */
function referenceQueries(
  reader: ReferenceReader,
  resources: readonly Resource[],
  entity: EntityClass<AccountRow>,
  accountId: string,
  ids: readonly string[],
): ReferenceQuery[] {
  return resources.flatMap((resource) => {
    const links = (resource.manyToMany ?? []).filter((link) => link.target() === entity);
    const parents = (resource.belongsTo ?? []).filter(
      (parent) => parent.target() === entity && parent.onDelete === 'refuse',
    );
    // Restricted keys only query tables that they can access.
    if (links.length === 0 && parents.length === 0) return [];
    const table = reader.table(resource.entity);
    const isSameTable = resource.entity === entity;
    const search = { table, accountId, ids, isSameTable, limit: MAX_LISTED_REFERENCES };
    const linked = links.map(({ joinTable, sourceKey: near, targetKey: far }) =>
      referencesByLink(search, { table: reader.table(joinTable), near, far }),
    );
    const children = parents.map(({ column, ends }) => referencesByColumn(search, column, ends));
    return [...linked, ...children].map((query) => ({ type: resource.names.type, query }));
  });
}

/** Rows that are not deleted and refer to an account's rows. */
export async function referencesTo(
  reader: ReferenceReader,
  resources: readonly Resource[],
  entity: EntityClass<AccountRow>,
  accountId: string,
  ids: readonly string[],
): Promise<References> {
  const queries = referenceQueries(reader, resources, entity, accountId, ids);
  const answers = await reader.run(queries.map(({ query }) => query));
  const found = queries.map(({ type }, index) => ({ type, rows: answers[index] ?? [] }));
  const total = found.reduce((sum, { rows }) => sum + Number(rows[0]?.[2] ?? 0), 0);
  return {
    listed: found.flatMap(({ type, rows }) =>
      rows.map(([id, name]) => ({ resourceType: type, id: String(id), name: String(name) })),
    ),
    total,
    beyond: (await linkedBeyond(reader, resources, entity, ids)) > total,
  };
}

/** The number of rows linked to these, accessible or not; 0 for keys that can access all of them anyway. */
async function linkedBeyond(
  reader: ReferenceReader,
  resources: readonly Resource[],
  entity: EntityClass<AccountRow>,
  ids: readonly string[],
): Promise<number> {
  if (reader.scope.restriction === null) return 0;
  const links = resources.flatMap(({ manyToMany = [] }) => manyToMany).filter((link) => link.target() === entity);
  const accountId = reader.scope.requireAccount();
  const queries = links.map(({ joinTable }) => allLinking({ table: reader.table(joinTable) }, accountId, ids));
  const answers = await reader.run(queries);
  return answers.reduce((sum, [row]) => sum + Number(row?.[0] ?? 0), 0);
}

/** The error for a row that is referred to by rows the key cannot access. */
export const inUseBeyond = (): GatewayError =>
  new GatewayError(
    'IN_USE',
    'Rows that this key cannot access refer to this one. Use a key that is not restricted to rows.',
  );

/** The error for a row that others refer to. @param first one of them. */
export function inUse({ listed, total }: References, first: Reference): GatewayError {
  const example = `${first.resourceType} ${JSON.stringify(first.name)}`;
  const left = total === listed.length ? '' : `; the first ${listed.length} are listed`;
  return new GatewayError(
    'IN_USE',
    `${total} row(s) refer to this one, for example the ${example}${left}. Change them first, or delete with force: true.`,
    { references: listed, total },
  );
}
