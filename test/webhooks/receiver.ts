/** An endpoint that verifies every delivery like a consumer, and stores the accepted ones. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook as Verifier } from 'standardwebhooks';
import { listen } from '../harness/ports';

/** A CloudEvent for an event of the audit log. */
export interface ReceivedEvent {
  readonly specversion: string;
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  readonly time: string;
  readonly data: {
    readonly sequence: number;
    readonly accountId: string;
    readonly resourceType: string;
    readonly action: string;
    readonly after: Record<string, unknown> | null;
    readonly erased: boolean;
    readonly hash: string;
    readonly previous: string | null;
    readonly line: string;
  };
}

export interface Delivery {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly event: ReceivedEvent;
}

type Answer = (delivery: Delivery, response: ServerResponse) => void;

export const accept: Answer = (_delivery, response) => void response.writeHead(204).end();
export const answerWith =
  (status: number, headers: Record<string, string> = {}): Answer =>
  (_delivery, response) =>
    void response.writeHead(status, headers).end();

export class Receiver {
  readonly deliveries: Delivery[] = [];
  /** The answers of paths; all others get 204. */
  readonly answers = new Map<string, Answer>();
  /** The maximum number of concurrent deliveries of a path. */
  readonly #server = createServer((request, response) => void this.#receive(request, response));

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await listen(receiver.#server);
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  of(path: string): Delivery[] {
    return this.deliveries.filter((delivery) => delivery.path === path);
  }

  sequences(path: string): number[] {
    return this.of(path).map(({ event }) => event.data.sequence);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const delivery = {
      path: request.url ?? '',
      headers: request.headers as Record<string, string>,
      body,
      event: JSON.parse(body) as ReceivedEvent,
    };
    this.deliveries.push(delivery);
    (this.answers.get(delivery.path) ?? accept)(delivery, response);
  }
}

/** @throws if the signature does not match the secret. */
export const verifyDelivery = (secret: string, { body, headers }: Delivery): unknown =>
  new Verifier(secret).verify(body, headers);
