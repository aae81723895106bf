/** The fields that lead from a schedule to other rows, and the dispatcher's claim. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, ID, Info, Int, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { Requires } from '../../graph/queries/select-columns';
import { pageSize } from '../../graph/queries/connection';
import { MasterOnly, Scoped } from '../../graph/decorators';
import { related, type RelationSpec } from '../../graph/queries/relations';
import { scopeOf, type RequestContext } from '../../graph/request-context';
import { DateTime } from '../../graph/scalars';
import { Agent } from '../agent/agent.entity';
import { Run } from '../run/run.entity';
import { Schedule } from './schedule.entity';
import { acknowledge, claimDue, type Firing } from './schedule.service';

@Scoped()
@ObjectType({ description: 'One time at which a schedule was due, leased to one dispatcher until it acknowledges it.' })
export class ScheduleFiring implements Firing {
  @Field(() => ID, { description: 'Its id, for acknowledgeFirings.' })
  id!: string;

  @Field(() => DateTime, { description: 'When it was due.' })
  dueAt!: string;

  @Field(() => Int, { description: 'How often the firing was handed out, including this time.' })
  attempt!: number;

  @Field(() => DateTime, {
    description: 'When the lease ends; after that the firing counts as lost unless it was acknowledged.',
  })
  leaseUntil!: string;

  @Field(() => Schedule, { description: 'The schedule, already advanced to its next time.' })
  schedule!: Schedule;
}

const agentOfSchedule: RelationSpec<Agent> = { kind: 'belongsTo', entity: () => Agent, type: 'Agent' };
const runsOfSchedule: RelationSpec<Run> = {
  kind: 'hasMany',
  entity: () => Run,
  type: 'Run',
  foreignKey: 'scheduleId',
  order: { property: 'startedAt', direction: 'DESC' },
};

@Resolver(() => Schedule)
export class ScheduleResolver {
  @Requires('agentId')
  @FieldResolver(() => Agent, { nullable: true, description: 'The agent to start; null while it is deleted.' })
  async agent(@Root() schedule: Schedule, @Info() info: GraphQLResolveInfo): Promise<Agent | null> {
    const [agent] = await related(agentOfSchedule, schedule, schedule.agentId, info);
    return agent ?? null;
  }

  @FieldResolver(() => [Run], { description: 'The runs that this schedule started, newest first.' })
  runs(
    @Root() schedule: Schedule,
    @Arg('first', () => Int, { defaultValue: 20, description: 'Maximum number of rows, 1 to 100.' }) first: number,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Run[]> {
    return related(runsOfSchedule, schedule, schedule.id, info, pageSize(first, 'first'));
  }

  @MasterOnly()
  @Mutation(() => [ScheduleFiring], {
    description:
      'For dispatchers: leases firings of due schedules of all accounts, the longest overdue first, and advances the schedules. Start the agent, then acknowledge the firing within the lease. A firing that is not acknowledged is handed out again or skipped, depending on the `delivery` of its schedule. Two dispatchers never hold the same firing at the same time. With an Idempotency-Key, a claim whose answer was lost can be repeated. Schedules of deleted agents and of accounts that are not active are not claimed. Needs a master key.',
  })
  claimDueSchedules(
    @Arg('limit', () => Int, { defaultValue: 20, description: 'Maximum number of firings, 1 to 100.' }) limit: number,
    @Arg('leaseSeconds', () => Int, {
      defaultValue: 60,
      description: 'Seconds within which the firings must be acknowledged, 1 to 3,600.',
    })
    leaseSeconds: number,
    @Ctx() context: RequestContext,
  ): Promise<ScheduleFiring[]> {
    return claimDue(scopeOf(context), { limit, leaseSeconds });
  }

  @MasterOnly()
  @Mutation(() => [ID], {
    description:
      'For dispatchers: acknowledges that the agents of these firings were started. Returns the ids of the firings that were still open; the others were acknowledged by another dispatcher or skipped. Needs a master key.',
  })
  acknowledgeFirings(
    @Arg('ids', () => [ID], { description: 'Ids of 1 to 100 firings.' }) ids: string[],
    @Ctx() context: RequestContext,
  ): Promise<string[]> {
    return acknowledge(scopeOf(context), ids);
  }
}
