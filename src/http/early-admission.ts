/**
 * Decides on requests before anything is done for them, while many operations wait: they are refused at the least cost
 * there is, or wait for their turn as the few bytes that they arrived as. Only callers of keys that were accepted lately
 * are met here.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ownerOf, type Caller } from '../auth/caller';
import type { RequestRecord } from '../telemetry/request-record';
import type { Telemetry } from '../telemetry/telemetry';
import { traceResponse } from '../telemetry/trace-context';
import type { Place } from '../graph/context';
import type { Admission } from './admission';
import { MAX_BODY_BYTES } from './body-limit';
import type { ProxyTrust } from './client-ip';
import { HSTS } from './error-handler';
import { requestIdOf } from './request-id';
import type { RefusalPace } from './refusal-pace';
import { SHED, shedText, writeShed } from './shed';
import type { WholeRequest } from './whole-requests';

interface Asked {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** Everything else is looked at in full: pages of other origins, bodies that may have to be cut off. */
const isPlain = ({ method, url, headers }: Asked): boolean =>
  method === 'POST' &&
  url === '/graphql' &&
  headers.origin === undefined &&
  headers.expect === undefined &&
  Number(headers['content-length']) <= MAX_BODY_BYTES;

/** @returns the caller of a key that was accepted lately; null for every other. */
export type KnownCaller = (headers: IncomingHttpHeaders) => Caller | null;

interface Refusal {
  readonly requestId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly record: RequestRecord | null;
}

/** What becomes of a request that is held back before it is parsed: one of both is called, once. */
interface Outcome {
  /** It begins, in its place; null if it must find one by itself. */
  readonly begin: (place: Place | null) => void;
  readonly answered: () => void;
}

/** A request that is parsed counts for as much; larger ones are parsed, and counted, before they wait. */
const MAX_HELD_BYTES = 8 * 1024;

const ignore = (): void => undefined;

export class EarlyAdmission {
  #isStopped = false;
  /** Let what waits here begin without a place. */
  readonly #waiting = new Set<() => void>();

  constructor(
    private readonly queue: Pick<Admission, 'isLong' | 'refuses' | 'mustWait' | 'wait'>,
    private readonly telemetry: Pick<Telemetry, 'begin' | 'end'>,
    private readonly proxies: Pick<ProxyTrust, 'isSecure'>,
    private readonly knownCaller: KnownCaller,
    private readonly pace: Pick<RefusalPace, 'add' | 'stop'>,
  ) {}

  /** From now on requests are refused for another reason: the gateway is shutting down. */
  stop(): void {
    this.#isStopped = true;
    this.pace.stop();
    for (const begin of this.#waiting) begin();
  }

  /** Whether anybody's requests may be held back or refused here as things are. */
  get isActive(): boolean {
    return !this.#isStopped && this.queue.isLong;
  }

  /** Whose operations a request counts for; null where that is not known yet. */
  ownerOf({ headers }: Asked): string | null {
    const caller = this.knownCaller(headers);
    return caller && ownerOf(caller, '');
  }

  /**
   * Refuses a request if its operation would be refused.
   * @param answered called when the answer has been written, which may be at once.
   * @returns whether it is refused.
   */
  refuses(request: IncomingMessage, response: ServerResponse, answered = ignore): boolean {
    const caller = this.#callerOf(request);
    if (!caller || !this.queue.refuses(ownerOf(caller, ''))) return false;
    const { requestId, headers, record } = this.#refusalOf(request, request.socket, caller);
    if (record) response.once('close', () => this.#end(record, response.writableFinished));
    this.pace.add(() => {
      writeShed(request, response, requestId, headers);
      answered();
    });
    return true;
  }

  /**
   * Refuses a request that was not parsed, or lets it wait, if its operation would be refused or would wait.
   * @param outcome told at once or later.
   * @returns to be called when its connection is closed before its outcome is known; null if it is not held back.
   */
  holds(request: WholeRequest, socket: Socket, outcome: Outcome): (() => void) | null {
    const caller = this.#callerOf(request);
    if (!caller) return null;
    const owner = ownerOf(caller, '');
    const refuse = (): void => this.#refuseWhole(request, socket, caller, outcome.answered);
    if (this.queue.refuses(owner)) {
      refuse();
      return ignore;
    }
    if (request.bytes > MAX_HELD_BYTES || !this.queue.mustWait(owner)) return null;
    const over = (next: () => void): void => {
      this.#waiting.delete(beginNow);
      next();
    };
    const leave = this.queue.wait(
      owner,
      (place) => over(() => outcome.begin(place)),
      () => over(refuse),
    );
    const beginNow = (): void => {
      leave();
      over(() => outcome.begin(null));
    };
    this.#waiting.add(beginNow);
    return () => over(leave);
  }

  #refuseWhole(request: WholeRequest, socket: Socket, caller: Caller, answered: () => void): void {
    const { requestId, headers, record } = this.#refusalOf(request, socket, caller);
    this.pace.add(() => {
      socket.write(shedText(request, requestId, headers), 'latin1', (error) => {
        if (record) this.#end(record, !error);
      });
      answered();
    });
  }

  /** @returns null for requests that are not decided on here. */
  #callerOf(request: Asked): Caller | null {
    return this.isActive && isPlain(request) ? this.knownCaller(request.headers) : null;
  }

  #refusalOf(request: Asked, socket: Socket, caller: Caller): Refusal {
    const requestId = requestIdOf(request);
    const headers: Record<string, string> = { 'x-request-id': requestId, 'x-content-type-options': 'nosniff' };
    if (this.proxies.isSecure({ socket, headers: request.headers })) headers['strict-transport-security'] = HSTS;
    const record = this.telemetry.begin(requestId, request.headers['traceparent']);
    if (!record) return { requestId, headers, record };
    if (record.trace?.isSampled) headers['traceresponse'] = traceResponse(record.trace);
    record.caller = caller;
    record.answered([SHED]);
    return { requestId, headers, record };
  }

  #end(record: RequestRecord, isComplete: boolean): void {
    this.telemetry.end(record, { method: 'POST', route: '/graphql', status: 503, isComplete });
  }
}
