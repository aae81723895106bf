/** webhooks list and deliveries. */
import {
  WebhookDeliveriesPageDocument,
  WebhooksPageDocument,
  type WebhookDeliveryRowFragment,
} from '../../../../schema/generated/operations';
import { PAGE } from '../../gateway/pages';
import { accountIdOf, openSession, requireTarget } from '../../gateway/session';
import { command, withAccount, type Common } from '../command';
import { listRows } from '../list';
import { findWebhook, type Webhook } from './find';

interface Options extends Common {
  readonly account?: string;
}

const stateOf = ({ enabled, disabledReason, failures }: Webhook): string => {
  if (!enabled) return disabledReason ? 'disabled by the gateway' : 'disabled';
  return failures > 0 ? `failing (${failures})` : 'enabled';
};

const cells = (webhook: Webhook): string[] => [
  webhook.name,
  webhook.url,
  webhook.resourceTypes.join(' ') || 'all',
  stateOf(webhook),
  webhook.position === null || webhook.position === undefined ? 'none' : String(webhook.position),
  webhook.id,
];

async function listWebhooks(options: Options): Promise<void> {
  const session = await openSession(options);
  const accountId = await accountIdOf(session, options);
  await listRows(session, {
    accountId,
    readPage: async (after) =>
      (await session.client.ask(WebhooksPageDocument, { accountId, first: PAGE, after })).webhooks,
    asJson: options.json,
    head: ['name', 'url', 'types', 'state', 'delivered', 'id'],
    cells,
  });
}

const deliveryCells = (delivery: WebhookDeliveryRowFragment): string[] => [
  delivery.at,
  delivery.sequence === null || delivery.sequence === undefined ? 'test' : String(delivery.sequence),
  String(delivery.attempt),
  delivery.status,
  `${delivery.durationMs} ms`,
  delivery.nextAttemptAt ?? '',
  delivery.problem ?? '',
];

async function listDeliveries(text: string, options: Options): Promise<void> {
  const session = await openSession(options);
  const target = await requireTarget(session, options);
  const { id } = await findWebhook(session, target, text);
  const filter = { webhookId: { equals: id } };
  await listRows(session, {
    accountId: target.id,
    readPage: async (after) => {
      const variables = { accountId: target.id, first: PAGE, after, filter };
      return (await session.client.ask(WebhookDeliveriesPageDocument, variables)).webhookDeliveries;
    },
    asJson: options.json,
    head: ['at', 'event', 'attempt', 'status', 'took', 'next try', 'problem'],
    cells: deliveryCells,
  });
}

export const webhooksListCommand = withAccount(
  command('list', 'List the webhooks.', ['webhooks list --profile dev', 'webhooks list --profile ops --json']),
).action(listWebhooks);

export const webhooksDeliveriesCommand = withAccount(
  command('deliveries', 'List the delivery attempts of a webhook, newest first.', [
    'webhooks deliveries orders --profile dev',
  ]),
)
  .argument('<webhook>', 'name or id of the webhook')
  .action(listDeliveries);
