/** The read path's description of a table: read once from TypeORM's entity metadata, then cached. */
import type { EntityMetadata } from 'typeorm';
import { oidOf } from '../pipeline/value-parsers';

export interface Column {
  /** Name in TypeScript and GraphQL. */
  readonly property: string;
  /** Name in the database. */
  readonly name: string;
  /** Quoted name in SQL. */
  readonly sql: string;
  /** PostgreSQL's type, for casts of array parameters. */
  readonly type: string;
  /** PostgreSQL's OID of the type; null when it is not checked. */
  readonly oid: number | null;
  readonly isJson: boolean;
  /** Whether its values are read as JsonText; see `asText`. */
  readonly isText: boolean;
  readonly isNullable: boolean;
}

const TEXT = ':text';

/** A JSON column in a list of columns to select, whose values only become part of an answer: they are not parsed. */
export const asText = (property: string): string => property + TEXT;

/** How a table's indexes serve its lists. */
interface Listing {
  /** The property that orders the list by default. */
  readonly order: string;
  /** Properties that are a prefix of that order in an index: the rows with one value are a range of it, in order. */
  readonly leads: readonly string[];
}

/** How to find the rows that a restricted key reaches, range by range of an index. */
export interface Lanes {
  /** Source of the lanes `k(lane)`; `$1` is the account. */
  readonly from: string;
  /** Condition for a row `t` of a lane. */
  readonly on: string;
}

/**
 * How restricted keys reach a table's rows: by each row's own owner and id, by the row that a column refers to, by the
 * rows at both ends of a link, or by the key that a row of keys is or comes from.
 */
type Reach =
  | { readonly by: 'owner' }
  | { readonly by: 'key' }
  | { readonly by: 'parent'; readonly column: string; readonly parent: () => Table }
  | { readonly by: 'ends'; readonly ends: () => readonly { readonly column: string; readonly table: Table }[] };

