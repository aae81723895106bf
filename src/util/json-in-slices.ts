/** Serializes large values as JSON in slices, between which other requests are served. */
import { JsonText, wholeJson } from './json-text';
import { giveWay } from './slices';

/** Characters written between two checks of the time; takes less than a millisecond. */
const PIECE_CHARS = 64 * 1024;

/** A small value that is not text has about this many characters. */
const SMALL_CHARS = 8;

interface Sink {
  text: string;
}

type Branch = readonly unknown[] | Readonly<Record<string, unknown>>;

const isBranch = (value: unknown): value is Branch => typeof value === 'object' && value !== null;

const isList = (value: Branch): value is readonly unknown[] => Array.isArray(value);

const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

/** Objects and lists without others in them, and without long texts, are serialized at once. */
function isSmall(value: Branch): boolean {
  let chars = 0;
  for (const inner of isList(value) ? value : Object.values(value)) {
    if (isBranch(inner)) return false;
    chars += typeof inner === 'string' ? inner.length : SMALL_CHARS;
    if (chars > PIECE_CHARS) return false;
  }
  return true;
}

/** Without splitting a surrogate pair, whose halves JSON.stringify would escape. */
function* writeText(value: string, sink: Sink): Generator<void> {
  sink.text += '"';
  for (let start = 0; start < value.length;) {
    const end = start + PIECE_CHARS;
    const next = isLowSurrogate(value.charCodeAt(end)) ? end + 1 : end;
    sink.text += JSON.stringify(value.slice(start, next)).slice(1, -1);
    start = next;
    yield* full(sink);
  }
  sink.text += '"';
}

function* writeList(items: readonly unknown[], sink: Sink): Generator<void> {
  let separator = '[';
  for (const item of items) {
    sink.text += separator;
    separator = ',';
    yield* write(item, sink);
  }
  sink.text += separator === '[' ? '[]' : ']';
}

function* writeObject(value: Readonly<Record<string, unknown>>, sink: Sink): Generator<void> {
  let separator = '{';
  for (const [key, inner] of Object.entries(value)) {
    // JSON has no such values: JSON.stringify leaves out these fields.
    if (inner === undefined || typeof inner === 'function' || typeof inner === 'symbol') continue;
    sink.text += `${separator}${JSON.stringify(key)}:`;
    separator = ',';
    yield* write(inner, sink);
  }
  sink.text += separator === '{' ? '{}' : '}';
}

function* write(value: unknown, sink: Sink): Generator<void> {
  if (typeof value === 'string' && value.length > PIECE_CHARS) yield* writeText(value, sink);
  else if (value instanceof JsonText) sink.text += value.text;
  else if (!isBranch(value) || 'toJSON' in value || isSmall(value)) sink.text += wholeJson(value);
  else if (isList(value)) yield* writeList(value, sink);
  else yield* writeObject(value, sink);
  yield* full(sink);
}

function* full(sink: Sink): Generator<void> {
  if (sink.text.length >= PIECE_CHARS) yield;
}

/**
 * @param end appended to the JSON.
 * @returns `JSON.stringify(value)` followed by `end`, in UTF-8, in pieces: a large copy of all of them would itself keep
 *   others waiting.
 */
export async function jsonInSlices(value: unknown, end = ''): Promise<Buffer[]> {
  const sink = { text: '' };
  const pieces: Buffer[] = [];
  for (const steps = write(value, sink); steps.next().done !== true;) {
    pieces.push(Buffer.from(sink.text));
    sink.text = '';
    await giveWay();
  }
  pieces.push(Buffer.from(sink.text + end));
  return pieces;
}
