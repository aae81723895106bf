/** Writes counts from memory every few seconds, one write at a time. */
export class PeriodicWriter {
  #writing: Promise<void> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  /** @param write never rejects: what cannot be written is kept for the next time. */
  constructor(
    private readonly write: () => Promise<void>,
    intervalMs: number,
  ) {
    this.#timer = setInterval(() => void this.flush(), intervalMs).unref();
  }

  /** Writes the counts so far, after any write in progress. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(this.write);
    return this.#writing;
  }

  /** Writes the rest, then stops. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }
}
