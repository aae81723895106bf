/** A queue that serves owners in rotation, however much one of them has added. */
export class FairQueue<T> {
  /** Owners in the order in which they are served. */
  readonly #items = new Map<string, T[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(owner: string, item: T): void {
    const others = this.#items.get(owner);
    if (others) others.push(item);
    else this.#items.set(owner, [item]);
    this.#size += 1;
  }

  /** The first item of the owner whose turn it is. */
  take(): T | undefined {
    for (const [owner, items] of this.#items) {
      const item = items.shift();
      // Moves the owner to the end of the queue.
      this.#items.delete(owner);
      if (items.length > 0) this.#items.set(owner, items);
      this.#size -= 1;
      return item;
    }
    return undefined;
  }
}
