/** Errors outside GraphQL, in the same format: one error with a code, a message and the request id. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GatewayError } from '../errors';
import { httpStatusOf, type ToGatewayError } from '../graph/errors/to-gateway-error';
import { MAX_BODY_BYTES } from './body-limit';
import { BAD_BODY } from './parse-body';
import type { ProxyTrust } from './client-ip';
import type { RateLimits } from './rate-limit';
import { HttpRefusal, refusalBody } from './refusal';

/** RFC 6797. */
export const HSTS = 'max-age=31536000';

const GRAPHQL_RESPONSE = 'application/graphql-response+json';

/** The GraphQL-over-HTTP media type of a response: the newer one for clients that accept it by name. */
export const jsonTypeFor = ({ headers }: Pick<FastifyRequest, 'headers'>): string =>
  `${headers.accept?.includes(GRAPHQL_RESPONSE) ? GRAPHQL_RESPONSE : 'application/json'}; charset=utf-8`;

/** Fastify error codes caused by the caller; see fastify.dev, Reference/Errors. */
const REFUSALS: Readonly<Record<string, readonly [status: number, message: string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'Send the request as JSON, with "Content-Type: application/json".'],
  FST_ERR_CTP_INVALID_JSON_BODY: [400, BAD_BODY],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, BAD_BODY],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'The body is not as long as its Content-Length says.'],
  FST_ERR_BAD_URL: [400, 'The path of the URL is malformed: "%" is followed by two hexadecimal digits of UTF-8.'],
};

/** @returns null if the error is not a refusal but a fault, or is described elsewhere. */
function refusalFor(error: FastifyError, request: FastifyRequest): GatewayError | null {
  if (error instanceof HttpRefusal) return error;
  const [status, message] = REFUSALS[error.code] ?? [];
  if (status !== undefined && message !== undefined) return new HttpRefusal(status, 'BAD_REQUEST', message);
  // The client disconnected while sending the body or receiving the response; nobody reads this.
  if (request.raw.destroyed && !request.raw.complete)
    return new HttpRefusal(400, 'BAD_REQUEST', 'The connection ended before the body did.');
  if (error.code === 'ERR_STREAM_PREMATURE_CLOSE' && request.raw.socket.destroyed)
    return new HttpRefusal(400, 'BAD_REQUEST', 'The connection ended before the answer did.');
  const { statusCode = 500 } = error;
  return statusCode >= 400 && statusCode < 500 && error.code.startsWith('FST_')
    ? new HttpRefusal(statusCode, 'BAD_REQUEST', 'The HTTP request is malformed.')
    : null;
}

/** The rest of a refused body is not read, and an expected body that was not requested is not sent. */
function closesConnection({ raw, headers }: FastifyRequest, { code }: GatewayError): boolean {
  if (raw.complete) return false;
  return (
    code === 'OVERLOADED' ||
    headers.expect !== undefined ||
    !(Number(headers['content-length'] ?? Infinity) <= MAX_BODY_BYTES)
  );
}

export interface ErrorHandling {
  readonly toGatewayError: ToGatewayError;
  readonly rateLimits: Pick<RateLimits, 'chargeRefusal'>;
  readonly proxies: ProxyTrust;
}

/** @returns a handler for any error; refusals are charged to their callers. */
export const createErrorHandler =
  ({ toGatewayError, rateLimits, proxies }: ErrorHandling) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const refusal = refusalFor(error, request) ?? toGatewayError(error, request.id);
    request.record?.answered([refusal]);
    const status = refusal instanceof HttpRefusal ? refusal.status : Math.max(httpStatusOf(refusal) ?? 400, 400);
    if (status < 500) rateLimits.chargeRefusal(request.caller, proxies.addressOf(request.raw), 'http');
    if (refusal instanceof HttpRefusal) reply.headers(refusal.headers);
    const { retryAfterSeconds } = refusal.extensions;
    if (typeof retryAfterSeconds === 'number') reply.header('retry-after', `${retryAfterSeconds}`);
    if (proxies.isSecure(request.raw)) reply.header('strict-transport-security', HSTS);
    if (closesConnection(request, refusal)) reply.header('connection', 'close');
    return reply
      .code(status)
      .header('cache-control', 'no-store')
      .header('x-request-id', request.id)
      .header('x-content-type-options', 'nosniff')
      .type(jsonTypeFor(request))
      .send(refusalBody(refusal, request.id));
  };

export function handleErrors(app: FastifyInstance, handling: ErrorHandling): void {
  app.setErrorHandler<FastifyError>(createErrorHandler(handling));
}
