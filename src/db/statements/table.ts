/** What the read path knows of a table: read once from TypeORM's entity metadata, then never looked up again. */
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
  /** PostgreSQL's number of the type; null when it is not looked at. */
  readonly oid: number | null;
  readonly isJson: boolean;
  readonly isNullable: boolean;
}

/** How the indexes of a table are made for its lists. */
interface Listing {
  /** The property that the list is ordered by by default. */
  readonly order: string;
  /** Properties that are the prefix of that order in an index: the rows with one value are a range of it, in order. */
  readonly leads: readonly string[];
}

export interface Table extends Listing {
  readonly name: string;
  readonly sql: string;
  readonly columns: ReadonlyMap<string, Column>;
  /** The property that names a row's account; null for platform tables, which no tenant role can read. */
  readonly account: 'accountId' | 'id' | null;
  readonly softDeletes: boolean;
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const listings = new WeakMap<object, Listing>();

/** Without it an entity is listed by id, and the owner in `metadata` alone leads. */
export const Listed =
  (order: string, ...leads: string[]): ClassDecorator =>
  (entity) =>
    void listings.set(entity, { order, leads });

const BY_ID: Listing = { order: 'id', leads: ['metadata'] };

/** @param metadata of an entity; its columns without relations are all there is. */
export function tableOf(metadata: EntityMetadata): Table {
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
      isNullable: column.isNullable,
    });
  }
  const account = columns.has('accountId') ? 'accountId' : metadata.tableName === 'account' ? 'id' : null;
  return {
    ...((typeof metadata.target === 'function' && listings.get(metadata.target)) || BY_ID),
    name: metadata.tableName,
    sql: quote(metadata.tableName),
    columns,
    account,
    softDeletes: columns.has('deletedAt'),
  };
}

/** @throws when the property is no column: a mistake in the gateway, never in a request. */
export function columnOf(table: Table, property: string): Column {
  const column = table.columns.get(property);
  if (!column) throw new Error(`${table.name} has no column for ${property}`);
  return column;
}

/** The columns to select: id and account always, then those asked for that the table has, each once, in a stable order. */
export function selection(table: Table, asked: Iterable<string>): readonly Column[] {
  const wanted = new Set<string>(['id', ...(table.account ? [table.account] : []), ...asked]);
  return [...table.columns.values()].filter((column) => wanted.has(column.property));
}
