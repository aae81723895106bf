/** A counting semaphore that is fair between accounts: the burst of one makes no other wait for all of it. */

/** One permit in so many is kept from each account, for the others. */
const RESERVED_SHARE = 5;

export interface FairSemaphoreOptions {
  /** Permits in all; 1 or more. */
  readonly capacity: number;
  /** How long anybody waits for a permit. */
  readonly maxWaitMs: number;
  /** How many requests of one account may wait; unset bounds them by their time alone. */
  readonly maxQueued?: number;
  /** The error for whoever waited too long, or came when too many of its account were waiting. */
  readonly refusal: () => Error;
  /** Told of everybody who had to wait, or was refused at once: for how long, and whether a permit came. */
  onWait?: ((waitedMs: number, isServed: boolean) => void) | undefined;
}

interface Waiter {
  readonly start: () => void;
}

export class FairSemaphore {
  /** The most permits that one account holds at a time. */
  readonly #maxHeld: number;
  readonly #held = new Map<string, number>();
  /** In the order in which accounts are served. */
  readonly #queues = new Map<string, Set<Waiter>>();
  #available: number;

  constructor(private readonly options: FairSemaphoreOptions) {
    const { capacity } = options;
    this.#available = capacity;
    this.#maxHeld = Math.max(1, capacity - Math.ceil(capacity / RESERVED_SHARE));
  }

  /** Tells of waits from now on. */
  observe(onWait: FairSemaphoreOptions['onWait']): void {
    this.options.onWait = onWait;
  }

  /**
   * Takes a permit, to be given back with `release` unless it is refused.
   * @param account whoever it is for; any text that is always the same for the same one.
   * @returns null when a permit was free; otherwise a promise of one, which may reject with the refusal.
   */
  acquire(account: string): Promise<void> | null {
    if (this.#mayStart(account)) {
      this.#start(account);
      return null;
    }
    if ((this.#queues.get(account)?.size ?? 0) < (this.options.maxQueued ?? Infinity)) return this.#wait(account);
    this.options.onWait?.(0, false);
    return Promise.reject(this.options.refusal());
  }

  release(account: string): void {
    const held = (this.#held.get(account) ?? 0) - 1;
    if (held > 0) this.#held.set(account, held);
    else this.#held.delete(account);
    this.#available += 1;
    this.#serveNext();
  }

  /** Works while holding a permit. */
  async run<T>(account: string, work: () => Promise<T>): Promise<T> {
    const wait = this.acquire(account);
    if (wait) await wait;
    try {
      return await work();
    } finally {
      this.release(account);
    }
  }

  #mayStart(account: string): boolean {
    return this.#available > 0 && (this.#held.get(account) ?? 0) < this.#maxHeld;
  }

  #start(account: string): void {
    this.#available -= 1;
    this.#held.set(account, (this.#held.get(account) ?? 0) + 1);
  }

  #wait(account: string): Promise<void> {
    const { onWait, maxWaitMs, refusal } = this.options;
    const since = onWait ? performance.now() : 0;
    return new Promise((resolve, reject) => {
      const waiters = this.#queues.get(account) ?? new Set<Waiter>();
      this.#queues.set(account, waiters);
      const waiter = {
        start: (): void => {
          clearTimeout(timer);
          onWait?.(performance.now() - since, true);
          resolve();
        },
      };
      const giveUp = (): void => {
        waiters.delete(waiter);
        if (waiters.size === 0) this.#queues.delete(account);
        onWait?.(performance.now() - since, false);
        reject(refusal());
      };
      const timer = setTimeout(giveUp, maxWaitMs);
      waiters.add(waiter);
    });
  }

  /** Round robin: an account that was served moves to the end of the queue. */
  #serveNext(): void {
    for (const [account, waiters] of this.#queues) {
      if (!this.#mayStart(account)) continue;
      const [waiter] = waiters;
      this.#queues.delete(account);
      if (!waiter) continue;
      waiters.delete(waiter);
      if (waiters.size > 0) this.#queues.set(account, waiters);
      this.#start(account);
      waiter.start();
      return;
    }
  }
}
