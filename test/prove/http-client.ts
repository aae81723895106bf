/** Sends operations over HTTP and gives back everything that a caller sees of the answer. */
import { Agent, request } from 'node:http';

export interface Request {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

/** What a caller can see, in bytes. */
export interface Seen {
  readonly status: number;
  /** All headers as they came, in their order, names and values; `Date` by name only: Node.js writes it from the machine's clock. */
  readonly headers: readonly string[];
  readonly body: string;
}

const withoutTimeOfDay = (headers: readonly string[]): string[] =>
  headers.map((text, index) => (index % 2 === 1 && headers[index - 1]?.toLowerCase() === 'date' ? '' : text));

export class HttpClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(private readonly port: number) {}

  send(key: string, requestId: string, sent: Request): Promise<Seen> {
    const payload = JSON.stringify(sent);
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(payload),
      'x-api-key': key,
      'x-reason': 'proof of isolation',
      'x-request-id': requestId,
    };
    return new Promise((resolve, reject) => {
      const options = { port: this.port, path: '/graphql', method: 'POST', headers, agent: this.#agent };
      const outgoing = request({ host: '127.0.0.1', ...options }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const body = Buffer.concat(chunks).toString('utf8');
          resolve({ status: answer.statusCode ?? 0, headers: withoutTimeOfDay(answer.rawHeaders), body });
        });
      });
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
