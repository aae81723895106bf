/** Whether a row that was read meets the conditions of a filter: what the database compares for lists, compared here for streams. */
import { columnOf, type Table } from '../../db/statements/table';
import { followedColumns } from '../../db/statements/followed-rows';
import type { Operator, Predicate } from '../../db/statements/predicate';

type Values = readonly unknown[];
type Comparison = (value: string, operand: unknown) => boolean;

const lower = (value: unknown): string => String(value).toLowerCase();
const time = (value: unknown): number => Date.parse(String(value));

/** Those of the fields that rows of streams can be filtered by; a null meets none of them. */
const COMPARISONS: Partial<Record<Operator, Comparison>> = {
  equals: (value, operand) => value === operand,
  in: (value, operand) => Array.isArray(operand) && operand.includes(value),
  contains: (value, operand) => lower(value).includes(lower(operand)),
  startsWith: (value, operand) => lower(value).startsWith(lower(operand)),
  before: (value, operand) => time(value) < time(operand),
  after: (value, operand) => time(value) > time(operand),
};

function conditionOf(table: Table, { property, operator, value: operand }: Predicate): (values: Values) => boolean {
  const place = followedColumns(table).indexOf(columnOf(table, property));
  const holds = COMPARISONS[operator];
  if (!holds) throw new Error(`Streams are not filtered by ${operator}`);
  return (values) => {
    const value = values[place];
    return typeof value === 'string' && holds(value, operand);
  };
}

/** @returns whether a row, in the order of the table's columns, meets all of the conditions. */
export function matcher(table: Table, predicates: readonly Predicate[]): (values: Values) => boolean {
  const conditions = predicates.map((predicate) => conditionOf(table, predicate));
  return (values) => conditions.every((meets) => meets(values));
}
