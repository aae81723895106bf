/**
 * Refuses requests before anything is done for them, while the operations of their callers' accounts are refused: the
 * cheapest refusal there is. Only callers of keys that were accepted lately are refused here.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ownerOf, type Caller } from '../auth/caller';
import type { RequestRecord } from '../telemetry/request-record';
import type { Telemetry } from '../telemetry/telemetry';
import { traceResponse } from '../telemetry/trace-context';
import type { Admission } from './admission';
import { MAX_BODY_BYTES } from './body-limit';
import type { ProxyTrust } from './client-ip';
import { HSTS } from './error-handler';
import { requestIdOf } from './request-id';
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

export class EarlyRefusal {
  #isStopped = false;

  constructor(
    private readonly queue: Pick<Admission, 'isLong' | 'refuses'>,
    private readonly telemetry: Pick<Telemetry, 'begin' | 'end'>,
    private readonly proxies: Pick<ProxyTrust, 'isSecure'>,
    private readonly knownCaller: KnownCaller,
  ) {}

  /** From now on requests are refused for another reason: the gateway is shutting down. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Whether anybody's requests may be refused here as things are. */
  get isActive(): boolean {
    return !this.#isStopped && this.queue.isLong;
  }

  /** Whose operations a request counts for; null where that is not known yet. */
  ownerOf({ headers }: IncomingMessage): string | null {
    const caller = this.knownCaller(headers);
    return caller && ownerOf(caller, '');
  }

  /** @returns whether the request has been refused: then it is answered. */
  answers(request: IncomingMessage, response: ServerResponse): boolean {
    const refusal = this.#refusalOf(request, request.socket);
    if (!refusal) return false;
    const { requestId, headers, record } = refusal;
    if (record) response.once('close', () => this.#end(record, response.writableFinished));
    writeShed(request, response, requestId, headers);
    return true;
  }

  /** The same for a request that was not parsed. */
  answersWhole(request: WholeRequest, socket: Socket): boolean {
    const refusal = this.#refusalOf(request, socket);
    if (!refusal) return false;
    const { requestId, headers, record } = refusal;
    socket.write(shedText(request, requestId, headers), 'latin1', (error) => {
      if (record) this.#end(record, !error);
    });
    return true;
  }

  #refusalOf(request: Asked, socket: Socket): Refusal | null {
    if (!this.isActive || !isPlain(request)) return null;
    const caller = this.knownCaller(request.headers);
    if (!caller || !this.queue.refuses(ownerOf(caller, ''))) return null;
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
