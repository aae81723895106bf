/** Runs as a stream: each start and end, as it happens. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, Info, Int, Resolver, Root, Subscription } from 'type-graphql';
import type { FollowedRow } from '../../db/stream/follower';
import { OneAccount, Scoped } from '../../graph/decorators';
import { choice, filterInput, id, time } from '../../graph/queries/filter';
import { AFTER_NUMBER, followedRow, followRows } from '../../graph/queries/follow';
import { related, type RelationSpec } from '../../graph/queries/relations';
import { Requires } from '../../graph/queries/select-columns';
import type { RequestContext } from '../../graph/request-context';
import { RunTransition } from './run-transition.entity';
import { Run, RunStatus } from './run.entity';

const filters = filterInput(
  'RunTransition',
  { runId: id, agentId: id, scheduleId: id, status: choice('RunStatus', RunStatus), at: time },
  {},
);

const runOfTransition: RelationSpec<Run> = { kind: 'belongsTo', entity: () => Run, type: 'Run' };

interface Given {
  readonly args: { readonly after?: number | null; readonly filter?: object | null };
  readonly context: RequestContext;
}

@Resolver(() => RunTransition)
export class RunStreamResolver {
  @Scoped()
  @OneAccount()
  @Subscription(() => RunTransition, {
    description:
      'Starts and ends of runs as they happen, in the order of their sequence. A key that is restricted to rows receives only the runs of its agents. A master key needs accountId. The stream ends with an error; extensions.resumeAfter says where to resume.',
    subscribe: ({ args: { after, filter }, context }: Given) =>
      followRows(context, RunTransition, { after, predicates: filters.predicates(filter) }),
  })
  runs(
    @Root() row: FollowedRow,
    @Arg(...AFTER_NUMBER) _after: number | null,
    @Arg(...filters.argument) _filter: object | null,
    @Ctx() context: RequestContext,
  ): Promise<RunTransition | null> {
    return followedRow(context, RunTransition, row);
  }

  @Requires('id')
  @FieldResolver(() => Int, {
    description: 'Number of the transition within its account: 1, 2, 3; the same for every key.',
  })
  sequence(@Root() transition: RunTransition): number {
    return Number(transition.id);
  }

  @Requires('runId')
  @FieldResolver(() => Run, { nullable: true, description: 'The current state of the run; null once it has expired.' })
  async run(@Root() transition: RunTransition, @Info() info: GraphQLResolveInfo): Promise<Run | null> {
    const [run] = await related(runOfTransition, transition, transition.runId, info);
    return run ?? null;
  }
}
