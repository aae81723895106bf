/** Keeps the embedded server running: restarts it when it ends, at increasing intervals, up to a limit. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { EmbeddedError } from './embedded-error';
import { messageOf } from '../util/message-of';

interface SupervisorOptions {
  /** Starts the server if it is not running. @returns a connection that holds the lock. */
  readonly revive: () => Promise<Client>;
  readonly log: (message: string) => void;
  /** Called once, if the server does not stay up. */
  readonly onLost: (error: EmbeddedError) => void;
}

const MAX_RESTARTS = 6;
/** Before the first restart; doubled before each further one. */
const FIRST_DELAY_MS = 250;
/** After this much uptime a server counts as healthy. */
const STABLE_AFTER_MS = 60_000;

export class Supervisor {
  readonly #stopping = new AbortController();
  #restarts = 0;
  #upSince = performance.now();
  #reviving: Promise<void> = Promise.resolve();

  /** @param lock the connection that holds the lock: it ends with the server. */
  constructor(
    private lock: Client,
    private readonly options: SupervisorOptions,
  ) {
    this.#watch(lock);
  }

  /** Stops supervising: from now on the server is not restarted. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#reviving;
    await this.lock.end().catch(() => undefined);
  }

  #watch(lock: Client): void {
    this.lock = lock;
    this.#upSince = performance.now();
    lock.once('end', () => {
      if (!this.#stopping.signal.aborted) this.#reviving = this.#keepUp();
    });
  }

  async #keepUp(): Promise<void> {
    const { log, onLost } = this.options;
    log('The embedded PostgreSQL ended unexpectedly.');
    if (performance.now() - this.#upSince > STABLE_AFTER_MS) this.#restarts = 0;
    let reason = 'it keeps ending';
    while (this.#restarts < MAX_RESTARTS) {
      const delayMs = FIRST_DELAY_MS * 2 ** this.#restarts;
      this.#restarts += 1;
      log(`Restarting it in ${delayMs} ms (${this.#restarts} of ${MAX_RESTARTS}).`);
      try {
        await pause(delayMs, undefined, { signal: this.#stopping.signal });
        this.#watch(await this.options.revive());
        log('The embedded PostgreSQL is running again.');
        return;
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        reason = messageOf(error);
        log(`It could not be started: ${reason}`);
      }
    }
    onLost(new EmbeddedError(`The embedded PostgreSQL ended and cannot be kept running: ${reason}`));
  }
}
