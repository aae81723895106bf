/** Statements compiled once: the same shape gives the same text under the same name, so PostgreSQL plans it once. */
import { LRUCache } from 'lru-cache';
import type { PreparedQuery } from '../pipeline/batch';
import { ofAllAccounts, ofWholeOrder, ownerSql, predicateSql, type Predicate } from './predicate';
import { columnOf, selection, type Column, type Lanes, type Table } from './table';

export interface Statement {
  /** Never reused for another text; unset for statements too rare to be kept prepared. */
  readonly name: string | undefined;
  readonly text: string;
  readonly columns: readonly Column[];
}

/** More shapes than clients use; new ones evict the least recently used. */
const MAX_STATEMENTS = 500;
const statements = new LRUCache<string, Statement>({ max: MAX_STATEMENTS });
let built = 0;

/** The statement for a shape, built on first use. */
export function compiled(shape: string, build: () => Omit<Statement, 'name'>): Statement {
  let statement = statements.get(shape);
  if (!statement) statements.set(shape, (statement = { ...build(), name: `s${(built += 1)}` }));
  return statement;
}

/** The statement with its parameters. */
export const bound = ({ name, text, columns }: Statement, values: readonly unknown[]): PreparedQuery => ({
  name,
  text,
  columns,
  values,
});

export type Deleted = 'EXCLUDE' | 'INCLUDE' | 'ONLY';
export type Direction = 'ASC' | 'DESC';

/**
 * The maximum number of rows that a page checks for conditions without an index. A longer search continues after the
 * last row checked, so that no request costs more than this, however many rows there are and however few match.
 */
export const SCAN_LIMIT = 10_000;

/** Rows are counted up to this number. */
export const COUNT_LIMIT = 10_000;

/** The rows to select from. */
interface Choice {
  readonly predicates: readonly Predicate[];
  readonly deleted: Deleted;
  /** True when the scope is one account. */
  readonly oneAccount: boolean;
}

/**
 * Everything about a list that shapes its statement. Values are bound as: account, predicates, seek values, filtered
 * predicates, limit.
 */
interface ListShape extends Choice {
  readonly columns: readonly string[];
  /** Conditions checked row by row; the rows end with whether they hold and whether the search ends here. */
  readonly filtered: readonly Predicate[];
  readonly order: { readonly property: string; readonly direction: Direction };
  /** The predicate that selects a range of the list's order. */
  readonly lead: Predicate | null;
  /** True when the list is read along its whole order. */
  readonly readsWholeOrder: boolean;
  /** True when a position is given: the page starts after it. */
  readonly seeks: boolean;
}

