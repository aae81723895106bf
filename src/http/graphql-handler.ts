/** GraphQL requests of authenticated callers. POST goes straight to run-operation, everything else through Apollo. */
import type { ApolloServer } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ownerOf } from '../auth/caller';
import { GatewayError } from '../errors';
import { REQUEST_ID_PLACEHOLDER, type Answers } from '../graph/apollo-server';
import { CONSISTENCY_TOKEN } from '../graph/consistency-token';
import type { GatewayContext, IncomingCall } from '../graph/context';
import type { ToGatewayError } from '../graph/errors/to-gateway-error';
import { refusalOf, type OperationAnswer } from '../graph/operation-answer';
import type { OpenStreams } from '../graph/open-streams';
import type { OperationBudgets, OperationRequest, Operations } from '../graph/run-operation';
import type { AnswerStream } from '../graph/run-subscription';
import { ONE_ANSWER } from '../graph/transport';
import { jsonInSlices } from '../util/json-in-slices';
import { jsonWithTexts } from '../util/json-text';
import { Turns } from '../util/event-loop-turns';
import { keyChecker, type AuthenticateRequest } from './authenticate-request';
import { EVENT_STREAM, EVENT_STREAM_HEADERS, EventStream, wholeEventStream } from './event-stream';
import {
  acceptanceOf,
  apolloHeaders,
  JSON_TYPE,
  MEDIA_TYPES,
  operationRequestOf,
  searchOf,
  streamRequestOf,
  type Acceptance,
} from './graphql-request';
import { AnswerInPieces, NO_ROOM } from './output-limit';
import type { RateLimits } from './rate-limit';
import { overloaded } from './refusal';
import { hijackReply } from './hijack-reply';

export interface GraphqlParts<Context extends GatewayContext> {
  readonly apollo: ApolloServer<Context>;
  readonly operations: Operations<Context>;
  readonly streams: Pick<OpenStreams, 'keepAlive'>;
  /** Answers of operations that ran through Apollo. */
  readonly answers: Answers;
  readonly rateLimits: Pick<OperationBudgets, 'chargeRefusal'> & Pick<RateLimits, 'headersFor'>;
  readonly authenticate: AuthenticateRequest;
  /** Errors it throws are sent to the caller. */
  readonly createContext: (call: IncomingCall) => Context;
  readonly toGatewayError: ToGatewayError;
  /** Whether the operation of this context may have changed something: its answer is then never dropped. */
  readonly changes: (context: Context) => boolean;
}

type Body = string | AnswerInPieces;
/** The limit for a stream, which bypasses Fastify. */
const STREAMED = undefined;
type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<Body | typeof STREAMED>;

/** The errors of a refusal written by Apollo. */
function errorsIn(body: string): readonly { readonly extensions?: { readonly code?: unknown } }[] {
  if (!body.startsWith('{"errors":')) return [];
  const { errors } = JSON.parse(body) as { errors: readonly { extensions?: { code?: unknown } }[] };
  return errors;
}

const notAcceptable = (): GatewayError =>
  new GatewayError(
    'BAD_REQUEST',
    `The answer has the type ${MEDIA_TYPES.join(' or ')}, and the Accept header of this request allows neither.`,
    { http: { status: 406 } },
  );

const NO_ROOM_FOR_CHANGE =
  'Too many answers are unread, so there is no room for the answer to this change, and it was not made. Read them, or select less; then send it again.';

/** Larger answers are serialized in slices, so that others need not wait. */
const LARGE_CHARS = 256 * 1024;

/** Requests are passed to Apollo as long as less than this was spent in the current turn of the event loop. */
const TURN_MS = 5;

/** Appended to the JSON, as Apollo Server does. */
const END = '\n';

/** @throws GatewayError OVERLOADED for a large answer without room, unless it reports a change. */
async function bodyOf({ inFlight, server }: FastifyRequest, { chars, body }: OperationAnswer): Promise<Body> {
  if (chars <= LARGE_CHARS) return `${jsonWithTexts(body)}${END}`;
  if (inFlight && !inFlight.mustBeAnswered && !server.inFlight.reserve(inFlight, chars)) throw overloaded(NO_ROOM);
  return new AnswerInPieces(await jsonInSlices(body, END));
}

async function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: OperationAnswer,
  mediaType: string,
): Promise<Body> {
  request.record?.answered(answer.body.errors);
  const text = await bodyOf(request, answer);
  // Errors of the operation are sent in the stream; refusals of the caller are sent as an HTTP status.
  if (mediaType === EVENT_STREAM && answer.status <= 400) {
    void reply.headers({ ...answer.headers, ...EVENT_STREAM_HEADERS });
    return wholeEventStream(text);
  }
  const contentType = mediaType === EVENT_STREAM ? JSON_TYPE : mediaType;
  void reply
    .code(answer.status)
    .headers(answer.headers)
    .header('content-type', contentType)
    .header('cache-control', 'no-store');
  return text;
}

