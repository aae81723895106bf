/** Whether the process lives, and whether it may be sent work. */
import type { FastifyInstance } from 'fastify';

export interface Readiness {
  readonly ready: boolean;
  /** Empty when ready; otherwise one sentence for each thing that is missing. */
  readonly reasons: readonly string[];
}

/** Registers `/livez`, which asks nobody, and `/readyz`, 503 until everything behind the gateway is there. */
export function serveHealth(app: FastifyInstance, readiness: () => Promise<Readiness>): void {
  app.get('/livez', (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const { ready, reasons } = await readiness();
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ ready, reasons });
  });
}
