/** Statements compiled once: the same shape gives the same text under the same name, so PostgreSQL plans it once. */
import { predicateSql, type Predicate } from './predicate';
import { columnOf, selection, type Column, type Table } from './table';

export interface Statement {
  /** Never given to another text; unset for statements that are too rare to be kept prepared. */
  readonly name: string | undefined;
  readonly text: string;
  readonly columns: readonly Column[];
}

/** More shapes than clients have; whoever makes up new ones pushes out the oldest, which are then built anew. */
const MOST_STATEMENTS = 500;
const store = new Map<string, Statement>();
let built = 0;

/** The statement for a shape, built at its first use. */
export function compiled(shape: string, build: () => Omit<Statement, 'name'>): Statement {
  const known = store.get(shape);
  if (known) return known;
  const statement: Statement = { ...build(), name: `s${(built += 1)}` };
  store.set(shape, statement);
  if (store.size <= MOST_STATEMENTS) return statement;
  const [oldest] = store.keys();
  if (oldest !== undefined) store.delete(oldest);
  return statement;
}

export type Deleted = 'EXCLUDE' | 'INCLUDE' | 'ONLY';
export type Direction = 'ASC' | 'DESC';

/** Everything about a list that shapes its statement. Values are bound as: account, predicates, seek values, limit. */
export interface ListShape {
  readonly columns: readonly string[];
  readonly predicates: readonly Predicate[];
  readonly order: { readonly property: string; readonly direction: Direction };
  readonly deleted: Deleted;
  /** True when a position is given: the page starts behind it. */
  readonly seeks: boolean;
  /** True when the scope is one account. */
  readonly pinned: boolean;
}

/** The columns that order a list: what was asked for, then what makes the order total. */
export const orderProperties = (shape: Pick<ListShape, 'order' | 'pinned'>, table: Table): readonly string[] => {
  const total = shape.pinned || table.account !== 'accountId' ? ['id'] : ['id', 'accountId'];
  return shape.order.property === 'id' ? total : [shape.order.property, ...total];
};

class Places {
  #count = 0;
  next(): string {
    this.#count += 1;
    return `$${this.#count}`;
  }
}

const list = (columns: readonly Column[]): string => columns.map((column) => `t.${column.sql}`).join(', ');

function conditions(table: Table, shape: Omit<ListShape, 'columns' | 'order' | 'seeks'>, places: Places): string[] {
  const found: string[] = [];
  if (shape.pinned && table.account) found.push(`t.${columnOf(table, table.account).sql} = ${places.next()}`);
  if (table.softDeletes && shape.deleted === 'EXCLUDE') found.push('t.deleted_at IS NULL');
  if (table.softDeletes && shape.deleted === 'ONLY') found.push('t.deleted_at IS NOT NULL');
  for (const predicate of shape.predicates) found.push(predicateSql(table, predicate, places.next()));
  return found;
}

const where = (found: readonly string[]): string => (found.length === 0 ? '' : ` WHERE ${found.join(' AND ')}`);

const shapeKey = (kind: string, table: Table, shape: Omit<ListShape, 'columns' | 'order' | 'seeks'>): string =>
  `${kind}|${table.name}|${shape.pinned ? 1 : 0}|${shape.deleted}|${shape.predicates.map((one) => `${one.property}:${one.operator}`).join()}`;

/** One page of a list, in order, by keyset: the cost of a page does not depend on how deep it is. */
export function listStatement(table: Table, shape: ListShape): Statement {
  const { property, direction } = shape.order;
  const key = `${shapeKey('list', table, shape)}|${property}|${direction}|${shape.seeks ? 1 : 0}|${shape.columns.join()}`;
  return compiled(key, () => {
    const places = new Places();
    const found = conditions(table, shape, places);
    const order = orderProperties(shape, table).map((one) => columnOf(table, one));
    if (shape.seeks) {
      const position = order.map((column) => `${places.next()}::${column.type}`).join(', ');
      found.push(`(${list(order)}) ${direction === 'ASC' ? '>' : '<'} (${position})`);
    }
    const columns = selection(table, [...shape.columns, property]);
    const by = order.map((column) => `t.${column.sql} ${direction}`).join(', ');
    const text = `SELECT ${list(columns)} FROM ${table.sql} t${where(found)} ORDER BY ${by} LIMIT ${places.next()}`;
    return { text, columns };
  });
}

/** How many rows a list has in all; counted only when asked for. */
export const countStatement = (table: Table, shape: Omit<ListShape, 'columns' | 'order' | 'seeks'>): Statement =>
  compiled(shapeKey('count', table, shape), () => ({
    text: `SELECT count(*) FROM ${table.sql} t${where(conditions(table, shape, new Places()))}`,
    columns: [],
  }));

/** One row by its id. Values: account when pinned, then the id. */
export function getStatement(table: Table, asked: readonly string[], pinned: boolean, deleted: Deleted): Statement {
  const shape = { pinned, deleted, predicates: [] };
  return compiled(`${shapeKey('get', table, shape)}|${asked.join()}`, () => {
    const places = new Places();
    const found = conditions(table, shape, places);
    const columns = selection(table, asked);
    const text = `SELECT ${list(columns)} FROM ${table.sql} t${where([...found, `t.id = ${places.next()}`])} LIMIT 1`;
    return { text, columns };
  });
}
