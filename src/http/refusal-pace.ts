/**
 * Limits the rate of OVERLOADED responses: clients that retry immediately would otherwise use up the time in which
 * other requests could be served.
 */

const TICK_MS = 10;
/** 8,000 per second. */
export const MAX_REFUSALS_IN_TICK = 80;
/** If more wait than can be refused within 50 ms, refusals are late anyway, and serving requests has priority. */
const MANY = 5 * MAX_REFUSALS_IN_TICK;
export const MAX_OF_MANY_IN_TICK = 30;

export class RefusalPace {
  #waiting: (() => void)[] = [];
  #left = MAX_REFUSALS_IN_TICK;
  #isTicking = false;
  #isUnlimited = false;

  /** Calls `write` now, or after the earlier ones. */
  add(write: () => void): void {
    if (this.#left === 0 && !this.#isUnlimited) {
      this.#waiting.push(write);
      return;
    }
    this.#left -= 1;
    write();
    this.#schedule();
  }

  /** Writes all waiting refusals now, and later ones immediately. */
  stop(): void {
    this.#isUnlimited = true;
    for (const write of this.#waiting.splice(0)) write();
  }

  #schedule(): void {
    if (this.#isTicking || this.#isUnlimited) return;
    this.#isTicking = true;
    setTimeout(() => this.#tick(), TICK_MS).unref();
  }

  #tick(): void {
    this.#isTicking = false;
    const max = this.#waiting.length > MANY ? MAX_OF_MANY_IN_TICK : MAX_REFUSALS_IN_TICK;
    const next = this.#waiting.splice(0, max);
    this.#left = max - next.length;
    for (const write of next) write();
    if (next.length > 0) this.#schedule();
  }
}
