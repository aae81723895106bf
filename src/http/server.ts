/** The HTTP server: its routes, and the checks every request passes first, in this order. */
import createFastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { ownerOf, type Caller } from '../auth/caller';
import type { Config } from '../config';
import type { Telemetry } from '../telemetry/telemetry';
import { createApolloServer, type Answers } from '../graph/apollo-server';
import type { GatewayContext, IncomingCall } from '../graph/context';
import { createToGatewayError } from '../graph/errors/to-gateway-error';
import { createOperations, type OperationHooks, type OperationParts } from '../graph/run-operation';
import { readTrustedDocuments } from '../graph/trusted-documents';
import type { Admission } from './admission';
import type { AuthenticateRequest } from './authenticate-request';
import { limitBodies, MAX_BUNDLE_BODY_BYTES } from './body-limit';
import { networkOf, ProxyTrust } from './client-ip';
import { createConnectionServer } from './connections';
import { serveConsole } from './console';
import { allowOrigins, originCheck } from './cors';
import { drainOnClose, shuttingDown } from './drain';
import { RefusalPace } from './refusal-pace';
import { PreParseAdmission, type KnownCaller } from './pre-parse-admission';
import { createErrorHandler, handleErrors, HSTS } from './error-handler';
import { serveGraphiql } from './graphiql';
import { graphqlHandler } from './graphql-handler';
import { serveHealth, type Readiness } from './health';
import { InFlightBudget } from './in-flight';
import { parseJsonFaithfully } from './json-body';
import { serveLandingPage } from './landing-page';
import { checkMethods } from './methods';
import { boundOutput } from './output-limit';
import type { RateLimits } from './rate-limit';
import { observe } from './observe';
import { overloaded } from './refusal';
import { refusalOf } from './request-checks';
import { requestIdOf } from './request-id';
import { decorate } from './request-state';
import { OVERLOADED_ERROR, writeOverloadResponse } from './overload-response';
import { hijackReply } from './hijack-reply';
import { serveWebSockets } from './websocket';

export interface HttpParts<Context extends GatewayContext> extends Pick<
  OperationParts<Context>,
  'schema' | 'streams' | 'hooks' | 'beginField'
> {
  readonly queue: Pick<Admission, 'run' | 'isLong' | 'refuses' | 'mustWait' | 'wait'>;
  readonly settings: Pick<
    Config,
    | 'ENVIRONMENT'
    | 'TRUSTED_PROXIES'
    | 'MAX_CONNECTIONS_PER_ADDRESS'
    | 'MAX_IN_FLIGHT_MB'
    | 'MAX_STREAMS_PER_ACCOUNT'
    | 'CORS_ORIGINS'
    | 'CORS_HEADERS'
    | 'CONSOLE'
    | 'GRAPHIQL'
    | 'SANDBOX'
    | 'TRUSTED_DOCUMENTS'
  >;
  readonly logger: Logger;
  readonly telemetry: Pick<Telemetry, 'begin' | 'end' | 'connectionRefused'>;
  readonly rateLimits: Pick<RateLimits, 'admit' | 'spend' | 'chargeRefusal' | 'headersFor'>;
  /** Called before a body is read; errors it throws are sent to the caller. */
  readonly authenticate: AuthenticateRequest;
  readonly knownCaller: KnownCaller;
  /** Creates the context of an operation; if it throws, the error is sent and nothing runs. */
  readonly createContext: (call: IncomingCall) => Context;
  readonly readiness: () => Promise<Readiness>;
  /** How long an answer of `readiness` is reused, in milliseconds; tests check every time. */
  readonly readinessMaxAgeMs?: number | undefined;
}

