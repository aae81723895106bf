/** The fields of a schedule that lead to other rows, and the dispatcher's claim. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, Info, Int, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { Requires } from '../../graph/queries/select-columns';
import { pageSize } from '../../graph/queries/connection';
import { MasterOnly, Scoped } from '../../graph/decorators';
import { related, type RelationSpec } from '../../graph/queries/relations';
import { scopeOf, type RequestContext } from '../../graph/request-context';
import { DateTime } from '../../graph/scalars';
import { Agent } from '../agent/agent.entity';
import { Run } from '../run/run.entity';
import { Schedule } from './schedule.entity';
import { claimDue, type Firing } from './schedule.service';

@Scoped()
@ObjectType({ description: 'A due schedule, claimed by one dispatcher.' })
export class ScheduleFiring implements Firing {
  @Field(() => DateTime, { description: 'When it was due.' })
  dueAt!: string;

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
      'For dispatchers: claims due schedules of all accounts and advances them to their next time. Each firing is claimed at most once, however many dispatchers ask: a claim is stored before it is answered, so a firing that a dispatcher claimed before it crashed is not claimed again. With an Idempotency-Key a claim whose answer was lost can be repeated. Schedules of deleted agents and of accounts that are not active are not claimed. Needs a master key.',
  })
  claimDueSchedules(
    @Arg('limit', () => Int, { defaultValue: 20, description: 'Maximum number of schedules, 1 to 100.' }) limit: number,
    @Ctx() context: RequestContext,
  ): Promise<ScheduleFiring[]> {
    return claimDue(scopeOf(context), limit);
  }
}
