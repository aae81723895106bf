/** Cross-origin requests (Fetch standard): which pages may call, with which headers; others get the reason. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../config';
import { HttpRefusal } from './refusal';

const SANDBOX_ORIGIN = 'https://studio.apollographql.com';
const LOCALHOST = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

const METHODS = ['GET', 'POST'];
const HEADERS = [
  'content-type',
  'x-api-key',
  'authorization',
  'x-reason',
  'x-request-id',
  'idempotency-key',
  'x-consistency-token',
  'last-event-id',
  'apollo-require-preflight',
  'apollographql-client-name',
  'apollographql-client-version',
  // Tracing headers: W3C Trace Context and Baggage, Sentry.
  'traceparent',
  'tracestate',
  'baggage',
  'sentry-trace',
];
const EXPOSED_HEADERS = 'x-request-id, x-consistency-token, retry-after, ratelimit, ratelimit-policy';
const PREFLIGHT_SECONDS = 600;

export type CorsSettings = Pick<Config, 'ENVIRONMENT' | 'CORS_ORIGINS' | 'CORS_HEADERS' | 'SANDBOX'>;

/**
 * Pages without an origin (files, sandboxed frames) send `null`, which is refused because anyone can create such a page.
 */
export function originCheck({ ENVIRONMENT, CORS_ORIGINS, SANDBOX }: CorsSettings): (origin: string) => boolean {
  const listed = new Set(SANDBOX ? [...CORS_ORIGINS, SANDBOX_ORIGIN] : CORS_ORIGINS);
  return (origin) => listed.has(origin) || (ENVIRONMENT === 'development' && LOCALHOST.test(origin));
}

const refusal = (message: string): HttpRefusal => new HttpRefusal(403, 'FORBIDDEN', message);

/** @returns null if the preflight is granted; otherwise the reason, which the browser's own message lacks. */
function preflightRefusal(
  headers: FastifyRequest['headers'],
  isAllowed: boolean,
  allowed: ReadonlySet<string>,
): HttpRefusal | null {
  const { origin = '' } = headers;
  if (origin === 'null')
    return refusal(
      'This page has no origin ("null"), like files and sandboxed frames: serve it from a web server whose origin is listed in CORS_ORIGINS.',
    );
  if (!isAllowed)
    return refusal(`The origin ${origin.slice(0, 200)} is not listed in the setting CORS_ORIGINS of this gateway.`);
  const method = headers['access-control-request-method'] ?? '';
  if (!METHODS.includes(method))
    return refusal(`Browsers may send ${METHODS.join(' and ')} only, not ${method.slice(0, 20)}.`);
  const requested = (headers['access-control-request-headers'] ?? '').split(',').map((name) => name.trim());
  const unlisted = requested.filter((name) => name !== '' && !allowed.has(name.toLowerCase()));
  if (unlisted.length === 0) return null;
  const names = unlisted.join(', ').slice(0, 200);
  return refusal(`Browsers may not send ${names}. The setting CORS_HEADERS of this gateway allows more headers.`);
}

/** Registers preflight responses and the CORS headers of all other responses. */
export function allowOrigins(app: FastifyInstance, settings: CorsSettings): void {
  const isListed = originCheck(settings);
  const allowed = new Set([...HEADERS, ...settings.CORS_HEADERS.map((name) => name.toLowerCase())]);
  const preflightHeaders = {
    'access-control-allow-methods': METHODS.join(', '),
    'access-control-allow-headers': [...allowed].join(', '),
    'access-control-max-age': `${PREFLIGHT_SECONDS}`,
  };
  app.addHook('onRequest', (request, reply, done) => {
    const { method, headers } = request;
    const isAllowed = headers.origin !== undefined && isListed(headers.origin);
    reply.header('vary', 'Origin');
    if (isAllowed)
      reply.headers({
        'access-control-allow-origin': headers.origin,
        'access-control-expose-headers': EXPOSED_HEADERS,
      });
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) {
      done();
      return;
    }
    const refused = preflightRefusal(headers, isAllowed, allowed);
    if (refused) done(refused);
    else void reply.code(204).headers(preflightHeaders).send();
  });
}
