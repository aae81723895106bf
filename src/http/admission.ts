/**
 * Decides which operations begin, which wait and which are refused: the one place where load is shed. Accounts are served
 * in rotation; whoever would wait for too long is refused at once, so that the time of the gateway goes to those who wait.
 */
import { shedError } from './refusal';

export interface AdmissionOptions {
  /** Operations that run at a time. */
  readonly capacity: number;
  /** Of them, those of one account while no other has any. */
  readonly maxAlone: number;
  /** While others have some, accounts share so many places; each has one at least. Few, so that nobody's work is slowed by much of another's. */
  readonly shared: number;
  /** Told of everybody who had to wait, or was refused at once: for how long, and whether the turn came. */
  readonly onWait?: ((waitedMs: number, isServed: boolean) => void) | undefined;
}

/** Whoever would wait for longer by what is known is refused. */
const MAX_EXPECTED_WAIT_MS = 500;
/** Waiting operations that are let in whatever is expected: of slow ones, too, some may wait. */
const ALWAYS_QUEUED = 64;
/** Nobody waits for longer, whatever was expected. */
const MAX_WAIT_MS = 10_000;
/** How much the last interval between two turns counts for the expected one. */
const WEIGHT = 0.1;

interface Waiter {
  readonly start: () => void;
}

/** An account with anything here: an account, a master key or, without a key, an address. */
class Owner {
  running = 0;
  readonly waiting = new Set<Waiter>();
}

export class Admission {
  /** In the order in which they are served. */
  readonly #owners = new Map<string, Owner>();
  #running = 0;
  #waiting = 0;
  #queues = 0;
  /** Milliseconds between two turns while somebody waits. */
  #interval = 1;
  #lastTurn = 0;

  constructor(
    private readonly options: AdmissionOptions,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Whether an operation of the owner is refused as things are; asked before anything is done for it. */
  refuses(name: string): boolean {
    const owner = this.#owners.get(name);
    if (this.#waiting === 0 || this.#mayStart(owner) || !this.#isTooLong(owner)) return false;
    this.options.onWait?.(0, false);
    return true;
  }

  /**
   * Runs an operation when it is its turn.
   * @param name whose it is.
   * @throws GatewayError OVERLOADED for one that was not started.
   */
  async run<T>(name: string, work: () => Promise<T>): Promise<T> {
    let owner = this.#owners.get(name);
    if (this.#mayStart(owner)) {
      if (!owner) this.#owners.set(name, (owner = new Owner()));
      this.#start(owner);
    } else {
      if (this.#isTooLong(owner)) {
        this.options.onWait?.(0, false);
        throw shedError();
      }
      if (!owner) this.#owners.set(name, (owner = new Owner()));
      await this.#wait(name, owner);
    }
    try {
      return await work();
    } finally {
      this.#leave(name, owner);
    }
  }

  #mayStart(owner: Owner | undefined): boolean {
    return this.#running < this.options.capacity && (owner?.running ?? 0) < this.#share(owner);
  }

  /** Operations that one account may run at a time. */
  #share(owner: Owner | undefined): number {
    const others = this.#owners.size - (owner ? 1 : 0);
    return others === 0 ? this.options.maxAlone : Math.ceil(this.options.shared / (others + 1));
  }

  #isTooLong(owner: Owner | undefined): boolean {
    if (this.#waiting < ALWAYS_QUEUED) return false;
    const ownWaiting = owner?.waiting.size ?? 0;
    const queues = this.#queues + (ownWaiting === 0 ? 1 : 0);
    const expected = (ownWaiting + 1) * queues * this.#interval;
    return Math.max(expected, this.clock() - this.#lastTurn) > MAX_EXPECTED_WAIT_MS;
  }

  #start(owner: Owner): void {
    this.#running += 1;
    owner.running += 1;
  }

  #leave(name: string, owner: Owner): void {
    this.#running -= 1;
    owner.running -= 1;
    this.#forget(name, owner);
    while (this.#waiting > 0 && this.#serveNext());
  }

  #forget(name: string, owner: Owner): void {
    if (owner.running === 0 && owner.waiting.size === 0) this.#owners.delete(name);
  }

  #wait(name: string, owner: Owner): Promise<void> {
    const since = this.clock();
    if (this.#waiting === 0) this.#lastTurn = since;
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        start: () => {
          clearTimeout(timer);
          this.options.onWait?.(this.clock() - since, true);
          resolve();
        },
      };
      const timer = setTimeout(() => {
        this.#remove(owner, waiter);
        this.#forget(name, owner);
        this.options.onWait?.(this.clock() - since, false);
        reject(shedError());
      }, MAX_WAIT_MS);
      if (owner.waiting.size === 0) this.#queues += 1;
      owner.waiting.add(waiter);
      this.#waiting += 1;
    });
  }

  #remove(owner: Owner, waiter: Waiter): void {
    owner.waiting.delete(waiter);
    this.#waiting -= 1;
    if (owner.waiting.size === 0) this.#queues -= 1;
  }

  /** @returns whether anybody's turn has come. */
  #serveNext(): boolean {
    for (const [name, owner] of this.#owners) {
      const [waiter] = owner.waiting;
      if (!waiter || !this.#mayStart(owner)) continue;
      // To the end of the line.
      this.#owners.delete(name);
      this.#owners.set(name, owner);
      const now = this.clock();
      this.#interval += (now - this.#lastTurn - this.#interval) * WEIGHT;
      this.#lastTurn = now;
      this.#remove(owner, waiter);
      this.#start(owner);
      waiter.start();
      return true;
    }
    return false;
  }
}
