/** One reader of the rows of an account, in order and without a gap: first what was there before, then what is new. */
import { GatewayError } from '../../errors';

/** A row as it was read: shared by all who follow its account, so it is not to be changed. */
export interface FollowedRow {
  /** 1, 2, 3 within its account. */
  readonly number: number;
  /** In the order of the table's columns. */
  readonly values: readonly unknown[];
  /** About, in memory. */
  readonly bytes: number;
}

/** What a follower needs of the tail. */
export interface Feed {
  /** Number of the last row that the tail has handed to those who are up to date. */
  readonly head: number;
  /** The next rows behind a position, a page at most; waits while the database cannot be reached. */
  read(position: number): Promise<readonly FollowedRow[]>;
  /** From now on the follower is handed each new row. */
  join(follower: Follower): void;
  leave(follower: Follower): void;
}

/** Rows that may wait for a reader; more are not kept. */
const MAX_WAITING_ROWS = 256;
const MAX_WAITING_BYTES = 1024 * 1024;

const tooSlow = (position: number): GatewayError =>
  new GatewayError(
    'OVERLOADED',
    `This stream was read too slowly, and too much waited for it. Nothing is lost: go on with after: ${position}.`,
    { resumeAfter: position },
  );

const gone = (position: number, first: number): GatewayError =>
  new GatewayError(
    'BAD_USER_INPUT',
    `What follows ${position} was archived or has expired: the next there is has the number ${first}. Go on with after: ${first - 1}.`,
    { path: ['after'], firstSequence: first },
  );

export class Follower {
  #waiting: FollowedRow[] = [];
  #waitingBytes = 0;
  #isLive = false;
  #isOver = false;
  #failure: Error | null = null;
  #wake: () => void = () => undefined;
  /** Number of the last row that waits or was taken. */
  #last: number;

  /** @param position number of the last row that is not wanted any more; 0 for all there are. */
  constructor(
    private readonly feed: Feed,
    private position: number,
  ) {
    this.#last = position;
    if (position >= feed.head) this.#goLive();
  }

  /**
   * The next row. To be asked again when the answer is there, not before.
   * @returns null when it was ended.
   * @throws what it was ended with; GatewayError OVERLOADED when too much waited, BAD_USER_INPUT when rows are gone.
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

  /** Called by the tail alone, in order; rows that were read before are passed over. */
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

  /** Ends it at once, whoever waits for a row. */
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

  /** A page at a time, when the one before was taken: a long way back takes no memory. */
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
