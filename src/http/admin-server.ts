/** A separate port for operators: metrics and health. Nothing on it is reachable through the public port. */
import createFastify, { type FastifyInstance } from 'fastify';
import { listen, type Address } from './listen';
import { RETRY_AFTER_SECONDS, type Readiness } from './health';
import { checkMethods } from './methods';
import { HttpRefusal, refusalBody } from './refusal';

/** https://prometheus.io/docs/specs/om/open_metrics_spec/ */
const OPENMETRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

export interface AdminSource {
  /** In OpenMetrics format. */
  metrics(): Promise<string>;
  readiness(): Promise<Readiness>;
}

const NO_METRICS = '# EOF\n';

const STARTING: AdminSource = {
  metrics: async () => NO_METRICS,
  readiness: async () => ({ ready: false, reasons: ['the gateway is starting'] }),
};

/** The public port's `/readyz`, without a network connection. */
export async function readinessOf(app: FastifyInstance): Promise<Readiness> {
  try {
    return (await app.inject('/readyz')).json<Readiness>();
  } catch {
    return { ready: false, reasons: ['the gateway is shutting down'] };
  }
}

/** The readiness of another process, by URL. */
export async function readinessAt(url: string): Promise<Readiness> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) });
    return (await answer.json()) as Readiness;
  } catch {
    return { ready: false, reasons: ['no process answers'] };
  }
}

export class AdminServer {
  /** The source until the gateway serves. */
  source: AdminSource = STARTING;

  private constructor(private readonly app: FastifyInstance) {}

  /** @throws StartError if its port cannot be opened. */
  static async start(address: Address): Promise<{ readonly admin: AdminServer; readonly url: string }> {
    const app = createFastify({ logger: false, forceCloseConnections: true });
    const admin = new AdminServer(app);
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    });
    checkMethods(app);
    app.setErrorHandler((error, request, reply) => {
      const refusal = error instanceof HttpRefusal ? error : new HttpRefusal(500, 'INTERNAL', 'The gateway failed.');
      void reply.code(refusal.status).headers(refusal.headers).type('application/json; charset=utf-8');
      return reply.send(refusalBody(refusal, request.id));
    });
    app.get('/livez', async () => ({ status: 'ok' }));
    app.get('/readyz', async (_request, reply) => {
      const readiness = await admin.source.readiness();
      if (!readiness.ready) reply.header('retry-after', RETRY_AFTER_SECONDS);
      return reply.code(readiness.ready ? 200 : 503).send(readiness);
    });
    app.get('/metrics', async (_request, reply) => reply.type(OPENMETRICS).send(await admin.source.metrics()));
    return { admin, url: await listen(app, address) };
  }

  stop(): Promise<void> {
    return this.app.close();
  }
}
