/** Exports events line by line: as JSON lines that can be verified offline, or as CSV for spreadsheets. */
import { canonicalText, ERASED, type Images, type StoredEvent } from './canonical';
import { imageText } from './erasures';
import type { ChainLink } from './verify-chain';

const COLUMNS = [
  'accountId',
  'sequence',
  'at',
  'actorKind',
  'actorId',
  'actorName',
  'requestId',
  'address',
  'operationName',
  'reason',
  'action',
  'resourceType',
  'resourceId',
  'before',
  'after',
  'hash',
] as const satisfies readonly (keyof StoredEvent | 'before' | 'after')[];

/** RFC 4180; an apostrophe turns anything a spreadsheet would execute as a formula into text. */
function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const row = (cells: readonly (string | number | null)[]): string => cells.map(cell).join(',');

/** The header line of a CSV export. */
export const csvHead = row(COLUMNS);

export const csvLine = (event: StoredEvent): string =>
  row(COLUMNS.map((name) => (name === 'before' || name === 'after' ? imageText(event, name) : event[name])));

const part = (digest: string | null, images: Images | null, which: 'before' | 'after'): string => {
  if (digest === null) return 'null';
  if (images === null) return JSON.stringify(ERASED);
  return `{"salt" : "${images[`${which}Salt`] ?? ''}", "image" : ${images[which] ?? 'null'}}`;
};

/**
 * A line of an export: an event's hash, its canonical form and, in form 2, the images its digests were computed from.
 * @param previous the hash of the previous event; null for the first of a chain.
 */
export function jsonLine(event: StoredEvent, previous: string | null): string {
  const { form, hash, beforeDigest, afterDigest, images } = event;
  const parts =
    form === 1 ? '' : `${BEFORE}${part(beforeDigest, images, 'before')}${AFTER}${part(afterDigest, images, 'after')}`;
  return `{"hash":"${hash}","event":${canonicalText(event, previous)}${parts}}`;
}

/** Unique within a line: names inside a row have no space before their colon, and quotes inside texts are escaped. */
const BEFORE = ', "before" : ';
const AFTER = ', "after" : ';

const EVENT = /^\{"hash":"([0-9a-f]{64})","event":(\{.*)\}$/s;
const IMAGE = /^\{"salt" : "([0-9a-f]{32})", "image" : (.*)\}$/s;

/** The canonical form (either one) as parsed by JSON.parse. */
interface Canonical extends Omit<StoredEvent, 'form' | 'hash' | 'images' | 'beforeDigest' | 'afterDigest'> {
  readonly form: string;
  readonly previous: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

/** @returns the texts of `before` and `after`, and the text in front of them. */
function split(text: string): readonly [front: string, before: string, after: string] {
  const before = text.indexOf(BEFORE);
  const after = text.indexOf(AFTER, before);
  if (before < 0 || after < 0) throw new Error('This is not a line of an export.');
  return [text.slice(0, before), text.slice(before + BEFORE.length, after), text.slice(after + AFTER.length)];
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Whether a line of an export holds an event. */
export const isEventLine = (line: string): boolean => line.startsWith('{"hash":"');

/**
 * Parses a line of an export, restoring every byte that was hashed.
 * @throws Error if the line is not an event.
 */
export function parseLine(line: string): ChainLink {
  const [, hash = '', rest = ''] = EVENT.exec(line) ?? [];
  if (hash === '') throw new Error('This is not a line of an export.');
  const [front, beforeText, afterText] = split(rest);
  const isForm1 = front.startsWith('{"form" : "portcullis-audit-1"');
  const canonical = isForm1 ? rest : front;
  const { form: _form, previous, before, after, ...fields } = JSON.parse(canonical) as Canonical;
  const common = { ...fields, hash };
  if (isForm1) {
    const [beforeImage, afterImage] = [beforeText, afterText.slice(0, -1)].map((text) =>
      text === 'null' ? null : text,
    );
    const images =
      before === ERASED
        ? null
        : { before: beforeImage ?? null, beforeSalt: null, after: afterImage ?? null, afterSalt: null };
    return { event: { ...common, form: 1, beforeDigest: null, afterDigest: null, images }, previous, canonical };
  }
  const [, beforeSalt = null, beforeImage = null] = IMAGE.exec(beforeText) ?? [];
  const [, afterSalt = null, afterImage = null] = IMAGE.exec(afterText) ?? [];
  const isErased = [beforeText, afterText].includes(JSON.stringify(ERASED));
  const images = isErased ? null : { before: beforeImage, beforeSalt, after: afterImage, afterSalt };
  const digests = { beforeDigest: textOrNull(before), afterDigest: textOrNull(after) };
  return { event: { ...common, ...digests, form: 2, images }, previous, canonical };
}

export const storedEvent = (line: string): StoredEvent => parseLine(line).event;
