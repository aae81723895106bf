/** Events as files: JSON lines that can be checked offline, or CSV for spreadsheets; a line at a time. */
import { canonicalText, type StoredEvent } from './canonical';

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
] as const satisfies readonly (keyof StoredEvent)[];

/** RFC 4180; what a spreadsheet would run as a formula is made text by an apostrophe. */
function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const row = (cells: readonly (string | number | null)[]): string => cells.map(cell).join(',');

/** The first line of an export as CSV. */
export const csvHead = row(COLUMNS);

export const csvLine = (event: StoredEvent): string => row(COLUMNS.map((name) => event[name]));

/** @param previous the hash of the event before; null for the first of a chain. */
export const jsonLine = (event: StoredEvent, previous: string | null): string =>
  `{"hash":"${event.hash}","event":${canonicalText(event, previous)}}`;

/** A line of an export is one event: its hash and its canonical form. */
export const EVENT_LINE = /^\{"hash":"([0-9a-f]{64})","event":(\{.*\})\}$/s;

const BEFORE = '"before" : ';
/** Nowhere else in the form: names within a row have no space in front of their colon, and quotes within a text are escaped. */
const AFTER = ', "after" : ';

/**
 * The way back from a line of an export, for other forms of it: `before` and `after` byte for byte as they were hashed.
 * @throws Error when the line is no event.
 */
export function storedEvent(line: string): StoredEvent {
  const [, hash, canonical] = EVENT_LINE.exec(line) ?? [];
  if (hash === undefined || canonical === undefined) throw new Error('This is no line of an export.');
  type Parsed = Omit<StoredEvent, 'hash'> & { readonly form: string; readonly previous: string | null };
  const { form: _form, previous, ...event } = JSON.parse(canonical) as Parsed;
  const bare: StoredEvent = { ...event, hash, before: null, after: null };
  const states = canonicalText(bare, previous).lastIndexOf(BEFORE) + BEFORE.length;
  const middle = canonical.indexOf(AFTER, states);
  return {
    ...bare,
    before: event.before === null ? null : canonical.slice(states, middle),
    after: event.after === null ? null : canonical.slice(middle + AFTER.length, -1),
  };
}
