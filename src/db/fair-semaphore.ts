/** A counting semaphore that is fair between accounts: no account has to wait for all of another's burst. */

/** One permit in this many is withheld from each account, for the others. */
const RESERVED_SHARE = 5;

export interface FairSemaphoreOptions {
  /** Total permits; 1 or more. */
  readonly capacity: number;
  /** The maximum wait for a permit. */
  readonly maxWaitMs: number;
  /** The maximum number of waiting requests per account; unset: limited only by their wait. */
  readonly maxQueued?: number;
  /** The error for a request that waited too long, or that found too many of its account waiting. */
  readonly refusal: () => Error;
  /** Called for each request that waited or was refused at once: how long it waited, and whether it got a permit. */
  onWait?: ((waitedMs: number, isServed: boolean) => void) | undefined;
}

interface Waiter {
  readonly start: () => void;
}

export class FairSemaphore {
  /** The maximum number of permits that one account holds at a time. */
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

  /** Reports waits from now on. */
  observe(onWait: FairSemaphoreOptions['onWait']): void {
    this.options.onWait = onWait;
  }

  /**
   * Acquires a permit; the caller must `release` it unless refused.
   * @param account who it is for; any text that is stable for the account.
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

  /** Runs `work` while holding a permit. */
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
