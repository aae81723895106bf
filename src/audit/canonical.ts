/** The canonical form of an event, byte for byte what the database hashed; see docs/audit.md. */
import { createHash } from 'node:crypto';

/** A row before and after a change, as the hashed JSON text, each with its salt. */
export interface Images {
  readonly before: string | null;
  /** 32 hexadecimal digits; null without a row, and in form 1. */
  readonly beforeSalt: string | null;
  readonly after: string | null;
  readonly afterSalt: string | null;
}

/** An event as stored; texts are kept unchanged. */
export interface StoredEvent {
  /** The version of the canonical form: 1 or 2. */
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
  /** Null once erased. */
  readonly images: Images | null;
  /** 64 hexadecimal digits. */
  readonly hash: string;
}

/** Replaces an erased image. */
export const ERASED = 'erased';

const sha256 = (...parts: readonly (string | Buffer)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

export const hashOf = (canonical: string): string => sha256(canonical);

/** The fields that both forms begin with, in this order. */
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

/** Form 1 contains the images themselves, formatted as by PostgreSQL's json_build_object. */
function canonicalText1(event: StoredEvent, previous: string | null): string {
  const erased = JSON.stringify(ERASED);
  const { before, after } = event.images ?? { before: erased, after: erased };
  const fields = shared(event, previous).map(([name, value]) => `"${name}" : ${JSON.stringify(value)}`);
  return `{${fields.join(', ')}, "before" : ${before ?? 'null'}, "after" : ${after ?? 'null'}}`;
}

/**
 * The text an event's hash covers. If the images of a form 1 event were erased, it is the text that remains: the event's
 * own hash covered more, and the ERASE event covers this text.
 * @param previous the hash of the previous event; null for the first of a chain.
 */
export function canonicalText(event: StoredEvent, previous: string | null): string {
  if (event.form === 1) return canonicalText1(event, previous);
  const { beforeDigest: before, afterDigest: after } = event;
  return JSON.stringify({ ...Object.fromEntries(shared(event, previous)), before, after });
}

const isDigestOf = (digest: string | null, image: string | null, salt: string | null): boolean =>
  image === null ? digest === null : digest === sha256(Buffer.from(salt ?? '', 'hex'), image);

/** Whether the images match the event's digests. Form 1 has no digests: its hash covers the images. */
export const hasItsImages = ({ form, beforeDigest, afterDigest }: StoredEvent, images: Images): boolean =>
  form === 1 ||
  (isDigestOf(beforeDigest, images.before, images.beforeSalt) &&
    isDigestOf(afterDigest, images.after, images.afterSalt));
