/** Reading the audit record: lists of events, the history of a row, and what a row looked like. */
import { Arg, Ctx, FieldResolver, ID, Info, Int, Query, Resolver, Root } from 'type-graphql';
import type { GraphQLResolveInfo } from 'graphql';
import type { Predicate } from '../db/statements/predicate';
import { selectedFields } from '../graph/queries/selected-fields';
import { Requires, selectColumns } from '../graph/queries/select-columns';
import {
  ConnectionSource,
  connectionTypes,
  Direction,
  pageRequest,
  type PageArguments,
} from '../graph/queries/connection';
import { Scoped } from '../graph/decorators';
import { choice, filterInput, name, text, time } from '../graph/queries/filter';
import { scopeOf, repository, type RequestContext } from '../graph/request-context';
import type { JsonRecord } from '../graph/queries/account-row';
import { DateTime, JsonObject } from '../graph/scalars';
import { AuditSnapshot } from './audit.objects';
import { AuditAction, AuditActorKind, AuditChange, AuditEvent } from './audit-event.entity';
import { diffRows, toApiRow, type Change } from './row-diff';

const { connection, resolver: connectionResolver } = connectionTypes('AuditEvent', AuditEvent);

const filters = filterInput(
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

const ROWS = [['nodes'], ['edges', 'node']];

interface Wanted {
  readonly page: PageArguments;
  readonly predicates: readonly Predicate[];
  readonly direction: 'ASC' | 'DESC';
}

async function list(
  context: RequestContext,
  info: GraphQLResolveInfo,
  wanted: Wanted,
): Promise<ConnectionSource<AuditEvent>> {
  const page = pageRequest(wanted.page, info);
  const found = await repository(context, AuditEvent).list({
    ...page,
    columns: selectColumns(info, 'AuditEvent', selectedFields(info, ROWS)),
    predicates: wanted.predicates,
    // Within a chain time and sequence are the same order.
    order: { property: 'at', direction: wanted.direction },
    deleted: 'EXCLUDE',
  });
  return new ConnectionSource(found, page);
}

const STATE_AT = `
  SELECT e.account_id, e.after FROM audit_event e
   WHERE e.account_id = $1 AND e.resource_type = $2 AND e.resource_id = $3 AND e.at <= $4
   ORDER BY e.at DESC, e.sequence DESC LIMIT 1`;

/** Of a row that began without an event, as runs do, the first event after the time tells what it was before. */
const STATE_BEFORE = `
  SELECT e.account_id, e.before FROM audit_event e
   WHERE e.account_id = $1 AND e.resource_type = $2 AND e.resource_id = $3 AND e.at > $4
   ORDER BY e.at, e.sequence LIMIT 1`;

@Resolver(() => AuditEvent)
export class AuditEventResolver {
  @Scoped()
  @Query(() => connection, { description: 'The audit record, newest first: who changed what, when and why.' })
  auditEvents(
    @Arg('first', () => Int, {
      nullable: true,
      description: 'Events of a page forwards, 1 to 100; 20 when nothing is said.',
    })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Start behind this cursor.' }) after: string | null,
    @Arg('last', () => Int, { nullable: true, description: 'Events of a page backwards, 1 to 100.' })
    last: number | null,
    @Arg('before', () => String, { nullable: true, description: 'End in front of this cursor.' }) before: string | null,
    @Arg('filter', () => filters.type, { nullable: true, description: 'Conditions that all must hold.' })
    filter: object | null,
    @Arg('direction', () => Direction, {
      defaultValue: Direction.DESC,
      description: 'Newest first unless said otherwise.',
    })
    direction: 'ASC' | 'DESC',
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionSource<AuditEvent>> {
    return list(context, info, {
      page: { first, after, last, before },
      predicates: filters.predicates(filter),
      direction,
    });
  }

  @Scoped()
  @Query(() => connection, { description: 'The events of one row, oldest first.' })
  history(
    @Arg('id', () => ID, { description: 'Id of the row; it may be deleted or purged.' }) id: string,
    @Arg('resourceType', () => String, { description: 'Type of the row, for example `Agent`.' }) resourceType: string,
    @Arg('first', () => Int, { nullable: true, description: 'Events of a page, 1 to 100; 20 when nothing is said.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'Start behind this cursor.' }) after: string | null,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionSource<AuditEvent>> {
    const predicates: Predicate[] = [
      { property: 'resourceType', operator: 'equals', value: resourceType },
      { property: 'resourceId', operator: 'equals', value: id.toLowerCase() },
    ];
    return list(context, info, { page: { first, after }, predicates, direction: 'ASC' });
  }

  @Scoped()
  @Query(() => AuditSnapshot, {
    nullable: true,
    description:
      'What a row looked like at a time; null when the record knows no such row. Needs accountId with a master key.',
  })
  async asOf(
    @Arg('id', () => ID, { description: 'Id of the row; it may be deleted or purged.' }) id: string,
    @Arg('resourceType', () => String, { description: 'Type of the row, for example `Agent`.' }) resourceType: string,
    @Arg('time', () => DateTime, { description: 'The time; changes of that very millisecond count.' }) time: string,
    @Ctx() context: RequestContext,
  ): Promise<AuditSnapshot | null> {
    const scope = scopeOf(context);
    const resourceId = id.toLowerCase();
    const values = [scope.requireAccount(), resourceType, resourceId, time];
    const [at, later] = await Promise.all([
      scope.read({ name: 'audit state at', text: STATE_AT, columns: [] }, values),
      scope.read({ name: 'audit state before', text: STATE_BEFORE, columns: [] }, values),
    ]);
    const [accountId, state] = at[0] ?? later[0] ?? [];
    if (state === undefined) return null;
    return { accountId: String(accountId), resourceType, resourceId, time, row: toApiRow(state as JsonRecord | null) };
  }

  @Requires('id')
  @FieldResolver(() => ID, { description: 'The account and the sequence, joined by a slash.' })
  id(@Root() event: AuditEvent): string {
    return `${event.accountId}/${event.id}`;
  }

  @Requires('id')
  @FieldResolver(() => Int, { description: 'Place in the chain of the account: 1, 2, 3, without gaps.' })
  sequence(@Root() event: AuditEvent): number {
    return Number(event.id);
  }

  @Requires('before')
  @FieldResolver(() => JsonObject, {
    nullable: true,
    description: 'The row before, without its secrets; null when it is new.',
  })
  before(@Root() event: AuditEvent): JsonRecord | null {
    return toApiRow(event.before);
  }

  @Requires('after')
  @FieldResolver(() => JsonObject, {
    nullable: true,
    description: 'The row after, without its secrets; null when it is gone.',
  })
  after(@Root() event: AuditEvent): JsonRecord | null {
    return toApiRow(event.after);
  }

  @Requires('before', 'after')
  @FieldResolver(() => [AuditChange], {
    description: 'What differs, one entry a place; `version` and `updatedAt` are left out.',
  })
  changes(@Root() event: AuditEvent): Change[] {
    return diffRows(event.before, event.after);
  }

  @Requires('hash')
  @FieldResolver(() => String, { description: 'SHA-256 over the event and the hash before it, 64 hexadecimal digits.' })
  hash(@Root() event: AuditEvent): string {
    return event.hash.toString('hex');
  }
}

export const eventResolvers = [AuditEventResolver, connectionResolver];
