/** The canonical form of an event, byte for byte what the database hashed; docs/audit.md describes it. */
import { createHash } from 'node:crypto';

/** An event as it is stored; texts are kept as they are, `before` and `after` as the JSON text that was hashed. */
export interface StoredEvent {
  readonly accountId: string;
  readonly sequence: number;
  /** ISO 8601 in UTC with milliseconds. */
  readonly at: string;
  readonly actorKind: string;
  readonly actorId: string | null;
  readonly actorName: string;
  readonly requestId: string | null;
  readonly address: string | null;
  readonly operationName: string | null;
  readonly reason: string | null;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly before: string | null;
  readonly after: string | null;
  /** 64 hexadecimal digits. */
  readonly hash: string;
}

const FORM = 'portcullis-audit-1';

/** @param previous the hash of the event before; null for the first of a chain. */
export function canonicalText(event: StoredEvent, previous: string | null): string {
  const fields: [string, string][] = [
    ['form', JSON.stringify(FORM)],
    ['previous', JSON.stringify(previous)],
    ['accountId', JSON.stringify(event.accountId)],
    ['sequence', String(event.sequence)],
    ['at', JSON.stringify(event.at)],
    ['actorKind', JSON.stringify(event.actorKind)],
    ['actorId', JSON.stringify(event.actorId)],
    ['actorName', JSON.stringify(event.actorName)],
    ['requestId', JSON.stringify(event.requestId)],
    ['address', JSON.stringify(event.address)],
    ['operationName', JSON.stringify(event.operationName)],
    ['reason', JSON.stringify(event.reason)],
    ['action', JSON.stringify(event.action)],
    ['resourceType', JSON.stringify(event.resourceType)],
    ['resourceId', JSON.stringify(event.resourceId)],
    ['before', event.before ?? 'null'],
    ['after', event.after ?? 'null'],
  ];
  return `{${fields.map(([name, value]) => `"${name}" : ${value}`).join(', ')}}`;
}

export const hashOf = (canonical: string): string => createHash('sha256').update(canonical).digest('hex');
