/** Bytes in flight: requests being read and answers not yet taken by their readers, bounded by address, account and process. */
import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';

/** What a request counts for besides its body and its answer: its headers and what is made of them. */
const REQUEST_BYTES = 8 * 1024;
/** Whose answer had no room is not let in again for this long, so that answers are not made to be dropped. */
const SHED_MS = 2_000;
const MAX_REFUSED = 10_000;
/** A reader that took nothing for this long may be closed when room is needed. */
const STALLED_MS = 2_000;

const MEGABYTE = 1024 * 1024;

/** What holds bytes together: all requests of an address, of an account, or of the process. */
interface Group {
  readonly name: string;
  readonly maxBytes: number;
  bytes: number;
}

/** One request from its arrival until its answer has left. */
export interface RequestInFlight {
  readonly message: Pick<IncomingMessage, 'socket'>;
  readonly groups: Group[];
  bytes: number;
  /** Of them, what is held for an answer that is not complete yet. */
  reservedBytes: number;
  /** When the reader last took a part of a large answer; null before there is one. */
  progressAt: number | null;
  /** Whether the answer must leave even where there is no room: it tells of a change. */
  mustBeAnswered: boolean;
}

export class InFlightBudget {
  readonly #requests = new WeakMap<IncomingMessage, RequestInFlight>();
  readonly #leaving = new Set<RequestInFlight>();
  /** Those of addresses and accounts, while they hold anything. */
  readonly #groups = new Map<string, Group>();
  readonly #process: Group;
  /** Until when groups are refused whose last answer had no room. */
  readonly #refusedUntil = new LRUCache<string, number>({ max: MAX_REFUSED });

  /** @param megabytes for all callers together; an address may hold half of it, an account a quarter. */
  constructor(
    megabytes: number,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.#process = { name: 'process', maxBytes: megabytes * MEGABYTE, bytes: 0 };
  }

  /** Bytes in flight of all callers. */
  get totalBytes(): number {
    return this.#process.bytes;
  }

  /** Counts a request, once. @param network as `networkOf` names it. */
  open(message: IncomingMessage, network: string): RequestInFlight {
    const counted = this.#requests.get(message);
    if (counted) return counted;
    const groups = [this.#process, this.#group(`address ${network}`, this.#process.maxBytes / 2)];
    const request = { message, groups, bytes: 0, reservedBytes: 0, progressAt: null, mustBeAnswered: false };
    this.#requests.set(message, request);
    this.add(request, REQUEST_BYTES);
    return request;
  }

  /** Counts what the request holds for an account, too. Each master key counts as an account. */
  assign(request: RequestInFlight, account: string): void {
    const group = this.#group(`account ${account}`, this.#process.maxBytes / 4);
    if (request.groups.includes(group)) return;
    request.groups.push(group);
    this.#count(group, request.bytes);
  }

  add(request: RequestInFlight, bytes: number): void {
    request.bytes += bytes;
    for (const group of request.groups) this.#count(group, bytes);
  }

  /** Holds room for an answer that has grown to so many bytes. @returns false when there is none. */
  reserve(request: RequestInFlight, bytes: number): boolean {
    const more = Math.max(0, bytes - request.reservedBytes);
    if (!this.hasRoom(request, more)) {
      this.refuseNext(request, more);
      return false;
    }
    request.reservedBytes += more;
    this.add(request, more);
    return true;
  }

  /** The answer is there, and is counted as it is. */
  release(request: RequestInFlight): void {
    if (request.reservedBytes === 0) return;
    this.add(request, -request.reservedBytes);
    request.reservedBytes = 0;
  }

  /** The request is over, whatever became of it. */
  close(message: IncomingMessage): void {
    const request = this.#requests.get(message);
    if (!request) return;
    this.#leaving.delete(request);
    this.add(request, -request.bytes);
    request.groups.length = 0;
  }

  /** The reader took a part of a large answer. */
  progress(request: RequestInFlight): void {
    request.progressAt = this.clock();
    this.#leaving.add(request);
  }

  /** Whether a request may begin. */
  admits(request: RequestInFlight): boolean {
    return !this.#isRefused(request) && this.hasRoom(request);
  }

  /** The answer of a request had no room and was dropped. */
  refuseNext({ groups }: RequestInFlight, bytes: number): void {
    for (const group of groups)
      if (!this.#fits(group, bytes)) this.#refusedUntil.set(group.name, this.clock() + SHED_MS);
  }

  /**
   * Whether the request may hold so many bytes more. Where its address, its account or the process has no room left,
   * connections whose readers stall are closed, the slowest first, as far as that makes room.
   */
  hasRoom(request: RequestInFlight, bytes = 0): boolean {
    return request.groups.every((group) => this.#fits(group, bytes) || this.#closeStalled(group, bytes));
  }

  #isRefused({ groups }: RequestInFlight): boolean {
    if (this.#refusedUntil.size === 0) return false;
    const now = this.clock();
    return groups.some(({ name }) => {
      const until = this.#refusedUntil.get(name);
      if (until === undefined) return false;
      if (until <= now) this.#refusedUntil.delete(name);
      return until > now;
    });
  }

  #fits(group: Group, bytes: number): boolean {
    return group.bytes + bytes <= group.maxBytes;
  }

  #closeStalled(group: Group, bytes: number): boolean {
    const stalledBefore = this.clock() - STALLED_MS;
    const stalled = [...this.#leaving]
      .map((request) => ({ request, progressAt: request.progressAt ?? Infinity }))
      .filter(({ request, progressAt }) => progressAt <= stalledBefore && request.groups.includes(group))
      .sort((left, right) => left.progressAt - right.progressAt);
    for (const { request } of stalled) {
      const { socket } = request.message;
      this.#leaving.delete(request);
      this.add(request, -request.bytes);
      socket.destroy();
      if (this.#fits(group, bytes)) return true;
    }
    return false;
  }

  #group(name: string, maxBytes: number): Group {
    let group = this.#groups.get(name);
    if (!group) this.#groups.set(name, (group = { name, maxBytes, bytes: 0 }));
    return group;
  }

  #count(group: Group, bytes: number): void {
    group.bytes += bytes;
    // A group that a request still refers to after its connection was closed may have been followed by another.
    if (group.bytes <= 0 && this.#groups.get(group.name) === group) this.#groups.delete(group.name);
  }
}
