/**
 * Limits the rate of OVERLOADED responses, with callers in rotation. Otherwise, clients that retry immediately would
 * use up the time in which other requests could be served.
 */
import { FairQueue } from '../util/fair-queue';

const TICK_MS = 10;
/** 8,000 per second. */
export const MAX_REFUSALS_IN_TICK = 80;
/** If more wait than can be refused within 50 ms, refusals are late anyway, and serving requests has priority. */
const MANY = 5 * MAX_REFUSALS_IN_TICK;
export const MAX_OF_MANY_IN_TICK = 30;

export class RefusalPace {
  readonly #waiting = new FairQueue<() => void>();
  #left = MAX_REFUSALS_IN_TICK;
  #isTicking = false;
  #isUnlimited = false;

  /** Calls `write` now, or when it is the caller's turn. */
  add(caller: string, write: () => void): void {
    if (this.#left === 0 && !this.#isUnlimited) {
      this.#waiting.add(caller, write);
      return;
    }
    this.#left -= 1;
    write();
    this.#schedule();
  }

  /** Writes all waiting refusals now, and later ones immediately. */
  stop(): void {
    this.#isUnlimited = true;
    for (let write = this.#waiting.take(); write; write = this.#waiting.take()) write();
  }

  #schedule(): void {
    if (this.#isTicking || this.#isUnlimited) return;
    this.#isTicking = true;
    setTimeout(() => this.#tick(), TICK_MS).unref();
  }

  #tick(): void {
    this.#isTicking = false;
    const max = this.#waiting.size > MANY ? MAX_OF_MANY_IN_TICK : MAX_REFUSALS_IN_TICK;
    const next: (() => void)[] = [];
    for (let write = this.#waiting.take(); write; write = next.length < max ? this.#waiting.take() : undefined)
      next.push(write);
    this.#left = max - next.length;
    for (const write of next) write();
    if (next.length > 0) this.#schedule();
  }
}
