/**
 * The requests of one connection: answered one at a time; while many operations wait, held back or refused before they
 * are parsed.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Place } from '../graph/context';
import type { RequestScheduler } from './request-scheduler';
import type { PreParseAdmission } from './pre-parse-admission';
import type { InFlightBudget } from './in-flight';
import { readInPieces } from './read-in-pieces';
import { rawRefusal, type HttpRefusal } from './refusal';
import { wholeRequest, type FramedRequest } from './request-framing';

export interface RequestQueueParts {
  readonly budget: InFlightBudget;
  readonly early: Pick<PreParseAdmission, 'isActive' | 'refuses' | 'holds' | 'ownerOf'>;
  /** Called for every refusal of input that never became a request. */
  readonly onRefusal: (status: number) => void;
}

/** Monitoring needs these answers most when the gateway is busy. */
const isHealth = ({ url }: IncomingMessage): boolean => url === '/livez' || url === '/readyz';

/** The length of a body; 0 for one in chunks. */
const announcedBytes = ({ headers }: IncomingMessage): number => Number(headers['content-length'] ?? 0);

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The network of the client. */
  readonly network: string;
}

/** For a connection that is closed while nothing has been decided yet. */
const nothing = (): void => undefined;

/**
 * Answers the requests of a connection one at a time. Pipelined requests that have arrived wait, and count as in
 * flight; later ones stay unread in the socket.
 */
export class RequestQueue {
  #current: Pick<Exchange, 'request' | 'response'> | null = null;
  /** While a request is held back before it is parsed or counted: call it if the connection is closed. */
  #held: (() => void) | null = null;
  /** The place of the request that is being parsed, if it waited for one. */
  #place: Place | null = null;
  #refusal: HttpRefusal | null = null;
  readonly #waiting: Exchange[] = [];

  constructor(
    private readonly socket: Socket,
    private readonly arrivals: RequestScheduler,
    private readonly handle: RequestListener,
    private readonly parts: RequestQueueParts,
  ) {
    // While it reads a body, Node.js may also read pipelined requests.
    socket.on('resume', () => {
      if (this.#waiting.length > 0) socket.pause();
    });
    readInPieces(socket, {
      mayReadOn: () => this.#waiting.length === 0,
      mayBegin: () => !this.#held,
      holds: (request, parse) => this.#holds(request, parse),
    });
    // This runs before the handler of Node.js, which would create an error with a stack for each request: 20 times the
    // work, for thousands at once.
    socket.prependOnceListener('close', () => {
      this.#held?.();
      // The response to a waiting request does not close, because Node.js has not assigned it to the connection yet.
      if (this.#current) parts.budget.close(this.#current.request);
      for (const { request } of this.#waiting.splice(0)) {
        parts.budget.close(request);
        request.destroy();
      }
    });
  }

  /** @param network the network of the client. */
  receive(request: IncomingMessage, response: ServerResponse, network: () => string): void {
    const { budget, early } = this.parts;
    const place = this.#place;
    this.#place = null;
    // Before anything is counted or stored for the request.
    const isExamined = !place && early.isActive && this.#isIdle && this.arrivals.sees(announcedBytes(request));
    if (isExamined && this.#refuses(request, response)) return;
    const exchange = { request, response, network: network() };
    const inFlight = budget.open(request, exchange.network);
    inFlight.place = place;
    if (!this.#current && !this.#held) {
      this.#take(exchange, place);
      this.#begin(exchange, place);
      return;
    }
    this.#waiting.push(exchange);
    if (budget.hasRoom(inFlight)) this.socket.pause();
    else this.socket.destroy();
  }

  /** Refuses input that is not a request, once the pending requests are answered. @returns true. */
  refuse(refusal: HttpRefusal): true {
    const { request, response } = this.#current ?? {};
    if (this.#held || request?.complete) this.#refusal = refusal;
    else if (!response?.headersSent && this.socket.writable) {
      this.parts.onRefusal(refusal.status);
      this.socket.end(rawRefusal(refusal), () => this.socket.destroy());
    } else this.socket.destroy();
    return true;
  }

  get #isHolding(): boolean {
    return this.#held !== null;
  }

  /** Whether an answer would be sent immediately. */
  get #isIdle(): boolean {
    return !this.#current && !this.#isHolding && this.socket.writableLength === 0;
  }

  #refuses(request: IncomingMessage, response: ServerResponse): boolean {
    this.#held = nothing;
    const isRefused = this.parts.early.refuses(request, response, () => this.#goOn());
    if (!isRefused) this.#held = null;
    return isRefused;
  }

  #holds(framed: FramedRequest, parse: () => void): boolean {
    if (!this.parts.early.isActive || !this.#isIdle) return false;
    const request = wholeRequest(framed);
    if (!request) return false;
    this.#held = nothing;
    const leave = this.parts.early.holds(request, this.socket, {
      begin: (place) => this.#parse(parse, place),
      answered: () => this.#goOn(),
    });
    if (!leave) this.#held = null;
    // Unless it has already been answered.
    else if (this.#isHolding) this.#held = leave;
    return leave !== null;
  }

  #parse(parse: () => void, place: Place | null): void {
    const begin = (): void => {
      if (this.socket.destroyed) return;
      this.#held = null;
      this.#place = place;
      parse();
      // Node.js may not have produced a request from it.
      this.#place?.leave();
      this.#place = null;
    };
    if (!place) {
      begin();
      return;
    }
    this.#held = () => place.leave();
    // Not within the callback of the previous operation.
    setImmediate(begin);
  }

  #goOn(): void {
    this.#held = null;
    if (this.#waiting.length > 0 || this.#refusal || this.socket.isPaused()) this.#next();
  }

  #take({ request, response }: Exchange, place: Place | null = null): void {
    this.#current = { request, response };
    response.once('close', () => {
      place?.leave();
      this.parts.budget.close(request);
      this.#next();
    });
  }

  #begin({ request, response, network }: Exchange, place: Place | null = null): void {
    const { early } = this.parts;
    const begin = (): boolean => {
      if (this.socket.destroyed || (!place && early.refuses(request, response))) return false;
      this.handle(request, response);
      return true;
    };
    // It has already waited for its turn.
    if (place) begin();
    else this.arrivals.add(() => early.ownerOf(request) ?? network, begin, isHealth(request));
  }

  #next(): void {
    this.#current = null;
    const next = this.#waiting.shift();
    if (this.#waiting.length === 0) this.socket.resume();
    if (next) {
      this.#take(next);
      // In a separate turn, no matter how fast the previous request was answered, so that other connections are served
      // in between.
      setImmediate(() => this.#begin(next));
    } else if (this.#refusal) this.refuse(this.#refusal);
  }
}
