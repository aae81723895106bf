/** A proxy between a client and a gateway that fails like networks and busy gateways. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayError, type ErrorCode } from '../../src/errors';

/** A request that was sent to the proxy. */
export interface Seen {
  readonly body: string;
  readonly idempotencyKey: string | undefined;
  readonly lastEventId: string | undefined;
  readonly consistencyToken: string | undefined;
}

const TOKEN = 'x-consistency-token';
const FORWARDED = ['accept', 'content-type', 'x-api-key', 'idempotency-key', 'last-event-id', TOKEN];

function headersOf(request: IncomingMessage): Record<string, string> {
  const pairs = FORWARDED.map((name) => [name, request.headers[name]] as const);
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function refuse(response: ServerResponse, code: ErrorCode): void {
  const error = new GatewayError(code, 'The proxy says so.', { retryAfterSeconds: 0 });
  response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '0' });
  response.end(JSON.stringify({ errors: [error] }));
}

/** The beginning of an event. */
const NEXT = 'event: next';

export class FaultyProxy {
  readonly seen: Seen[] = [];
  private streams = 0;

  private constructor(
    private readonly gateway: string,
    private readonly server: Server,
  ) {}

  static async start(gateway: string): Promise<FaultyProxy> {
    const server = createServer();
    const proxy = new FaultyProxy(gateway, server);
    server.on('request', (request, response) => {
      proxy.answer(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/graphql`;
  }

  /** Requests whose body contains this text. */
  seenWith(text: string): Seen[] {
    return this.seen.filter(({ body }) => body.includes(text));
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    if (request.url !== '/graphql') {
      response.writeHead(502).end('<html>Bad gateway</html>');
      return;
    }
    const headers = headersOf(request);
    this.seen.push({
      body,
      idempotencyKey: headers['idempotency-key'],
      lastEventId: headers['last-event-id'],
      consistencyToken: headers[TOKEN],
    });
    const refusal = this.refusalOf(body);
    if (refusal) {
      refuse(response, refusal);
      return;
    }
    const left = new AbortController();
    response.on('close', () => left.abort());
    const answer = await fetch(this.gateway, { method: 'POST', headers, body, signal: left.signal });
    if (answer.headers.get('content-type')?.startsWith('text/event-stream')) return this.stream(answer, response);
    const text = await answer.text();
    if (body.includes('"lost answer"')) response.destroy();
    else response.writeHead(answer.status, { 'content-type': 'application/json', ...this.tokenFor(body) }).end(text);
  }

  /**
   * A token like that of a gateway with replicas. It contains the name of the row, so that tests can tell tokens apart.
   */
  private tokenFor(body: string): Record<string, string> {
    const [, name] = /"name":"(stored [^"]*)"/.exec(body) ?? [];
    return name !== undefined && body.includes('mutation') ? { [TOKEN]: name.replaceAll(' ', '-') } : {};
  }

  private refusalOf(body: string): ErrorCode | null {
    if (body.includes('"refused"')) return 'UNAVAILABLE';
    if (!body.includes('"retried"')) return null;
    const attempts = this.seenWith('"retried"').length;
    return ([null, 'UNAVAILABLE', 'OVERLOADED'] as const)[attempts] ?? null;
  }

  /** The first stream sends nothing, the second one breaks off within its third event, the others are complete. */
  private async stream(answer: Response, response: ServerResponse): Promise<void> {
    this.streams += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    const { streams } = this;
    if (streams === 1 || !answer.body) return;
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of answer.body) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const third = text.split(NEXT).slice(0, 3).join(NEXT).length;
      if (streams > 2) response.write(chunk);
      else if (text.length > third) {
        response.write(text.slice(0, third + NEXT.length), () => response.destroy());
        return;
      }
    }
    response.end();
  }
}
