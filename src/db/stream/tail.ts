/**
 * The one tail of a process: hands the new rows of followed tables to their followers. However many there are, it
 * queries the database once every POLL_MS, and writers do nothing for it.
 *
 * A table can be followed when its rows are numbered 1, 2, 3 within their account, in the order in which they become
 * visible (the writer of a number holds a lock of its account until it commits), and `id` is the property of that
 * number. Then a position is a number, and no row after it is ever missed. Usage: `follow(table, accountId, after)`,
 * then `next()` until it is null, and `end()`. The follower decides which rows its caller may see.
 */
import type { AccountId } from '../../auth/caller';
import { badInput, GatewayError } from '../../errors';
import type { Database } from '../database';
import { endsOf, followedColumns, NUMBER, rowsAfter, rowsAfterPositions } from '../statements/followed-rows';
import type { Table } from '../statements/table';
import { ShardReads } from './shard-reads';
import { Follower, type Feed, type FollowedRow } from './follower';

const POLL_MS = 200;
/** After a failure. */
const RETRY_MS = 500;
const PAGE_ROWS = 100;
/** Per poll: an account that writes a lot keeps no other waiting. */
const MAX_ROWS_PER_ACCOUNT = 200;
const MAX_ROWS = 2_000;
/** A row's size besides its texts. */
const ROW_BYTES = 300;

const bytesOf = (values: readonly unknown[]): number =>
  values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? 2 * value.length : 0), ROW_BYTES);

const numberOf = (value: unknown): number => (value === null || value === undefined ? 0 : Number(value));

/** The positions of columns that the tail itself reads. */
interface Places {
  readonly account: number;
  readonly number: number;
}

function placesOf(table: Table): Places {
  const properties = followedColumns(table).map(({ property }) => property);
  return { account: properties.indexOf('accountId'), number: properties.indexOf(NUMBER) };
}

/** The followers of one account's rows in one table. */
interface Channel {
  head: number;
  followers: number;
  readonly live: Set<Follower>;
  /** State that all of its followers share. */
  readonly feed: Feed;
}

interface Followed {
  readonly table: Table;
  readonly places: Places;
  /** By account; those with recent rows come last. */
  readonly channels: Map<string, Channel>;
}

export class Tail {
  readonly #followed = new Map<Table, Followed>();
  readonly #followers = new Set<Follower>();
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;
  #hasFailed = false;
  #polledAt = performance.now();
  readonly #shardReads: ShardReads;

  /** @param onError called once per outage. */
  constructor(
    private readonly database: Pick<Database, 'batch' | 'isDistributed'>,
    private readonly onError: (error: unknown) => void,
  ) {
    this.#shardReads = new ShardReads(database);
  }

  /** Milliseconds since the last query; 0 while there are no followers. */
  get delayMs(): number {
    return this.#timer === null ? 0 : performance.now() - this.#polledAt;
  }

  /**
   * Follows the rows of an account.
   * @param after number of the last row to skip; null for new rows only.
   * @throws GatewayError BAD_USER_INPUT for a number that no row had yet, or after which rows are gone; and as reads
   *   do.
   */
  async follow(table: Table, accountId: AccountId, after: number | null): Promise<Follower> {
    const [[ends = []] = []] = await this.database.batch('tenant', accountId, [endsOf(table, accountId)]);
    const [first, last] = ends.map(numberOf);
    const position = startOf(after, first ?? 0, last ?? 0);
    const followed = this.#of(table);
    const channel = followed.channels.get(accountId) ?? this.#open(followed, accountId, last ?? 0);
    channel.followers += 1;
    const follower = new Follower(channel.feed, position);
    this.#followers.add(follower);
    if (this.#isClosed) follower.end();
    else this.#schedule(POLL_MS);
    return follower;
  }

  /** Ends all followers. */
  close(): void {
    this.#isClosed = true;
    for (const follower of this.#followers) follower.end();
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #of(table: Table): Followed {
    let followed = this.#followed.get(table);
    if (!followed)
      this.#followed.set(table, (followed = { table, places: placesOf(table), channels: new Map<string, Channel>() }));
    return followed;
  }

  #open({ table, places, channels }: Followed, accountId: AccountId, head: number): Channel {
    const feed: Feed = {
      get head() {
        return channel.head;
      },
      read: (position) => this.#read(table, places, accountId, position),
      join: (follower) => void channel.live.add(follower),
      leave: (follower) => {
        channel.live.delete(follower);
        this.#followers.delete(follower);
        channel.followers -= 1;
        if (channel.followers === 0 && channels.get(accountId) === channel) channels.delete(accountId);
      },
    };
    const channel: Channel = { head, followers: 0, live: new Set(), feed };
    channels.set(accountId, channel);
    return channel;
  }

  async #read(table: Table, places: Places, accountId: AccountId, position: number): Promise<FollowedRow[]> {
    try {
      const query = rowsAfter(table, accountId, position, PAGE_ROWS);
      const [rows = []] = await this.database.batch('tenant', accountId, [query]);
      return rows.map((values) => toRow(values, places));
    } catch (error) {
      this.#failed(error);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      return [];
    }
  }

