/** Requests begin a few in each turn of the event loop, addresses in rotation: what is running already goes on in between. */

/** In one turn of the event loop; to refuse so many takes a millisecond. */
export const MAX_BEGUN_IN_A_TURN = 8;

export class Arrivals {
  /** What waits, by address; addresses in the order in which they are served. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #begun = 0;

  /** @param begin is called at once where few have begun in this turn of the event loop, in a later turn otherwise. */
  add(address: string, begin: () => void): void {
    if (this.#waiting.size === 0 && this.#begun < MAX_BEGUN_IN_A_TURN) {
      this.#count();
      begin();
      return;
    }
    const others = this.#waiting.get(address);
    if (others) others.push(begin);
    else this.#waiting.set(address, [begin]);
  }

  #count(): void {
    if (this.#begun === 0) setImmediate(() => this.#nextTurn());
    this.#begun += 1;
  }

  #nextTurn(): void {
    this.#begun = 0;
    for (let begin = this.#take(); begin; begin = this.#begun < MAX_BEGUN_IN_A_TURN ? this.#take() : undefined) {
      this.#count();
      begin();
    }
  }

  #take(): (() => void) | undefined {
    for (const [address, waiting] of this.#waiting) {
      const begin = waiting.shift();
      // To the end of the line.
      this.#waiting.delete(address);
      if (waiting.length > 0) this.#waiting.set(address, waiting);
      return begin;
    }
    return undefined;
  }
}
