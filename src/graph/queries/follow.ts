/** What subscriptions of rows share: following an account's rows from a position, and a row as its fields take it. */
import { Int } from 'type-graphql';
import type { FollowedRow } from '../../db/stream/follower';
import { followedColumns } from '../../db/statements/followed-rows';
import type { Predicate } from '../../db/statements/predicate';
import { REACHED, toRow, type StoredRow } from '../../db/statements/row';
import type { EntityClass } from '../../db/transaction';
import { badInput } from '../../errors';
import { scopeOf, type RequestContext } from '../request-context';
import { matcher } from './matches';

/** For `@Arg(...AFTER_NUMBER)`. */
export const AFTER_NUMBER = [
  'after',
  () => Int,
  {
    nullable: true,
    description:
      'Number of the last event that you have; 0 for all from the first one on; default: whatever comes from now on. The header Last-Event-ID goes first.',
  },
] as const;

const NUMBER = /^\d{1,15}$/;

/** Browsers that come back name the last event that they have; the document is still that of the first time. */
function startAfter({ call: { headers } }: RequestContext, after: number | null | undefined): number | null {
  const header = headers['last-event-id'];
  if (header === undefined || header === '') return after ?? null;
  if (typeof header === 'string' && NUMBER.test(header)) return Number(header);
  throw badInput(['after'], 'Last-Event-ID is the number of an event, as its id had it.');
}

interface Follow {
  readonly after: number | null | undefined;
  readonly predicates: readonly Predicate[];
}

/**
 * The rows of the scope's account behind a position, in order and without a gap.
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
 * @returns null for a row that the key, which is restricted to rows, does not reach.
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
