/** Liveness and readiness. */
import type { FastifyInstance } from 'fastify';

export interface Readiness {
  readonly ready: boolean;
  /** Empty when ready; otherwise one sentence per missing item. */
  readonly reasons: readonly string[];
  /** Degraded functions while all promises are still kept; not set if there are none. */
  readonly warnings?: readonly string[];
}

/** How long an answer is reused: anyone may ask, and each check costs the database work. */
export const READINESS_MAX_AGE_MS = 500;

/** For "not ready" responses. */
export const RETRY_AFTER_SECONDS = '1';

/** Shares one answer between all callers until it expires. */
function memoized<T>(ask: () => Promise<T>, maxAgeMs: number, clock: () => number): () => Promise<T> {
  let current: { readonly answer: Promise<T>; expiresAt: number } | null = null;
  return () => {
    if (current && clock() < current.expiresAt) return current.answer;
    const started = { answer: ask(), expiresAt: Infinity };
    current = started;
    const settle = (): number => (started.expiresAt = clock() + maxAgeMs);
    started.answer.then(settle, settle);
    return started.answer;
  };
}

/**
 * Registers `/livez`, which checks nothing, and `/readyz`, which returns 503 until everything the gateway needs is
 * available.
 */
export function serveHealth(
  app: FastifyInstance,
  ask: () => Promise<Readiness>,
  maxAgeMs = READINESS_MAX_AGE_MS,
  clock: () => number = () => performance.now(),
): void {
  const check = memoized(ask, maxAgeMs, clock);
  app.get('/livez', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const readiness = await check();
    const { ready } = readiness;
    if (!ready) reply.header('retry-after', RETRY_AFTER_SECONDS);
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(readiness);
  });
}
