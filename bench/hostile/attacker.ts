/** Sends hostile requests as an account or without a key, from a separate address with its own limits. */
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { BenchAccount } from '../dataset/dataset';
import { send } from '../harness/servers';
import { toMegabytes } from '../harness/statistics';

/** The contents of larger answers are not examined. */
const MAX_PARSED_BYTES = 256 * 1024;
/** How long to wait for an answer or the end of a connection. */
const MAX_WAIT_MS = 40_000;

export interface Body {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** The outcome in one or two words: the status and the code of the first error. */
function outcomeOf(status: number, body: Buffer): string {
  if (body.length > MAX_PARSED_BYTES) return `${status}, ${toMegabytes(body.length)} MB`;
  const [, code] = /"code":"([A-Z_]+)"/.exec(body.toString()) ?? [];
  return code === undefined ? `${status}` : `${status} ${code}`;
}

const failure = (error: unknown): string =>
  error instanceof Error && 'code' in error ? `closed (${String(error.code)})` : 'closed';

function statusIn(answer: Buffer): number | null {
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(answer.toString('latin1', 0, 64)) ?? [];
  return status === undefined ? null : Number(status);
}

/** Whether the answer is as complete as its headers announce. */
function isComplete(answer: Buffer): boolean {
  const end = answer.indexOf('\r\n\r\n');
  const [, length] = /content-length: (\d+)/i.exec(answer.toString('latin1', 0, Math.max(0, end))) ?? [];
  return end >= 0 && statusIn(answer) !== 100 && answer.length >= end + 4 + Number(length ?? 0);
}

export class Attacker {
  readonly #sockets = new Set<Socket>();
  readonly #agent: Agent;

  constructor(
    private readonly port: number,
    /** An address in 127.0.0.0/8. */
    private readonly address: string,
    readonly account: BenchAccount,
    private readonly hasKey: boolean,
  ) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1_500, localAddress: address });
  }

  /** The headers of a GraphQL request. */
  get headers(): Readonly<Record<string, string>> {
    const json = { 'content-type': 'application/json' };
    return this.hasKey ? { ...json, 'x-api-key': this.account.key } : json;
  }

  /** Sends a request and reads the answer. @returns the outcome. */
  send(
    body: string | Buffer | Body,
    headers: Readonly<Record<string, string>> = {},
    path = '/graphql',
    method = 'POST',
  ): Promise<string> {
    const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    return new Promise((resolve) => {
      const { port, address: localAddress } = this;
      const options = { port, host: '127.0.0.1', localAddress, path, method, agent: this.#agent, timeout: MAX_WAIT_MS };
      const sent = httpRequest({ ...options, headers: { ...this.headers, ...headers } }, (answer: IncomingMessage) => {
        buffer(answer).then(
          (bytes) => resolve(outcomeOf(answer.statusCode ?? 0, bytes)),
          (error: unknown) => resolve(failure(error)),
        );
      });
      sent.on('error', (error) => resolve(failure(error)));
      sent.on('timeout', () => sent.destroy());
      sent.end(method === 'GET' || method === 'OPTIONS' ? undefined : payload);
    });
  }

  /** Sends an operation that must succeed. @returns its data. */
  async ask<Data>(body: Body): Promise<Data> {
    return (await send(this.port, this.headers, body)) as Data;
  }

  /** Sends requests one after another on each of several connections. */
  async flood(count: number, connections: number, send: (index: number) => Promise<string>): Promise<string[]> {
    const outcomes: string[] = [];
    let next = 0;
    const loop = async (): Promise<void> => {
      for (let index = next; index < count; index = next) {
        next += 1;
        outcomes.push(await send(index));
      }
    };
    await Promise.all(Array.from({ length: connections }, loop));
    return outcomes;
  }

  /** A connection whose answers are not read; null if it was refused. */
  async open(text: string | Buffer = ''): Promise<Socket | null> {
    const socket = connect({ port: this.port, host: '127.0.0.1', localAddress: this.address });
    socket.on('error', () => undefined);
    this.#sockets.add(socket);
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => undefined);
    if (socket.destroyed) return null;
    socket.pause();
    if (text.length > 0) socket.write(text);
    return socket;
  }

  /** Sends bytes and reads until the server closes the connection or stops sending. */
  async exchange(bytes: string | Buffer): Promise<string> {
    const socket = await this.open(bytes);
    return socket ? this.read(socket) : 'refused';
  }

  /** Reads until an answer is complete or the connection ends. @returns the answer. */
  async read(socket: Socket): Promise<string> {
    let text = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      text = Buffer.concat([text, chunk]);
      if (isComplete(text)) socket.destroy();
    });
    socket.resume();
    const timer = setTimeout(() => socket.destroy(), MAX_WAIT_MS);
    if (!socket.destroyed) await once(socket, 'close').catch(() => undefined);
    clearTimeout(timer);
    const status = statusIn(text);
    return status === null ? 'closed' : outcomeOf(status, text);
  }

  /** A GraphQL request as text. */
  text(body: Body, headers: Readonly<Record<string, string>> = {}): string {
    const payload = JSON.stringify(body);
    const all = { host: 'x', ...this.headers, ...headers, 'content-length': `${Buffer.byteLength(payload)}` };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    return `POST /graphql HTTP/1.1\r\n${lines.join('')}\r\n${payload}`;
  }

  /** Closes all open connections. */
  leave(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#agent.destroy();
  }
}

/** `400 QUERY_TOO_COMPLEX × 20; 429 RATE_LIMITED × 3`, the most frequent first. */
export function tally(outcomes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const sorted = [...counts].sort(([, left], [, right]) => right - left);
  return sorted.map(([outcome, count]) => (count === 1 ? outcome : `${outcome} × ${count}`)).join('; ');
}
