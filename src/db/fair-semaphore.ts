/** Turns at what there is little of, shared out between accounts: one account's burst makes no other wait for all of it. */

/** One place in this many is kept from each account, for the others. */
const KEPT = 5;

/** What there are turns at. */
export interface Places {
  /** How many there are; 1 or more. */
  readonly count: number;
  /** Milliseconds that anybody waits for a turn. */
  readonly longestWait: number;
  /** How many turns of one account may wait; unset bounds them by their time alone. */
  readonly mostWaiting?: number;
  /** What those are told who wait too long, or come when too many of their account do. */
  readonly refusal: () => Error;
}

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

  constructor(private readonly places: Places) {
    const { count } = places;
    this.#free = count;
    this.#most = Math.max(1, count - Math.ceil(count / KEPT));
  }

  /**
   * To be given back with `give`, unless it is refused.
   * @param account whoever it is for; any text that is always the same for the same one.
   * @returns null for a turn that begins at once; otherwise it waits for it, or rejects with the refusal.
   */
  take(account: string): Promise<void> | null {
    if (this.#mayStart(account)) {
      this.#start(account);
      return null;
    }
    if ((this.#waiting.get(account)?.size ?? 0) < (this.places.mostWaiting ?? Infinity)) return this.#wait(account);
    return Promise.reject(this.places.refusal());
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
        reject(this.places.refusal());
      };
      const timer = setTimeout(giveUp, this.places.longestWait);
      waiters.add(waiter);
    });
  }

  /** Works in a turn. */
  async run<T>(account: string, work: () => Promise<T>): Promise<T> {
    const turn = this.take(account);
    if (turn) await turn;
    try {
      return await work();
    } finally {
      this.give(account);
    }
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
