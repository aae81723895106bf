/** Serializes large values as JSON in slices, between which other requests are served. */
import { giveWay } from './slices';

/** Characters written between two checks of the time; takes less than a millisecond. */
const PIECE_CHARS = 64 * 1024;

interface Sink {
  text: string;
}

type Branch = readonly unknown[] | Readonly<Record<string, unknown>>;

const isBranch = (value: unknown): value is Branch => typeof value === 'object' && value !== null;

const isList = (value: Branch): value is readonly unknown[] => Array.isArray(value);

/** Objects without nested objects are serialized at once. */
const isFlat = (value: Branch): boolean => !Object.values(value).some(isBranch);

/** Undefined, functions and symbols become null where they cannot be left out. */
function whole(value: unknown): string {
  const text: unknown = JSON.stringify(value);
  return typeof text === 'string' ? text : 'null';
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
  if (!isBranch(value) || 'toJSON' in value || isFlat(value)) sink.text += whole(value);
  else if (isList(value)) yield* writeList(value, sink);
  else yield* writeObject(value, sink);
  if (sink.text.length >= PIECE_CHARS) yield;
}

/**
 * @param end appended to the JSON.
 * @returns `JSON.stringify(value)` followed by `end`, in UTF-8.
 */
export async function jsonInSlices(value: unknown, end = ''): Promise<Buffer> {
  const sink = { text: '' };
  const pieces: Buffer[] = [];
  for (const steps = write(value, sink); steps.next().done !== true;) {
    pieces.push(Buffer.from(sink.text));
    sink.text = '';
    await giveWay();
  }
  pieces.push(Buffer.from(sink.text + end));
  return Buffer.concat(pieces);
}
