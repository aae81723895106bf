/** API operations for the suites about webhooks. */
import { eventually } from '../harness/eventually';
import type { Client } from '../harness/gateway';
import { verifyExport, type ExportVerification } from '../../src/audit/verify-export';
import { query } from '../harness/sql';

export interface MadeWebhook {
  readonly id: string;
  readonly secret: string;
}

export async function createWebhook(client: Client, input: object, accountId?: string): Promise<MadeWebhook> {
  const { createWebhook: made } = await client.ask<{ createWebhook: { webhook: { id: string }; secret: string } }>(
    'mutation ($accountId: ID, $input: CreateWebhookInput!) { createWebhook(accountId: $accountId, input: $input) { webhook { id } secret } }',
    { input, ...(accountId && { accountId }) },
  );
  return { id: made.webhook.id, secret: made.secret };
}

export const createTool = (client: Client, name: string): Promise<unknown> =>
  client.ask('mutation ($name: String!) { createTool(input: { name: $name, type: NATIVE }) { id } }', { name });

export interface WebhookView {
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly position: number | null;
  readonly failures: number;
  readonly nextAttemptAt: string | null;
  readonly signing: { readonly preview: string; readonly previousEndsAt: string | null };
}

export async function webhookOf(client: Client, id: string): Promise<WebhookView> {
  const { webhook } = await client.ask<{ webhook: WebhookView }>(
    'query ($id: ID!) { webhook(id: $id) { enabled disabledReason position failures nextAttemptAt signing { preview previousEndsAt } } }',
    { id },
  );
  return webhook;
}

export interface LoggedDelivery {
  readonly sequence: number | null;
  readonly attempt: number;
  readonly status: string;
  readonly responseStatus: number | null;
  readonly problem: string | null;
  readonly nextAttemptAt: string | null;
}

export async function deliveriesOf(client: Client, webhookId: string): Promise<LoggedDelivery[]> {
  const { webhookDeliveries } = await client.ask<{ webhookDeliveries: { nodes: LoggedDelivery[] } }>(
    `query ($id: ID!) { webhookDeliveries(first: 100, filter: { webhookId: { equals: $id } }) {
      nodes { sequence attempt status responseStatus problem nextAttemptAt } } }`,
    { id: webhookId },
  );
  return webhookDeliveries.nodes;
}

/** The sequence of the account's last event. */
export async function lastSequence(client: Client): Promise<number> {
  const { auditEvents } = await client.ask<{ auditEvents: { nodes: { sequence: number }[] } }>(
    '{ auditEvents(first: 1) { nodes { sequence } } }',
  );
  return auditEvents.nodes[0]?.sequence ?? 0;
}

/** Makes deliveries that wait for their next attempt due. */
export const makeDue = (superuserUrl: string, webhookId: string): Promise<unknown> =>
  query(superuserUrl, 'UPDATE webhook_state SET next_attempt_at = now() WHERE id = $1', [webhookId]);

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

/** The result of the offline verifier for received lines, followed by a checkpoint of the account's last event. */
export async function verifyLines(client: Client, lines: readonly string[]): Promise<ExportVerification | undefined> {
  const { auditCheckpoint: checkpoint } = await client.ask<{ auditCheckpoint: { publicKey: string } }>(
    '{ auditCheckpoint { accountId sequence hash at publicKey signature } }',
  );
  const [verdict] = await verifyExport(each([...lines, JSON.stringify({ checkpoint })]), checkpoint.publicKey);
  return verdict;
}

export const WITHIN_MS = 15_000;

export const until = (condition: () => boolean | Promise<boolean>): Promise<number> =>
  eventually(async () => condition(), WITHIN_MS);

export const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_nothing, index) => first + index);

/** The settings of a gateway that delivers to a receiver on this machine. */
export const DELIVERING = {
  WEBHOOK_DELIVERIES: true,
  WEBHOOK_ALLOWED_NETWORKS: ['127.0.0.0/8'],
  WEBHOOK_TIMEOUT_SECONDS: 1,
};
