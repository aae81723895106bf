/** Keys that somebody should look after: unused ones, and ones about to end. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Int, Query, Resolver } from 'type-graphql';
import { badInput } from '../../errors';
import { askedFields } from '../../graph/queries/selected-fields';
import { neededColumns } from '../../graph/queries/select-columns';
import { Scoped } from '../../graph/directives/decorators';
import { pinned, repository, type RequestContext } from '../../graph/request-context';
import type { Statement } from '../../db/statements/select';
import { ApiKey } from './api-key.entity';
import { ENDING_KEYS, STALE_DAYS, STALE_KEYS } from './stale-keys';

const MOST = 100;
const LONGEST_DAYS = 3_650;

async function find(
  context: RequestContext,
  info: GraphQLResolveInfo,
  statement: Statement,
  days: number,
  first: number,
): Promise<ApiKey[]> {
  if (days < 0 || days > LONGEST_DAYS) throw badInput(['days'], `days must be 0 to ${LONGEST_DAYS}, not ${days}.`);
  if (first < 1 || first > MOST) throw badInput(['first'], `first must be 1 to ${MOST}, not ${first}.`);
  const scope = pinned(context);
  const ids = (await scope.read(statement, [scope.accountId, days, first])).map(([id]) => String(id));
  const { rows } = await repository(context, ApiKey).list({
    columns: neededColumns(info, 'ApiKey', askedFields(info)),
    predicates: [{ property: 'id', operator: 'in', value: ids }],
    order: { property: 'id', direction: 'ASC' },
    deleted: 'EXCLUDE',
    size: MOST,
    backwards: false,
    cursor: null,
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

const FIRST = { defaultValue: MOST, description: 'The most keys to list, 1 to 100.' };

@Resolver(() => ApiKey)
export class KeyAttentionResolver {
  @Scoped()
  @Query(() => [ApiKey], {
    description: 'Active keys that were not used for some days, longest unused first. Revoke what nobody misses.',
  })
  staleApiKeys(
    @Arg('days', () => Int, { defaultValue: STALE_DAYS, description: 'Days without use, 0 to 3650.' }) days: number,
    @Arg('first', () => Int, FIRST) first: number,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ApiKey[]> {
    return find(context, info, STALE_KEYS, days, first);
  }

  @Scoped()
  @Query(() => [ApiKey], {
    description: 'Active keys that end within some days, by expiry or by the grace of a rotation, soonest first.',
  })
  expiringApiKeys(
    @Arg('days', () => Int, { defaultValue: 14, description: 'Days ahead, 0 to 3650.' }) days: number,
    @Arg('first', () => Int, FIRST) first: number,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ApiKey[]> {
    return find(context, info, ENDING_KEYS, days, first);
  }
}
