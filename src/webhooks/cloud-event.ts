/** An event of the audit log as a CloudEvent (version 1.0, JSON format); docs/webhooks.md describes it. */
import type { StoredEvent } from '../audit/canonical';
import { jsonLine } from '../audit/export';
import { toApiRow } from '../audit/row-diff';
import type { JsonRecord } from '../graph/queries/account-row';

const CONTEXT = { specversion: '1.0', datacontenttype: 'application/json' } as const;

export interface Message {
  /** The same for every attempt, and every replay. */
  readonly id: string;
  readonly body: string;
}

const sourceOf = (accountId: string): string => `/accounts/${accountId}`;

const rowOf = (image: string | null | undefined): JsonRecord | null =>
  toApiRow(typeof image === 'string' ? (JSON.parse(image) as JsonRecord) : null);

/** @param previous the hash of the preceding event; null for the first of the chain. */
export function eventMessage(event: StoredEvent, previous: string | null): Message {
  const { form: _form, beforeDigest: _before, afterDigest: _after, images, hash, ...fields } = event;
  const id = `${event.accountId}/${event.sequence}`;
  const body = JSON.stringify({
    ...CONTEXT,
    id,
    type: `portcullis.${event.resourceType}.${event.action}`,
    source: sourceOf(event.accountId),
    subject: `${event.resourceType}/${event.resourceId}`,
    time: event.at,
    data: {
      ...fields,
      before: rowOf(images?.before),
      after: rowOf(images?.after),
      erased: images === null,
      hash,
      previous,
      line: jsonLine(event, previous),
    },
  });
  return { id, body };
}

/** @param id unique among the tests of the webhook. */
export function testMessage(accountId: string, webhookId: string, id: string): Message {
  const body = JSON.stringify({
    ...CONTEXT,
    id,
    type: 'portcullis.test',
    source: sourceOf(accountId),
    subject: `Webhook/${webhookId}`,
    time: new Date().toISOString(),
    data: { test: true },
  });
  return { id, body };
}
