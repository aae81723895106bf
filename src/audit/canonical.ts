/** The canonical form of an event, byte for byte what the database hashed; docs/audit.md describes it. */
import { createHash } from 'node:crypto';

/** A row before and after a change, as the JSON text that was hashed, each with its salt. */
export interface Images {
  readonly before: string | null;
  /** 32 hexadecimal digits; null without a row, and in form 1. */
  readonly beforeSalt: string | null;
  readonly after: string | null;
  readonly afterSalt: string | null;
}

/** An event as it is stored; texts are kept as they are. */
export interface StoredEvent {
  /** Of the canonical form: 1 or 2. */
  readonly form: number;
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
  /** Form 2: digest of the row before, 64 hexadecimal digits; null without one, and in form 1. */
  readonly beforeDigest: string | null;
  readonly afterDigest: string | null;
  /** Null once they were erased. */
  readonly images: Images | null;
  /** 64 hexadecimal digits. */
  readonly hash: string;
}

/** Stands where an image was. */
export const ERASED = 'erased';

const sha256 = (...parts: readonly (string | Buffer)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

export const hashOf = (canonical: string): string => sha256(canonical);

/** What both forms begin with, in this order. */
const shared = (
  event: StoredEvent,
  previous: string | null,
): readonly (readonly [string, string | number | null])[] => [
  ['form', `portcullis-audit-${event.form}`],
  ['previous', previous],
  ['accountId', event.accountId],
  ['sequence', event.sequence],
  ['at', event.at],
  ['actorKind', event.actorKind],
  ['actorId', event.actorId],
  ['actorName', event.actorName],
  ['requestId', event.requestId],
  ['address', event.address],
  ['operationName', event.operationName],
  ['reason', event.reason],
  ['action', event.action],
  ['resourceType', event.resourceType],
  ['resourceId', event.resourceId],
];

/** Form 1 has the images themselves, in the spelling of PostgreSQL's json_build_object. */
function canonicalText1(event: StoredEvent, previous: string | null): string {
  const erased = JSON.stringify(ERASED);
  const { before, after } = event.images ?? { before: erased, after: erased };
  const fields = shared(event, previous).map(([name, value]) => `"${name}" : ${JSON.stringify(value)}`);
  return `{${fields.join(', ')}, "before" : ${before ?? 'null'}, "after" : ${after ?? 'null'}}`;
}

/**
 * What an event's hash covers. Of an event of form 1 whose images were erased it is what is left: the hash covered more,
 * and the ERASE event covers this.
 * @param previous the hash of the event before; null for the first of a chain.
 */
export function canonicalText(event: StoredEvent, previous: string | null): string {
  if (event.form === 1) return canonicalText1(event, previous);
  const { beforeDigest: before, afterDigest: after } = event;
  return JSON.stringify({ ...Object.fromEntries(shared(event, previous)), before, after });
}

const isDigestOf = (digest: string | null, image: string | null, salt: string | null): boolean =>
  image === null ? digest === null : digest === sha256(Buffer.from(salt ?? '', 'hex'), image);

/** Whether the images are those that the event's digests were made of; form 1 has none, its hash covers the images. */
export const hasItsImages = ({ form, beforeDigest, afterDigest }: StoredEvent, images: Images): boolean =>
  form === 1 ||
  (isDigestOf(beforeDigest, images.before, images.beforeSalt) &&
    isDigestOf(afterDigest, images.after, images.afterSalt));
