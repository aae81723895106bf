/** What a row refers to and who refers to it, read from the links and parents that resources declare. */
import { isUuid } from '../../auth/caller';
import { columnOf } from '../../db/statements/table';
import type { EntityClass, Transaction } from '../../db/transaction';
import { GatewayError, noSuchReference } from '../../errors';
import type { Resource } from '../resource';
import type { AccountRow, JsonRecord } from '../queries/account-row';

/** Of each kind; the others are counted. */
const MAX_LISTED_REFERENCES = 20;

export interface Reference {
  readonly resourceType: string;
  readonly id: string;
  readonly name: string;
}

export interface References {
  /** The oldest 20 of each kind. */
  readonly listed: readonly Reference[];
  /** How many there are, listed or not. */
  readonly total: number;
}

type Path = readonly (string | number)[];

/** A live row that an input refers to, locked against deletion. @throws GatewayError BAD_USER_INPUT */
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

interface ReferenceQuery {
  readonly type: string;
  /** Values: account, ids. */
  readonly text: string;
}

/** Statements that find live rows which refer to one of the ids, not counting those among them, and how many there are. */
function referenceQueries(
  transaction: Transaction,
  resources: readonly Resource[],
  entity: EntityClass<AccountRow>,
): ReferenceQuery[] {
  return resources.flatMap((resource) => {
    const table = transaction.table(resource.entity);
    const own = resource.entity === entity ? ' AND NOT t.id = ANY($2::uuid[])' : '';
    const named = table.columns.has('name') ? 't.name' : 't.id::text';
    const found = `t.id, ${named}, count(*) OVER ()`;
    const rest = `t.account_id = $1 AND t.deleted_at IS NULL${own} ORDER BY t.id LIMIT ${MAX_LISTED_REFERENCES}`;
    const linked = (resource.manyToMany ?? [])
      .filter((link) => link.target() === entity)
      .map((link) => {
        const through = transaction.table(link.joinTable);
        const [near, far] = [columnOf(through, link.sourceKey).sql, columnOf(through, link.targetKey).sql];
        const joined = `${through.sql} l JOIN ${table.sql} t ON t.account_id = l.account_id AND t.id = l.${near}`;
        return `SELECT ${found} FROM ${joined} WHERE l.account_id = $1 AND l.${far} = ANY($2::uuid[]) AND ${rest}`;
      });
    const children = (resource.belongsTo ?? [])
      .filter((parent) => parent.target() === entity && parent.onDelete === 'refuse')
      .map(({ column }) => {
        const by = columnOf(table, column).sql;
        return `SELECT ${found} FROM ${table.sql} t WHERE t.${by} = ANY($2::uuid[]) AND ${rest}`;
      });
    return [...linked, ...children].map((text) => ({ type: resource.names.type, text }));
  });
}

/** The live rows that refer to rows of an account. */
export async function referencesTo(
  transaction: Transaction,
  resources: readonly Resource[],
  entity: EntityClass<AccountRow>,
  accountId: string,
  ids: readonly string[],
): Promise<References> {
  const listed: Reference[] = [];
  let total = 0;
  for (const { type, text } of referenceQueries(transaction, resources, entity)) {
    const rows = await transaction.read({ text }, [accountId, ids]);
    total += Number(rows[0]?.[2] ?? 0);
    listed.push(...rows.map(([id, name]) => ({ resourceType: type, id: String(id), name: String(name) })));
  }
  return { listed, total };
}

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
