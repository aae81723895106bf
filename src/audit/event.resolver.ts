/** Audit log queries: lists of events, a row's history, and its state at a given time. */
import { Arg, Ctx, FieldResolver, ID, Info, Int, Query, Resolver, Root } from 'type-graphql';
import type { GraphQLResolveInfo } from 'graphql';
import { stateAt, stateBefore } from '../db/statements/audit-events';
import { Requires } from '../graph/queries/select-columns';
import { connectionTypes, Direction, type ConnectionSource } from '../graph/queries/connection';
import { AFTER, BEFORE, FIRST, LAST, listPage } from '../graph/queries/list';
import { OneAccount, Scoped } from '../graph/decorators';
import { choice, filterInput, name, text, time } from '../graph/queries/filter';
import { scopeOf, type RequestContext } from '../graph/request-context';
import type { JsonRecord } from '../graph/queries/account-row';
import { DateTime, JsonObject } from '../graph/scalars';
import { AuditSnapshot } from './audit.objects';
import { AuditAction, AuditActorKind, AuditChange, AuditEvent } from './audit-event.entity';
import { imagesOf } from './images';
import type { Difference } from '../util/json-values';
import { diffRows, toApiRow } from './row-diff';

const { connection, resolver: connectionResolver } = connectionTypes('AuditEvent', AuditEvent);

export const eventFilters = filterInput(
  'AuditEvent',
  {
    actorKind: choice('AuditActorKind', AuditActorKind),
    actorId: text,
    actorName: name,
    action: choice('AuditAction', AuditAction),
    resourceType: text,
    resourceId: text,
    at: time,
    requestId: text,
    operationName: text,
  },
  {},
);

const EVENTS = { entity: AuditEvent, type: 'AuditEvent' } as const;

@Resolver(() => AuditEvent)
export class AuditEventResolver {
  @Scoped()
  @Query(() => connection, { description: 'The audit log, newest first: who changed what, when and why.' })
  auditEvents(
    @Arg(...FIRST) first: number | null,
    @Arg(...AFTER) after: string | null,
    @Arg(...LAST) last: number | null,
    @Arg(...BEFORE) before: string | null,
    @Arg(...eventFilters.argument) filter: object | null,
    @Arg('direction', () => Direction, {
      defaultValue: Direction.DESC,
      description: 'Order by time; default: newest first.',
    })
    direction: keyof typeof Direction,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionSource<AuditEvent>> {
    return listPage(context, info, {
      ...EVENTS,
      page: { first, after, last, before },
      predicates: eventFilters.predicates(filter),
      // Within a chain, ordering by time and by sequence is the same.
      order: { property: 'at', direction },
    });
  }

  @Scoped()
  @Query(() => connection, { description: 'The events of one row, oldest first.' })
  history(
    @Arg('id', () => ID, { description: 'Id of the row; it may be deleted or purged.' }) id: string,
    @Arg('resourceType', () => String, { description: 'Type of the row, for example `Agent`.' }) resourceType: string,
    @Arg(...FIRST) first: number | null,
    @Arg(...AFTER) after: string | null,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionSource<AuditEvent>> {
    return listPage(context, info, {
      ...EVENTS,
      page: { first, after },
      predicates: [
        { property: 'resourceType', operator: 'equals', value: resourceType },
        { property: 'resourceId', operator: 'equals', value: id.toLowerCase() },
      ],
      order: { property: 'at', direction: 'ASC' },
    });
  }

  @Scoped()
  @OneAccount()
  @Query(() => AuditSnapshot, {
    nullable: true,
    description: 'The state of a row at a time; null when the audit log has no such row. A master key needs accountId.',
  })
  async asOf(
    @Arg('id', () => ID, { description: 'Id of the row; it may be deleted or purged.' }) id: string,
    @Arg('resourceType', () => String, { description: 'Type of the row, for example `Agent`.' }) resourceType: string,
    @Arg('time', () => DateTime, { description: 'The time; changes in that millisecond are included.' }) time: string,
    @Ctx() context: RequestContext,
  ): Promise<AuditSnapshot | null> {
    const scope = scopeOf(context);
    const resourceId = id.toLowerCase();
    const row = { accountId: scope.requireAccount(), resourceType, resourceId, time };
    const [at, later] = await Promise.all([scope.read(stateAt(row)), scope.read(stateBefore(row))]);
    const [accountId, state, erased] = at[0] ?? later[0] ?? [];
    if (state === undefined) return null;
    const requested = { accountId: String(accountId), resourceType, resourceId, time };
    return { ...requested, row: toApiRow(state as JsonRecord | null), erased: erased === true };
  }

  @Requires('id')
  @FieldResolver(() => ID, { description: 'The account id and the sequence, joined by a slash.' })
  id(@Root() event: AuditEvent): string {
    return `${event.accountId}/${event.id}`;
  }

  @Requires('id')
  @FieldResolver(() => Int, {
    description: 'Number of the event in the hash chain of its account: 1, 2, 3, without gaps.',
  })
  sequence(@Root() event: AuditEvent): number {
    return Number(event.id);
  }

  @Requires('id')
  @FieldResolver(() => JsonObject, {
    nullable: true,
    description: 'The row before the change, without secrets; null when it was created, or is erased.',
  })
  async before(@Root() event: AuditEvent): Promise<JsonRecord | null> {
    return toApiRow((await imagesOf(event))?.before ?? null);
  }

  @Requires('id')
  @FieldResolver(() => JsonObject, {
    nullable: true,
    description: 'The row after the change, without secrets; null when it was purged, or is erased.',
  })
  async after(@Root() event: AuditEvent): Promise<JsonRecord | null> {
    return toApiRow((await imagesOf(event))?.after ?? null);
  }

  @Requires('id')
  @FieldResolver(() => [AuditChange], {
    description: 'The differences, one for each changed value; without `version` and `updatedAt`; none when erased.',
  })
  async changes(@Root() event: AuditEvent): Promise<Difference[]> {
    const images = await imagesOf(event);
    return images ? diffRows(images.before, images.after) : [];
  }

  @Requires('id')
  @FieldResolver(() => Boolean, {
    description:
      'Whether the row data in this event was erased (`eraseHistory`); a later ERASE event of the row records by whom and why.',
  })
  async erased(@Root() event: AuditEvent): Promise<boolean> {
    return (await imagesOf(event)) === null;
  }

  @Requires('hash')
  @FieldResolver(() => String, {
    description: 'SHA-256 of the event and the hash of the event before it, 64 hexadecimal digits.',
  })
  hash(@Root() event: AuditEvent): string {
    return event.hash.toString('hex');
  }
}

export const eventResolvers = [AuditEventResolver, connectionResolver];
