/** The comparisons that filters are built from, each a fixed piece of SQL; values are always parameters. */
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

/**
 * One comparison: `property operator value`. The pair (property, operator) shapes the statement, the value does not.
 */
export interface Predicate {
  readonly property: string;
  readonly operator: Operator;
  readonly value: unknown;
}

const literalPattern = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** As in the definition of its index; longer values are distinguished by the comparison after it. */
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

/** The expression that owner comparisons use, for an order that begins with it; nothing for others. */
export function ownerSql(table: Table, { property, operator }: Predicate): string[] {
  if (operator !== 'ownerTeam' && operator !== 'ownerEmail') return [];
  return [owner(operator === 'ownerTeam' ? 'team' : 'email', `t.${columnOf(table, property).sql}`)];
}

export function predicateSql(table: Table, { property, operator }: Predicate, place: string): string {
  const column = columnOf(table, property);
  return SQL[operator](`t.${column.sql}`, place, column.type);
}

/**
 * True for every row. Indexes that do not start with the account are partial on this condition, and only statements
 * across all accounts state it: the cost of one account's page must not depend on another's rows.
 */
export const ofAllAccounts = (column: string): string => `${column}::text <> ''`;

/**
 * Also true for every row. An index in a list's own order is partial on this condition where other indexes lead to
 * ranges of that order: a statement that selects a range does not state it, and so is left with the range's index.
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