/** Checks for all paths. */
function checkRequests(
  app: FastifyInstance,
  telemetry: HttpParts<GatewayContext>['telemetry'],
  proxies: ProxyTrust,
  budget: InFlightBudget,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { raw } = request;
    const address = proxies.addressOf(raw);
    const inFlight = budget.open(raw, networkOf(address));
    request.clientAddress = address;
    request.inFlight = inFlight;
    observe(telemetry, request, reply);
    reply.raw.once('finish', () => budget.close(raw));
    reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff' });
    if (proxies.isSecure(raw)) reply.header('strict-transport-security', HSTS);
    const refusal = refusalOf(raw) ?? (budget.admits(inFlight) ? undefined : overloaded(noRoomFor('address')));
    done(refusal);
  });
}

const noRoomFor = (whose: string): string =>
  `Too many answers for this ${whose} are waiting to be read. Nothing was executed; read them, or try again later.`;

/**
 * Like the error handler's refusal, at a fraction of its cost, because thousands of these per second must leave time to
 * serve others.
 */
function shed(request: FastifyRequest, reply: FastifyReply): void {
  request.record?.answered([OVERLOADED_ERROR]);
  writeOverloadResponse(request.raw, hijackReply(reply), request.id);
}

type AdmissionParts = Pick<HttpParts<GatewayContext>, 'authenticate' | 'rateLimits' | 'queue'>;

/** @throws GatewayError for a caller whose request is refused before its body is read. */
function admitCaller(
  request: FastifyRequest,
  reply: FastifyReply,
  caller: Caller | null,
  { rateLimits, queue }: AdmissionParts,
  budget: InFlightBudget,
): void {
  const { clientAddress: address, inFlight } = request;
  const owner = ownerOf(caller, address);
  request.caller = caller;
  rateLimits.admit(caller, address);
  request.record?.step('authentication');
  if (!inFlight?.place && queue.refuses(owner)) {
    shed(request, reply);
    return;
  }
  if (!caller || !inFlight) return;
  budget.assign(inFlight, owner);
  if (!budget.admits(inFlight)) throw overloaded(noRoomFor('account'));
}

/** Checks for GraphQL: callers are authenticated before the body is read. */
function serveGraphql(
  app: FastifyInstance,
  parts: AdmissionParts,
  budget: InFlightBudget,
  handler: ReturnType<typeof graphqlHandler>,
): void {
  const { authenticate, rateLimits } = parts;
  app.register(async (graphql) => {
    // A key that is cached is known at once: the hooks are not asynchronous then.
    graphql.addHook('onRequest', (request, reply, done) => {
      const { id: requestId, clientAddress: address, headers } = request;
      const admit = (caller: Caller | null): void => admitCaller(request, reply, caller, parts, budget);
      const caller = authenticate({ requestId, address, headers });
      if (caller instanceof Promise) return caller.then(admit);
      admit(caller);
      done();
    });
    limitBodies(graphql, budget);
    // A key may end while its body arrives.
    graphql.addHook('preHandler', (request, _reply, done) => {
      request.record?.step('body');
      const { id: requestId, clientAddress: address, headers, caller: before } = request;
      const caller = before && authenticate({ requestId, address, headers }, before);
      if (caller instanceof Promise) return caller.then((changed) => void (request.caller = changed));
      request.caller = caller;
      done();
    });
    graphql.addHook('onSend', (request, reply, payload, done) => {
      reply.headers(rateLimits.headersFor(request.caller));
      done(null, payload);
    });
    graphql.route({ method: ['GET', 'POST'], url: '/graphql', exposeHeadRoute: false, handler });
  });
}

/** Paths of the pages for browsers that need no internet. */
const pagesOf = ({ CONSOLE, GRAPHIQL }: HttpParts<GatewayContext>['settings']): readonly string[] => [
  ...(CONSOLE ? ['/console'] : []),
  ...(GRAPHIQL ? ['/graphiql'] : []),
  '/',
];

