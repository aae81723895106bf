/** WebSocket connections: the handshake, which follows the rules of every request, and the limits of a connection. */
import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { handleProtocols } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { ownerOf } from '../auth/caller';
import { GatewayError, unauthenticated, type ErrorCode } from '../errors';
import type { GatewayContext } from '../graph/context';
import type { OpenStreams } from '../graph/open-streams';
import { messageOf } from '../util/message-of';
import { networkOf, type ProxyTrust } from './client-ip';
import type { Drain } from './drain';
import { parseJson } from './parse-json';
import { stopReadingInPieces } from './read-in-pieces';
import { HttpRefusal, overloaded, rawRefusal } from './refusal';
import { refusalOf } from './request-checks';
import { requestIdOf } from './request-id';
import { headersOf, websocketOperations, type Connection, type WebSocketOperationParts } from './websocket-operations';

/** Larger operations are sent by POST. */
const MAX_MESSAGE_BYTES = 64 * 1024;
/** A client with more unread bytes than this is disconnected when it sends a message. */
const MAX_UNREAD_BYTES = 1024 * 1024;
/** Keep-alives (every 15 seconds) after which a connection without operations is closed. */
const MAX_IDLE_BEATS = 20;
/** How long a client may take to answer a close frame before it is disconnected. */
const CLOSE_WITHIN_MS = 1_000;
/** The maximum length of the reason in a close frame. */
const MAX_REASON_BYTES = 123;

/** The close codes of graphql-ws; its clients reconnect after the others. */
const CLOSE_CODES: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 4401,
  BAD_REQUEST: 4400,
  FORBIDDEN: 4403,
  ACCOUNT_SUSPENDED: 4403,
};
const TRY_AGAIN_LATER = 1013;
const GOING_AWAY = 1001;
const BAD_MESSAGE = 4400;

export interface WebSocketParts<Context extends GatewayContext> extends WebSocketOperationParts<Context> {
  readonly streams: Pick<OpenStreams, 'keepAlive'>;
  readonly proxies: ProxyTrust;
  readonly drain: Drain;
  /** Whether pages of an origin may call. */
  readonly allowsOrigin: (origin: string) => boolean;
  /** The maximum for one account; 0: no limit. */
  readonly maxPerAccount: number;
}

const shorten = (text: string): string =>
  Buffer.byteLength(text) <= MAX_REASON_BYTES ? text : `${text.slice(0, MAX_REASON_BYTES / 3)}…`;

/** A page may connect to its own server without being listed, as for other requests. */
function isOwnPage(origin: string, host: string | undefined): boolean {
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}

const pathOf = (url: string): string => url.split('?', 1)[0] ?? '';

const isForWebSocket = ({ headers: { upgrade }, method, url = '' }: IncomingMessage): boolean =>
  upgrade?.toLowerCase() === 'websocket' && method === 'GET' && pathOf(url) === '/graphql';

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Answers a request as if it had not offered an upgrade, which a server may ignore (RFC 9110, section 7.8). */
function answerWithoutUpgrade(server: Server, request: IncomingMessage, socket: Socket): void {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => {
    response.detachSocket(socket);
    socket.end();
  });
  server.emit('request', request, response);
}

/** @returns the refusal of a handshake before any work is done for it; null if it may proceed. */
function handshakeRefusal(
  message: IncomingMessage,
  { drain, allowsOrigin }: Pick<WebSocketParts<GatewayContext>, 'drain' | 'allowsOrigin'>,
): HttpRefusal | null {
  const { origin, host } = message.headers;
  const refused = refusalOf(message);
  if (refused) return refused;
  if (!isForWebSocket(message))
    return new HttpRefusal(400, 'BAD_REQUEST', 'The only upgrade is to WebSocket. Send the request without Upgrade.');
  if (drain.isDraining)
    return new HttpRefusal(503, 'UNAVAILABLE', 'This gateway is shutting down. Connect again.', { 'retry-after': '1' });
  if (origin !== undefined && !allowsOrigin(origin) && !isOwnPage(origin, host))
    return new HttpRefusal(
      403,
      'FORBIDDEN',
      `The origin ${origin.slice(0, 200)} is not listed in the setting CORS_ORIGINS of this gateway.`,
    );
  return null;
}

/** @returns the problem of a message whose numbers or names would not be kept unchanged; null for others. */
function inexactMessage(text: string): string | null {
  try {
    parseJson(text, []);
    return null;
  } catch (error) {
    return error instanceof GatewayError ? error.message : null;
  }
}

