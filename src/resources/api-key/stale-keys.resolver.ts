/** Keys that need attention: unused ones, and those about to expire. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Int, Query, Resolver } from 'type-graphql';
import { badInput } from '../../errors';
import { selectedFields } from '../../graph/queries/selected-fields';
import { selectColumns } from '../../graph/queries/select-columns';
import { Scoped } from '../../graph/decorators';
import { scopeOf, repository, type RequestContext } from '../../graph/request-context';
import { endingKeys, staleKeys } from '../../db/statements/api-keys';
import { ApiKey } from './api-key.entity';
import { STALE_DAYS } from './stale-keys';

const MAX_KEYS = 100;
const MAX_DAYS = 3_650;

async function find(
  context: RequestContext,
  info: GraphQLResolveInfo,
  search: typeof staleKeys,
  days: number,
  first: number,
): Promise<ApiKey[]> {
  if (days < 0 || days > MAX_DAYS) throw badInput(['days'], `days must be 0 to ${MAX_DAYS}, not ${days}.`);
  if (first < 1 || first > MAX_KEYS) throw badInput(['first'], `first must be 1 to ${MAX_KEYS}, not ${first}.`);
  const scope = scopeOf(context);
  const ids = (await scope.read(search(scope.accountId, days, first))).map(([id]) => String(id));
  const { rows } = await repository(context, ApiKey).list({
    columns: selectColumns(info, 'ApiKey', selectedFields(info)),
    predicates: [{ property: 'id', operator: 'in', value: ids }],
    order: { property: 'id', direction: 'ASC' },
    deleted: 'EXCLUDE',
    size: MAX_KEYS,
    backwards: false,
    cursor: null,
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

const FIRST = { defaultValue: MAX_KEYS, description: 'Maximum number of keys, 1 to 100.' };

@Resolver(() => ApiKey)
export class StaleKeysResolver {
  @Scoped()
  @Query(() => [ApiKey], {
    description:
      'Active keys that have not been used for the given number of days, longest unused first. Consider revoking them.',
  })
  staleApiKeys(
    @Arg('days', () => Int, { defaultValue: STALE_DAYS, description: 'Days without use, 0 to 3650.' }) days: number,
    @Arg('first', () => Int, FIRST) first: number,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ApiKey[]> {
    return find(context, info, staleKeys, days, first);
  }

  @Scoped()
  @Query(() => [ApiKey], {
    description: 'Active keys that expire, or whose grace period ends, within the given number of days, soonest first.',
  })
  expiringApiKeys(
    @Arg('days', () => Int, { defaultValue: 14, description: 'Days ahead, 0 to 3650.' }) days: number,
    @Arg('first', () => Int, FIRST) first: number,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ApiKey[]> {
    return find(context, info, endingKeys, days, first);
  }
}
