/** Several processes behind one port (node:cluster): this one starts them, replaces those that fail, and stops them. */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Logger } from 'pino';
import { RateLimiterClusterMaster } from 'rate-limiter-flexible';
import { SetupError } from './db/setup/roles';

export interface Workers {
  /** The port that all of them listen on. */
  readonly port: number;
  /** Lets each finish what it accepted. */
  stop(): Promise<void>;
}

/** Milliseconds between a worker's failure and its replacement, so that a lasting trouble does not spin. */
const PAUSE = 1_000;

/** @throws SetupError when the worker ends before it listens; it has said why by then. */
async function untilListening(worker: Worker): Promise<number> {
  const ended = new AbortController();
  try {
    return await Promise.race([
      once(worker, 'listening', { signal: ended.signal }).then(([address]: { port: number }[]) => address?.port ?? 0),
      once(worker, 'exit', { signal: ended.signal }).then(() => {
        throw new SetupError('A worker ended before it could serve; its own message is above.');
      }),
    ]);
  } finally {
    ended.abort();
  }
}

/** @param environment settings for the workers beyond those of this process. */
export async function startWorkers(
  count: number,
  environment: Readonly<Record<string, string>>,
  logger: Logger,
): Promise<Workers> {
  // Counts the limits of all workers, so that a key cannot ask each of them for all it may ask for.
  new RateLimiterClusterMaster();
  const living = new Set<Worker>();
  let stopping = false;
  const start = (): Worker => {
    const worker = cluster.fork(environment);
    living.add(worker);
    worker.on('exit', (code, signal) => {
      living.delete(worker);
      if (stopping) return;
      logger.error({ code, signal }, 'A worker ended; another takes its place');
      setTimeout(() => {
        if (!stopping) start();
      }, PAUSE);
    });
    return worker;
  };
  const stop = async (): Promise<void> => {
    stopping = true;
    await Promise.all(
      [...living].map((worker) => {
        const gone = once(worker, 'exit');
        worker.process.kill('SIGTERM');
        return gone;
      }),
    );
  };
  try {
    const ports = await Promise.all(Array.from({ length: count }, () => untilListening(start())));
    return { port: ports[0] ?? 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
