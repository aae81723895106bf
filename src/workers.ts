/** Several processes behind one port (node:cluster): the primary starts, replaces and stops them. */
import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { Logger } from 'pino';
import { RateLimiterClusterMaster } from 'rate-limiter-flexible';
import { EXIT_CODES, StartError } from './start-error';
import type { WorkerState } from './telemetry/worker-metrics';

/** Delay before a failed worker is replaced, so that a persistent failure does not become a busy loop. */
const RESTART_DELAY_MS = 1_000;

/** @throws StartError if the worker ends before it listens; it has reported the reason by then. */
async function untilListening(worker: Worker): Promise<number> {
  const ended = new AbortController();
  try {
    return await Promise.race([
      once(worker, 'listening', { signal: ended.signal }).then(([address]: { port: number }[]) => address?.port ?? 0),
      once(worker, 'exit', { signal: ended.signal }).then(() => {
        throw new StartError('A worker ended before it could serve; its message is above.', {
          exitCode: EXIT_CODES.unavailable,
        });
      }),
    ]);
  } finally {
    ended.abort();
  }
}

export class Workers {
  readonly #living = new Set<Worker>();
  /** Each worker has a slot, which its successor takes over. */
  readonly #places: (Worker | null)[] = [];
  #replacements = 0;
  #isStopping = false;

  /** @param environment additional settings for the workers. */
  constructor(
    private readonly count: number,
    private readonly environment: Readonly<Record<string, string>>,
    private readonly logger: Logger,
  ) {
    // Counts rate limits across workers, so that a key's limit does not apply to each of them separately.
    new RateLimiterClusterMaster();
  }

  /**
   * Starts all workers.
   * @returns the port they listen on.
   * @throws StartError if one ends before it listens.
   */
  async start(): Promise<number> {
    const ports = await Promise.all(
      Array.from({ length: this.count }, (_nothing, place) => untilListening(this.#fork(place))),
    );
    return ports[0] ?? 0;
  }

  /** Lets each worker finish what it has accepted. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(
      [...this.#living].map((worker) => {
        const gone = once(worker, 'exit');
        worker.process.kill('SIGTERM');
        return gone;
      }),
    );
  }

  /** Ends all workers immediately. */
  kill(): void {
    this.#isStopping = true;
    for (const worker of this.#living) worker.process.kill('SIGKILL');
  }

  get state(): WorkerState {
    return { places: this.#places, replacements: this.#replacements };
  }

  #fork(place: number): Worker {
    const worker = cluster.fork(this.environment);
    this.#living.add(worker);
    this.#places[place] = worker;
    worker.on('exit', (code, signal) => {
      this.#living.delete(worker);
      this.#places[place] = null;
      if (this.#isStopping) return;
      this.logger.error({ code, signal }, 'A worker ended and is replaced');
      setTimeout(() => {
        if (this.#isStopping) return;
        this.#replacements += 1;
        this.#fork(place);
      }, RESTART_DELAY_MS);
    });
    return worker;
  }
}
