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

const SQL: Record<Operator, (column: string, place: string, type: string) => string> = {
  equals: (column, place) => `${column} = ${place}`,
  in: (column, place, type) => `${column} = ANY(${place}::${type}[])`,
  contains: (column, place) => `${column} ILIKE ${place}`,
  startsWith: (column, place) => `${column} ILIKE ${place}`,
  before: (column, place) => `${column} < ${place}`,
  after: (column, place) => `${column} > ${place}`,
  includes: (column, place) => `${column} @> ${place}::jsonb`,
  isSet: (column, place) => `(${column} IS NOT NULL) = ${place}::boolean`,
  metadata: (column, place) => `${column} @> ${place}::jsonb`,
  ownerTeam: ofOwner('team'),
  ownerEmail: ofOwner('email'),
};

/** The expression that a comparison of owners compares, for an order that begins with it; nothing for others. */
export function ownerSql(table: Table, { property, operator }: Predicate): string[] {
  if (operator !== 'ownerTeam' && operator !== 'ownerEmail') return [];
  return [owner(operator === 'ownerTeam' ? 'team' : 'email', `t.${columnOf(table, property).sql}`)];
}

export function predicateSql(table: Table, { property, operator }: Predicate, place: string): string {
  const column = columnOf(table, property);
  return SQL[operator](`t.${column.sql}`, place, column.type);
}

/**
 * Holds for every row. Indexes that do not start with the account are for rows of which this is said, and only statements
 * of all accounts say it: what a page of one account costs must not depend on the rows of another.
 */
export const ofAllAccounts = (column: string): string => `${column}::text <> ''`;

/**
 * Holds for every row as well. An index in a list's own order is for rows of which this is said, where other indexes lead
 * to stretches of that order: a statement that names a stretch does not say it and is left with the stretch's index.
 */
export const ofWholeOrder = (id: string): string => `${id}::text <> ''`;

/** Compared as JSON. */
const JSON_OPERATORS: ReadonlySet<Operator> = new Set(['includes', 'metadata', 'ownerTeam', 'ownerEmail']);

/** The value as the statement's parameter. */
export function predicateValue({ operator, value }: Predicate): unknown {
  if (operator === 'contains') return `%${literalPattern(String(value))}%`;
  if (operator === 'startsWith') return `${literalPattern(String(value))}%`;
  return JSON_OPERATORS.has(operator) ? JSON.stringify(value) : value;
}
