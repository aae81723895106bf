/** Subscribers to the events of accounts over server-sent events: many connections of one process. */
import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { BenchAccount } from '../dataset/dataset';

const BODY = JSON.stringify({ query: 'subscription { events { sequence at resourceId } }' });
/** Connections that are opened concurrently. */
const AT_ONCE = 50;
const AT = /"at":"([^"]+)"/g;

export class Followers {
  readonly #requests: ClientRequest[] = [];
  /** Milliseconds from the time of the event to its arrival. */
  readonly delays: number[] = [];

  private constructor(private readonly port: number) {}

  /** @param count the number of subscribers, spread over the accounts. */
  static async open(port: number, accounts: readonly BenchAccount[], count: number): Promise<Followers> {
    const followers = new Followers(port);
    for (let opened = 0; opened < count; opened += AT_ONCE) {
      const batch = Array.from({ length: Math.min(AT_ONCE, count - opened) }, (_, index) => opened + index);
      await Promise.all(batch.map((index) => followers.#follow(accounts[index % accounts.length]?.key ?? '')));
    }
    return followers;
  }

  close(): void {
    for (const outgoing of this.#requests.splice(0)) outgoing.destroy();
  }

  async #follow(key: string): Promise<void> {
    const headers = {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(BODY),
      'x-api-key': key,
    };
    const outgoing = request({
      host: '127.0.0.1',
      port: this.port,
      path: '/graphql',
      method: 'POST',
      headers,
      agent: false,
    });
    this.#requests.push(outgoing);
    outgoing.on('error', () => undefined);
    outgoing.end(BODY);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    if (answer.statusCode !== 200) throw new Error(`A stream was refused with ${answer.statusCode ?? 0}`);
    answer.on('error', () => undefined);
    answer.on('data', (data: Buffer) => {
      const now = Date.now();
      for (const [, at = ''] of data.toString('latin1').matchAll(AT)) this.delays.push(now - Date.parse(at));
    });
  }
}
