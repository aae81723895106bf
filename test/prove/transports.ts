/** The transports of the proof: each sends operations and returns everything that a caller can see of the answer. */
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';

export interface Request {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

/** What a caller can see, in bytes. */
export interface Seen {
  readonly status: number;
  /** All headers in order, names and values as received; those of NOT_COMPARABLE by name only. */
  readonly headers: readonly string[];
  readonly body: string;
}

/**
 * Node.js takes the date from the machine's clock, and the answer to a handshake follows from the client's random key.
 */
const NOT_COMPARABLE: ReadonlySet<string | undefined> = new Set(['date', 'sec-websocket-accept']);

const comparable = (headers: readonly string[]): string[] =>
  headers.map((text, index) => (index % 2 === 1 && NOT_COMPARABLE.has(headers[index - 1]?.toLowerCase()) ? '' : text));

/** Connects to the gateway at a port of this machine. */
export type Connect = (port: number) => Transport;

export interface Transport {
  send(key: string, requestId: string, sent: Request): Promise<Seen>;
  close(): void;
}

type Sent = { readonly method: 'POST'; readonly payload: string } | { readonly method: 'GET'; readonly path: string };

const asPost = (sent: Request): Sent => ({ method: 'POST', payload: JSON.stringify(sent) });

/** GraphQL over HTTP has queries in GET, mutations in POST; long queries do not fit into a URL. */
function asGet(sent: Request): Sent {
  const { query, variables, operationName } = sent;
  const search = new URLSearchParams({ query, ...(operationName !== undefined && { operationName }) });
  if (variables) search.set('variables', JSON.stringify(variables));
  const path = `/graphql?${search.toString()}`;
  return /^\s*mutation\b/.test(query) || path.length > MAX_PATH_CHARS ? asPost(sent) : { method: 'GET', path };
}

const MAX_PATH_CHARS = 8_000;

class HttpTransport implements Transport {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(
    private readonly port: number,
    private readonly encode: (sent: Request) => Sent,
    private readonly accept: string | null = null,
  ) {}

  send(key: string, requestId: string, sent: Request): Promise<Seen> {
    const encoded = this.encode(sent);
    const payload = encoded.method === 'POST' ? encoded.payload : '';
    const path = encoded.method === 'GET' ? encoded.path : '/graphql';
    const headers = {
      ...(encoded.method === 'POST'
        ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }
        : { 'apollo-require-preflight': 'true' }),
      ...(this.accept !== null && { accept: this.accept }),
      'x-api-key': key,
      'x-reason': 'proof of isolation',
      'x-request-id': requestId,
    };
    return new Promise((resolve, reject) => {
      const options = { port: this.port, path, method: encoded.method, headers, agent: this.#agent };
      const outgoing = request({ host: '127.0.0.1', ...options }, (answer) => {
        text(answer).then(
          (body) => resolve({ status: answer.statusCode ?? 0, headers: comparable(answer.rawHeaders), body }),
          reject,
        );
      });
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

interface Message {
  readonly id?: string;
  readonly type: string;
}

/** A connection for each operation: the ids of its requests follow from that of the handshake. */
class WebSocketTransport implements Transport {
  constructor(private readonly port: number) {}

  async send(key: string, requestId: string, { query, variables, operationName }: Request): Promise<Seen> {
    const { socket, headers } = await this.#connect(key, requestId);
    return new Promise((resolve, reject) => {
      const lines: string[] = [];
      const take = (data: Buffer): void => {
        const line = data.toString('utf8');
        const { id, type } = JSON.parse(line) as Message;
        if (id !== requestId) return;
        lines.push(line);
        if (type === 'next') return;
        socket.terminate();
        resolve({ status: 101, headers, body: lines.join('\n') });
      };
      socket.on('message', take).once('error', reject);
      socket.send(JSON.stringify({ id: requestId, type: 'subscribe', payload: { query, variables, operationName } }));
    });
  }

  close(): void {
    // Nothing is kept open.
  }

  async #connect(key: string, requestId: string): Promise<{ socket: WebSocket; headers: readonly string[] }> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.port}/graphql`, 'graphql-transport-ws', {
      headers: { 'x-request-id': requestId },
    });
    const handshake = once(socket, 'upgrade') as Promise<[IncomingMessage]>;
    await once(socket, 'open');
    const [{ rawHeaders }] = await handshake;
    const payload = { 'x-api-key': key, 'x-reason': 'proof of isolation' };
    const acknowledged = once(socket, 'message');
    socket.send(JSON.stringify({ type: 'connection_init', payload }));
    await acknowledged;
    return { socket, headers: comparable(rawHeaders) };
  }
}

/** The GraphQL answer in the response of a transport. */
export function answerIn(body: string): unknown {
  const [, event = body] = /^data: (\{.*)$/m.exec(body) ?? [];
  const value: unknown = JSON.parse(event.split('\n', 1)[0] ?? '');
  return typeof value === 'object' && value !== null && 'payload' in value ? value.payload : value;
}

export const http: Connect = (port) => new HttpTransport(port, asPost);

/** By the name that `--transport` accepts. */
export const TRANSPORTS: Readonly<Record<string, Connect | undefined>> = {
  http,
  'http-get': (port) => new HttpTransport(port, asGet),
  sse: (port) => new HttpTransport(port, asPost, 'text/event-stream'),
  ws: (port) => new WebSocketTransport(port),
};
