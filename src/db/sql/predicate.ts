/** The comparisons that filters are made of, each a fixed piece of SQL; values always travel as parameters. */
import { columnOf, type Table } from './table';

export type Operator =
  | 'equals'
  | 'in'
  | 'contains'
  | 'startsWith'
  | 'before'
  | 'after'
  | 'includes'
  | 'isSet'
  | 'metadata'
  | 'ownerTeam'
  | 'ownerEmail';

/** One comparison: `property operator value`. The pair (property, operator) shapes the statement, the value does not. */
export interface Predicate {
  readonly property: string;
  readonly operator: Operator;
  readonly value: unknown;
}

const literalPattern = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** As the index on it is defined; what is longer is told apart by the comparison behind it. */
const owner = (part: 'team' | 'email', metadata: string): string => `left(${metadata} -> 'owner' ->> '${part}', 64)`;

const ofOwner =
  (part: 'team' | 'email') =>
  (column: string, place: string): string =>
    `${owner(part, column)} = ${owner(part, `${place}::jsonb`)} AND ${column} @> ${place}::jsonb`;

/**
 * The texts that begin with another are one range of the order by bytes, which an index can find for any parameter. Its
 * end is the last character that there is, more often than a name is long.
 */
const begins = (column: string, place: string): string =>
  `lower(${column}) COLLATE "C" >= lower(${place}) AND lower(${column}) COLLATE "C" <= lower(${place}) || repeat(U&'\\+10FFFF', 255)`;

const SQL: Record<Operator, (column: string, place: string, type: string) => string> = {
  equals: (column, place) => `${column} = ${place}`,
  in: (column, place, type) => `${column} = ANY(${place}::${type}[])`,
  contains: (column, place) => `${column} ILIKE ${place}`,
  startsWith: begins,
  before: (column, place) => `${column} < ${place}`,
  after: (column, place) => `${column} > ${place}`,
  includes: (column, place) => `${column} @> ${place}::jsonb`,
  isSet: (column, place) => `(${column} IS NOT NULL) = ${place}::boolean`,
  metadata: (column, place) => `${column} @> ${place}::jsonb`,
  ownerTeam: ofOwner('team'),
  ownerEmail: ofOwner('email'),
};

export function predicateSql(table: Table, { property, operator }: Predicate, place: string): string {
  const column = columnOf(table, property);
  return SQL[operator](`t.${column.sql}`, place, column.type);
}

/** Compared as JSON. */
const JSON_OPERATORS: ReadonlySet<Operator> = new Set(['includes', 'metadata', 'ownerTeam', 'ownerEmail']);

/** The value as the statement's parameter. */
export function predicateValue({ operator, value }: Predicate): unknown {
  if (operator === 'contains') return `%${literalPattern(String(value))}%`;
  return JSON_OPERATORS.has(operator) ? JSON.stringify(value) : value;
}
