/** Slows the guessing of keys by network and by key id, and keeps its look-ups few; a good key is never refused for it. */
import { WindowCounter } from '../util/window-counter';

/** Milliseconds that each refusal beyond the limit takes longer than the one before. */
const DELAY_STEP_MS = 100;
const MAX_DELAY_MS = 2_000;

/** Runs work for an owner as soon as there is a place for it, in fair order between owners. */
export interface WorkQueue {
  run<T>(owner: string, work: () => Promise<T>): Promise<T>;
}

export class BruteForceLimiter {
  readonly #networks: WindowCounter;
  readonly #keyIds: WindowCounter;

  /**
   * @param maxFailures refused keys in a minute, of one network or for one key id, that are not slowed; 0 slows none.
   * @param lookUps where keys that are not known to be good wait to be looked up.
   */
  constructor(
    private readonly maxFailures: number,
    private readonly lookUps: WorkQueue,
    clock?: () => number,
  ) {
    this.#networks = new WindowCounter(clock);
    this.#keyIds = new WindowCounter(clock);
  }

  /** Looks up a key that may be a guess. */
  lookUp<T>(network: string, work: () => Promise<T>): Promise<T> {
    return this.lookUps.run(network, work);
  }

  /**
   * Counts a refused key.
   * @param keyId null for a key that is malformed.
   * @returns milliseconds by which the refusal is to be delayed.
   */
  refused(network: string, keyId: string | null): number {
    if (this.maxFailures === 0) return 0;
    const counted = [this.#networks.add(network, 1), ...(keyId === null ? [] : [this.#keyIds.add(keyId, 1)])];
    const excess = Math.max(...counted.map(({ points }) => points)) - this.maxFailures;
    return Math.min(MAX_DELAY_MS, Math.max(0, excess) * DELAY_STEP_MS);
  }
}