export interface Table extends Listing {
  /** Distinguishes statements. */
  readonly name: string;
  /** In the database. */
  readonly tableName: string;
  readonly sql: string;
  /** The rows' source: the table, or those of its rows that a restricted key reaches. */
  readonly rows: string;
  /** Null for tables outside every restriction. */
  readonly reach: Reach | null;
  readonly lanes: Lanes | null;
  /**
   * How statements across accounts find the rows with one value of a prefix; null where an index of all accounts does.
   */
  readonly accountLanes: Lanes | null;
  readonly columns: ReadonlyMap<string, Column>;
  /** The property with a row's account; null for platform tables, which no tenant role can read. */
  readonly account: 'accountId' | 'id' | null;
  readonly softDeletes: boolean;
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const listings = new WeakMap<object, Listing>();

/** Without it an entity is listed by id, and the owner in `metadata` is the only prefix. */
export const Listed =
  (order: string, ...leads: string[]): ClassDecorator =>
  (entity) =>
    void listings.set(entity, { order, leads });

type Entity = new () => object;

const searchedByAccount = new WeakSet<object>();

/**
 * Across accounts, rows with one value of a prefix are looked up account by account: the table has no index of all
 * accounts for them, which would slow down every change.
 */
export const SearchedByAccount = (): ClassDecorator => (entity) => void searchedByAccount.add(entity);

/** The accounts that have rows, each found by one probe of the primary key. */
function accountLanesOf(table: string): Lanes {
  const next = (condition: string): string =>
    `(SELECT r.account_id FROM ${table} r${condition} ORDER BY r.account_id LIMIT 1)`;
  const accounts = `WITH RECURSIVE a(lane) AS (${next('')} UNION ALL SELECT ${next(' WHERE r.account_id > a.lane')} FROM a WHERE a.lane IS NOT NULL)`;
  return { from: `(${accounts} SELECT a.lane FROM a WHERE a.lane IS NOT NULL) k(lane)`, on: 't.account_id = k.lane' };
}

type ReachRule =
  | { readonly by: 'owner' }
  | { readonly by: 'key' }
  | { readonly by: 'parent'; readonly column: string; readonly parent: () => Entity }
  | { readonly by: 'ends'; readonly ends: Readonly<Record<string, () => Entity>> };

const reaches = new WeakMap<object, ReachRule>();

/** How restricted keys reach an entity's rows. Without it they cannot. */
export const Reached =
  (rule: ReachRule): ClassDecorator =>
  (entity) =>
    void reaches.set(entity, rule);

/** Whether restricted keys reach an entity's rows by their owner. */
export const isReachable = (entity: object): boolean => {
  const by = reaches.get(entity)?.by;
  return by === 'owner' || by === 'parent';
};

/** Whether a restriction can name an entity's rows by id. */
export const isOwned = (entity: object): boolean => reaches.get(entity)?.by === 'owner';

function reachOf(entity: unknown, tableOfEntity: (entity: Entity) => Table): Reach | null {
  const rule = typeof entity === 'function' ? reaches.get(entity) : undefined;
  if (!rule) return null;
  if (rule.by === 'parent') return { ...rule, parent: () => tableOfEntity(rule.parent()) };
  if (rule.by !== 'ends') return rule;
  const ends = Object.entries(rule.ends);
  return { by: 'ends', ends: () => ends.map(([column, end]) => ({ column, table: tableOfEntity(end()) })) };
}

const BY_ID: Listing = { order: 'id', leads: ['metadata'] };

/**
 * @param metadata of an entity; only its columns without relations are used.
 * @param tableOfEntity tables of other entities, looked up when first needed.
 */
export function tableOf(metadata: EntityMetadata, tableOfEntity: (entity: Entity) => Table): Table {
  const columns = new Map<string, Column>();
  for (const column of metadata.columns) {
    const type = typeof column.type === 'string' ? column.type : 'text';
    columns.set(column.propertyName, {
      property: column.propertyName,
      name: column.databaseName,
      sql: quote(column.databaseName),
      type,
      oid: column.isArray || typeof column.type !== 'string' ? null : oidOf(type),
      isJson: /^jsonb?$/.test(type),
      isText: false,
      isNullable: column.isNullable,
    });
  }
  const account = columns.has('accountId') ? 'accountId' : metadata.tableName === 'account' ? 'id' : null;
  return {
    ...((typeof metadata.target === 'function' && listings.get(metadata.target)) || BY_ID),
    name: metadata.tableName,
    tableName: metadata.tableName,
    sql: quote(metadata.tableName),
    rows: quote(metadata.tableName),
    reach: reachOf(metadata.target, tableOfEntity),
    lanes: null,
    accountLanes:
      typeof metadata.target === 'function' && searchedByAccount.has(metadata.target)
        ? accountLanesOf(quote(metadata.tableName))
        : null,
    columns,
    account,
    softDeletes: columns.has('deletedAt'),
  };
}

/** The same table divided among shards, without lanes: Citus refuses statements that read account by account. */
export const amongShards = (table: Table): Table =>
  table.accountLanes === null ? table : { ...table, name: `${table.name}_among_shards`, accountLanes: null };

/** @throws when the property is not a column: a bug in the gateway, never the client's error. */
export function columnOf(table: Table, property: string): Column {
  const column = table.columns.get(property);
  if (!column) throw new Error(`${table.name} has no column for ${property}`);
  return column;
}

/**
 * The columns to select: id and account always, then those requested that the table has, each once, in a stable order.
 */
export function selection(table: Table, requested: Iterable<string>): readonly Column[] {
  const wanted = new Set<string>(['id', ...(table.account ? [table.account] : []), ...requested]);
  return [...table.columns.values()].flatMap((column) => {
    if (wanted.has(column.property)) return [column];
    return wanted.has(asText(column.property)) ? [{ ...column, isText: column.isJson }] : [];
  });
}
