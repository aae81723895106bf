/** Removing rows for good, for master keys: what was deleted, and what is past its retention. */
import { Arg, Ctx, Field, ID, Int, Mutation, ObjectType, registerEnumType, Resolver } from 'type-graphql';
import { isUuid } from '../../auth/caller';
import type { Scope } from '../../db/scope';
import { columnOf } from '../../db/statements/table';
import { ofWholeOrder } from '../../db/statements/predicate';
import { badInput, GatewayError, notFound } from '../../errors';
import { MasterOnly } from '../decorators';
import { resolveScope, type RequestContext } from '../request-context';
import type { Resource } from '../resource';
import { DateTime } from '../scalars';

const MAX_PURGED_ROWS = 1000;

@MasterOnly()
@ObjectType({ description: 'What a purge removed.' })
export class PurgeResult {
  @Field(() => Int, { description: 'Rows removed by this call, at most 1,000; what hung off them is gone too.' })
  purged!: number;

  @Field(() => Boolean, { description: 'True when there may be more: call again.' })
  more!: boolean;
}

/** @throws GatewayError NOT_FOUND; CONFLICT for a live row. */
async function purgeOne(scope: Scope, resource: Resource, id: string): Promise<PurgeResult> {
  if (resource.retentionColumn !== undefined) {
    throw badInput(['id'], `Rows of ${resource.names.type} expire by retention only: say before instead of id.`);
  }
  if (!isUuid(id)) throw notFound();
  return scope.write(async (transaction) => {
    const row = await transaction.lockRow(resource.entity, id, true);
    if (row.deletedAt === null) throw new GatewayError('CONFLICT', 'The row is live. Delete it first, then purge it.');
    const text = `DELETE FROM ${transaction.table(resource.entity).sql} WHERE account_id = $1 AND id = $2`;
    await transaction.read({ text }, [row.accountId, row.id]);
    return { purged: 1, more: false };
  });
}

async function purgeBefore(scope: Scope, resource: Resource, before: string): Promise<PurgeResult> {
  return scope.write(async (transaction) => {
    const table = transaction.table(resource.entity);
    const time = columnOf(table, resource.retentionColumn ?? 'deletedAt').sql;
    const old = `SELECT t.id FROM ${table.sql} t WHERE t.account_id = $1 AND t.${time} < $2 AND ${ofWholeOrder('t.id')} ORDER BY t.${time}, t.id LIMIT ${MAX_PURGED_ROWS}`;
    const text = `DELETE FROM ${table.sql} WHERE account_id = $1 AND id IN (${old}) RETURNING id`;
    const purged = await transaction.read({ text }, [scope.requireAccount(), before]);
    return { purged: purged.length, more: purged.length === MAX_PURGED_ROWS };
  });
}

/** The resolver class with `purge(accountId, type, id, before)`. */
export function purgeResolver(resources: readonly Resource[]): new () => object {
  const kinds = resources.filter(
    ({ mutations: writing, retentionColumn: expires }) => writing !== undefined || expires !== undefined,
  );
  const types = Object.fromEntries(kinds.map(({ names }) => [names.type, names.type]));
  registerEnumType(types, { name: 'PurgeType', description: 'What can be removed for good.' });

  @Resolver()
  class PurgeResolver {
    @MasterOnly()
    @Mutation(() => PurgeResult, {
      description:
        'Removes rows of an account for good, oldest first: deleted rows, and runs past their retention. Their audit events stay. An agent takes its schedules and runs with it.',
    })
    purge(
      @Arg('accountId', () => ID, { description: 'The account whose rows go.' }) accountId: string,
      @Arg('type', () => types, { description: 'What to remove.' }) type: string,
      @Arg('id', () => ID, { nullable: true, description: 'One deleted row; not for runs.' }) id: string | null,
      @Arg('before', () => DateTime, {
        nullable: true,
        description: 'Rows deleted before this time, or runs started before it; at most 1,000 in one call.',
      })
      before: string | null,
      @Ctx() context: RequestContext,
    ): Promise<PurgeResult> {
      const resource = kinds.find(({ names }) => names.type === type);
      const scope = resolveScope(context, accountId);
      if (resource && typeof id === 'string' && typeof before !== 'string') return purgeOne(scope, resource, id);
      if (resource && typeof before === 'string' && typeof id !== 'string') return purgeBefore(scope, resource, before);
      throw badInput(['id'], 'Say which row by id, or which rows by before: one of them.');
    }
  }
  return PurgeResolver;
}
