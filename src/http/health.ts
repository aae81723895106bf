/** Whether the process lives, and whether it may be sent work. */
import type { FastifyInstance } from 'fastify';

export interface Readiness {
  readonly ready: boolean;
  /** Empty when ready; otherwise one sentence for each thing that is missing. */
  readonly reasons: readonly string[];
}

/** Those who ask while an answer is on its way get that one: anybody may ask, and each answer costs the database work. */
function together<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null;
  return () =>
    (asked ??= ask().finally(() => {
      asked = null;
    }));
}

/** Registers `/livez`, which asks nobody, and `/readyz`, 503 until everything behind the gateway is there. */
export function serveHealth(app: FastifyInstance, readiness: () => Promise<Readiness>): void {
  const check = together(readiness);
  app.get('/livez', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const { ready, reasons } = await check();
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ ready, reasons });
  });
}
