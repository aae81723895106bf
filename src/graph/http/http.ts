/** HTTP in front of GraphQL: request ids, limits, origins and the way into Apollo and out again. */
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import cors from '@fastify/cors';
import createFastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Config } from '../../config';
import { createApolloServer } from '../execution/apollo';
import type { GatewayContext, IncomingCall } from '../context';
import { serveGraphiql } from './graphiql';
import { serveHealth, type Readiness } from './health';
import { createErrorMask, type ErrorMask } from '../errors/mask';
import { refuseInWords } from './refusals';

export interface HttpParts {
  readonly settings: Pick<Config, 'ENVIRONMENT' | 'CORS_ORIGINS' | 'SANDBOX' | 'EXECUTION' | 'TRUSTED_DOCUMENTS'>;
  readonly schema: GraphQLSchema;
  readonly logger: Logger;
  /** Authenticates; what it throws is answered without running anything. */
  readonly openContext: (call: IncomingCall) => Promise<GatewayContext>;
  readonly readiness: () => Promise<Readiness>;
}

export const LARGEST_BODY = 256 * 1024;

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

/** The headers that Apollo reads; copying the others would be work for every request. */
const APOLLO_HEADERS = ['accept', 'content-type', 'apollo-require-preflight', 'x-apollo-operation-name'] as const;

const SANE_REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && SANE_REQUEST_ID.test(given) ? given : randomUUID();
}

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

/** Apollo's integration contract: one request in, one complete answer out. */
function graphqlHandler(apollo: ApolloServer<GatewayContext>, mask: ErrorMask, openContext: HttpParts['openContext']) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<string> => {
    const { id: requestId, ip: address, headers } = request;
    let opened: GatewayContext | undefined;
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method,
        headers: apolloHeaders(headers),
        search: searchOf(request.raw.url ?? ''),
        body: request.body,
      },
      context: async () => {
        try {
          return (opened = await openContext({ requestId, address, headers, body: request.body }));
        } catch (error) {
          throw mask.judge(error, requestId);
        }
      },
    });
    if (answer.body.kind !== 'complete') throw new Error('An answer in parts was not asked for');
    await opened?.finish?.();
    reply.code(answer.status ?? 200);
    for (const [name, value] of answer.headers) reply.header(name, value);
    // After Apollo's own headers, one of which would let a cache keep an answer.
    reply.header('cache-control', 'no-store');
    return answer.body.string;
  };
}

function allowOrigins(app: FastifyInstance, { CORS_ORIGINS, SANDBOX }: HttpParts['settings']): void {
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
export async function createHttpServer(parts: HttpParts): Promise<FastifyInstance> {
  const { settings, schema, logger } = parts;
  const mask = createErrorMask(logger);
  const apollo = createApolloServer({ settings, schema, mask, logger });
  await apollo.start();
  const app = createFastify({
    ...TIMEOUTS,
    http: { headersTimeout: HEADERS_TIMEOUT },
    // Faults are logged by the mask; a logger for each request would be made and thrown away unused.
    logger: false,
    bodyLimit: LARGEST_BODY,
    genReqId: requestIdOf,
    exposeHeadRoutes: false,
    forceCloseConnections: 'idle',
  });
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onClose', () => apollo.stop());
  allowOrigins(app, settings);
  refuseInWords(app, mask);
  app.all('/graphql', graphqlHandler(apollo, mask, parts.openContext));
  serveHealth(app, parts.readiness);
  serveGraphiql(app);
  app.get('/', (_request, reply) => reply.redirect('/graphiql'));
  await app.ready();
  return app;
}
