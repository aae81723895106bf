/** Slows key guessing per network and per key id, and limits its lookups; valid keys are never refused for it. */
import { WindowCounter } from '../util/window-counter';

/** Each refusal beyond the limit takes this much longer than the previous one. */
const DELAY_STEP_MS = 100;
const MAX_DELAY_MS = 2_000;

/** Runs an owner's work as soon as there is capacity, in fair order between owners. */
export interface WorkQueue {
  run<T>(owner: string, work: () => Promise<T>): Promise<T>;
}

export class BruteForceLimiter {
  readonly #networks: WindowCounter;
  readonly #keyIds: WindowCounter;

  /**
   * @param maxFailures refused keys per minute, for one network or one key id, before delays begin; 0 disables delays.
   * @param lookUps the queue for lookups of keys that are not known to be valid.
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
   * @param keyId null for a malformed key.
   * @returns the delay of the refusal in milliseconds.
   */
  refused(network: string, keyId: string | null): number {
    if (this.maxFailures === 0) return 0;
    const counted = [this.#networks.add(network, 1), ...(keyId === null ? [] : [this.#keyIds.add(keyId, 1)])];
    const excess = Math.max(...counted.map(({ points }) => points)) - this.maxFailures;
    return Math.min(MAX_DELAY_MS, Math.max(0, excess) * DELAY_STEP_MS);
  }
}
