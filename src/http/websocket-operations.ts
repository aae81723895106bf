/**
 * Operations of one WebSocket connection, by the protocol of graphql-ws; each takes the path of every other operation.
 */
import type { IncomingHttpHeaders } from 'node:http';
import {
  GraphQLError,
  parse,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import type { Caller } from '../auth/caller';
import { GatewayError, MAX_MESSAGE_CHARS, type ErrorCode } from '../errors';
import type { GatewayContext, IncomingCall } from '../graph/context';
import type { ToGatewayError } from '../graph/errors/to-gateway-error';
import { refusalOf, type OperationAnswer } from '../graph/operation-answer';
import type { Operations } from '../graph/run-operation';
import type { Transport } from '../graph/transport';
import type { AnswerStream } from '../graph/run-subscription';
import type { RequestRecord } from '../telemetry/request-record';
import type { Telemetry } from '../telemetry/telemetry';
import { keyChecker, type AuthenticateRequest } from './authenticate-request';
import { overloaded } from './refusal';

/** Operations that one connection may have open at a time. */
const MAX_OPERATIONS = 100;
/** From the handshake to `connection_init`. */
const INIT_TIMEOUT_MS = 5_000;

const WEB_SOCKET: Transport = { carriesStreams: true, allowsChanges: true, maxAnswerChars: MAX_MESSAGE_CHARS };

type Release = () => void;

/** What operations need from their connection. */
export interface Connection {
  /** The request id of the handshake. */
  readonly requestId: string;
  readonly address: string;
  /** The handshake's headers that concern all operations, and those from `connection_init` that the handshake lacks. */
  headers: IncomingHttpHeaders;
  caller: Caller | null;
  /** The number of operations that were started, including those that have ended. */
  operations: number;
  openOperations: number;
  /** Whether sent data waits unread. */
  readonly isFull: () => boolean;
  /**
   * Reserves room for an answer until it has been sent.
   * @returns a function that releases it; null if there is no room.
   */
  readonly hold: (chars: number) => Release | null;
  /** Accepts the connection for a caller. @throws GatewayError if there are too many, or without a caller. */
  readonly accept: (caller: Caller | null) => void;
  /** Ends it once everything has been sent. @param error the reason. */
  readonly end: (error: unknown) => void;
}

export interface WebSocketOperationParts<Context extends GatewayContext> {
  readonly schema: GraphQLSchema;
  readonly operations: Operations<Context>;
  readonly authenticate: AuthenticateRequest;
  readonly createContext: (call: IncomingCall) => Context;
  readonly toGatewayError: ToGatewayError;
  readonly telemetry: Pick<Telemetry, 'begin' | 'end'>;
  readonly changes: (context: Context) => boolean;
  readonly rateLimits: { admit(caller: Caller | null, address: string): void };
}

/**
 * The headers that a client may send in `connection_init` for all its operations, because browsers give a handshake no
 * headers.
 */
const HEADERS = ['x-api-key', 'authorization', 'x-reason'] as const;

/** Only those headers of the handshake that apply to every operation. */
export function headersOf(
  handshake: IncomingHttpHeaders,
  payload: Readonly<Record<string, unknown>> = {},
): IncomingHttpHeaders {
  const given = new Map(Object.entries(payload).map(([name, value]) => [name.toLowerCase(), value]));
  const headers: IncomingHttpHeaders = {};
  for (const name of HEADERS) {
    const value = handshake[name] ?? given.get(name);
    if (typeof value === 'string') headers[name] = value;
  }
  return headers;
}

/** The library only needs to know the kind of the operation, so every document is this one. */
const ANY_DOCUMENT = parse('subscription { any }');

type Body = OperationAnswer['body'];

const { message, extensions } = overloaded(
  'Too many answers are unread, so there is no room for this one. Read them, or select less; a stream can be resumed after the last event that arrived.',
);
const NO_ROOM: Body = { errors: [{ message, extensions: { ...extensions } }] };

/** A single answer as a stream of one. */
function onlyAnswer({ body, chars }: OperationAnswer): AnswerStream {
  const answers = [{ body, chars, position: null, end: null }];
  return { next: async () => answers.shift() ?? null, onEnd: () => undefined, close: () => undefined };
}

/**
 * Results in the form that the library expects: it requests the next one when the previous one was sent, and `return`
 * releases the stream at once, even while an answer is awaited.
 */
function resultsOf(
  stream: AnswerStream,
  hold: Connection['hold'],
  resultOf: (body: Body) => ExecutionResult,
  onEnd: (end: ErrorCode | null) => void,
): AsyncGenerator<ExecutionResult, void, void> {
  let end: ErrorCode | null = null;
  let release: Release | null = null;
  const over = (): IteratorReturnResult<undefined> => ({ done: true, value: undefined });
  const releaseAnswer = (): void => {
    release?.();
    release = null;
  };
  const close = async (): Promise<IteratorReturnResult<undefined>> => {
    releaseAnswer();
    stream.close();
    onEnd(null);
    return over();
  };
  return {
    async next() {
      releaseAnswer();
      const answer = end === null ? await stream.next() : null;
      if (!answer) {
        onEnd(end);
        return over();
      }
      end = answer.end;
      release = hold(answer.chars);
      if (release) return { done: false, value: resultOf(answer.body) };
      stream.close();
      end = 'OVERLOADED';
      return { done: false, value: resultOf(NO_ROOM) };
    },
    return: close,
    throw: close,
    [Symbol.asyncIterator]() {
      return this;
    },
    [Symbol.asyncDispose]: async () => {
      await close();
    },
  };
}

/** The result of an operation, until the library has sent it. */
interface Begun {
  readonly record: RequestRecord | null;
  readonly result: OperationAnswer | AnswerStream;
  /** Whether it may have changed something: its answer is then never discarded. */
  readonly isChange: boolean;
}

/** Ends of streams after which no operation of the connection would be accepted. */
const KEY_IS_OVER: ReadonlySet<ErrorCode | null> = new Set(['UNAUTHENTICATED', 'ACCOUNT_SUSPENDED']);

class OperationRunner<Context extends GatewayContext> {
  constructor(
    private readonly parts: WebSocketOperationParts<Context>,
    private readonly connection: Connection,
  ) {}

  async begin(payload: SubscribePayload): Promise<Begun> {
    const { connection, parts } = this;
    connection.operations += 1;
    const requestId = `${connection.requestId}.${connection.operations}`;
    const record = parts.telemetry.begin(requestId, undefined);
    connection.openOperations += 1;
    try {
      if (connection.openOperations > MAX_OPERATIONS)
        throw overloaded(`This connection has ${MAX_OPERATIONS} open operations, which is the limit. Complete some.`);
      const context = await this.#contextOf(requestId, payload, record);
      const { query, operationName, variables, extensions } = payload;
      const request = { query, operationName, variables, extensions };
      const result = await parts.operations.begin(request, context, WEB_SOCKET);
      return { record, result, isChange: parts.changes(context) };
    } catch (error) {
      const { answer, errors } = refusalOf(error, requestId, parts.toGatewayError);
      if (errors.some(({ code }) => KEY_IS_OVER.has(code))) connection.end(error);
      return { record, result: answer, isChange: false };
    }
  }

  /** Reports the end of an operation, once. */
  ended({ record, result }: Begun, isComplete: boolean): void {
    this.connection.openOperations -= 1;
    if (!record) return;
    const status = 'body' in result ? result.status : 200;
    if ('body' in result) record.answered(result.body.errors);
    record.caller = this.connection.caller;
    this.parts.telemetry.end(record, { method: 'GET', route: '/graphql', status, isComplete });
  }

  async #contextOf(requestId: string, body: unknown, record: RequestRecord | null): Promise<Context> {
    const { connection, parts } = this;
    const { address, headers } = connection;
    const call = { requestId, address, headers };
    // As for every request: each operation is a use of its key.
    const caller = await parts.authenticate(call);
    connection.caller = caller;
    const checkKey = keyChecker(parts.authenticate, call, caller);
    parts.rateLimits.admit(caller, address);
    const reserveAnswer = (chars: number): void => {
      const release = connection.isFull() ? null : connection.hold(chars);
      if (!release) throw overloaded('Unread answers leave no room for the answer to this change. Read them first.');
      release();
    };
    return parts.createContext({ ...call, body, caller, reserveAnswer, checkKey, record, place: null });
  }
}

