/** Requests begin a few in each turn of the event loop, callers in rotation: what is running already goes on in between. */

/** In one turn of the event loop. */
export const MAX_BEGUN_IN_A_TURN = 8;
/** Besides these, checks of health, which begin first: asking for it often delays nobody much. */
export const MAX_URGENT_IN_A_TURN = 2;

/** Requests looked at in one turn, with those that are refused: to refuse so many takes some milliseconds. */
const MAX_SEEN_IN_A_TURN = 100;

/** @returns whether the request has begun; false where it was refused at little cost, or nobody waits for it. */
export type Begin = () => boolean;

/** Requests of one kind. */
class Line {
  /** What waits, by caller; callers in the order in which they are served. */
  readonly #waiting = new Map<string, Begin[]>();
  #begun = 0;
  #seen = 0;

  constructor(private readonly maxInTurn: number) {}

  add(callerOf: () => string, begin: Begin): void {
    if (this.#waiting.size === 0 && this.#hasTime) {
      this.#try(begin);
      return;
    }
    const caller = callerOf();
    const others = this.#waiting.get(caller);
    if (others) others.push(begin);
    else this.#waiting.set(caller, [begin]);
  }

  /** @returns whether one more request may be looked at in this turn, as long as none waits. */
  sees(): boolean {
    if (this.#waiting.size > 0 || !this.#hasTime) return false;
    this.#seen += 1;
    return true;
  }

  /** @returns whether anything was done. */
  nextTurn(): boolean {
    [this.#begun, this.#seen] = [0, 0];
    while (this.#hasTime) {
      const begin = this.#take();
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

  #take(): Begin | undefined {
    for (const [caller, waiting] of this.#waiting) {
      const begin = waiting.shift();
      // To the end of the line.
      this.#waiting.delete(caller);
      if (waiting.length > 0) this.#waiting.set(caller, waiting);
      return begin;
    }
    return undefined;
  }
}

export class Arrivals {
  readonly #urgent = new Line(MAX_URGENT_IN_A_TURN);
  readonly #others = new Line(MAX_BEGUN_IN_A_TURN);
  #isScheduled = false;

  /**
   * @param callerOf asked only where the request has to wait.
   * @param begin is called at once where few have begun in this turn of the event loop, in a later turn otherwise.
   */
  add(callerOf: () => string, begin: Begin, isUrgent = false): void {
    (isUrgent ? this.#urgent : this.#others).add(callerOf, begin);
    this.#schedule();
  }

  /** Whether a request that has just arrived may be looked at before it takes its place: to refuse it at little cost. */
  sees(): boolean {
    if (!this.#others.sees()) return false;
    this.#schedule();
    return true;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#nextTurn());
  }

  #nextTurn(): void {
    this.#isScheduled = false;
    const [isUrgent, isOther] = [this.#urgent.nextTurn(), this.#others.nextTurn()];
    if (isUrgent || isOther) this.#schedule();
  }
}
