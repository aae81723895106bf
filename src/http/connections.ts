/** The server below Fastify: limits connections per address, refuses malformed HTTP. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { RequestScheduler } from './request-scheduler';
import { networkOf, parseAddress, type ProxyTrust } from './client-ip';
import { stopReadingInPieces } from './read-in-pieces';
import { rawRefusal, type HttpRefusal } from './refusal';
import { CONNECTION_REFUSALS } from './request-checks';
import { RequestQueue, type RequestQueueParts } from './request-queue';

/** From the first byte of a request to the end of its headers, and to the end of its body. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const TIMEOUT_CHECK_MS = 2_000;
/** Between requests: longer than the usual 60 s of load balancers, so that they close first. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** Without reads or writes for this long. */
const IDLE_TIMEOUT_MS = 60_000;
const MAX_HEADER_BYTES = 16 * 1024;

export interface ConnectionParts extends RequestQueueParts {
  readonly proxies: ProxyTrust;
  /** 0 sets no limit. */
  readonly maxConnectionsPerAddress: number;
}

/** Counts open connections by network. */
class ConnectionCounter {
  readonly #counts = new Map<string, number>();

  constructor(private readonly max: number) {}

  /** @returns false if the network has too many connections. */
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

/** @returns the response for the client; null if nobody would read it. */
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

/** @param handle receives the requests of each connection one at a time. */
export function createConnectionServer(handle: RequestListener, parts: ConnectionParts): Server {
  const { proxies, maxConnectionsPerAddress, onRefusal } = parts;
  const counter = maxConnectionsPerAddress > 0 ? new ConnectionCounter(maxConnectionsPerAddress) : null;
  const queues = new WeakMap<Duplex, RequestQueue>();
  const arrivals = new RequestScheduler();
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    // request-checks.ts refuses a missing Host and too many headers, in this API's error format.
    requireHostHeader: false,
  });
  server.timeout = IDLE_TIMEOUT_MS;
  server.maxHeadersCount = 0;

  server.on('connection', (socket: Socket) => {
    const address = parseAddress(socket.remoteAddress ?? '') ?? 'unknown';
    if (counter && !proxies.trusts(address) && !counter.admit(socket, networkOf(address))) {
      onRefusal(CONNECTION_REFUSALS.connections.status);
      socket.end(rawRefusal(CONNECTION_REFUSALS.connections), () => socket.destroy());
    } else queues.set(socket, new RequestQueue(socket, arrivals, handle, parts));
  });
  const add: RequestListener = (request, response) => {
    const queue = queues.get(request.socket);
    if (!queue) return request.socket.destroy();
    // Other data had arrived on a connection that was closed in the meantime.
    if (request.socket.destroyed) return request.destroy();
    queue.receive(request, response, () => networkOf(proxies.addressOf(request)));
  };
  server.on('request', add);
  // 100 Continue is sent when the body is to be read, after the key has been checked.
  server.on('checkContinue', add);
  server.on('checkExpectation', add);
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
    stopReadingInPieces(socket);
    onRefusal(CONNECTION_REFUSALS.connect.status);
    socket.end(rawRefusal(CONNECTION_REFUSALS.connect));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    // After malformed input, the boundaries of later requests are unknown.
    stopReadingInPieces(socket);
    socket.resume();
    const refusal = refusalFor(error.code);
    const queue = queues.get(socket);
    if (!refusal || !queue) socket.destroy();
    // Connections that came together time out together.
    else if (refusal === CONNECTION_REFUSALS.timeout)
      arrivals.add(
        () => 'timeouts',
        () => queue.refuse(refusal),
      );
    else queue.refuse(refusal);
  });
  return server;
}
