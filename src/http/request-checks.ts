/** Refusals based on the request line and headers alone. */
import type { IncomingMessage } from 'node:http';
import { HttpRefusal } from './refusal';

/** The parser itself refuses more than 16 KB. */
export const MAX_HEADERS = 100;

/** Node.js keeps the first of these headers or joins them; an intermediary may have acted on another one. */
const SINGLE_HEADERS = new Set([
  'host',
  'authorization',
  'x-api-key',
  'content-type',
  'x-reason',
  'idempotency-key',
  'x-consistency-token',
]);

const malformed = (message: string): HttpRefusal =>
  new HttpRefusal(400, 'BAD_REQUEST', message, { connection: 'close' });

/** Refusals of input that never became a request. */
export const CONNECTION_REFUSALS = {
  malformed: malformed('This is not well-formed HTTP/1.1. Check the request line, the headers and the body’s length.'),
  headers: new HttpRefusal(
    431,
    'BAD_REQUEST',
    'The request line and headers exceed 16 KB. Send fewer or shorter headers.',
  ),
  timeout: new HttpRefusal(
    408,
    'BAD_REQUEST',
    'The request took too long to arrive. Send it again over a faster connection.',
  ),
  connect: new HttpRefusal(405, 'BAD_REQUEST', 'This server is not a proxy: CONNECT is not supported.', {
    allow: 'GET, HEAD, POST, OPTIONS',
  }),
  connections: new HttpRefusal(
    503,
    'OVERLOADED',
    'Too many connections are open from this address. Close some, or reuse connections.',
    { 'retry-after': '2' },
  ),
} as const;

function duplicateHeader({ rawHeaders, headers }: IncomingMessage): string | undefined {
  // Fast path: most requests have no duplicate headers.
  if (rawHeaders.length === 2 * Object.keys(headers).length) return undefined;
  const seen = new Set<string>();
  return rawHeaders
    .filter((_text, index) => index % 2 === 0)
    .map((name) => name.toLowerCase())
    .find((name) => SINGLE_HEADERS.has(name) && seen.size === seen.add(name).size);
}

/** @returns null if the request may proceed. */
export function refusalOf(message: IncomingMessage): HttpRefusal | null {
  const { rawHeaders, headers, httpVersion } = message;
  if (rawHeaders.length > 2 * MAX_HEADERS)
    return new HttpRefusal(431, 'BAD_REQUEST', `A request has at most ${MAX_HEADERS} headers.`, {
      connection: 'close',
    });
  if (headers.host === undefined && httpVersion === '1.1') return malformed('The Host header is missing.');
  const duplicate = duplicateHeader(message);
  if (duplicate !== undefined) return malformed(`The header ${duplicate} was sent more than once. Send it once.`);
  const { expect } = headers;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue')
    return new HttpRefusal(417, 'BAD_REQUEST', 'The only expectation that is supported is "Expect: 100-continue".', {
      connection: 'close',
    });
  return null;
}
