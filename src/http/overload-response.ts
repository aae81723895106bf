/** Writes the 503 OVERLOADED response cheaply, because an overloaded gateway sends thousands per second. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { jsonTypeFor } from './error-handler';
import { OVERLOADED_RETRY_SECONDS, refusalBody, shedError } from './refusal';

export const OVERLOADED_ERROR = shedError();

/** The body of the response, before and after the request id. */
const [START = '', END = ''] = refusalBody(OVERLOADED_ERROR, '\0').split('\\u0000');

type Headers = Readonly<Record<string, string>>;

function refusalTo(request: Pick<IncomingMessage, 'headers'>, requestId: string): { headers: Headers; body: string } {
  const body = `${START}${requestId}${END}`;
  const headers = {
    'retry-after': `${OVERLOADED_RETRY_SECONDS}`,
    'cache-control': 'no-store',
    'content-type': jsonTypeFor(request),
    'content-length': `${body.length}`,
  };
  return { headers, body };
}

/** @param more further headers. */
export function writeOverloadResponse(
  request: Pick<IncomingMessage, 'headers'>,
  response: ServerResponse,
  requestId: string,
  more: Headers = {},
): void {
  const { headers, body } = refusalTo(request, requestId);
  response.writeHead(503, { ...more, ...headers }).end(body);
}

/**
 * The same response as one text, for a connection whose request was not parsed.
 * @param more further headers.
 */
export function overloadResponseText(
  request: Pick<IncomingMessage, 'headers'>,
  requestId: string,
  more: Headers,
): string {
  const { headers, body } = refusalTo(request, requestId);
  let lines = '';
  for (const [name, value] of Object.entries({ ...more, ...headers })) lines += `${name}: ${value}\r\n`;
  return `HTTP/1.1 503 Service Unavailable\r\n${lines}\r\n${body}`;
}
