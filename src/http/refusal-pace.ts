/**
 * Limits the rate of OVERLOADED responses, callers in rotation: clients that retry immediately would otherwise use up
 * the time in which other requests could be served.
 */

const TICK_MS = 10;
/** 8,000 per second. */
export const MAX_REFUSALS_IN_TICK = 80;
/** If more wait than can be refused within 50 ms, refusals are late anyway, and serving requests has priority. */
const MANY = 5 * MAX_REFUSALS_IN_TICK;
export const MAX_OF_MANY_IN_TICK = 30;

export class RefusalPace {
  /** By caller; callers in the order in which they are served. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #count = 0;
  #left = MAX_REFUSALS_IN_TICK;
  #isTicking = false;
  #isUnlimited = false;

  /** Calls `write` now, or when it is the caller's turn. */
  add(caller: string, write: () => void): void {
    if (this.#left === 0 && !this.#isUnlimited) {
      this.#count += 1;
      const others = this.#waiting.get(caller);
      if (others) others.push(write);
      else this.#waiting.set(caller, [write]);
      return;
    }
    this.#left -= 1;
    write();
    this.#schedule();
  }

  /** Writes all waiting refusals now, and later ones immediately. */
  stop(): void {
    this.#isUnlimited = true;
    for (let write = this.#take(); write; write = this.#take()) write();
  }

  #schedule(): void {
    if (this.#isTicking || this.#isUnlimited) return;
    this.#isTicking = true;
    setTimeout(() => this.#tick(), TICK_MS).unref();
  }

  #tick(): void {
    this.#isTicking = false;
    const max = this.#count > MANY ? MAX_OF_MANY_IN_TICK : MAX_REFUSALS_IN_TICK;
    const next: (() => void)[] = [];
    for (let write = this.#take(); write; write = next.length < max ? this.#take() : undefined) next.push(write);
    this.#left = max - next.length;
    for (const write of next) write();
    if (next.length > 0) this.#schedule();
  }

  #take(): (() => void) | undefined {
    for (const [caller, waiting] of this.#waiting) {
      const write = waiting.shift();
      // To the end of the line.
      this.#waiting.delete(caller);
      if (waiting.length > 0) this.#waiting.set(caller, waiting);
      this.#count -= 1;
      return write;
    }
    return undefined;
  }
}
