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
      'Proposes to remove unused rights from keys: the least-privileged role and resource types for each key that was used, and the end of keys that were not used. PRIMARY keys, the key of this request and the keys above it are not changed. Stores nothing.',
  })
  async accessPlan(
    @Arg('since', () => DateTime, {
      nullable: true,
      description: 'Only usage from this time on is considered; default: the beginning of the day 30 days ago (UTC).',
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
      'Applies exactly the given plan, all of it or nothing. PLAN_OUTDATED if keys or their usage have changed since it was planned.',
  })
  async applyAccessPlan(
    @Arg('planHash', () => String, { description: 'The hash of the reviewed plan, 43 characters.' })
    planHash: string,
    @Arg('since', () => DateTime, { description: 'The time `since` of the plan.' }) since: string,
    @Ctx() context: RequestContext,
  ): Promise<AccessPlan> {
    await flush(context);
    return applyAccess(scopeOf(context), context.services.permissionTable, planHash, since);
  }

  @Scoped(Action.ADMIN)
  @Mutation(() => AccessPlan, {
    description:
      'Restores the rights that a plan took from keys, once, all or nothing. PLAN_OUTDATED if one of the keys has been changed since.',
  })
  undoAccessPlan(
    @Arg('changeId', () => ID, { description: 'The `changeId` that applyAccessPlan returned.' }) changeId: string,
    @Ctx() context: RequestContext,
  ): Promise<AccessPlan> {
    return undoAccess(scopeOf(context), changeId);
  }
}
