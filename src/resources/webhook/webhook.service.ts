/** Creates, rotates and replays webhooks. */
import { isUuid } from '../../auth/caller';
import type { Scope } from '../../db/scope';
import { badInput, notFound } from '../../errors';
import { repository, type RequestContext } from '../../graph/request-context';
import { readCheckpoint } from '../../audit/event-reader';
import { createRowAs } from '../../graph/mutations/write';
import { newWebhookSecret } from '../../webhooks/signature';
import { authorizeWebhook } from './authorize-webhook';
import type { WebhookDelivery } from './webhook-delivery.entity';
import { webhookResource } from './webhook-resource';
import { Webhook, type NewWebhook } from './webhook.entity';
import type { CreateWebhookInput } from './webhook.inputs';
import { openSecrets, secretsInUse, storedSecrets } from './webhook.secret';

const MS = 1_000;

/** @throws GatewayError BAD_USER_INPUT, CONFLICT, QUOTA_EXCEEDED, FORBIDDEN */
export function createWebhook(scope: Scope, input: CreateWebhookInput): Promise<NewWebhook> {
  const secret = input.signing?.secret ?? newWebhookSecret();
  return createRowAs(scope, webhookResource, { ...input, signing: { secret } }, (webhook) => ({ webhook, secret }));
}

/**
 * Gives a webhook a new secret.
 * @param overlapSeconds how long deliveries are signed with both.
 * @throws GatewayError NOT_FOUND, FORBIDDEN
 */
export async function rotateSecret(scope: Scope, id: string, overlapSeconds: number): Promise<NewWebhook> {
  if (!isUuid(id)) throw notFound();
  const { vault } = scope.database;
  return scope.write(async (transaction) => {
    const webhook = await transaction.lockRow(Webhook, id);
    authorizeWebhook(scope.caller, webhook, webhook);
    const secret = newWebhookSecret();
    const [previous] = openSecrets(vault, webhook);
    const isOverlapping = overlapSeconds > 0;
    const endsAt = isOverlapping ? new Date(Date.now() + overlapSeconds * MS).toISOString() : null;
    const stored = storedSecrets(vault, webhook, isOverlapping ? [secret, previous] : [secret], endsAt);
    return { webhook: await transaction.update(Webhook, webhook, stored, true), secret };
  });
}

/**
 * Redelivers events, starting with a given one.
 * @throws GatewayError NOT_FOUND, FORBIDDEN, BAD_USER_INPUT
 */
export async function replay(scope: Scope, id: string, fromSequence: number): Promise<Webhook> {
  if (!isUuid(id)) throw notFound();
  return scope.write(async (transaction) => {
    const webhook = await transaction.lockRow(Webhook, id);
    authorizeWebhook(scope.caller, webhook, webhook);
    const ask = (text: string, values: readonly unknown[]): Promise<unknown[][]> => transaction.read({ text, values });
    const last = (await readCheckpoint(ask, webhook.accountId))?.sequence ?? 0;
    if (fromSequence < 1 || fromSequence > last)
      throw badInput(['fromSequence'], `fromSequence must be 1 to ${last}, the last event of the account so far.`);
    const replay = { replayFrom: fromSequence, replays: webhook.replays + 1 };
    return transaction.update(Webhook, webhook, replay, true);
  });
}

/**
 * Sends a test, outside any transaction.
 * @throws GatewayError NOT_FOUND, OVERLOADED
 */
export async function testWebhook(context: RequestContext, id: string): Promise<WebhookDelivery> {
  const webhook = await repository(context, Webhook).get(id, ['id', 'accountId', 'url', 'signing', 'secret']);
  if (!webhook) throw notFound();
  const secrets = secretsInUse(context.services.database.vault, webhook);
  const sent = await context.services.webhookTests.test(webhook.accountId, webhook.id, { url: webhook.url, secrets });
  return {
    ...sent,
    accountId: webhook.accountId,
    webhookId: webhook.id,
    sequence: null,
    attempt: 1,
    nextAttemptAt: null,
  };
}
