/** The access review, key by key. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { scopeOfRow } from '../../db/scope';
import { Scoped } from '../../graph/decorators';
import { Action } from '../../graph/directives/definitions';
import { connectionTypes, type ConnectionSource } from '../../graph/queries/connection';
import { AFTER, FIRST, listPage } from '../../graph/queries/list';
import { related } from '../../graph/queries/relations';
import type { RequestContext } from '../../graph/request-context';
import { ApiKey } from '../api-key/api-key.entity';
import { KeyUsageCount } from '../api-key/key-last-used.entity';
import { MAX_USAGE_ROWS, usageOfKey } from '../api-key/key-usage-count';
import { Role } from '../api-key/role';

/** Weakest first. */
const ROLES: readonly (readonly [Action, Role])[] = [
  [Action.READ, 'VIEWER'],
  [Action.RUN, 'RUNNER'],
  [Action.WRITE, 'CREATOR'],
  [Action.ADMIN, 'ADMINISTRATOR'],
];

/** The least role that covers what was done; null when nothing was. */
function leastRole(usages: readonly Pick<KeyUsageCount, 'action'>[]): Role | null {
  const done = new Set(usages.map(({ action }) => action));
  return ROLES.findLast(([action]) => done.has(action))?.[1] ?? null;
}

@Scoped()
@ObjectType({ description: 'What one key was used for, and the least-privileged role that covers this use.' })
export class AccessReview {
  @Field(() => ID, { description: 'Id of the key.' })
  id!: string;

  @Field(() => ID, { description: 'The account of the key.' })
  accountId!: string;

  @Field(() => ApiKey, { description: 'The key.' })
  apiKey!: ApiKey;

  @Field(() => Role, {
    nullable: true,
    description: 'The least-privileged role that covers this use; null for a key that was never used.',
  })
  leastRole!: Role | null;

  @Field(() => String, { description: 'What to do, human-readable.' })
  recommendation!: string;

  @Field(() => [KeyUsageCount], { description: 'What the key was used for, most recent first; at most 100 entries.' })
  evidence!: KeyUsageCount[];
}

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
