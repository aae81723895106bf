/** The decision log query. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Query, Resolver } from 'type-graphql';
import { Scoped } from '../../graph/decorators';
import { connectionTypes, type ConnectionSource } from '../../graph/queries/connection';
import { filterInput, id, presence, text, time } from '../../graph/queries/filter';
import { AFTER, FIRST, listPage } from '../../graph/queries/list';
import type { RequestContext } from '../../graph/request-context';
import { AccessDecision } from './access-decision.entity';

const { connection, resolver } = connectionTypes('AccessDecision', AccessDecision);
export const decisionConnectionResolver = resolver;

const filters = filterInput(
  'AccessDecision',
  { keyId: id, day: time, operation: text, missing: presence, shadowRole: text, shadowMissing: presence },
  {},
);

@Resolver(() => AccessDecision)
export class AccessDecisionResolver {
  @Scoped()
  @Query(() => connection, {
    description:
      'The decision log of an account: the permissions that the operations of its keys required, and the decisions, counted per day, newest day first; kept for as many days as the gateway is configured for.',
  })
  async accessDecisions(
    @Arg(...FIRST) first: number | null,
    @Arg(...AFTER) after: string | null,
    @Arg(...filters.argument) filter: object | null,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionSource<AccessDecision>> {
    // The result includes what this process has counted but not written yet.
    await context.services.decisions.flush();
    return listPage(context, info, {
      entity: AccessDecision,
      type: 'AccessDecision',
      page: { first, after },
      predicates: filters.predicates(filter),
      order: { property: 'day', direction: 'DESC' },
    });
  }
}
