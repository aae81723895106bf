/** Registers webhooks. */
import { defineResource } from '../../graph/define-resource';
import { deliveryConnectionResolver, WebhookDeliveryResolver } from './webhook-delivery.resolver';
import { webhookResource } from './webhook-resource';
import { WebhookResolver } from './webhook.resolver';

export const webhooks = defineResource({
  ...webhookResource,
  resolvers: [WebhookResolver, WebhookDeliveryResolver, deliveryConnectionResolver],
});
