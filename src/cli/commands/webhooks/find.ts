/** Finds the webhook given as an argument, by name or id. */
import { WebhooksPageDocument, type WebhookRowFragment } from '../../../../schema/generated/operations';
import { CommandFailure } from '../../failures';
import { PAGE } from '../../gateway/pages';
import { followUp, type Session, type Target } from '../../gateway/session';

export type Webhook = WebhookRowFragment;

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws CommandFailure when the webhook does not exist. */
export async function findWebhook(session: Session, { id: accountId, slug }: Target, text: string): Promise<Webhook> {
  const filter = ID.test(text) ? { id: { equals: text } } : { name: { equals: text } };
  const { webhooks } = await session.client.ask(WebhooksPageDocument, { accountId, first: PAGE, filter });
  const [webhook] = webhooks.nodes;
  if (webhook) return webhook;
  throw new CommandFailure(
    `The account "${slug}" has no webhook "${text}". List its webhooks with: ${followUp(session, {}, 'webhooks', 'list')}`,
  );
}
