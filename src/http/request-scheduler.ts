/**
 * Schedules requests: a few start in each turn of the event loop, with callers in rotation, so that work in progress
 * continues in between.
 */
import { FairQueue } from '../util/fair-queue';

/** Requests that start in one turn of the event loop. */
export const MAX_BEGUN_IN_A_TURN = 8;
/** In addition, health checks, which start first; their number is limited, so that they hardly delay other requests. */
export const MAX_URGENT_IN_A_TURN = 2;

/**
 * Requests examined in one turn, including refused ones: refusing this many takes some milliseconds. Fewer with large bodies,
 * which have to be read even when they are refused: every `BYTES_PER_REQUEST` of a body count as another request.
 */
const MAX_SEEN_IN_A_TURN = 100;
const BYTES_PER_REQUEST = 2 * 1024;

/** @returns whether the request has started; false if it was refused cheaply, or its client has disconnected. */
export type Begin = () => boolean;

/** The queue of one kind of requests. */
class Line {
  readonly #waiting = new FairQueue<Begin>();
  #begun = 0;
  #seen = 0;

  constructor(private readonly maxInTurn: number) {}

  add(callerOf: () => string, begin: Begin): void {
    if (this.#waiting.size === 0 && this.#hasTime) {
      this.#try(begin);
      return;
    }
    this.#waiting.add(callerOf(), begin);
  }

  /** @returns whether one more request may be examined in this turn; false while others wait. */
  sees(bodyBytes: number): boolean {
    if (this.#waiting.size > 0 || !this.#hasTime) return false;
    this.#seen += 1 + Math.floor(bodyBytes / BYTES_PER_REQUEST);
    return true;
  }

  get isWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** @returns whether any request was examined. */
  nextTurn(): boolean {
    [this.#begun, this.#seen] = [0, 0];
    while (this.#hasTime) {
      const begin = this.#waiting.take();
      if (!begin) break;
      this.#try(begin);
    }
    return this.#seen > 0;
  }

  get #hasTime(): boolean {
    return this.#begun < this.maxInTurn && this.#seen < MAX_SEEN_IN_A_TURN;
  }

  #try(begin: Begin): void {
    this.#seen += 1;
    if (begin()) this.#begun += 1;
  }
}

export class RequestScheduler {
  readonly #urgent = new Line(MAX_URGENT_IN_A_TURN);
  readonly #others = new Line(MAX_BEGUN_IN_A_TURN);
  /** The next turn. It is not referenced while nobody waits, so the event loop does not hurry to it. */
  #next: NodeJS.Immediate | null = null;

  /**
   * @param callerOf called only if the request has to wait.
   * @param begin called immediately if few requests have started in this turn of the event loop, otherwise in a later
   *   turn.
   */
  add(callerOf: () => string, begin: Begin, isUrgent = false): void {
    (isUrgent ? this.#urgent : this.#others).add(callerOf, begin);
    this.#schedule();
  }

  /**
   * Whether a request that has just arrived may be examined immediately, before it is queued, to refuse it cheaply.
   * @param bodyBytes its Content-Length.
   */
  sees(bodyBytes: number): boolean {
    if (!this.#others.sees(bodyBytes)) return false;
    this.#schedule();
    return true;
  }

  #schedule(): void {
    this.#next ??= setImmediate(() => this.#nextTurn());
    if (this.#urgent.isWaiting || this.#others.isWaiting) this.#next.ref();
    else this.#next.unref();
  }

  #nextTurn(): void {
    this.#next = null;
    const [isUrgent, isOther] = [this.#urgent.nextTurn(), this.#others.nextTurn()];
    if (isUrgent || isOther) this.#schedule();
  }
}
