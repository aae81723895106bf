/** Requests that never reach GraphQL, answered in its form: one error with a code and a sentence. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError, type ErrorCode } from '../errors';
import { TOO_LARGE } from './body-limit';
import { BAD_BODY } from './json-body';
import { httpStatusOf, type ToGatewayError } from '../graph/errors/to-gateway-error';

const JSON_TYPE = 'application/json; charset=utf-8';

function refuse(reply: FastifyReply, status: number, error: GatewayError): FastifyReply {
  const { http: _status, ...extensions } = error.extensions;
  // Nobody reads the rest of a body that was refused.
  if (error.code === 'PAYLOAD_TOO_LARGE') reply.header('connection', 'close');
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .type(JSON_TYPE)
    .send({ errors: [{ message: error.message, extensions }] });
}

/** Fastify's codes that are the caller's doing; docs at fastify.dev, Reference/Errors. */
const REFUSALS: Readonly<Record<string, readonly [ErrorCode, number, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['PAYLOAD_TOO_LARGE', 413, TOO_LARGE],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'BAD_REQUEST',
    415,
    'Send the request as JSON, with "Content-Type: application/json".',
  ],
  FST_ERR_CTP_INVALID_JSON_BODY: ['BAD_REQUEST', 400, BAD_BODY],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['BAD_REQUEST', 400, BAD_BODY],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['BAD_REQUEST', 400, 'The body is not as long as its Content-Length says.'],
  FST_ERR_BAD_URL: ['BAD_REQUEST', 400, 'The address is not a well-formed URL.'],
};

type Refusal = (error: FastifyError, request: Pick<FastifyRequest, 'id'>, reply: FastifyReply) => FastifyReply;

/** Answers what went wrong around GraphQL: bodies and addresses that cannot be read, and faults. */
export const refusalIn =
  (toGatewayError: ToGatewayError): Refusal =>
  (error, request, reply) => {
    const [code, status, message] = REFUSALS[error.code] ?? [];
    if (code !== undefined && message !== undefined)
      return refuse(reply, status ?? 400, new GatewayError(code, message));
    if (error.statusCode === 400) return refuse(reply, 400, new GatewayError('BAD_REQUEST', BAD_BODY));
    const refusal = toGatewayError(error, request.id);
    // What is refused before GraphQL is never a success.
    return refuse(reply, Math.max(httpStatusOf(refusal) ?? 400, 400), refusal);
  };

/** Registers the answers for unknown addresses and for what goes wrong. */
export function refuseInWords(app: FastifyInstance, toGatewayError: ToGatewayError): void {
  app.setNotFoundHandler((_request, reply) =>
    refuse(
      reply,
      404,
      new GatewayError(
        'NOT_FOUND',
        'There is nothing here. This server answers at /graphql, /graphiql, /livez and /readyz.',
      ),
    ),
  );
  app.setErrorHandler<FastifyError>(refusalIn(toGatewayError));
}
