/** Relations between rows, and the one statement that fetches the related rows of many rows at once. */
import { compiled, type Direction, type Statement } from './select';
import { columnOf, selection, type Table } from './table';

interface Order {
  readonly property: string;
  readonly direction: Direction;
}

/** The row that a column refers to: a schedule's agent. The key is that column's value. */
interface BelongsToRelation {
  readonly kind: 'belongsTo';
  readonly target: Table;
}

/** The rows whose column refers to this one: an agent's schedules. The key is this row's id. */
interface HasManyRelation {
  readonly kind: 'hasMany';
  readonly target: Table;
  readonly foreignKey: string;
  readonly order: Order;
}

/** The rows that a link table joins to this one: an agent's tools. The key is this row's id. */
interface ManyToManyRelation {
  readonly kind: 'manyToMany';
  readonly target: Table;
  readonly joinTable: Table;
  readonly sourceKey: string;
  readonly targetKey: string;
  readonly order: Order;
  /**
   * Where keys reach only some of the rows: what to read first. The end of a link that may join any number of rows is
   * read last.
   */
  readonly readFirst?: 'links' | 'target';
}

export type Relation = BelongsToRelation | HasManyRelation | ManyToManyRelation;

const order = ({ property, direction }: Order, target: Table): string =>
  `t.${columnOf(target, property).sql} ${direction}, t.id ${direction}`;

const alive = (target: Table): string => (target.softDeletes ? ' AND t.deleted_at IS NULL' : '');

/**
 * Links and target in a fixed order, each looked up for the other: PostgreSQL cannot tell how few rows a key reaches.
 */
function reachedLinks(
  { target, joinTable, sourceKey, targetKey, readFirst }: ManyToManyRelation,
  account: string,
): string {
  const [near, far] = [columnOf(joinTable, sourceKey).sql, columnOf(joinTable, targetKey).sql];
  const rows = (byId: string): string =>
    `(SELECT t.* FROM ${target.rows} t WHERE t.account_id = ${account}${byId}${alive(target)} OFFSET 0) t`;
  const links = (byTarget: string): string =>
    `(SELECT l.${far} FROM ${joinTable.rows} l WHERE l.account_id = ${account} AND l.${near} = k.id${byTarget} OFFSET 0) l`;
  return readFirst === 'target'
    ? `${rows('')} CROSS JOIN LATERAL ${links(` AND l.${far} = t.id`)}`
    : `${links('')} CROSS JOIN LATERAL ${rows(` AND t.id = l.${far}`)}`;
}

function source(relation: Relation, account: string, columns: string): string {
  const { target } = relation;
  switch (relation.kind) {
    case 'belongsTo':
      return `SELECT ${columns} FROM ${target.rows} t WHERE t.account_id = ${account} AND t.id = k.id${alive(target)}`;
    case 'hasMany': {
      const by = columnOf(target, relation.foreignKey).sql;
      return `SELECT ${columns} FROM ${target.rows} t WHERE t.account_id = ${account} AND t.${by} = k.id${alive(target)} ORDER BY ${order(relation.order, target)} LIMIT $3`;
    }
    case 'manyToMany': {
      if (relation.readFirst)
        return `SELECT ${columns} FROM ${reachedLinks(relation, account)} ORDER BY ${order(relation.order, target)} LIMIT $3`;
      const near = columnOf(relation.joinTable, relation.sourceKey).sql;
      const far = columnOf(relation.joinTable, relation.targetKey).sql;
      return `SELECT ${columns} FROM ${relation.joinTable.rows} l JOIN ${target.rows} t ON t.account_id = l.account_id AND t.id = l.${far} WHERE l.account_id = ${account} AND l.${near} = k.id${alive(target)} ORDER BY ${order(relation.order, target)} LIMIT $3`;
    }
  }
}

/** The accounts of the keys: one, any, or any with tables that are divided among shards. */
export type RelationScope = 'account' | 'everywhere' | 'shards';

const PAIRS = 'unnest($1::uuid[], $2::uuid[])';

/**
 * The keys `k` of a statement. Citus accepts no LIMIT per key if the keys are rows of a function. With shards they are
 * therefore joined with their accounts, and DISTINCT prevents the planner from merging the subquery. Ordinary tables
 * have their own form, because this one takes up to a tenth longer.
 */
const KEYS: Readonly<Record<RelationScope, string>> = {
  account: 'unnest($2::uuid[]) k(id)',
  everywhere: `${PAIRS} k(account_id, id)`,
  shards: `(SELECT DISTINCT a.id AS account_id, q.id FROM ${PAIRS} q(account_id, id) JOIN "account" a ON a.id = q.account_id) k`,
};

/**
 * Values: the account (scope `account`) or the accounts (one per key), the keys, and for everything but parents the
 * maximum number of rows per key. Each result row starts with its key.
 */
function buildStatement(relation: Relation, asked: readonly string[], scope: RelationScope): Statement {
  const { kind, target } = relation;
  const link =
    kind === 'manyToMany'
      ? `${relation.joinTable.name} ${relation.sourceKey}`
      : kind === 'hasMany'
        ? relation.foreignKey
        : '';
  const by = kind === 'belongsTo' ? '' : `${relation.order.property} ${relation.order.direction}`;
  return compiled(`${kind}|${target.name}|${link}|${by}|${scope}|${asked.join()}`, () => {
    const columns = selection(target, asked);
    const selected = columns.map((column) => `t.${column.sql}`).join(', ');
    const rows = source(relation, scope === 'account' ? '$1::uuid' : 'k.account_id', selected);
    return { text: `SELECT k.id, t.* FROM ${KEYS[scope]} CROSS JOIN LATERAL (${rows}) t`, columns };
  });
}

type Statements = WeakMap<readonly string[], Statement>;
const remembered: Readonly<Record<RelationScope, WeakMap<Relation, Statements>>> = {
  account: new WeakMap(),
  everywhere: new WeakMap(),
  shards: new WeakMap(),
};

/**
 * Called for every row with related fields, so the shape is cached.
 * @param asked columns; the same list gives the same statement without inspecting it.
 */
export function relationStatement(relation: Relation, asked: readonly string[], scope: RelationScope): Statement {
  const relations = remembered[scope];
  let statements = relations.get(relation);
  if (!statements) relations.set(relation, (statements = new WeakMap()));
  let statement = statements.get(asked);
  if (!statement) statements.set(asked, (statement = buildStatement(relation, asked, scope)));
  return statement;
}
