/** Parses a request body: JSON in UTF-8. */
import { isUtf8 } from 'node:buffer';
import { badInput, GatewayError } from '../errors';
import { endOfString, parseJson, QUOTE } from './parse-json';

export const BAD_BODY =
  'The body is not a JSON object. Send {"query": "…", "variables": {…}} with "Content-Type: application/json".';

/** Strings, plus characters outside of strings. A row may hold 64 KB of JSON, which has fewer. */
const MAX_SIGNS = 72 * 1024;

/**
 * V8 needs twenty milliseconds to build an object with 20,000 fields; 15 MB of brackets take seconds and gigabytes.
 * @throws GatewayError PAYLOAD_TOO_LARGE
 */
function refuseManyValues(text: string): void {
  let signs = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) === QUOTE) at = endOfString(text, at);
    // An unterminated string: not JSON.
    if (at < 0) return;
    if ((signs += 1) > MAX_SIGNS)
      throw new GatewayError(
        'PAYLOAD_TOO_LARGE',
        `The body has more than ${MAX_SIGNS} JSON tokens. Send fewer values in one request.`,
      );
  }
}

/** @throws GatewayError BAD_USER_INPUT, BAD_REQUEST, PAYLOAD_TOO_LARGE */
export function parseBody(body: Buffer): unknown {
  if (!isUtf8(body)) throw badInput([], 'The body is not UTF-8, the encoding of JSON (RFC 8259). Send it as UTF-8.');
  const text = body.toString('utf8').replace(/^\ufeff/, '');
  if (body.length > MAX_SIGNS) refuseManyValues(text);
  try {
    return parseJson(text);
  } catch (error) {
    throw error instanceof GatewayError ? error : new GatewayError('BAD_REQUEST', BAD_BODY);
  }
}
