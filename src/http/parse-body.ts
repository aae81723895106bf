/** The body of a request: JSON in UTF-8. */
import { isUtf8 } from 'node:buffer';
import { badInput, GatewayError } from '../errors';
import { endOfString, parseJson, QUOTE } from './parse-json';

export const BAD_BODY =
  'The body is not a JSON object. Send {"query": "…", "variables": {…}} with "Content-Type: application/json".';

/** Texts, and characters outside of texts, of a body that is larger than others may be. */
const MAX_SIGNS = 64 * 1024;

/**
 * Only bundles come in large bodies, and bundles are text: what is large and no text would cost seconds and gigabytes to
 * parse before it is known to be refused.
 * @throws GatewayError PAYLOAD_TOO_LARGE
 */
export function refuseManyValues(text: string): void {
  let signs = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) === QUOTE) at = endOfString(text, at);
    // A text without an end, which is not JSON.
    if (at < 0) return;
    if ((signs += 1) > MAX_SIGNS)
      throw new GatewayError(
        'PAYLOAD_TOO_LARGE',
        'A body of more than 256 KB holds bundles, which are text, and little besides. Send other values in smaller requests.',
      );
  }
}

/**
 * @param isLarge for a body that is larger than those of other operations than bundles may be.
 * @throws GatewayError BAD_USER_INPUT, BAD_REQUEST, PAYLOAD_TOO_LARGE
 */
export function parseBody(body: Buffer, isLarge = false): unknown {
  if (!isUtf8(body))
    throw badInput([], 'The body is not UTF-8, which JSON is written in (RFC 8259). Send it as UTF-8.');
  const text = body.toString('utf8').replace(/^\ufeff/, '');
  if (isLarge) refuseManyValues(text);
  try {
    return parseJson(text);
  } catch (error) {
    throw error instanceof GatewayError ? error : new GatewayError('BAD_REQUEST', BAD_BODY);
  }
}
