/** Drains the HTTP server: accepted requests are answered, new ones refused, slow connections cut off. */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { GatewayError } from '../errors';

/** How often to close connections that have become idle. */
const IDLE_CHECK_MS = 50;

export interface Drain {
  /** True once the server is closing. */
  readonly isDraining: boolean;
}

export const shuttingDown = (): GatewayError =>
  new GatewayError(
    'UNAVAILABLE',
    'This gateway is shutting down and did not run the request. Send it again, on a new connection.',
    { retry: true, retryAfterSeconds: 1 },
  );

/** Load balancers probe these while the gateway drains. */
const isHealth = (url: string): boolean => url === '/livez' || url === '/readyz';

/** Call once, before registering routes. */
export function drainOnClose(app: FastifyInstance): Drain {
  const drain = { isDraining: false };
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  app.addHook('preClose', (done) => {
    drain.isDraining = true;
    // Connections opened in advance, as browsers and load balancers do: Node.js would wait for their first request.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    if (app.server.listening) {
      const timer = setInterval(() => app.server.closeIdleConnections(), IDLE_CHECK_MS).unref();
      app.server.once('close', () => clearInterval(timer));
    }
    done();
  });
  app.addHook('onRequest', (request, reply, done) => {
    if (!drain.isDraining || isHealth(request.url)) {
      done();
      return;
    }
    reply.header('retry-after', '1');
    done(shuttingDown());
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (drain.isDraining) reply.header('connection', 'close');
    done(null, payload);
  });
  return drain;
}

/**
 * Closes the server once the accepted requests are answered.
 * @param withinMs remaining connections are cut off after this time; undefined: no limit.
 */
export async function closeWithin(app: FastifyInstance, withinMs: number | undefined): Promise<void> {
  const timer =
    withinMs === undefined ? undefined : setTimeout(() => app.server.closeAllConnections(), withinMs).unref();
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}
