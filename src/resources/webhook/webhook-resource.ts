/** What the registry and the creating field share about webhooks. */
import { Action } from '../../graph/directives/definitions';
import type { WritableResource } from '../../graph/mutations/write';
import { boolean, name } from '../../graph/queries/filter';
import { authorizeWebhook } from './authorize-webhook';
import { WebhookDelivery } from './webhook-delivery.entity';
import { Webhook, WebhookState } from './webhook.entity';
import { CreateWebhookInput, UpdateWebhookInput, webhookRowSchema } from './webhook.inputs';
import { computeWebhook, SECRET, secretField } from './webhook.secret';

/** Managed by managers of keys, and in bundles only for them: it has its own permissions, webhooks:admin. */
export const webhookResource: WritableResource<Webhook> = {
  names: { type: 'Webhook', singular: 'webhook', plural: 'webhooks' },
  entity: Webhook,
  permittedBy: 'webhooks',
  filter: { name, enabled: boolean },
  order: ['name'],
  encryptedColumns: [SECRET],
  mutations: {
    action: Action.ADMIN,
    hasOwnCreate: true,
    createInput: CreateWebhookInput,
    updateInput: UpdateWebhookInput,
    rowSchema: webhookRowSchema,
    computed: computeWebhook,
    secretField,
    authorize: authorizeWebhook,
  },
  tables: [WebhookState, WebhookDelivery],
};
