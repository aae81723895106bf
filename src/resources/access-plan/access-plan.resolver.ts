/** The fields that plan, apply and undo the access of keys. */
import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { OneAccount, Scoped } from '../../graph/decorators';
import { Action } from '../../graph/directives/definitions';
import { scopeOf, type RequestContext } from '../../graph/request-context';
import { DateTime } from '../../graph/scalars';
import { AccessPlan } from './access-plan.objects';
import { applyAccess, undoAccess } from './apply-access';
import { planAccess } from './plan-access';

const DAY_MS = 24 * 60 * 60_000;
const DEFAULT_DAYS = 30;

/** The beginning of a day, so that a plan does not change while it waits. */
function defaultSince(): string {
  const time = Date.now() - DEFAULT_DAYS * DAY_MS;
  return new Date(time - (time % DAY_MS)).toISOString();
}

/** The evidence includes what this process has counted but not written yet. */
async function flush({ services: { decisions, keyUse } }: RequestContext): Promise<void> {
  await Promise.all([decisions.flush(), keyUse.flush()]);
}

@Resolver()
export class AccessPlanResolver {
  @Scoped()
  @OneAccount()
  @Query(() => AccessPlan, {
    description:
      'What the use of keys says they could do without: the least role and resource types for each that was used, and the end of those that were not. PRIMARY keys, and the key of this request with those above it, are left alone. Stores nothing.',
  })
  async accessPlan(
    @Arg('since', () => DateTime, {
      nullable: true,
      description: 'Only use from this time on counts; default: the beginning of the day 30 days ago (UTC).',
    })
    since: string | null,
    @Ctx() context: RequestContext,
  ): Promise<AccessPlan> {
    await flush(context);
    const scope = scopeOf(context);
    return planAccess(scope, scope, context.services.permissionTable, since ?? defaultSince());
  }

  @Scoped(Action.ADMIN)
  @Mutation(() => AccessPlan, {
    description:
      'Does exactly what was planned, all of it or nothing. PLAN_OUTDATED when keys, or what their use says, are not what was planned.',
  })
  async applyAccessPlan(
    @Arg('planHash', () => String, { description: 'The hash of the plan that was agreed to, 43 characters.' })
    planHash: string,
    @Arg('since', () => DateTime, { description: 'As the plan says it.' }) since: string,
    @Ctx() context: RequestContext,
  ): Promise<AccessPlan> {
    await flush(context);
    return applyAccess(scopeOf(context), context.services.permissionTable, planHash, since);
  }

  @Scoped(Action.ADMIN)
  @Mutation(() => AccessPlan, {
    description:
      'Gives every key back what a plan took, once, all of it or nothing. PLAN_OUTDATED when one of the keys was changed since.',
  })
  undoAccessPlan(
    @Arg('changeId', () => ID, { description: 'As applyAccessPlan named it.' }) changeId: string,
    @Ctx() context: RequestContext,
  ): Promise<AccessPlan> {
    return undoAccess(scopeOf(context), changeId);
  }
}