  #schedule(ms: number): void {
    if (this.#isClosed || this.#timer) return;
    this.#polledAt = performance.now();
    this.#timer = setTimeout(() => void this.#poll(), ms).unref();
  }

  async #poll(): Promise<void> {
    const followed = [...this.#followed.values()].filter(({ channels }) => channels.size > 0);
    let wait = POLL_MS;
    try {
      if (followed.length > 0 && (await this.#readNew(followed))) wait = 0;
      this.#hasFailed = this.#shardReads.isPartial;
    } catch (error) {
      this.#failed(error);
      wait = RETRY_MS;
    }
    this.#timer = null;
    if (this.#followers.size > 0) this.#schedule(wait);
  }

  /** @returns whether there may be more right away. */
  async #readNew(followed: readonly Followed[]): Promise<boolean> {
    const rows = this.database.isDistributed ? await this.#readShards(followed) : await this.#readAll(followed);
    return followed.map((each, index) => handOut(each, rows[index] ?? [])).some((isMore) => isMore);
  }

  /** @returns the rows of each table. */
  #readAll(followed: readonly Followed[]): Promise<unknown[][][]> {
    const queries = followed.map(({ table, channels }) =>
      rowsAfterPositions(table, positionsOf(channels), MAX_ROWS_PER_ACCOUNT, MAX_ROWS),
    );
    return this.database.batch('operator', null, queries);
  }

  /** The same with a statement for each account. */
  async #readShards(followed: readonly Followed[]): Promise<unknown[][][]> {
    const reads = followed.map(({ table, channels }) =>
      [...positionsOf(channels)].map(([accountId, head]) => ({
        accountId,
        query: rowsAfter(table, accountId, head, MAX_ROWS_PER_ACCOUNT),
      })),
    );
    const rows = await this.#shardReads.run(reads.flat(), (error) => this.#failed(error));
    return reads.map(({ length }) => rows.splice(0, length).flat());
  }

  #failed(error: unknown): void {
    if (!this.#hasFailed && !this.#isClosed) this.onError(error);
    this.#hasFailed = true;
  }
}

const positionsOf = (channels: Followed['channels']): Map<string, number> =>
  new Map([...channels].map(([accountId, { head }]) => [accountId, head]));

const toRow = (values: readonly unknown[], places: Places): FollowedRow => ({
  number: numberOf(values[places.number]),
  values,
  bytes: bytesOf(values),
});

/** @returns whether an account, or all of them, had as many rows as a poll takes. */
function handOut({ places, channels }: Followed, rows: readonly (readonly unknown[])[]): boolean {
  const counts = new Map<string, number>();
  for (const values of rows) {
    const accountId = String(values[places.account]);
    const channel = channels.get(accountId);
    const row = toRow(values, places);
    if (!channel || row.number <= channel.head) continue;
    channel.head = row.number;
    counts.set(accountId, (counts.get(accountId) ?? 0) + 1);
    for (const follower of channel.live) follower.push(row);
  }
  for (const accountId of counts.keys()) {
    const channel = channels.get(accountId);
    channels.delete(accountId);
    if (channel) channels.set(accountId, channel);
  }
  return rows.length >= MAX_ROWS || [...counts.values()].some((count) => count >= MAX_ROWS_PER_ACCOUNT);
}

/** @throws GatewayError BAD_USER_INPUT */
function startOf(after: number | null, first: number, last: number): number {
  if (after === null) return last;
  if (after < 0 || after > last)
    throw badInput(
      ['after'],
      `after must be the number of the last event that you have: 0 for none, at most ${last}, the newest one.`,
    );
  if (after < first - 1)
    throw new GatewayError(
      'BAD_USER_INPUT',
      `The events after ${after} were archived or have expired: the first one that exists has the number ${first}. Send after: ${first - 1} or more.`,
      { path: ['after'], firstSequence: first },
    );
  return after;
}
