/** One reader of an account's rows, in order and without a gap: first the existing ones, then new ones. */
import { GatewayError } from '../../errors';

/** A row as read: shared by all followers of its account, so it must not be changed. */
export interface FollowedRow {
  /** 1, 2, 3 within its account. */
  readonly number: number;
  /** In the order of the table's columns. */
  readonly values: readonly unknown[];
  /** Approximate size in memory. */
  readonly bytes: number;
}

/** What a follower needs of the tail. */
export interface Feed {
  /** The number of the last row that the tail has handed to followers that are up to date. */
  readonly head: number;
  /** The next rows after a position, at most a page; waits while the database is unreachable. */
  read(position: number): Promise<readonly FollowedRow[]>;
  /** From now on the follower receives each new row. */
  join(follower: Follower): void;
  leave(follower: Follower): void;
}

/** The maximum number of rows buffered for a reader. */
const MAX_WAITING_ROWS = 256;
const MAX_WAITING_BYTES = 1024 * 1024;

const tooSlow = (position: number): GatewayError =>
  new GatewayError(
    'OVERLOADED',
    `The client reads this stream too slowly, so too many events are waiting. Nothing is lost: resume with after: ${position}.`,
    { resumeAfter: position },
  );

const gone = (position: number, first: number): GatewayError =>
  new GatewayError(
    'BAD_USER_INPUT',
    `The events after ${position} were archived or have expired: the next one that exists has the number ${first}. Resume with after: ${first - 1}.`,
    { path: ['after'], firstSequence: first },
  );

export class Follower {
  #waiting: FollowedRow[] = [];
  #waitingBytes = 0;
  #isLive = false;
  #isOver = false;
  #failure: Error | null = null;
  #wake: () => void = () => undefined;
  /** The number of the last row that is buffered or was taken. */
  #last: number;

  /** @param position number of the last row to skip; 0 for all there are. */
  constructor(
    private readonly feed: Feed,
    private position: number,
  ) {
    this.#last = position;
    if (position >= feed.head) this.#goLive();
  }

  /**
   * The next row. Call again only after it has resolved.
   * @returns null once the follower has ended.
   * @throws the error that it was ended with; GatewayError OVERLOADED if the buffer overflowed, BAD_USER_INPUT if rows
   *   were removed.
   */
  async next(): Promise<FollowedRow | null> {
    while (!this.#isOver) {
      const row = this.#waiting.shift();
      if (row) {
        this.#waitingBytes -= row.bytes;
        this.position = row.number;
        return row;
      }
      if (this.#isLive) await new Promise<void>((resolve) => (this.#wake = resolve));
      else await this.#catchUp();
    }
    if (this.#failure) throw this.#failure;
    return null;
  }

  /** Called only by the tail, in order; skips rows that were read before. */
  push(row: FollowedRow): void {
    if (row.number <= this.#last || this.#isOver) return;
    const isFull = this.#waiting.length >= MAX_WAITING_ROWS || this.#waitingBytes + row.bytes > MAX_WAITING_BYTES;
    if (row.number > this.#last + 1) this.end(gone(this.#last, row.number));
    else if (isFull) this.end(tooSlow(this.position));
    else {
      this.#add(row);
      this.#wake();
    }
  }

  /** Ends it at once, even while a reader waits for a row. */
  end(failure: Error | null = null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = failure;
    this.#waiting = [];
    this.feed.leave(this);
    this.#wake();
  }

  #add(row: FollowedRow): void {
    this.#waiting.push(row);
    this.#waitingBytes += row.bytes;
    this.#last = row.number;
  }

  /** A page at a time, once the previous one was taken: catching up takes no memory. */
  async #catchUp(): Promise<void> {
    const rows = await this.feed.read(this.#last);
    if (this.#isOver) return;
    const gap = rows.find(({ number }, index) => number !== this.#last + 1 + index);
    if (gap) {
      this.end(gone(this.#last, gap.number));
      return;
    }
    for (const row of rows) this.#add(row);
    if (this.#last >= this.feed.head) this.#goLive();
  }

  #goLive(): void {
    this.#isLive = true;
    this.feed.join(this);
  }
}
