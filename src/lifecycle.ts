/** From a signal to the end of the process: stops what was started, last first, within a time limit. */
import type { Logger } from 'pino';

/** A component that was started. */
interface Stoppable {
  /** For the log. */
  readonly name: string;
  /** @param withinMs how long the caller waits. */
  readonly stop: (withinMs: number) => Promise<void>;
  /** Ends it without waiting; for a process that is out of time. */
  readonly abandon?: () => void;
}

/** The share of the remaining time reserved for later steps. */
const RESERVE = 0.15;

async function within(ms: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  return Promise.race([work.then(() => true), late]).finally(() => clearTimeout(timer));
}

/** Started components, in start order. */
export class Cleanup {
  readonly #steps: Stoppable[] = [];
  #running: Promise<boolean> | null = null;

  add(step: Stoppable): void {
    this.#steps.push(step);
  }

  /**
   * Stops everything, last first. A step that fails or times out does not affect the others. Further calls wait for the
   * first.
   * @returns whether everything stopped in time.
   */
  run(withinMs: number, logger: Logger): Promise<boolean> {
    return (this.#running ??= this.#stopAll(performance.now() + withinMs, logger));
  }

  async #stopAll(deadline: number, logger: Logger): Promise<boolean> {
    let isClean = true;
    for (let step = this.#steps.at(-1); step; step = this.#steps.at(-1)) {
      const allowed = Math.max(0, deadline - performance.now()) * (1 - RESERVE);
      const ended = await within(allowed, step.stop(allowed)).catch((error: unknown) => {
        logger.error({ error: error instanceof Error ? error.stack : String(error) }, `Stopping ${step.name} failed`);
        return false;
      });
      // Removed only now, so that abandon() covers it until it has ended.
      this.#steps.pop();
      if (ended) continue;
      isClean = false;
      step.abandon?.();
    }
    return isClean;
  }

  /** Ends everything without waiting. */
  abandon(): void {
    for (const step of this.#steps.splice(0).reverse()) step.abandon?.();
  }
}

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
type Signal = keyof typeof SIGNALS;
const SIGNALLED = 128;

/** npm forwards the Ctrl-C that the terminal has already sent to this process. */
const NPM_REPEATS_WITHIN_MS = 500;

interface SignalOptions {
  readonly cleanup: Cleanup;
  /** Aborted by the first signal. */
  readonly stopping: AbortController;
  /** The start, which ends soon after `stopping` is aborted. */
  readonly starting: Promise<unknown>;
  readonly seconds: number;
  /** Whether every terminal signal arrives twice. */
  readonly repeatedByNpm: boolean;
  readonly logger: Logger;
}

/** The first signal stops the process within `seconds`, even during start-up; the second ends it immediately. */
export function stopOnSignals({ cleanup, stopping, starting, seconds, repeatedByNpm, logger }: SignalOptions): void {
  let first: number | null = null;
  const exit = (code: number): void => {
    cleanup.abandon();
    process.exit(code);
  };
  const stop = async (): Promise<void> => {
    const deadline = performance.now() + seconds * 1_000;
    setTimeout(() => {
      logger.error(`Not stopped after ${seconds} s: exiting immediately`);
      exit(1);
    }, seconds * 1_000).unref();
    stopping.abort();
    await starting.catch(() => undefined);
    const isClean = await cleanup.run(deadline - performance.now(), logger);
    logger.info(isClean ? 'Stopped' : 'Stopped; requests that took too long were aborted');
    process.exit(0);
  };
  const handle = (signal: Signal): void => {
    if (first === null) {
      first = performance.now();
      logger.info(`${signal}: completing accepted requests, then stopping, within ${seconds} s`);
      void stop();
    } else if (!repeatedByNpm || performance.now() - first > NPM_REPEATS_WITHIN_MS) exit(SIGNALLED + SIGNALS[signal]);
  };
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, () => handle(signal));
}
