/**
 * Admission control before a request is processed or even parsed, while many operations wait: a request is refused at
 * the lowest possible cost, or waits for its turn as unparsed bytes. Only requests with recently accepted keys are
 * decided here.
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
import { OVERLOADED_ERROR, overloadResponseText, writeOverloadResponse } from './overload-response';
import type { WholeRequest } from './request-framing';

interface RequestHead {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** Other requests are processed in full: those from pages of other origins, and bodies that may have to be cut off. */
const isPlain = ({ method, url, headers }: RequestHead): boolean =>
  method === 'POST' &&
  url === '/graphql' &&
  headers.origin === undefined &&
  headers.expect === undefined &&
  Number(headers['content-length']) <= MAX_BODY_BYTES;

/** @returns the caller of a recently accepted key; null for all others. */
export type KnownCaller = (headers: IncomingHttpHeaders) => Caller | null;

interface Refusal {
  readonly requestId: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly record: RequestRecord | null;
}

/** The outcome for a request that is held back before it is parsed: exactly one of these is called, once. */
interface Outcome {
  /** The request begins, in the given place; with null it must acquire a place itself. */
  readonly begin: (place: Place | null) => void;
  readonly answered: () => void;
}

/** The size that a parsed request counts for; larger requests are parsed, and counted, before they wait. */
const MAX_HELD_BYTES = 8 * 1024;

const ignore = (): void => undefined;

export class PreParseAdmission {
  #isStopped = false;
  /** Start each waiting request without a place. */
  readonly #waiting = new Set<() => void>();

  constructor(
    private readonly queue: Pick<Admission, 'isLong' | 'refuses' | 'mustWait' | 'wait'>,
    private readonly telemetry: Pick<Telemetry, 'begin' | 'end'>,
    private readonly proxies: Pick<ProxyTrust, 'isSecure'>,
    private readonly knownCaller: KnownCaller,
    private readonly pace: Pick<RefusalPace, 'add' | 'stop'>,
  ) {}

  /** The gateway is shutting down: from now on, requests are refused for that reason instead. */
  stop(): void {
    this.#isStopped = true;
    this.pace.stop();
    for (const begin of this.#waiting) begin();
  }

  /** Whether requests may currently be held back or refused here. */
  get isActive(): boolean {
    return !this.#isStopped && this.queue.isLong;
  }

  /** The owner that a request counts for; null if not known yet. */
  ownerOf({ headers }: RequestHead): string | null {
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
    this.pace.add(ownerOf(caller, ''), () => {
      writeOverloadResponse(request, response, requestId, headers);
      answered();
    });
    return true;
  }

  /**
   * Refuses an unparsed request, or makes it wait, if its operation would be refused or would wait.
   * @param outcome called immediately or later.
   * @returns a function to call if the connection is closed before the outcome is known; null if the request is not
   *   held back.
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
    this.pace.add(ownerOf(caller, ''), () => {
      socket.write(overloadResponseText(request, requestId, headers), 'latin1', (error) => {
        if (record) this.#end(record, !error);
      });
      answered();
    });
  }

  /** @returns null for requests that are not decided here. */
  #callerOf(request: RequestHead): Caller | null {
    return this.isActive && isPlain(request) ? this.knownCaller(request.headers) : null;
  }

  #refusalOf(request: RequestHead, socket: Socket, caller: Caller): Refusal {
    const requestId = requestIdOf(request);
    const headers: Record<string, string> = { 'x-request-id': requestId, 'x-content-type-options': 'nosniff' };
    if (this.proxies.isSecure({ socket, headers: request.headers })) headers['strict-transport-security'] = HSTS;
    const record = this.telemetry.begin(requestId, request.headers['traceparent']);
    if (!record) return { requestId, headers, record };
    if (record.trace?.isSampled) headers['traceresponse'] = traceResponse(record.trace);
    record.caller = caller;
    record.answered([OVERLOADED_ERROR]);
    return { requestId, headers, record };
  }

  #end(record: RequestRecord, isComplete: boolean): void {
    this.telemetry.end(record, { method: 'POST', route: '/graphql', status: 503, isComplete });
  }
}
