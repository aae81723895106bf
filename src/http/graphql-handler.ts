/** GraphQL requests of authenticated callers. POST goes straight to run-operation, everything else through Apollo. */
import type { IncomingHttpHeaders } from 'node:http';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
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
import { isRecord } from '../util/json-values';
import { Turns } from '../util/event-loop-turns';
import { keyChecker, type AuthenticateRequest } from './authenticate-request';
import { EVENT_STREAM, EVENT_STREAM_HEADERS, EventStream, wholeEventStream } from './event-stream';
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
/** Of a stream, which is sent past Fastify. */
const STREAMED = undefined;
type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<Body | typeof STREAMED>;

/** In order of preference for callers that have none. */
const MEDIA_TYPES = ['application/json; charset=utf-8', 'application/graphql-response+json; charset=utf-8'];
const [JSON_TYPE = ''] = MEDIA_TYPES;

/** What the Accept header of a request allows. */
interface Acceptance {
  /** Of a single answer; undefined where none of ours is allowed. */
  readonly mediaType: string | undefined;
  /** Whether it names event streams. */
  readonly allowsStream: boolean;
}

const ANYTHING: Acceptance = { mediaType: JSON_TYPE, allowsStream: false };

/** Clients repeat a small number of Accept headers. */
const MAX_NEGOTIATED = 100;
const MAX_ACCEPT_CHARS = 200;
const negotiated = new LRUCache<string, Acceptance>({ max: MAX_NEGOTIATED });

function acceptanceOf({ headers }: FastifyRequest): Acceptance {
  const { accept } = headers;
  if (accept === undefined) return ANYTHING;
  let result = negotiated.get(accept);
  if (!result) {
    const negotiator = new Negotiator({ headers });
    const allowsStream = /text\/event-stream/i.test(accept) && negotiator.mediaType([EVENT_STREAM]) !== undefined;
    result = {
      mediaType: negotiator.mediaType(MEDIA_TYPES) ?? (allowsStream ? EVENT_STREAM : undefined),
      allowsStream,
    };
    if (accept.length <= MAX_ACCEPT_CHARS) negotiated.set(accept, result);
  }
  return result;
}

/** The headers Apollo reads; copying all of them would cost time on every request. */
const APOLLO_HEADERS = ['accept', 'content-type', 'apollo-require-preflight', 'x-apollo-operation-name'] as const;

function apolloHeaders(headers: IncomingHttpHeaders): HeaderMap {
  const map = new HeaderMap();
  for (const name of APOLLO_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string') map.set(name, value);
  }
  return map;
}

function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start);
}

const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined;
const isTextOrAbsent = (value: unknown): value is string | null | undefined =>
  isAbsent(value) || typeof value === 'string';
const isRecordOrAbsent = (value: unknown): value is Record<string, unknown> | null | undefined =>
  isAbsent(value) || isRecord(value);

/** @returns null for an invalid GraphQL request; Apollo reports what is wrong with it. */
function operationRequestOf(body: unknown): OperationRequest | null {
  if (!isRecord(body)) return null;
  const { query, operationName, variables, extensions } = body;
  return isTextOrAbsent(query) &&
    isTextOrAbsent(operationName) &&
    isRecordOrAbsent(variables) &&
    isRecordOrAbsent(extensions)
    ? { query, operationName, variables, extensions }
    : null;
}

/** Headers that no page of another origin can send unasked. */
const PREFLIGHTED = ['apollo-require-preflight', 'x-apollo-operation-name', 'x-api-key', 'authorization'] as const;

/**
 * The request of a GET for an event stream, as `EventSource` sends it.
 * @throws GatewayError BAD_REQUEST
 */
function streamRequestOf({ headers, raw }: FastifyRequest): OperationRequest {
  if (!PREFLIGHTED.some((name) => headers[name]))
    throw new GatewayError(
      'BAD_REQUEST',
      `A GET without a header that requires a preflight is not executed (protection against CSRF). Send one of the headers ${PREFLIGHTED.join(', ')}.`,
    );
  const search = new URLSearchParams(searchOf(raw.url ?? ''));
  // That they are JSON was checked before.
  const json = (name: string): unknown => JSON.parse(search.get(name) ?? 'null');
  const request = operationRequestOf({
    query: search.get('query'),
    operationName: search.get('operationName'),
    variables: json('variables'),
    extensions: json('extensions'),
  });
  if (request) return request;
  throw new GatewayError('BAD_REQUEST', 'The parameters variables and extensions must be JSON objects.');
}

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

/** Requests are handed to Apollo while no more than this was spent in a turn of the event loop. */
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

function tellStored(reply: FastifyReply, { consistencyToken }: GatewayContext): void {
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
    tellStored(reply, context);
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
    tellStored(reply, context);
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
