/** The access review, key by key. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, Info, Query, Resolver, Root } from 'type-graphql';
import { scopeOfRow } from '../../db/scope';
import { connectionTypes, type ConnectionSource } from '../../graph/queries/connection';
import { AFTER, FIRST, listPage } from '../../graph/queries/list';
import { Scoped } from '../../graph/decorators';
import { related } from '../../graph/queries/relations';
import type { RequestContext } from '../../graph/request-context';
import { ApiKey } from '../api-key/api-key.entity';
import { KeyUsageCount } from '../api-key/key-last-used.entity';
import { MAX_USAGE_ROWS, usageOfKey } from '../api-key/key-usage-count';
import type { Role } from '../api-key/role';
import { AccessReview, leastRole } from './access-review';

const { connection, resolver } = connectionTypes('AccessReview', AccessReview);
export const connectionResolver = resolver;

const KEYS = [
  ['nodes', 'apiKey'],
  ['edges', 'node', 'apiKey'],
];

function usagesOf(key: ApiKey): Promise<KeyUsageCount[]> {
  const { database, loaders } = scopeOfRow(key);
  const relation = {
    kind: 'hasMany',
    target: database.table(KeyUsageCount),
    foreignKey: usageOfKey.foreignKey,
    order: usageOfKey.order,
  } as const;
  return loaders.load<KeyUsageCount>(relation, ['action'], key.accountId, key.id, MAX_USAGE_ROWS);
}

/** A review is computed from its key's row. */
@Resolver(() => AccessReview)
export class AccessReviewResolver {
  @Scoped()
  @Query(() => connection, {
    description:
      'For every key that is not deleted: what it was used for, and the least-privileged role that covers this use, in order of creation.',
  })
  accessReview(
    @Arg(...FIRST) first: number | null,
    @Arg(...AFTER) after: string | null,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionSource<ApiKey>> {
    return listPage(context, info, {
      entity: ApiKey,
      type: 'ApiKey',
      page: { first, after },
      columns: ['name'],
      rows: KEYS,
    });
  }

  @FieldResolver()
  apiKey(@Root() key: ApiKey): ApiKey {
    return key;
  }

  @FieldResolver()
  async leastRole(@Root() key: ApiKey): Promise<Role | null> {
    return leastRole(await usagesOf(key));
  }

  @FieldResolver()
  async recommendation(@Root() key: ApiKey): Promise<string> {
    const role = leastRole(await usagesOf(key));
    return role === null
      ? `The key ${key.name} has not been used yet: revoke it if nobody needs it.`
      : `The role ${role} covers everything that the key ${key.name} was used for.`;
  }

  @FieldResolver()
  evidence(@Root() key: ApiKey, @Info() info: GraphQLResolveInfo): Promise<KeyUsageCount[]> {
    return related(usageOfKey, key, key.id, info, MAX_USAGE_ROWS);
  }
}
