/**
 * Reads what PostgreSQL sends. Most of it is rows: if their values are ASCII, many rows are decoded into one text, from
 * which the values are sliced, at a fraction of the cost of decoding each. pg-protocol reads all other messages.
 */
import { isAscii } from 'node:buffer';
import type { Duplex } from 'node:stream';
import type { Connection } from 'pg';
import { Parser } from 'pg-protocol/dist/parser';

/** A message: its kind in a byte, the length of all but that byte in four, and its content. */
const KIND_BYTES = 1;
const HEAD_BYTES = 5;
const DATA_ROW = 'D'.charCodeAt(0);
/** The sizes of the number of values in a row, and of the length before each value. */
const COUNT_BYTES = 2;
const LENGTH_BYTES = 4;

/** @returns the length of the message that begins here, or of its head if the head is incomplete. */
const messageBytes = (bytes: Buffer, at: number): number =>
  at + HEAD_BYTES > bytes.length ? HEAD_BYTES : KIND_BYTES + bytes.readUInt32BE(at + KIND_BYTES);

/** @returns the end of the consecutive complete messages that are rows, or that are not. */
function endOfRun(bytes: Buffer, start: number, isOfRows: boolean): number {
  let at = start;
  while (at < bytes.length && (bytes[at] === DATA_ROW) === isOfRows) {
    const end = at + messageBytes(bytes, at);
    if (end > bytes.length) break;
    at = end;
  }
  return at;
}

/** The bits that are 0 in every ASCII byte, for four bytes. */
const NOT_ASCII = 0x80808080;

/** @returns the length at this position. Its bytes become ASCII, so that only values decide whether a row is ASCII. */
function takeLength(bytes: Buffer, at: number): number {
  const length = bytes.readInt32BE(at);
  if ((length & NOT_ASCII) !== 0) bytes.fill(0, at, at + LENGTH_BYTES);
  return length;
}

/**
 * @param bytes only complete rows; they are changed.
 * @returns for each row the number of its values, followed by their lengths; -1 for null.
 */
function takeLengths(bytes: Buffer): number[] {
  const lengths: number[] = [];
  for (let at = 0; at < bytes.length;) {
    takeLength(bytes, at + KIND_BYTES);
    const count = bytes.readInt16BE(at + HEAD_BYTES);
    lengths.push(count);
    at += HEAD_BYTES + COUNT_BYTES;
    for (let index = 0; index < count; index += 1) {
      const length = takeLength(bytes, at);
      lengths.push(length);
      at += LENGTH_BYTES + Math.max(0, length);
    }
  }
  return lengths;
}

/** A row as node-postgres hands it on. */
interface DataRow {
  readonly fields: (string | null)[];
}

/** @param bytes as in `takeLengths`. */
function readRows(bytes: Buffer, take: (row: DataRow) => void): void {
  const lengths = takeLengths(bytes);
  const text = isAscii(bytes) ? bytes.toString('latin1') : null;
  for (let at = 0, next = 0; at < bytes.length;) {
    const fields: (string | null)[] = [];
    const end = next + 1 + (lengths[next] ?? 0);
    at += HEAD_BYTES + COUNT_BYTES;
    for (next += 1; next < end; next += 1) {
      const length = lengths[next] ?? -1;
      const from = at + LENGTH_BYTES;
      at = from + Math.max(0, length);
      if (length < 0) fields.push(null);
      else fields.push(text === null ? bytes.toString('utf8', from, at) : text.slice(from, at));
    }
    take({ fields });
  }
}

type Emit = (event: string, message: object) => void;

export class MessageReader {
  readonly #others = new Parser();
  /** The beginning of a message whose end has not arrived. */
  #parts: Buffer[] = [];
  #partBytes = 0;
  #neededBytes = HEAD_BYTES;

  /** @param emit called for each message, in order, with the event under which node-postgres expects it. */
  constructor(private readonly emit: Emit) {}

  /** @param piece the data that arrived; it is changed. */
  read(piece: Buffer): void {
    this.#parts.push(piece);
    this.#partBytes += piece.length;
    // Nothing of a long message is copied before all of it has arrived.
    if (this.#partBytes < this.#neededBytes) return;
    const bytes = this.#parts.length === 1 ? piece : Buffer.concat(this.#parts);
    const end = this.#messages(bytes);
    this.#parts = end < bytes.length ? [bytes.subarray(end)] : [];
    this.#partBytes = bytes.length - end;
    this.#neededBytes = messageBytes(bytes, end);
  }

  /** @returns where the first incomplete message begins. */
  #messages(bytes: Buffer): number {
    for (let start = 0; ;) {
      const rows = endOfRun(bytes, start, true);
      if (rows > start) readRows(bytes.subarray(start, rows), (row) => this.emit('dataRow', row));
      const others = endOfRun(bytes, rows, false);
      if (others === start) return start;
      if (others > rows)
        this.#others.parse(bytes.subarray(rows, others), (message) =>
          this.emit(message.name === 'error' ? 'errorMessage' : message.name, message),
        );
      start = others;
    }
  }
}

/** Makes a connection use a MessageReader; call it before the connection is opened. */
export function readRowsTogether(connection: Connection): void {
  // Called by node-postgres once it has the stream: with TLS, it is not the original one.
  const attachListeners = (stream: Duplex): void => {
    const reader = new MessageReader((event, message) => connection.emit(event, message));
    stream.on('data', (piece: Buffer) => reader.read(piece));
  };
  Object.assign(connection, { attachListeners });
}