/** Registers the handshake and the end of connections when the server closes. */
export function serveWebSockets<Context extends GatewayContext>(
  app: FastifyInstance,
  parts: WebSocketParts<Context>,
): void {
  const { proxies, toGatewayError, streams, maxPerAccount } = parts;
  const budget = app.inFlight;
  const protocol = websocketOperations(parts);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: (protocols) => handleProtocols(protocols),
  });
  const owners = new Map<string, number>();

  /** @returns a function that releases the place. */
  function take(owner: string): () => void {
    const open = owners.get(owner) ?? 0;
    if (maxPerAccount > 0 && open >= maxPerAccount)
      throw overloaded(`This account has ${maxPerAccount} connections open, which is the limit.`);
    owners.set(owner, open + 1);
    return () => {
      const left = (owners.get(owner) ?? 1) - 1;
      if (left > 0) owners.set(owner, left);
      else owners.delete(owner);
    };
  }

  function connectionOf(socket: WebSocket, message: IncomingMessage): Connection {
    const address = proxies.addressOf(message);
    const inFlight = budget.open(message, networkOf(address), 0);
    socket.once('close', () => budget.close(message));
    return {
      requestId: requestIdOf(message),
      address,
      headers: headersOf(message.headers),
      caller: null,
      operations: 0,
      openOperations: 0,
      isFull: () => socket.bufferedAmount > MAX_UNREAD_BYTES,
      hold: (chars) => budget.hold(inFlight, chars),
      accept(caller) {
        if (!caller) throw unauthenticated();
        parts.rateLimits.admit(caller, address);
        const owner = ownerOf(caller, address);
        socket.once('close', take(owner));
        budget.assign(inFlight, owner);
      },
      end(error) {
        const { code, message: reason } = toGatewayError(error, 'none');
        // Earlier messages are sent first.
        setImmediate(() => close(socket, CLOSE_CODES[code] ?? TRY_AGAIN_LATER, `${code}: ${reason}`));
      },
    };
  }

  function opened(socket: WebSocket, message: IncomingMessage): void {
    const connection = connectionOf(socket, message);
    let beats = 0;
    let isAlive = true;
    const stopKeepAlive = streams.keepAlive(() => {
      beats = connection.openOperations > 0 ? 0 : beats + 1;
      if (!isAlive) socket.terminate();
      else if (beats > MAX_IDLE_BEATS) close(socket, GOING_AWAY, 'This connection was idle.');
      else socket.ping();
      isAlive = false;
    });
    socket.on('pong', () => (isAlive = true));
    socket.on('ping', () => connection.isFull() && socket.terminate());
    // The library reports the code with which it closed the connection after an invalid message.
    socket.on('error', () => undefined);
    const onClose = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) =>
          new Promise((resolve, reject) => socket.send(data, (error) => (error ? reject(error) : resolve()))),
        close: (code, reason) => close(socket, code ?? BAD_MESSAGE, reason ?? ''),
        onMessage: (take) =>
          socket.on('message', (data: Buffer, isBinary) => {
            const text = data.toString('utf8');
            const problem = isBinary ? 'Messages are text.' : inexactMessage(text);
            if (connection.isFull()) socket.terminate();
            else if (problem !== null) close(socket, BAD_MESSAGE, problem);
            else take(text).catch((error: unknown) => close(socket, BAD_MESSAGE, messageOf(error)));
          }),
      },
      connection,
    );
    socket.once('close', (code, reason) => {
      stopKeepAlive();
      void onClose(code, reason.toString('utf8'));
    });
  }

  app.server.on('upgrade', (message: IncomingMessage, socket: Socket, head: Buffer) => {
    stopReadingInPieces(socket);
    socket.on('error', () => socket.destroy());
    // Node.js has stopped parsing this connection, so a request with a body could not be read any more.
    if (!isForWebSocket(message) && !hasBody(message)) {
      answerWithoutUpgrade(app.server, message, socket);
      return;
    }
    const refusal = handshakeRefusal(message, parts);
    if (refusal) socket.end(rawRefusal(refusal), () => socket.destroy());
    else sockets.handleUpgrade(message, socket, head, (open) => opened(open, message));
  });
  app.addHook('preClose', (done) => {
    // Their streams have been notified, and report it first.
    setTimeout(() => {
      for (const socket of sockets.clients) close(socket, GOING_AWAY, 'This gateway is shutting down. Connect again.');
    }, 50).unref();
    done();
  });
}

/** Announces the end, and disconnects clients that do not answer. */
function close(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, shorten(reason));
  setTimeout(() => socket.terminate(), CLOSE_WITHIN_MS).unref();
}
