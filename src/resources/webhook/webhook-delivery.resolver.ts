/** The delivery log query. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Query, Resolver } from 'type-graphql';
import { Scoped } from '../../graph/decorators';
import { connectionTypes, type ConnectionSource } from '../../graph/queries/connection';
import { choice, filterInput, id, time } from '../../graph/queries/filter';
import { AFTER, FIRST, listPage } from '../../graph/queries/list';
import type { RequestContext } from '../../graph/request-context';
import { DeliveryStatus } from '../../webhooks/outcome';
import { WebhookDelivery } from './webhook-delivery.entity';

const { connection, resolver } = connectionTypes('WebhookDelivery', WebhookDelivery);
export const deliveryConnectionResolver = resolver;

const filters = filterInput(
  'WebhookDelivery',
  { webhookId: id, at: time, status: choice('WebhookDeliveryStatus', DeliveryStatus) },
  {},
);

@Resolver(() => WebhookDelivery)
export class WebhookDeliveryResolver {
  @Scoped()
  @Query(() => connection, {
    description: 'Delivery attempts of the webhooks of an account, newest first; kept for WEBHOOK_LOG_DAYS.',
  })
  webhookDeliveries(
    @Arg(...FIRST) first: number | null,
    @Arg(...AFTER) after: string | null,
    @Arg(...filters.argument) filter: object | null,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionSource<WebhookDelivery>> {
    return listPage(context, info, {
      entity: WebhookDelivery,
      type: 'WebhookDelivery',
      page: { first, after },
      predicates: filters.predicates(filter),
      order: { property: 'at', direction: 'DESC' },
    });
  }
}
