/** One signed delivery of one message. */
import type { Message } from './cloud-event';
import type { Outcome } from './outcome';
import type { Sender } from './send';
import { signatureHeader } from './signature';

/** A webhook's endpoint. */
export interface Endpoint {
  readonly url: string;
  /** Each of them signs. */
  readonly secrets: readonly string[];
}

const MS = 1_000;

export function deliver(
  sender: Sender,
  { url, secrets }: Endpoint,
  { id, body }: Message,
  signal: AbortSignal,
): Promise<Outcome> {
  const timestampSeconds = Math.floor(Date.now() / MS);
  return sender.send({
    url,
    body,
    signal,
    headers: {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'user-agent': 'Portcullis-Webhooks/1',
      'webhook-id': id,
      'webhook-timestamp': String(timestampSeconds),
      'webhook-signature': signatureHeader(secrets, { id, timestampSeconds, body }),
    },
  });
}
