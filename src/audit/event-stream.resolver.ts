/** The audit log as a stream: each event as it is written, numbered without gaps, with the hash that proves it. */
import { Arg, Ctx, Resolver, Root, Subscription } from 'type-graphql';
import type { FollowedRow } from '../db/stream/follower';
import { OneAccount, Scoped } from '../graph/decorators';
import { AFTER_NUMBER, followedRow, followRows } from '../graph/queries/follow';
import type { RequestContext } from '../graph/request-context';
import { AuditEvent } from './audit-event.entity';
import { eventFilters } from './event.resolver';

interface Given {
  readonly args: { readonly after?: number | null; readonly filter?: object | null };
  readonly context: RequestContext;
}

@Resolver()
export class EventStreamResolver {
  @Scoped()
  @OneAccount()
  @Subscription(() => AuditEvent, {
    description:
      'The audit log as it is written, event by event in the order of its sequence, without gaps. A master key needs accountId. The stream ends with an error; extensions.resumeAfter says where to resume.',
    subscribe: ({ args: { after, filter }, context }: Given) =>
      followRows(context, AuditEvent, { after, predicates: eventFilters.predicates(filter) }),
  })
  events(
    @Root() row: FollowedRow,
    @Arg(...AFTER_NUMBER) _after: number | null,
    @Arg(...eventFilters.argument) _filter: object | null,
    @Ctx() context: RequestContext,
  ): Promise<AuditEvent | null> {
    return followedRow(context, AuditEvent, row);
  }
}
