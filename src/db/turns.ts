/** Turns at a pool's connections, shared out between accounts: one account's burst makes no other wait for all of it. */
import { DatabaseUnavailableError } from './failure';

/** Milliseconds that anybody waits for a turn. */
const LONGEST_WAIT = 5_000;
/** One connection in this many is kept from each account, for the others. */
const KEPT = 5;

interface Waiter {
  readonly start: () => void;
}

export class Turns {
  /** The most that one account holds at a time. */
  readonly #most: number;
  readonly #held = new Map<string, number>();
  /** In the order of whose turn is next. */
  readonly #waiting = new Map<string, Set<Waiter>>();
  #free: number;

  /** @param connections of the pool, 1 or more. */
  constructor(connections: number) {
    this.#free = connections;
    this.#most = Math.max(1, connections - Math.ceil(connections / KEPT));
  }

  /**
   * To be given back with `give`, unless it throws.
   * @param account whoever it is for; any text that is always the same for the same one.
   * @throws DatabaseUnavailableError after 5 seconds.
   */
  async take(account: string): Promise<void> {
    if (this.#mayStart(account)) this.#start(account);
    else await this.#wait(account);
  }

  give(account: string): void {
    const held = (this.#held.get(account) ?? 0) - 1;
    if (held > 0) this.#held.set(account, held);
    else this.#held.delete(account);
    this.#free += 1;
    this.#next();
  }

  #mayStart(account: string): boolean {
    return this.#free > 0 && (this.#held.get(account) ?? 0) < this.#most;
  }

  #start(account: string): void {
    this.#free -= 1;
    this.#held.set(account, (this.#held.get(account) ?? 0) + 1);
  }

  #wait(account: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiters = this.#waiting.get(account) ?? new Set<Waiter>();
      this.#waiting.set(account, waiters);
      const waiter = {
        start: (): void => {
          clearTimeout(timer);
          resolve();
        },
      };
      const giveUp = (): void => {
        waiters.delete(waiter);
        if (waiters.size === 0) this.#waiting.delete(account);
        reject(new DatabaseUnavailableError(true, new Error('No connection came free in time')));
      };
      const timer = setTimeout(giveUp, LONGEST_WAIT);
      waiters.add(waiter);
    });
  }

  /** Round robin: who was served goes behind all others. */
  #next(): void {
    for (const [account, waiters] of this.#waiting) {
      if (!this.#mayStart(account)) continue;
      const [waiter] = waiters;
      this.#waiting.delete(account);
      if (!waiter) continue;
      waiters.delete(waiter);
      if (waiters.size > 0) this.#waiting.set(account, waiters);
      this.#start(account);
      waiter.start();
      return;
    }
  }
}
