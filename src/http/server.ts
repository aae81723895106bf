/** HTTP in front of GraphQL: request ids, limits, origins and the other addresses. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import cors from '@fastify/cors';
import createFastify, { type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config';
import { createApolloServer } from '../graph/apollo-server';
import { secretIn } from '../util/secret-shapes';
import type { GatewayContext, IncomingCall } from '../graph/context';
import { serveGraphiql } from './graphiql';
import { admitLargeBodies, LARGEST_BUNDLE_BODY } from './body-limit';
import { parseJsonFaithfully } from './json-body';
import { serveHealth, type Readiness } from './health';
import { createToGatewayError } from '../graph/errors/to-gateway-error';
import { createRunOperation, type OperationParts } from '../graph/run-operation';
import { readTrustedDocuments } from '../graph/trusted-documents';
import { graphqlHandler } from './graphql-handler';
import { drainOnClose } from './drain';
import { refusalIn, refuseInWords } from './error-handler';

export interface HttpParts<Context extends GatewayContext> extends Pick<
  OperationParts<Context>,
  'schema' | 'rateLimits' | 'hooks' | 'beginField'
> {
  readonly settings: Pick<Config, 'ENVIRONMENT' | 'TRUSTED_PROXIES' | 'CORS_ORIGINS' | 'SANDBOX' | 'TRUSTED_DOCUMENTS'>;
  readonly logger: Logger;
  /** Authenticates; what it throws is answered without running anything. */
  readonly createContext: (call: IncomingCall) => Promise<Context>;
  readonly readiness: () => Promise<Readiness>;
}

/** A client that sends slower than this is cut off. */
const TIMEOUTS = { requestTimeout: 30_000, connectionTimeout: 120_000, keepAliveTimeout: 72_000 } as const;
const HEADERS_TIMEOUT = 15_000;

const SANDBOX_ORIGIN = 'https://studio.apollographql.com';
const ALLOWED_HEADERS = [
  'content-type',
  'x-api-key',
  'authorization',
  'x-reason',
  'x-request-id',
  'idempotency-key',
  'apollo-require-preflight',
  'apollographql-client-name',
  'apollographql-client-version',
];

const SANE_REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && SANE_REQUEST_ID.test(given) && secretIn(given) === null ? given : randomUUID();
}

function allowOrigins(app: FastifyInstance, { CORS_ORIGINS, SANDBOX }: Pick<Config, 'CORS_ORIGINS' | 'SANDBOX'>): void {
  app.register(cors, {
    origin: SANDBOX ? [...CORS_ORIGINS, SANDBOX_ORIGIN] : [...CORS_ORIGINS],
    methods: ['GET', 'POST'],
    allowedHeaders: ALLOWED_HEADERS,
    exposedHeaders: ['x-request-id'],
    maxAge: 600,
  });
}

/**
 * Everything that listens, not listening yet. Closing it finishes what was accepted and stops Apollo.
 * @throws Error when the schema cannot be served.
 */
export async function createHttpServer<Context extends GatewayContext>(
  parts: HttpParts<Context>,
): Promise<FastifyInstance> {
  const { settings, schema, logger, createContext } = parts;
  const toGatewayError = createToGatewayError(logger);
  const folder = settings.TRUSTED_DOCUMENTS;
  const trusted = folder === undefined ? null : readTrustedDocuments(folder, schema);
  const runOperation = createRunOperation({ ...parts, trusted, toGatewayError });
  const sandbox = settings.SANDBOX;
  const apollo = createApolloServer({ schema, sandbox, trusted, runOperation, toGatewayError, logger });
  await apollo.start();
  const app = createFastify({
    ...TIMEOUTS,
    http: { headersTimeout: HEADERS_TIMEOUT },
    // Faults are logged by toGatewayError; a logger for each request would be made and thrown away unused.
    logger: false,
    bodyLimit: LARGEST_BUNDLE_BODY,
    genReqId: requestIdOf,
    trustProxy: settings.TRUSTED_PROXIES.length > 0 && [...settings.TRUSTED_PROXIES],
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
    // Refused by drain.ts, in the form of this API.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => void refusalIn(toGatewayError)(error, request, reply),
  });
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  const drain = drainOnClose(app);
  app.addHook('onClose', () => apollo.stop());
  allowOrigins(app, settings);
  refuseInWords(app, toGatewayError);
  parseJsonFaithfully(app);
  admitLargeBodies(app, createContext);
  app.all('/graphql', graphqlHandler({ apollo, runOperation, createContext, toGatewayError }));
  serveHealth(app, async () =>
    drain.isDraining ? { ready: false, reasons: ['the gateway is shutting down'] } : parts.readiness(),
  );
  serveGraphiql(app);
  app.get('/', (_request, reply) => reply.redirect('/graphiql'));
  await app.ready();
  return app;
}
