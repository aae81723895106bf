/** Shares the event loop fairly: simultaneous work is spread over several turns, with others in between. */
import { FairQueue } from './fair-queue';

export class Turns {
  readonly #waiting = new FairQueue<() => void>();
  /** When the first work of this turn started. */
  #began: number | null = null;
  /** The end of this turn. It is not referenced while nobody waits, so the event loop does not hurry to it. */
  #end: NodeJS.Immediate | null = null;

  /** @param turnMs work starts unless this much time was spent in the current turn. */
  constructor(private readonly turnMs: number) {}

  /**
   * Call before each piece of work of up to a few milliseconds.
   * @param owner the owner of the work: owners take turns.
   * @returns null if it may start immediately; otherwise a promise that resolves when it may.
   */
  next(owner: string): Promise<void> | null {
    if (this.#waiting.size === 0) {
      if (this.#began === null) this.#begin();
      if (this.#hasTime) return null;
    }
    this.#end?.ref();
    return new Promise((resolve) => this.#waiting.add(owner, resolve));
  }

  get #hasTime(): boolean {
    return performance.now() - (this.#began ?? 0) < this.turnMs;
  }

  #begin(): void {
    this.#began = performance.now();
    this.#end = setImmediate(() => {
      [this.#began, this.#end] = [null, null];
      if (this.#waiting.size === 0) return;
      this.#begin();
      this.#serve();
    });
    if (this.#waiting.size === 0) this.#end.unref();
  }

  /** Starts the next piece, then one after another while there is time. */
  #serve(): void {
    const start = this.#waiting.take();
    if (this.#waiting.size === 0) this.#end?.unref();
    if (!start) return;
    start();
    // Runs once no promise is pending any more: after the piece that was just started.
    queueMicrotask(() => process.nextTick(() => this.#goOn()));
  }

  #goOn(): void {
    if (this.#hasTime) this.#serve();
  }
}
