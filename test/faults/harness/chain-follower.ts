/** Follows the events of an account through all faults, over either transport, and resumes after each interruption. */
import { request, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { connected } from '../../harness/sql';
import type { Random } from './random';

export interface Account {
  readonly id: string;
  readonly key: string;
}

interface Point {
  readonly sequence: number;
  readonly hash: string;
}

const QUERY = 'subscription ($after: Int) { events(after: $after) { sequence hash } }';
const EVENT = /\{"sequence":(\d+),"hash":"([0-9a-f]{64})"\}/g;
const RETRY_MS = 100;
/** A connection that receives nothing, not even a keep-alive, for this long is closed. */
const SILENCE_MS = 20_000;
/** After this time, it disconnects by itself. */
const MAX_STAY_MS = 3_000;

export type Transport = 'events' | 'websocket';

export class ChainFollower {
  readonly points: Point[] = [];
  /** How often it connected. */
  connections = 0;
  #isOver = false;
  #hangUp: () => void = () => undefined;
  readonly #running: Promise<void>;

  constructor(
    readonly account: Account,
    readonly transport: Transport,
    private readonly ports: readonly number[],
    private readonly random: Random,
  ) {
    this.#running = this.#run();
  }

  get last(): number {
    return this.points.at(-1)?.sequence ?? 0;
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#hangUp();
    await this.#running;
  }

  /** @returns the differences from the stored chain. */
  async problems(superuserUrl: string): Promise<string[]> {
    const stored = await connected(superuserUrl, async (client) => {
      const { rows } = await client.query<Point>(
        "SELECT sequence::int, encode(hash, 'hex') AS hash FROM audit_event WHERE account_id = $1 ORDER BY sequence",
        [this.account.id],
      );
      return rows;
    });
    const wrong = stored.findIndex(
      ({ sequence, hash }, index) => this.points[index]?.sequence !== sequence || this.points[index]?.hash !== hash,
    );
    if (wrong < 0 && stored.length === this.points.length) return [];
    return [
      `A follower over ${this.transport} has ${this.points.length} of ${stored.length} events, the first that differs is ${wrong + 1}`,
    ];
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      this.connections += 1;
      const port = this.ports[this.random.below(this.ports.length)] ?? 0;
      const stay = setTimeout(() => this.#hangUp(), this.random.below(MAX_STAY_MS) + RETRY_MS);
      await (this.transport === 'events' ? this.#overEvents(port) : this.#overWebSocket(port));
      clearTimeout(stay);
      if (!this.#isOver) await pause(RETRY_MS);
    }
  }

  /** Takes each event once, no matter how many arrive together. */
  #take(text: string): void {
    for (const [, sequence, hash = ''] of text.matchAll(EVENT)) this.points.push({ sequence: Number(sequence), hash });
  }

  #overEvents(port: number): Promise<void> {
    return new Promise((resolve) => {
      const payload = JSON.stringify({ query: QUERY, variables: { after: this.last } });
      const headers = {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(payload),
        'x-api-key': this.account.key,
      };
      const take = (answer: IncomingMessage): void => {
        let rest = '';
        answer.on('data', (data: Buffer) => {
          const blocks = (rest + data.toString('utf8')).split('\n\n');
          rest = blocks.pop() ?? '';
          for (const block of blocks) this.#take(block);
        });
        answer.on('error', () => undefined).on('close', resolve);
      };
      const options = { host: '127.0.0.1', port, path: '/graphql', method: 'POST', headers, agent: false };
      const outgoing = request(options, take);
      outgoing.setTimeout(SILENCE_MS, () => outgoing.destroy());
      outgoing.on('error', () => resolve()).on('close', resolve);
      this.#hangUp = () => void outgoing.destroy();
      outgoing.end(payload);
    });
  }

  #overWebSocket(port: number): Promise<void> {
    return new Promise((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
      const send = (message: object): void => socket.send(JSON.stringify(message));
      socket.on('open', () => send({ type: 'connection_init', payload: { 'x-api-key': this.account.key } }));
      socket.on('message', (data: Buffer) => {
        const text = data.toString('utf8');
        if (text.startsWith('{"type":"connection_ack"'))
          send({ id: '1', type: 'subscribe', payload: { query: QUERY, variables: { after: this.last } } });
        else if (/"type":"(?:complete|error)"/.test(text)) socket.close();
        else this.#take(text);
      });
      socket.on('error', () => undefined).on('close', () => resolve());
      this.#hangUp = () => socket.terminate();
    });
  }
}
