/**
 * Admission control: decides which operations run, which wait and which are refused. This is the only place where load
 * is shed. Accounts are served in rotation; an operation that would wait too long is refused immediately, so that the
 * time of the gateway is spent on operations that can still be served.
 */
import type { Place } from '../graph/context';
import { shedError } from './refusal';

export interface AdmissionOptions {
  /** The number of operations that run concurrently. */
  readonly capacity: number;
  /** The maximum number of concurrent operations of one account while no other account is active. */
  readonly maxAlone: number;
  /**
   * The number of places that recently active accounts share while the process is busy: few, so that one account hardly
   * slows down another.
   */
  readonly shared: number;
  /**
   * The minimum number of places of one account then: with one, a slow operation would block all others of its account.
   */
  readonly minShare: number;
  /** Whether the process is busy with the running operations. */
  readonly isBusy: () => boolean;
  /** Called for each operation that waited or was refused immediately, with the waiting time and whether it ran. */
  readonly onWait?: ((waitedMs: number, isServed: boolean) => void) | undefined;
}

/** An operation whose expected wait is longer is refused. */
const MAX_EXPECTED_WAIT_MS = 500;
/** This many operations may wait regardless of the expected wait, so that slow operations can queue, too. */
const ALWAYS_QUEUED = 64;
/** The maximum wait, regardless of the expected one. */
const MAX_WAIT_MS = 10_000;
/** How long an account without requests keeps its share, so that its next request finds little work of others. */
const RECENT_MS = 1_000;
/** The interval between turns is averaged over this time, because turns come in bursts when operations end together, */
const MEASURED_MS = 200;
/** or over this many turns, if nothing waits any more. */
const MEASURED_TURNS = 16;

interface Waiter {
  readonly start: () => void;
}

/** The owner of recent requests: an account, a master key or, for requests without a key, an address. */
class Owner {
  running = 0;
  readonly waiting = new Set<Waiter>();

  constructor(readonly name: string) {}
}

class HeldPlace implements Place {
  isHeld = true;

  constructor(
    readonly arrivedAt: number,
    private readonly onLeave: () => void,
  ) {}

  leave(): void {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.onLeave();
  }
}

export class Admission {
  readonly #owners = new Map<string, Owner>();
  /** Owners without running or waiting operations, and since when; the longest idle first. */
  readonly #idle = new Map<Owner, number>();
  /** Owners whose operations wait, in the order in which they are served. */
  readonly #queues = new Set<Owner>();
  #running = 0;
  #waiting = 0;
  /** Milliseconds between two turns while operations wait. */
  #interval = 1;
  #lastTurn = 0;
  /** Turns since `#measuredSince`, from which the next interval is computed. */
  #turns = 0;
  #measuredSince = 0;

