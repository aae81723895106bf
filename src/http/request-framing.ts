/**
 * Finds the boundaries of HTTP requests on a connection before Node.js parses them, so that a request can be answered
 * at a fraction of the cost. Every byte is accounted for: anything that is not clearly a complete request, and
 * everything after it, is left to Node.js.
 */

/** The bytes of a request, of which only what decides its end has been interpreted. */
export interface FramedRequest {
  readonly method: string;
  readonly url: string;
  /** Its header lines, each with its line break. */
  readonly lines: string;
  /** The size of its head and body. */
  readonly bytes: number;
}

export interface WholeRequest extends Omit<FramedRequest, 'lines'> {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Heads that can be interpreted in only one way: no folded lines, no spaces before colons, no bare line breaks. */
const HEAD = /^([A-Z]+) ([!-~]+) HTTP\/1\.1\r\n((?:[A-Za-z0-9-]+: [ -~]*\r\n)+)\r\n/;
const MAX_HEAD_BYTES = 4 * 1024;
/**
 * Headers that determine where a request or its connection ends, or what must happen before. Node.js obeys
 * Proxy-Connection, too.
 */
const DECISIVE = /^(?:content-length|transfer-encoding|expect|upgrade|(?:proxy-)?connection|trailer|te): .*/gim;
const KEEP_ALIVE = /^connection: keep-alive$/i;
const LENGTH = /^content-length: (\d{1,9})$/i;

/** @returns the length of the body; null if Content-Length alone does not determine it. */
function bodyBytes(lines: string): number | null {
  const [length, ...others] = (lines.match(DECISIVE) ?? []).filter((line) => !KEEP_ALIVE.test(line));
  if (length === undefined) return 0;
  const [, digits] = LENGTH.exec(length) ?? [];
  return digits === undefined || others.length > 0 ? null : Number(digits);
}

/** @returns null for anything that is not clearly the beginning of a request with its complete head. */
export function requestAt(chunk: Buffer): FramedRequest | null {
  const [head, method = '', url = '', lines = ''] = HEAD.exec(chunk.toString('latin1', 0, MAX_HEAD_BYTES)) ?? [];
  if (head === undefined) return null;
  const length = bodyBytes(lines);
  return length === null ? null : { method, url, lines, bytes: head.length + length };
}

/** @returns null for a request that repeats a header: Node.js uses the first one, or joins them. */
export function wholeRequest({ method, url, lines, bytes }: FramedRequest): WholeRequest | null {
  const headers: Record<string, string> = {};
  for (const line of lines.split('\r\n')) {
    if (line === '') break;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (Object.hasOwn(headers, name)) return null;
    headers[name] = line.slice(colon + 2);
  }
  return { method, url, headers, bytes };
}

/** The boundaries of the requests on one connection. */
export class RequestFraming {
  #isPlain = true;
  #isFirst = true;
  /** Remaining bytes of the current body. */
  #remaining = 0;

  /**
   * Call for every chunk that is read, in order.
   * @returns a request that arrived alone in one chunk, if it certainly begins there; never the first one of a
   *   connection, which Node.js must parse before it keeps the connection open.
   */
  next(chunk: Buffer): FramedRequest | null {
    if (!this.#isPlain) return null;
    if (this.#remaining > 0) {
      this.#remaining -= chunk.length;
      this.#isPlain = this.#remaining >= 0;
      return null;
    }
    const request = requestAt(chunk);
    this.#isPlain = request !== null && request.bytes >= chunk.length;
    if (!request || !this.#isPlain) return null;
    this.#remaining = request.bytes - chunk.length;
    const isWhole = this.#remaining === 0 && !this.#isFirst;
    this.#isFirst = false;
    return isWhole ? request : null;
  }

  /** Call when the next bytes may already have been processed. */
  giveUp(): void {
    this.#isPlain = false;
  }
}