/** Records the contexts whose operations may have changed something. */
function trackChanges<Context extends GatewayContext>(
  hooks: OperationHooks<Context>,
): { readonly hooks: OperationHooks<Context>; readonly changes: (context: Context) => boolean } {
  const changing = new WeakSet<Context>();
  const onOperation: typeof hooks.onOperation = (context, details) => {
    hooks.onOperation(context, details);
    if (details.isMutation) changing.add(context);
  };
  return { hooks: { ...hooks, onOperation }, changes: (context) => changing.has(context) };
}

/**
 * The whole server, not listening yet. Closing it finishes accepted requests and stops Apollo.
 * @throws Error if the schema cannot be served.
 */
export async function createHttpServer<Context extends GatewayContext>(
  parts: HttpParts<Context>,
): Promise<FastifyInstance> {
  const { settings, schema, logger, rateLimits, authenticate, createContext } = parts;
  const toGatewayError = createToGatewayError(logger);
  const folder = settings.TRUSTED_DOCUMENTS;
  const trusted = folder === undefined ? null : readTrustedDocuments(folder, schema);
  const { hooks, changes } = trackChanges(parts.hooks);
  const operations = createOperations({ ...parts, hooks, trusted, toGatewayError });
  const sandbox = settings.SANDBOX ? pagesOf(settings) : null;
  const answers: Answers = new WeakMap();
  const shared = { answers, rateLimits, toGatewayError };
  const apollo = createApolloServer({ schema, sandbox, trusted, logger, runOperation: operations.run, ...shared });
  await apollo.start();
  const proxies = new ProxyTrust(settings.TRUSTED_PROXIES);
  const budget = new InFlightBudget(settings.MAX_IN_FLIGHT_MB);
  const early = new PreParseAdmission(parts.queue, parts.telemetry, proxies, parts.knownCaller, new RefusalPace());
  const handling = { toGatewayError, rateLimits, proxies };
  const app = createFastify({
    serverFactory: (handle) =>
      createConnectionServer(handle, {
        proxies,
        budget,
        early,
        maxConnectionsPerAddress: settings.MAX_CONNECTIONS_PER_ADDRESS,
        onRefusal: (status) => parts.telemetry.connectionRefused(status),
      }),
    // toGatewayError logs faults; per-request loggers would be created for nothing.
    logger: false,
    bodyLimit: MAX_BUNDLE_BODY_BYTES,
    genReqId: requestIdOf,
    forceCloseConnections: 'idle',
    // connections.ts answers malformed requests.
    clientErrorHandler: () => undefined,
    // drain.ts refuses these, in this API's format.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      observe(parts.telemetry, request, reply);
      createErrorHandler(handling)(error, request, reply);
    },
  });
  app.removeAllContentTypeParsers();
  parseJsonFaithfully(app);
  decorate(app, budget);
  checkRequests(app, parts.telemetry, proxies, budget);
  const drain = drainOnClose(app);
  allowOrigins(app, settings);
  checkMethods(app);
  handleErrors(app, handling);
  boundOutput(app, budget);
  const { streams } = parts;
  app.addHook('preClose', (done) => {
    early.stop();
    streams.close(shuttingDown());
    done();
  });
  const handler = graphqlHandler({ apollo, operations, streams, authenticate, createContext, changes, ...shared });
  serveGraphql(app, parts, budget, handler);
  serveWebSockets(app, {
    ...{
      schema,
      operations,
      authenticate,
      createContext,
      toGatewayError,
      rateLimits,
      streams,
      proxies,
      drain,
      changes,
    },
    telemetry: parts.telemetry,
    allowsOrigin: originCheck(settings),
    maxPerAccount: settings.MAX_STREAMS_PER_ACCOUNT,
  });
  serveHealth(
    app,
    async () => (drain.isDraining ? { ready: false, reasons: ['the gateway is shutting down'] } : parts.readiness()),
    parts.readinessMaxAgeMs,
  );
  serveLandingPage(app, settings);
  if (settings.CONSOLE) serveConsole(app);
  if (settings.GRAPHIQL) serveGraphiql(app);
  app.addHook('onClose', () => apollo.stop());
  await app.ready();
  return app;
}