  constructor(
    private readonly options: AdmissionOptions,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Whether so many operations wait that some may be refused. */
  get isLong(): boolean {
    return this.#waiting >= ALWAYS_QUEUED;
  }

  /** Whether an operation of the owner would be refused now; called before any work is done for it. */
  refuses(name: string): boolean {
    if (!this.isLong) return false;
    const owner = this.#owners.get(name);
    if (this.#mayStart(owner) || !this.#isTooLong(owner)) return false;
    this.options.onWait?.(0, false);
    return true;
  }

  /**
   * Runs an operation when it is its turn.
   * @param name the owner.
   * @param held the place for which its request waited, if it did.
   * @throws GatewayError OVERLOADED if it was not started.
   */
  async run<T>(name: string, work: () => Promise<T>, held: Place | null = null): Promise<T> {
    const place = held?.isHeld ? held : (this.#placeNow(name) ?? (await this.#nextPlace(name)));
    try {
      return await work();
    } finally {
      place.leave();
    }
  }

  /** Whether an operation of the owner would wait behind many others. */
  mustWait(name: string): boolean {
    return this.isLong && !this.#mayStart(this.#owners.get(name));
  }

  /**
   * Waits for a place.
   * @param name the owner.
   * @param begin called with the place, which must be left later.
   * @param refused called instead if the wait is too long.
   * @returns a function that stops waiting; do not call it after one of the callbacks.
   */
  wait(name: string, begin: (place: Place) => void, refused: () => void): () => void {
    const owner = this.#ownerOf(name);
    const since = this.clock();
    if (this.#waiting === 0) [this.#lastTurn, this.#measuredSince, this.#turns] = [since, since, 0];
    const waiter: Waiter = {
      start: () => {
        clearTimeout(timer);
        this.options.onWait?.(this.clock() - since, true);
        begin(this.#start(owner, since));
      },
    };
    const leave = (): void => {
      clearTimeout(timer);
      this.#remove(owner, waiter);
      this.#rest(owner);
    };
    const timer = setTimeout(() => {
      leave();
      this.options.onWait?.(this.clock() - since, false);
      refused();
    }, MAX_WAIT_MS).unref();
    owner.waiting.add(waiter);
    this.#queues.add(owner);
    this.#waiting += 1;
    return leave;
  }

  /** @throws GatewayError OVERLOADED */
  #placeNow(name: string): Place | null {
    if (this.refuses(name)) throw shedError();
    const owner = this.#ownerOf(name);
    return this.#mayStart(owner) ? this.#start(owner, this.clock()) : null;
  }

  #nextPlace(name: string): Promise<Place> {
    return new Promise((resolve, reject) => this.wait(name, resolve, () => reject(shedError())));
  }

  #ownerOf(name: string): Owner {
    const known = this.#owners.get(name);
    if (known) {
      this.#idle.delete(known);
      return known;
    }
    const owner = new Owner(name);
    this.#owners.set(name, owner);
    return owner;
  }

  #mayStart(owner: Owner | undefined): boolean {
    return this.#running < this.options.capacity && (owner?.running ?? 0) < this.#share(owner);
  }

  /** The number of operations that the owner may run concurrently. */
  #share(owner: Owner | undefined): number {
    const { maxAlone, shared, minShare, isBusy } = this.options;
    const others = this.#owners.size - (owner ? 1 : 0);
    if (others === 0 || !isBusy()) return maxAlone;
    return Math.min(maxAlone, Math.max(minShare, Math.ceil(shared / (others + 1))));
  }

  #isTooLong(owner: Owner | undefined): boolean {
    const ownWaiting = owner?.waiting.size ?? 0;
    // It waits only for operations of its own account, so the turns of others say nothing about its wait.
    if (owner && this.#running < this.options.capacity && ownWaiting < owner.running) return false;
    const queues = this.#queues.size + (ownWaiting === 0 ? 1 : 0);
    // Accounts are served in rotation: as many operations of each account as of its own come first, but no more than
    // there are.
    const before = Math.min((ownWaiting + 1) * queues, this.#waiting + 1);
    const expected = before * this.#interval;
    return Math.max(expected, this.clock() - this.#lastTurn) > MAX_EXPECTED_WAIT_MS;
  }

  #start(owner: Owner, arrivedAt: number): Place {
    this.#running += 1;
    owner.running += 1;
    return new HeldPlace(arrivedAt, () => this.#leave(owner));
  }

  #leave(owner: Owner): void {
    this.#running -= 1;
    owner.running -= 1;
    this.#rest(owner);
    while (this.#waiting > 0 && this.#serveNext());
  }

  /** Marks an owner as idle, and forgets owners that have been idle for long. */
  #rest(owner: Owner): void {
    const now = this.clock();
    if (owner.running === 0 && owner.waiting.size === 0) this.#idle.set(owner, now);
    for (const [idle, since] of this.#idle) {
      if (now - since < RECENT_MS) break;
      this.#idle.delete(idle);
      this.#owners.delete(idle.name);
    }
  }

  #remove(owner: Owner, waiter: Waiter): void {
    owner.waiting.delete(waiter);
    this.#waiting -= 1;
    if (owner.waiting.size === 0) this.#queues.delete(owner);
  }

  #countTurn(): void {
    this.#lastTurn = this.clock();
    this.#turns += 1;
    const elapsed = this.#lastTurn - this.#measuredSince;
    const isEnough = elapsed >= MEASURED_MS || (this.#waiting === 0 && this.#turns >= MEASURED_TURNS);
    if (!isEnough) return;
    this.#interval = elapsed / this.#turns;
    [this.#measuredSince, this.#turns] = [this.#lastTurn, 0];
  }

  /** @returns whether a waiting operation was started. */
  #serveNext(): boolean {
    for (const owner of this.#queues) {
      const [waiter] = owner.waiting;
      if (!waiter || !this.#mayStart(owner)) continue;
      // To the end of the queue.
      this.#queues.delete(owner);
      this.#queues.add(owner);
      this.#remove(owner, waiter);
      this.#countTurn();
      waiter.start();
      return true;
    }
    return false;
  }
}
