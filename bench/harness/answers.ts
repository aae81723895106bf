/** As much of HTTP/1.1 as load generators need: a full client uses more CPU than the server that it measures. */

const HEADERS_END = '\r\n\r\n';
const LENGTH = /content-length: *(\d+)/i;

/** The offset where the answer ends, in bytes; null while its headers are incomplete. */
export function endOf(answer: Buffer): number | null {
  const headers = answer.indexOf(HEADERS_END);
  if (headers < 0) return null;
  const length = LENGTH.exec(answer.toString('latin1', 0, headers))?.[1];
  if (length === undefined) throw new Error('The answer has no content-length');
  return headers + HEADERS_END.length + Number(length);
}

/** Errors come at the end of an answer with data, and at the beginning otherwise. */
const LOOKED_AT_BYTES = 2_048;

/** Reads a complete answer: its status, the code of an error, Retry-After. */
export function textOf(answer: Buffer): { status: number; code: string | null; retryAfter: string | null } {
  const text = answer.toString('latin1', 0, LOOKED_AT_BYTES);
  const status = Number(text.slice(9, 12));
  if (status === 200 && !text.includes('{"errors":')) return { status, code: null, retryAfter: null };
  const code = /"code":"([A-Z_]+)"/.exec(text)?.[1] ?? null;
  return { status, code, retryAfter: /\r\nretry-after: *(\d+)/i.exec(text)?.[1] ?? null };
}