const KEY_ENDED = 'The key of this connection is no longer accepted.';

/** @returns the protocol's server; call `opened` for each connection. */
export function websocketOperations<Context extends GatewayContext>(
  parts: WebSocketOperationParts<Context>,
): Server<Connection> {
  // The library passes on results and errors of graphql-js; ours are already formatted, and are sent separately.
  const bodies = new WeakMap<ExecutionResult, Body>();
  const refusals = new WeakMap<GraphQLError, readonly GraphQLFormattedError[]>();
  const running = new WeakMap<ExecutionArgs, AsyncGenerator<ExecutionResult, void, void>>();
  const resultOf = (body: Body): ExecutionResult => {
    const result = {};
    bodies.set(result, body);
    return result;
  };
  return makeServer<Record<string, unknown>, Connection>({
    connectionInitWaitTimeout: INIT_TIMEOUT_MS,
    async onConnect({ extra: connection, connectionParams }) {
      connection.headers = headersOf(connection.headers, connectionParams);
      try {
        connection.caller = await parts.authenticate(connection);
        connection.accept(connection.caller);
      } catch (error) {
        connection.end(error);
        // The library would only say "Forbidden".
        return new Promise<never>(() => undefined);
      }
      return true;
    },
    async onSubscribe({ extra: connection }, _id, payload) {
      const runner = new OperationRunner(parts, connection);
      const begun = await runner.begin(payload);
      const { result } = begun;
      const args = { schema: parts.schema, document: ANY_DOCUMENT };
      if (!('body' in result)) {
        let isOpen = true;
        const onEnd = (end: ErrorCode | null): void => {
          if (isOpen) runner.ended(begun, true);
          isOpen = false;
          if (end !== null && KEY_IS_OVER.has(end)) connection.end(new GatewayError(end, KEY_ENDED));
        };
        running.set(
          args,
          resultsOf(result, (chars) => connection.hold(chars), resultOf, onEnd),
        );
        return args;
      }
      runner.ended(begun, true);
      if (result.body.data !== undefined) {
        const always = begun.isChange ? () => undefined : null;
        const hold: Connection['hold'] = (chars) => connection.hold(chars) ?? always;
        running.set(
          args,
          resultsOf(onlyAnswer(result), hold, resultOf, () => undefined),
        );
        return args;
      }
      const refusal = new GraphQLError('refused');
      refusals.set(refusal, result.body.errors ?? []);
      return [refusal];
    },
    subscribe: (args) => running.get(args) ?? {},
    onNext: (_context, _id, _payload, _args, result) => bodies.get(result),
    onError: (_context, _id, _payload, [error]) => (error instanceof GraphQLError ? refusals.get(error) : undefined),
  });
}
