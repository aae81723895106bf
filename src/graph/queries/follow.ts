/** What subscriptions of rows share: following an account's rows from a position, and a row as its fields take it. */
import { Int } from 'type-graphql';
import { followedColumns } from '../../db/statements/followed-rows';
import type { Predicate, Operator } from '../../db/statements/predicate';
import { REACHED, toRow, type StoredRow } from '../../db/statements/row';
import { columnOf, type Table } from '../../db/statements/table';
import type { FollowedRow } from '../../db/stream/follower';
import type { EntityClass } from '../../db/transaction';
import { badInput } from '../../errors';
import { scopeOf, type RequestContext } from '../request-context';

type Values = readonly unknown[];
type Comparison = (value: string, operand: unknown) => boolean;

const lower = (value: unknown): string => String(value).toLowerCase();
const time = (value: unknown): number => Date.parse(String(value));

/**
 * Compares in memory what the database compares for lists, for the fields by which streams can be filtered; null
 * matches nothing.
 */
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
function matcher(table: Table, predicates: readonly Predicate[]): (values: Values) => boolean {
  const conditions = predicates.map((predicate) => conditionOf(table, predicate));
  return (values) => conditions.every((meets) => meets(values));
}

/** For `@Arg(...AFTER_NUMBER)`. */
export const AFTER_NUMBER = [
  'after',
  () => Int,
  {
    nullable: true,
    description:
      'Number of the last event that you have; 0: all events from the first one on; default: only new events. The header Last-Event-ID takes precedence.',
  },
] as const;

const NUMBER = /^\d{1,15}$/;

/** A reconnecting browser sends the id of its last event, while the document is still the original one. */
function startAfter({ call: { headers } }: RequestContext, after: number | null | undefined): number | null {
  const header = headers['last-event-id'];
  if (header === undefined || header === '') return after ?? null;
  if (typeof header === 'string' && NUMBER.test(header)) return Number(header);
  throw badInput(['after'], 'Last-Event-ID must be the number of an event, as sent in its id.');
}

interface Follow {
  readonly after: number | null | undefined;
  readonly predicates: readonly Predicate[];
}

/**
 * The rows of the scope's account after a position, in order and without a gap.
 * @throws GatewayError BAD_USER_INPUT; as the database does.
 */
export async function followRows<Row extends StoredRow>(
  context: RequestContext,
  entity: EntityClass<Row>,
  { after, predicates }: Follow,
): Promise<AsyncIterable<FollowedRow>> {
  const { tail, database } = context.services;
  const table = database.table(entity);
  const meets = matcher(table, predicates);
  const follower = await tail.follow(table, scopeOf(context).requireAccount(), startAfter(context, after));
  const rows: AsyncIterator<FollowedRow, undefined> = {
    async next() {
      for (;;) {
        const row = await follower.next();
        if (row === null) return { done: true, value: undefined };
        if (meets(row.values)) return { done: false, value: row };
      }
    },
    async return() {
      follower.end();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => rows };
}

/**
 * A followed row under the scope of its event.
 * @returns null for a row that the key, which is restricted to rows, cannot see.
 */
export async function followedRow<Row extends StoredRow>(
  context: RequestContext,
  entity: EntityClass<Row>,
  { values }: FollowedRow,
): Promise<Row | null> {
  const scope = scopeOf(context);
  const table = context.services.database.table(entity);
  const row = toRow<Row>(values, followedColumns(table), scope);
  if (scope.restriction === null) return row;
  await scope.restriction.mark(table, [row]);
  return REACHED in row ? row : null;
}