function sendStream(
  { inFlight, server }: FastifyRequest,
  reply: FastifyReply,
  answers: AnswerStream,
  keepAlive: OpenStreams['keepAlive'],
): void {
  const holds = (bytes: number): boolean => {
    if (!inFlight) return true;
    server.inFlight.release(inFlight);
    return bytes === 0 || server.inFlight.reserve(inFlight, bytes);
  };
  new EventStream(hijackReply(reply).writeHead(200, EVENT_STREAM_HEADERS), answers, keepAlive, holds);
}

function setConsistencyToken(reply: FastifyReply, { consistencyToken }: GatewayContext): void {
  const token = consistencyToken?.() ?? null;
  if (token !== null) void reply.header(CONSISTENCY_TOKEN, token);
}

export function graphqlHandler<Context extends GatewayContext>({
  apollo,
  operations,
  streams,
  answers,
  rateLimits,
  authenticate,
  createContext,
  toGatewayError,
  changes,
}: GraphqlParts<Context>): Handler {
  const turns = new Turns(TURN_MS);

  async function askApollo(request: FastifyRequest, reply: FastifyReply, context: Context): Promise<Body> {
    const { id, headers, method, body, raw, caller, clientAddress } = request;
    // Apollo parses the document before run-operation waits for its turn.
    const wait = turns.next(ownerOf(caller, clientAddress));
    if (wait) await wait;
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method, headers: apolloHeaders(headers), search: searchOf(raw.url ?? ''), body },
      context: async () => context,
    });
    if (answer.body.kind !== 'complete') throw new Error('A multipart answer was not requested');
    const ran = answers.get(context.fieldRecord);
    request.record?.answered(ran ? ran.body.errors : errorsIn(answer.body.string));
    const text = ran ? await bodyOf(request, ran) : answer.body.string.replaceAll(REQUEST_ID_PLACEHOLDER, id);
    reply.code(answer.status ?? 200);
    for (const [name, value] of answer.headers) reply.header(name, value);
    setConsistencyToken(reply, context);
    // Set after Apollo's own headers, one of which would allow caching.
    reply.header('cache-control', 'no-store');
    return text;
  }

  /** Over a transport that carries streams where the client asks for one. */
  async function run(
    request: FastifyRequest,
    reply: FastifyReply,
    context: Context,
    { mediaType = JSON_TYPE, allowsStream }: Acceptance,
    operation: OperationRequest,
  ): Promise<Body | typeof STREAMED> {
    const allowsChanges = request.method === 'POST';
    const transport = { ...ONE_ANSWER, carriesStreams: allowsStream, allowsChanges };
    const answer = await operations.begin(operation, context, transport);
    if (!('body' in answer)) {
      void reply.headers(rateLimits.headersFor(request.caller));
      sendStream(request, reply, answer, (send) => streams.keepAlive(send));
      return STREAMED;
    }
    if (request.inFlight && changes(context)) request.inFlight.mustBeAnswered = true;
    setConsistencyToken(reply, context);
    return sendAnswer(request, reply, answer, mediaType);
  }

  return async (request, reply) => {
    const { id: requestId, clientAddress: address, caller, headers, method, body, inFlight, record } = request;
    const acceptance = acceptanceOf(request);
    const { mediaType } = acceptance;
    const refuse = (error: unknown): Promise<Body> =>
      sendAnswer(request, reply, refusalOf(error, requestId, toGatewayError).answer, mediaType ?? JSON_TYPE);
    const reserveAnswer = (chars: number): void => {
      if (inFlight && !request.server.inFlight.reserve(inFlight, chars)) throw overloaded(NO_ROOM_FOR_CHANGE);
    };
    const checkKey = keyChecker(authenticate, { requestId, address, headers }, caller);
    let context: Context;
    try {
      context = createContext({
        requestId,
        address,
        headers,
        caller,
        body,
        reserveAnswer,
        checkKey,
        record,
        place: inFlight?.place ?? null,
      });
    } catch (error) {
      return refuse(error);
    }
    if (method === 'GET' && mediaType === EVENT_STREAM) {
      return run(request, reply, context, acceptance, streamRequestOf(request)).catch(refuse);
    }
    const operation = method === 'POST' ? operationRequestOf(body) : null;
    // Apollo reports the errors of such a body.
    if (method === 'POST' && !operation) rateLimits.chargeRefusal(context.caller, context.address, 'parse');
    if (!operation) return askApollo(request, reply, context).catch(refuse);
    if (mediaType === undefined) return refuse(notAcceptable());
    return run(request, reply, context, acceptance, operation).catch(refuse);
  };
}
