/** Bytes in flight: requests being read and answers not yet delivered, limited per address, account and process. */
import type { IncomingMessage } from 'node:http';
import type { Place } from '../graph/context';
import { LRUCache } from 'lru-cache';

/** Overhead of a request besides its body and answer: its headers and the objects made from them. */
const REQUEST_BYTES = 8 * 1024;
/**
 * After an answer without room, its group is refused for this long, so that answers are not computed only to be dropped.
 */
const SHED_MS = 2_000;
const MAX_REFUSED = 10_000;
/** A connection whose reader has taken nothing for this long may be closed to make room. */
const STALLED_MS = 2_000;

const MEGABYTE = 1024 * 1024;

/** Requests that share a limit: those of an address, an account, or the whole process. */
interface Group {
  /** The network or the id, which are never the same text. */
  readonly name: string;
  readonly maxBytes: number;
  bytes: number;
}

/** A request, from arrival until its answer has been delivered. */
export interface RequestInFlight {
  readonly message: Pick<IncomingMessage, 'socket'>;
  /** The groups for which it counts, the largest first: the process, its address, its account. */
  readonly groups: Group[];
  bytes: number;
  /** The part of `bytes` reserved for an answer that is not complete yet. */
  reservedBytes: number;
  /** When the reader last took a part of a large answer; null before that. */
  progressAt: number | null;
  /** Whether the answer must be sent even without room, because it reports a change. */
  mustBeAnswered: boolean;
  /** If it waited for one before it was parsed. */
  place: Place | null;
}

const IN_FLIGHT: unique symbol = Symbol('in flight');

declare module 'node:http' {
  interface IncomingMessage {
    /** How the request is counted, from its arrival on. */
    [IN_FLIGHT]?: RequestInFlight;
  }
}

export class InFlightBudget {
  readonly #leaving = new Set<RequestInFlight>();
  /** Groups of addresses and accounts that hold bytes. */
  readonly #groups = new Map<string, Group>();
  readonly #process: Group;
  /** Groups whose last answer had no room, and until when they are refused. */
  readonly #refusedUntil = new LRUCache<string, number>({ max: MAX_REFUSED });

  /** @param megabytes for all callers together; an address may hold half, an account a quarter. */
  constructor(
    megabytes: number,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.#process = { name: 'process', maxBytes: megabytes * MEGABYTE, bytes: 0 };
  }

  /** Bytes in flight for all callers. */
  get totalBytes(): number {
    return this.#process.bytes;
  }

  /**
   * Starts counting a request; idempotent.
   * @param network as `networkOf` returns it.
   * @param bytes the bytes of the request itself.
   */
  open(message: IncomingMessage, network: string, bytes = REQUEST_BYTES): RequestInFlight {
    const counted = message[IN_FLIGHT];
    if (counted) return counted;
    const groups = [this.#process, this.#group(network, this.#process.maxBytes / 2)];
    const request = {
      message,
      groups,
      bytes: 0,
      reservedBytes: 0,
      progressAt: null,
      mustBeAnswered: false,
      place: null,
    };
    message[IN_FLIGHT] = request;
    this.add(request, bytes);
    return request;
  }

  /** Also counts the request's bytes for an account. Each master key counts as an account. */
  assign(request: RequestInFlight, account: string): void {
    const group = this.#group(account, this.#process.maxBytes / 4);
    if (request.groups.includes(group)) return;
    request.groups.push(group);
    this.#count(group, request.bytes);
  }

  add(request: RequestInFlight, bytes: number): void {
    request.bytes += bytes;
    for (const group of request.groups) this.#count(group, bytes);
  }

  /** Reserves room for an answer that has grown to this size. @returns false if there is none. */
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

  /**
   * Reserves room for one of several answers that are sent concurrently.
   * @returns a function that releases it; null if there is no room.
   */
  hold(request: RequestInFlight, bytes: number): (() => void) | null {
    if (!this.hasRoom(request, bytes)) {
      this.refuseNext(request, bytes);
      return null;
    }
    this.add(request, bytes);
    let held = bytes;
    return () => {
      this.add(request, -held);
      held = 0;
    };
  }

  /** Releases the reservation: the answer is complete, and its real size is counted from now on. */
  release(request: RequestInFlight): void {
    if (request.reservedBytes === 0) return;
    this.add(request, -request.reservedBytes);
    request.reservedBytes = 0;
  }

  /** Stops counting a request, however it ended. */
  close(message: IncomingMessage): void {
    const request = message[IN_FLIGHT];
    if (!request) return;
    this.#leaving.delete(request);
    this.add(request, -request.bytes);
    request.groups.length = 0;
  }

  /** Called when the reader has taken a part of a large answer. */
  progress(request: RequestInFlight): void {
    request.progressAt = this.clock();
    this.#leaving.add(request);
  }

  /** Whether a request may start. */
  admits(request: RequestInFlight): boolean {
    return !this.#isRefused(request) && this.hasRoom(request);
  }

  /**
   * Called when an answer was dropped for lack of room. Only the smallest group without room is refused: an account at
   * its own limit says nothing about the process, in which others may still have room.
   */
  refuseNext({ groups }: RequestInFlight, bytes: number): void {
    const full = groups.findLast((group) => !this.#fits(group, bytes));
    if (full) this.#refusedUntil.set(full.name, this.clock() + SHED_MS);
  }

  /**
   * Whether the request may hold this many more bytes. If its account, its address or the process is at its limit,
   * connections with stalled readers are closed, the slowest first, until there is room. The account comes first: for
   * one that has no room itself, no reader of others is closed.
   */
  hasRoom({ groups }: RequestInFlight, bytes = 0): boolean {
    return !groups.findLast((group) => !this.#fits(group, bytes) && !this.#closeStalled(group, bytes));
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
    // A closed request may still refer to a group that has since been replaced by a new one.
    if (group.bytes <= 0 && this.#groups.get(group.name) === group) this.#groups.delete(group.name);
  }
}
