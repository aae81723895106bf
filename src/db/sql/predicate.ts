/** The comparisons that filters are made of, each a fixed piece of SQL; values always travel as parameters. */
import { columnOf, type Table } from './table';

export type Operator =
  'equals' | 'in' | 'contains' | 'startsWith' | 'before' | 'after' | 'includes' | 'isSet' | 'metadata';

/** One comparison: `property operator value`. The pair (property, operator) shapes the statement, the value does not. */
export interface Predicate {
  readonly property: string;
  readonly operator: Operator;
  readonly value: unknown;
}

const literalPattern = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

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
};

export function predicateSql(table: Table, { property, operator }: Predicate, place: string): string {
  const column = columnOf(table, property);
  return SQL[operator](`t.${column.sql}`, place, column.type);
}

/** The value as the statement's parameter. */
export function predicateValue({ operator, value }: Predicate): unknown {
  if (operator === 'contains') return `%${literalPattern(String(value))}%`;
  if (operator === 'startsWith') return `${literalPattern(String(value))}%`;
  if (operator === 'includes' || operator === 'metadata') return JSON.stringify(value);
  return value;
}
