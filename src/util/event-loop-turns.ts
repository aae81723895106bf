/** Shares the event loop fairly: simultaneous work is spread over several turns, with others in between. */

export class Turns {
  /** Waiting work by owner; owners in the order in which they will be served. */
  readonly #waiting = new Map<string, (() => void)[]>();
  /** When the first work of this turn started. */
  #began: number | null = null;

  /** @param turnMs work starts immediately unless this much time was spent in the current turn. */
  constructor(private readonly turnMs: number) {}

  /**
   * Call before each piece of work of up to a few milliseconds.
   * @param owner the owner of the work: owners take turns.
   * @returns null if it may start immediately; otherwise a promise that resolves when it may.
   */
  next(owner: string): Promise<void> | null {
    if (this.#waiting.size === 0) {
      const now = performance.now();
      if (this.#began === null) this.#begin(now);
      if (now - (this.#began ?? now) < this.turnMs) return null;
    }
    return new Promise((resolve) => {
      const pieces = this.#waiting.get(owner);
      if (pieces) pieces.push(resolve);
      else this.#waiting.set(owner, [resolve]);
    });
  }

  #begin(now: number): void {
    this.#began = now;
    setImmediate(() => this.#serveNext());
  }

  #serveNext(): void {
    this.#began = null;
    for (const [owner, pieces] of this.#waiting) {
      const start = pieces.shift();
      // Moves the owner to the end of the queue.
      this.#waiting.delete(owner);
      if (pieces.length > 0) this.#waiting.set(owner, pieces);
      this.#begin(performance.now());
      start?.();
      return;
    }
  }
}
