/** The server below Fastify: connections by address, one request of a connection at a time, and what no parser takes. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { networkOf, parseAddress, type ProxyTrust } from './client-ip';
import type { InFlightBudget } from './in-flight';
import { rawRefusal, type HttpRefusal } from './refusal';
import { CONNECTION_REFUSALS } from './request-checks';

/** From the first byte of a request to the last of its headers, and to the last of its body. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const TIMEOUT_CHECK_MS = 2_000;
/** Between requests: longer than the 60 s of common load balancers, so that they close first. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** In which nothing is read or written. */
const IDLE_TIMEOUT_MS = 60_000;
const MAX_HEADER_BYTES = 16 * 1024;

export interface ConnectionParts {
  readonly proxies: ProxyTrust;
  readonly budget: InFlightBudget;
  /** 0 sets no limit. */
  readonly maxConnectionsPerAddress: number;
  /** Told of every refusal of what never became a request. */
  readonly onRefusal: (status: number) => void;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Answers the requests of one connection one after the other. What came along with them waits, counted as in flight;
 * what was sent later stays in the socket, unread.
 */
class RequestQueue {
  #current: Exchange | null = null;
  #refusal: HttpRefusal | null = null;
  readonly #waiting: Exchange[] = [];

  constructor(
    private readonly socket: Socket,
    private readonly budget: InFlightBudget,
    private readonly handle: RequestListener,
    private readonly onRefusal: (status: number) => void,
  ) {
    // Reading a body lets Node.js read further, into the pipelined requests.
    socket.on('resume', () => {
      if (this.#waiting.length > 0) socket.pause();
    });
    socket.once('close', () => {
      for (const { request } of this.#waiting.splice(0)) budget.close(request);
    });
  }

  add(exchange: Exchange, hasRoom: boolean): void {
    if (!this.#current) {
      this.#take(exchange);
      this.handle(exchange.request, exchange.response);
      return;
    }
    this.#waiting.push(exchange);
    if (hasRoom) this.socket.pause();
    else this.socket.destroy();
  }

  /** What followed was no request: answers so, after the pending answers. */
  refuse(refusal: HttpRefusal): void {
    const { request, response } = this.#current ?? {};
    if (request?.complete) this.#refusal = refusal;
    else if (!response?.headersSent && this.socket.writable) {
      this.onRefusal(refusal.status);
      this.socket.end(rawRefusal(refusal), () => this.socket.destroy());
    } else this.socket.destroy();
  }

  #take(exchange: Exchange): void {
    this.#current = exchange;
    exchange.response.once('close', () => {
      this.budget.close(exchange.request);
      this.#next();
    });
  }

  /** Each in a turn of the event loop of its own, however soon it is answered: other connections come in between. */
  #next(): void {
    this.#current = null;
    const next = this.#waiting.shift();
    if (this.#waiting.length === 0) this.socket.resume();
    if (next) {
      this.#take(next);
      setImmediate(() => {
        if (!this.socket.destroyed) this.handle(next.request, next.response);
      });
    } else if (this.#refusal) this.refuse(this.#refusal);
  }
}

/** Counts open connections by network. */
class ConnectionCounter {
  readonly #counts = new Map<string, number>();

  constructor(private readonly max: number) {}

  /** @returns false for one too many. */
  admit(socket: Socket, network: string): boolean {
    const count = (this.#counts.get(network) ?? 0) + 1;
    if (count > this.max) return false;
    this.#counts.set(network, count);
    socket.once('close', () => this.#release(network));
    return true;
  }

  #release(network: string): void {
    const count = (this.#counts.get(network) ?? 1) - 1;
    if (count > 0) this.#counts.set(network, count);
    else this.#counts.delete(network);
  }
}

/** @returns what is to be said to the client; null where nobody would read it. */
function refusalFor(code: string | undefined): HttpRefusal | null {
  switch (code) {
    case 'ECONNRESET':
    case 'EPIPE':
      return null;
    case 'HPE_HEADER_OVERFLOW':
      return CONNECTION_REFUSALS.headers;
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return CONNECTION_REFUSALS.timeout;
    default:
      return CONNECTION_REFUSALS.malformed;
  }
}

/** @param handle is given the requests of each connection one at a time. */
export function createConnectionServer(handle: RequestListener, parts: ConnectionParts): Server {
  const { proxies, budget, maxConnectionsPerAddress, onRefusal } = parts;
  const counter = maxConnectionsPerAddress > 0 ? new ConnectionCounter(maxConnectionsPerAddress) : null;
  const queues = new WeakMap<Duplex, RequestQueue>();
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    // A missing Host and too many headers are refused by request-checks.ts, in the form of this API.
    requireHostHeader: false,
  });
  server.timeout = IDLE_TIMEOUT_MS;
  server.maxHeadersCount = 0;

  server.on('connection', (socket: Socket) => {
    const address = parseAddress(socket.remoteAddress ?? '') ?? 'unknown';
    if (counter && !proxies.trusts(address) && !counter.admit(socket, networkOf(address))) {
      onRefusal(CONNECTION_REFUSALS.connections.status);
      socket.end(rawRefusal(CONNECTION_REFUSALS.connections), () => socket.destroy());
    } else queues.set(socket, new RequestQueue(socket, budget, handle, onRefusal));
  });
  const add: RequestListener = (request, response) => {
    const queue = queues.get(request.socket);
    if (!queue) return request.socket.destroy();
    const inFlight = budget.open(request, networkOf(proxies.addressOf(request)));
    queue.add({ request, response }, budget.hasRoom(inFlight));
  };
  server.on('request', add);
  // A body is asked for when it is to be read, after its key was checked.
  server.on('checkContinue', add);
  server.on('checkExpectation', add);
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    onRefusal(CONNECTION_REFUSALS.connect.status);
    socket.end(rawRefusal(CONNECTION_REFUSALS.connect));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const refusal = refusalFor(error.code);
    const queue = queues.get(socket);
    if (refusal && queue) queue.refuse(refusal);
    else socket.destroy();
  });
  return server;
}
