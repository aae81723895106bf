/** Starting and ending runs, and the fields that lead from a run to other rows. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Mutation, Resolver, Root } from 'type-graphql';
import { Requires } from '../../graph/queries/select-columns';
import { Scoped } from '../../graph/decorators';
import { Action } from '../../graph/directives/definitions';
import { related, type RelationSpec } from '../../graph/queries/relations';
import { scopeOf, type RequestContext } from '../../graph/request-context';
import type { JsonRecord } from '../../graph/queries/account-row';
import { JsonObject } from '../../graph/scalars';
import { Agent } from '../agent/agent.entity';
import { Schedule } from '../schedule/schedule.entity';
import { Run, RunOutcome } from './run.entity';
import { endRun, startRun } from './run.service';

const agentOfRun: RelationSpec<Agent> = { kind: 'belongsTo', entity: () => Agent, type: 'Agent' };
const scheduleOfRun: RelationSpec<Schedule> = { kind: 'belongsTo', entity: () => Schedule, type: 'Schedule' };

@Resolver(() => Run)
export class RunResolver {
  @Requires('agentId')
  @FieldResolver(() => Agent, { nullable: true, description: 'The agent that ran; null while it is deleted.' })
  async agent(@Root() run: Run, @Info() info: GraphQLResolveInfo): Promise<Agent | null> {
    const [agent] = await related(agentOfRun, run, run.agentId, info);
    return agent ?? null;
  }

  @Requires('scheduleId')
  @FieldResolver(() => Schedule, {
    nullable: true,
    description: 'The schedule that started it; null for a manual run, and while the schedule is deleted.',
  })
  async schedule(@Root() run: Run, @Info() info: GraphQLResolveInfo): Promise<Schedule | null> {
    if (run.scheduleId === null) return null;
    const [schedule] = await related(scheduleOfRun, run, run.scheduleId, info);
    return schedule ?? null;
  }

  @Scoped(Action.RUN)
  @Mutation(() => Run, { description: 'Records that a run of an agent has started.' })
  startRun(
    @Arg('agentId', () => ID, { description: 'An agent of the account.' }) agentId: string,
    @Arg('input', () => JsonObject, { nullable: true, description: 'At most 64 KB and 16 levels.' })
    input: JsonRecord | null,
    @Arg('scheduleId', () => ID, { nullable: true, description: 'The schedule of that agent that started it.' })
    scheduleId: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Run> {
    return startRun(scopeOf(context), { agentId, input, scheduleId: scheduleId ?? null });
  }

  @Scoped(Action.RUN)
  @Mutation(() => Run, { description: 'Records how a run ended. CONFLICT for a run that has already ended.' })
  finishRun(
    @Arg('id', () => ID, { description: 'A run that is STARTED.' }) id: string,
    @Arg('status', () => RunOutcome, { description: 'How it ended.' }) status: RunOutcome,
    @Arg('output', () => JsonObject, { nullable: true, description: 'At most 128 KB and 16 levels.' })
    output: JsonRecord | null,
    @Arg('error', () => String, { nullable: true, description: 'Why it failed, at most 10,000 characters.' })
    error: string | null,
    @Ctx() context: RequestContext,
  ): Promise<Run> {
    return endRun(scopeOf(context), id, { status, output, error });
  }

  @Scoped(Action.RUN)
  @Mutation(() => Run, { description: 'Records that a run was cancelled. CONFLICT for a run that has already ended.' })
  cancelRun(
    @Arg('id', () => ID, { description: 'A run that is STARTED.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Run> {
    return endRun(scopeOf(context), id, { status: 'CANCELLED' });
  }
}
