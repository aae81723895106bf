/**
 * Looks at the requests of a connection before Node.js parses them, so that one can be answered for a part of the cost.
 * Every byte is accounted for: what is not plainly a whole request is left to Node.js, and so is all that follows it.
 */

export interface WholeRequest {
  readonly method: string;
  readonly url: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of its head and its body. */
  readonly bytes: number;
}

/** Heads that can be read in one way only: no folded lines, no spaces before colons, no bare line breaks. */
const HEAD = /^([A-Z]+) ([!-~]+) HTTP\/1\.1\r\n((?:[A-Za-z0-9-]+: [ -~]*\r\n)+)\r\n/;
const MAX_HEAD_BYTES = 4 * 1024;
/** They change where a request ends, or what has to happen before it does. */
const NOT_PLAIN = ['transfer-encoding', 'expect', 'upgrade', 'connection', 'trailer', 'te'] as const;
const LENGTH = /^\d{1,9}$/;

/** @returns null for anything that is not plainly the beginning of a request with all of its head. */
export function requestAt(chunk: Buffer): WholeRequest | null {
  const [head, method = '', url = '', lines = ''] = HEAD.exec(chunk.toString('latin1', 0, MAX_HEAD_BYTES)) ?? [];
  if (head === undefined) return null;
  const headers: Record<string, string> = {};
  for (const line of lines.split('\r\n')) {
    if (line === '') break;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    // Of which Node.js takes the first, or joins them.
    if (Object.hasOwn(headers, name)) return null;
    headers[name] = line.slice(colon + 2);
  }
  const { connection } = headers;
  if (connection?.toLowerCase() === 'keep-alive') delete headers['connection'];
  if (NOT_PLAIN.some((name) => name in headers)) return null;
  const length = headers['content-length'] ?? '0';
  return LENGTH.test(length) ? { method, url, headers, bytes: head.length + Number(length) } : null;
}

/** Where the requests of one connection begin and end. */
export class RequestFraming {
  #isPlain = true;
  #isFirst = true;
  /** Bytes of a body that has begun. */
  #remaining = 0;

  /**
   * Call for every piece that is read, in order.
   * @returns a request that came in one piece with nothing else, unless it is not sure that it begins there; and never the
   *   first of a connection, by which Node.js must know it before it keeps it open.
   */
  next(chunk: Buffer): WholeRequest | null {
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

  /** What comes next may have been seen already. */
  giveUp(): void {
    this.#isPlain = false;
  }
}