/** The columns that order a list: the requested ones, then those that make the order total. */
export const orderProperties = (shape: Pick<ListShape, 'order' | 'oneAccount'>, table: Table): readonly string[] => {
  const total = shape.oneAccount || table.account !== 'accountId' ? ['id'] : ['id', 'accountId'];
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

const compared = (table: Table, predicates: readonly Predicate[], places: Places): string[] =>
  predicates.map((predicate) => predicateSql(table, predicate, places.next()));

const DELETED: Readonly<Record<Deleted, readonly string[]>> = {
  EXCLUDE: ['t.deleted_at IS NULL'],
  INCLUDE: [],
  ONLY: ['t.deleted_at IS NOT NULL'],
};
const deletedSql = (table: Table, deleted: Deleted): readonly string[] => (table.softDeletes ? DELETED[deleted] : []);

/** The account filter. Statements across all accounts state the condition of the indexes of all accounts. */
function ofAccount(table: Table, oneAccount: boolean, places: Places): string[] {
  if (table.account === null) return [];
  const column = `t.${columnOf(table, table.account).sql}`;
  if (oneAccount) return [`${column} = ${places.next()}`];
  return table.account === 'accountId' ? [ofAllAccounts(column)] : [];
}

const conditions = (table: Table, { oneAccount, deleted, predicates }: Choice, places: Places): string[] => [
  ...ofAccount(table, oneAccount, places),
  ...deletedSql(table, deleted),
  ...compared(table, predicates, places),
];

const where = (found: readonly string[]): string => (found.length === 0 ? '' : ` WHERE ${found.join(' AND ')}`);

const predicateKey = (predicates: readonly Predicate[]): string =>
  predicates.map(({ property, operator }) => `${property}:${operator}`).join();

const shapeKey = (kind: string, table: Table, { oneAccount, deleted, predicates }: Choice): string =>
  `${kind}|${table.name}|${oneAccount ? 1 : 0}|${deleted}|${predicateKey(predicates)}`;

/** If the list's order is that of the primary key, every statement can use its index. */
const hasStretches = (table: Table): boolean => table.leads.length > 0 && table.order !== 'id';

/** The rows of each lane; the fence keeps PostgreSQL from reading another index, for an order, past the lane's own. */
const inLanes = (table: Table, { from, on }: Lanes, found: readonly string[], fence: string, rest = ''): string => {
  const rows = `SELECT t.* FROM ${table.sql} t${where([...found, on])}`;
  const fenced = fence === '' ? rows : `SELECT t.* FROM (${rows} ${fence}) t`;
  return `(SELECT t.* FROM ${from} CROSS JOIN LATERAL (${fenced}${rest}) t) t`;
};

/** The ranges whose first rows make up a page, if there are several. */
function lanesOf(table: Table, { oneAccount, lead, readsWholeOrder }: ListShape): Lanes | null {
  if (lead && !oneAccount && table.accountLanes) return table.accountLanes;
  return readsWholeOrder || lead ? table.lanes : null;
}

/** Whether a condition selects a range of each account's index, but of no index of all accounts. */
const isCountedByAccount = (table: Table, { oneAccount, predicates }: Choice): boolean =>
  !oneAccount && predicates.some(({ property, operator }) => operator === 'equals' && table.leads.includes(property));

interface Walk {
  /** Rows in list order. */
  readonly rows: (limit: string | number) => string;
  readonly by: (first: readonly string[]) => string;
  readonly stretch: readonly string[];
}

/** The rows of a list along an index; conditions without an index are still to be checked on each. */
function walk(table: Table, shape: ListShape, places: Places): Walk {
  const { property, direction } = shape.order;
  const found = conditions(table, shape, places);
  const lanes = lanesOf(table, shape);
  if (shape.readsWholeOrder && hasStretches(table) && !lanes)
    found.push(ofWholeOrder(`t.${columnOf(table, 'id').sql}`));
  const order = orderProperties(shape, table).map((name) => columnOf(table, name));
  if (shape.seeks) {
    const position = order.map((column) => `${places.next()}::${column.type}`).join(', ');
    found.push(`(${list(order)}) ${direction === 'ASC' ? '>' : '<'} (${position})`);
  }
  // One owner has all rows of its range; PostgreSQL does not know that and needs the order of the index.
  const stretch = shape.lead ? ownerSql(table, shape.lead) : [];
  const by = (first: readonly string[]): string =>
    [...first, ...order.map((column) => `t.${column.sql}`)]
      .map((expression) => `${expression} ${direction}`)
      .join(', ');
  const chosen = `${table.rows} t${where(found)}`;
  const along = (limit: string | number): string => {
    const fence = property === table.order ? '' : 'OFFSET 0';
    if (lanes) return inLanes(table, lanes, found, fence, ` ORDER BY ${by(stretch)} LIMIT ${limit}`);
    // So few rows match that they are looked up directly, not along the order.
    return shape.readsWholeOrder || shape.lead ? chosen : `(SELECT t.* FROM ${chosen} OFFSET 0) t`;
  };
  return { rows: (limit) => `FROM ${along(limit)} ORDER BY ${by(stretch)} LIMIT ${limit}`, by, stretch };
}

const listKey = (kind: string, table: Table, shape: ListShape): string => {
  const { property, direction } = shape.order;
  return `${shapeKey(kind, table, shape)}|${property}|${direction}|${shape.seeks ? 1 : 0}${shape.readsWholeOrder ? 1 : 0}|${predicateKey(shape.filtered)}`;
};

/**
 * One page of a list, in order, by keyset pagination: its cost does not depend on its position in the list. Conditions
 * without an index are checked on up to SCAN_LIMIT rows, in a CASE expression that hides them from the planner:
 * PostgreSQL estimates that it holds for every other row, so it walks the index until the page is full instead of
 * sorting what it expects to be a few rows.
 */
export function listStatement(table: Table, shape: ListShape): Statement {
  return compiled(`${listKey('list', table, shape)}|${shape.columns.join()}`, () => {
    const places = new Places();
    const { rows, by, stretch } = walk(table, shape, places);
    const columns = selection(table, [...shape.columns, shape.order.property]);
    if (shape.filtered.length === 0) return { text: `SELECT ${list(columns)} ${rows(places.next())}`, columns };
    const holds = `(${compared(table, shape.filtered, places).join(' AND ')})`;
    const last = `t.place = ${SCAN_LIMIT}`;
    const more = [
      ...stretch.map((expression) => `${expression} AS stretch`),
      `row_number() OVER (ORDER BY ${by(stretch)}) AS place`,
    ];
    const looked = `SELECT t.*, ${more.join(', ')} ${rows(SCAN_LIMIT)}`;
    const text = `SELECT ${list(columns)}, ${holds}, ${last} FROM (${looked}) t WHERE CASE WHEN ${holds} THEN true ELSE ${last} END ORDER BY ${by(stretch.map(() => 't.stretch'))} LIMIT ${places.next()}`;
    return { text, columns };
  });
}

/**
 * The number of rows in a list, and the number checked to find out: at most COUNT_LIMIT + 1. Conditions without an
 * index are checked on the first rows of the list.
 */
export const countStatement = (table: Table, shape: ListShape): Statement =>
  compiled(listKey('count', table, shape), () => {
    const places = new Places();
    if (shape.filtered.length > 0) {
      const { rows } = walk(table, shape, places);
      const holds = compared(table, shape.filtered, places).join(' AND ');
      const looked = `SELECT t.* ${rows(COUNT_LIMIT + 1)}`;
      return { text: `SELECT count(*) FILTER (WHERE ${holds}), count(*) FROM (${looked}) t`, columns: [] };
    }
    const found = conditions(table, shape, places);
    const lanes = isCountedByAccount(table, shape) ? table.accountLanes : table.lanes;
    const rows = lanes ? inLanes(table, lanes, found, 'OFFSET 0') : `${table.rows} t${where(found)}`;
    return { text: `SELECT count(*), count(*) FROM (SELECT 1 FROM ${rows} LIMIT ${COUNT_LIMIT + 1}) t`, columns: [] };
  });

/** One row by its id. Values: the account, if any, then the id. */
export function getStatement(
  table: Table,
  requested: readonly string[],
  oneAccount: boolean,
  deleted: Deleted,
): Statement {
  const shape = { oneAccount, deleted, predicates: [] };
  return compiled(`${shapeKey('get', table, shape)}|${requested.join()}`, () => {
    const places = new Places();
    const found = conditions(table, shape, places);
    const columns = selection(table, requested);
    const text = `SELECT ${list(columns)} FROM ${table.rows} t${where([...found, `t.id = ${places.next()}`])} LIMIT 1`;
    return { text, columns };
  });
}

/** Rows by their ids. Values: the account, if any, then the ids. */
export function getAllStatement(table: Table, requested: readonly string[], oneAccount: boolean): Statement {
  const shape = { oneAccount, deleted: 'EXCLUDE', predicates: [] } as const;
  return compiled(`${shapeKey('getAll', table, shape)}|${requested.join()}`, () => {
    const places = new Places();
    const found = conditions(table, shape, places);
    const columns = selection(table, requested);
    const text = `SELECT ${list(columns)} FROM ${table.rows} t${where([...found, `t.id = ANY(${places.next()}::uuid[])`])}`;
    return { text, columns };
  });
}
