/** Permanent removal for master keys: deleted rows, and rows past their retention. */
import { Arg, Ctx, Field, ID, Int, Mutation, ObjectType, registerEnumType, Resolver } from 'type-graphql';
import { isUuid } from '../../auth/caller';
import type { Scope } from '../../db/scope';
import { badInput, GatewayError, notFound } from '../../errors';
import { MasterOnly } from '../decorators';
import { resolveScope, type RequestContext } from '../request-context';
import type { Resource } from '../resource';
import { purgeRows } from './purge';
import { DateTime } from '../scalars';

const MAX_PURGED_ROWS = 1000;

@MasterOnly()
@ObjectType({ description: 'What a purge removed.' })
export class PurgeResult {
  @Field(() => Int, {
    description: 'Rows removed by this call, at most 1,000, not counting dependent rows that were removed with them.',
  })
  purged!: number;

  @Field(() => Boolean, { description: 'Whether there may be more rows to remove: call again.' })
  more!: boolean;
}

/** @throws GatewayError NOT_FOUND; CONFLICT for a row that is not deleted. */
async function purgeOne(
  scope: Scope,
  resources: readonly Resource[],
  resource: Resource,
  id: string,
): Promise<PurgeResult> {
  if (resource.retentionColumn !== undefined) {
    throw badInput(['id'], `Rows of ${resource.names.type} are removed by retention only: give before instead of id.`);
  }
  if (!isUuid(id)) throw notFound();
  return scope.write(async (transaction) => {
    const row = await transaction.lockRow(resource.entity, id, true);
    if (row.deletedAt === null)
      throw new GatewayError('CONFLICT', 'The row is not deleted. Delete it first, then purge it.');
    await purgeRows(transaction, resources, resource.entity, row.accountId, [row.id]);
    return { purged: 1, more: false };
  });
}

async function purgeBefore(
  scope: Scope,
  resources: readonly Resource[],
  resource: Resource,
  before: string,
): Promise<PurgeResult> {
  return scope.write(async (transaction) => {
    const table = transaction.table(resource.entity);
    const [accountId, time] = [scope.requireAccount(), resource.retentionColumn ?? 'deletedAt'];
    const expired = await transaction.lockExpired(table, time, accountId, before, MAX_PURGED_ROWS);
    await purgeRows(transaction, resources, resource.entity, accountId, expired);
    return { purged: expired.length, more: expired.length === MAX_PURGED_ROWS };
  });
}

/** The resolver class with `purge(accountId, type, id, before)`. */
export function purgeResolver(resources: readonly Resource[]): new () => object {
  const kinds = resources.filter(
    ({ mutations: writing, retentionColumn: expires }) => writing !== undefined || expires !== undefined,
  );
  const types = Object.fromEntries(kinds.map(({ names }) => [names.type, names.type]));
  registerEnumType(types, { name: 'PurgeType', description: 'Types whose rows can be purged.' });

  @Resolver()
  class PurgeResolver {
    @MasterOnly()
    @Mutation(() => PurgeResult, {
      description:
        'Permanently removes rows of an account, oldest first: deleted rows, and runs past their retention. Dependent rows are removed with them (the schedules and runs of an agent); audit events are kept. Needs a master key.',
    })
    purge(
      @Arg('accountId', () => ID, { description: 'The account whose rows are removed.' }) accountId: string,
      @Arg('type', () => types, { description: 'What to remove.' }) type: string,
      @Arg('id', () => ID, { nullable: true, description: 'One deleted row; not for runs.' }) id: string | null,
      @Arg('before', () => DateTime, {
        nullable: true,
        description: 'Rows deleted before this time, or runs started before it; at most 1,000 per call.',
      })
      before: string | null,
      @Ctx() context: RequestContext,
    ): Promise<PurgeResult> {
      const resource = kinds.find(({ names }) => names.type === type);
      const scope = resolveScope(context, accountId, 'Mutation.purge');
      if (resource && typeof id === 'string' && typeof before !== 'string')
        return purgeOne(scope, resources, resource, id);
      if (resource && typeof before === 'string' && typeof id !== 'string')
        return purgeBefore(scope, resources, resource, before);
      throw badInput(['id'], 'Give either id or before.');
    }
  }
  return PurgeResolver;
}
