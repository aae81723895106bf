/** Turns of the event loop, shared fairly: what is asked for at once is done in several turns, with others in between. */

export class Turns {
  /** What waits, by owner; owners in the order in which they are served. */
  readonly #waiting = new Map<string, (() => void)[]>();
  /** When the first work of this turn began. */
  #began: number | null = null;

  /** @param turnMs work begins at once while no more than this was spent in the same turn. */
  constructor(private readonly turnMs: number) {}

  /**
   * To be asked before each piece of work of some milliseconds or less.
   * @param owner whose work it is: owners are served by turns.
   * @returns null when it may begin at once; otherwise a promise of its turn.
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
      // To the end of the line.
      this.#waiting.delete(owner);
      if (pieces.length > 0) this.#waiting.set(owner, pieces);
      this.#begin(performance.now());
      start?.();
      return;
    }
  }
}
