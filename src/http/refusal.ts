/** Refusals in this API's format: one error with a code, a message and the request id. */
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { GatewayError, type ErrorCode } from '../errors';

/** An error at the HTTP level; its status may differ from its code's. */
export class HttpRefusal extends GatewayError {
  constructor(
    readonly status: number,
    code: ErrorCode,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(code, message);
  }
}

export const OVERLOADED_RETRY_SECONDS = 2;

export const overloaded = (message: string): GatewayError =>
  new GatewayError('OVERLOADED', message, { retryAfterSeconds: OVERLOADED_RETRY_SECONDS });

/** The JSON body of a refusal. */
export function refusalBody(error: GatewayError, requestId: string): string {
  const { http: _http, ...extensions } = error.extensions;
  return JSON.stringify({ errors: [{ message: error.message, extensions: { ...extensions, requestId } }] });
}

const SHED_MESSAGE = 'Too many operations are waiting at the moment. This one was not executed; try again.';

/** For an operation that is refused because others wait. */
export const shedError = (): GatewayError => overloaded(SHED_MESSAGE);

/** A complete HTTP response that refuses and closes, for input that never became a request. */
export function rawRefusal(refusal: HttpRefusal): string {
  const requestId = randomUUID();
  const body = refusalBody(refusal, requestId);
  const headers = {
    connection: 'close',
    'content-type': 'application/json; charset=utf-8',
    'content-length': `${Buffer.byteLength(body)}`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-request-id': requestId,
    ...refusal.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? 'Refused'}\r\n${lines.join('')}\r\n${body}`;
}
