/**
 * The open-loop generator, a process of its own: requests leave at the times of a schedule, however late the answers to
 * earlier ones are, as those of many clients do. Latencies count from the time of the schedule.
 */
import { connect, type Socket } from 'node:net';
import { at, endOf, textOf } from '../harness/answers';

export interface OpenLoadOrder {
  readonly port: number;
  /** An address of 127.0.0.0/8 to connect from. */
  readonly address: string;
  /** Connections at most; what is due while all of them wait for an answer is not sent. */
  readonly connections: number;
  readonly ratePerSecond: number;
  readonly milliseconds: number;
  /** Whole requests as text, of which one is picked at random every time. */
  readonly requests: readonly string[];
}

export interface Latencies {
  readonly count: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface OpenLoadReport {
  readonly milliseconds: number;
  /** Answered with 200. */
  readonly accepted: Latencies;
  /** Answered otherwise. */
  readonly refused: Latencies;
  /** Answers by status and code, `503 OVERLOADED`. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** 429 and 503 without Retry-After. */
  readonly withoutRetryAfter: number;
  /** Connections that ended before their answer was there. */
  readonly broken: number;
  /** What was due while no connection was free. */
  readonly unsent: number;
  /** Of each tenth of a second: answers with 200 and others. */
  readonly course: readonly { accepted: number; refused: number; slowest: number }[];
}

const SPAN_MS = 100;
/** After the last request, for answers. */
const MAX_WAIT_MS = 15_000;

const latenciesOf = (values: readonly number[]): Latencies => {
  const sorted = Float64Array.from(values).sort();
  return { count: sorted.length, p50: at(sorted, 0.5), p99: at(sorted, 0.99), max: at(sorted, 1) };
};

/** A connection, with the time for which the request was scheduled whose answer it waits for. */
class Connection {
  since: number | null = null;
  #answer: Buffer = Buffer.alloc(0);
  readonly #socket: Socket;

  constructor(
    { port, address }: OpenLoadOrder,
    onAnswer: (connection: Connection, answer: Buffer) => void,
    onClose: (connection: Connection) => void,
  ) {
    this.#socket = connect({ port, host: '127.0.0.1', localAddress: address, noDelay: true });
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => onClose(this));
    this.#socket.on('data', (part) => {
      this.#answer = this.#answer.length === 0 ? part : Buffer.concat([this.#answer, part]);
      const end = endOf(this.#answer);
      if (end === null || this.#answer.length < end) return;
      const answer = this.#answer;
      this.#answer = Buffer.alloc(0);
      onAnswer(this, answer);
    });
  }

  send(request: Buffer, since: number): void {
    this.since = since;
    this.#socket.write(request);
  }

  close(): void {
    this.#socket.destroy();
  }
}

class OpenLoad {
  readonly #idle: Connection[] = [];
  readonly #connections = new Set<Connection>();
  readonly #accepted: number[] = [];
  readonly #refused: number[] = [];
  readonly #outcomes: Record<string, number> = {};
  readonly #course: { accepted: number; refused: number; slowest: number }[] = [];
  readonly #requests: readonly Buffer[];
  readonly #began = performance.now();
  #withoutRetryAfter = 0;
  #broken = 0;
  #unsent = 0;
  #waiting = 0;

  constructor(private readonly order: OpenLoadOrder) {
    this.#requests = order.requests.map((request) => Buffer.from(request));
  }

  async run(): Promise<OpenLoadReport> {
    const { ratePerSecond, milliseconds } = this.order;
    const total = Math.floor((ratePerSecond * milliseconds) / 1_000);
    for (let sent = 0; sent < total;) {
      const now = performance.now() - this.#began;
      for (; sent < total && (sent / ratePerSecond) * 1_000 <= now; sent += 1)
        this.#send(this.#began + (sent / ratePerSecond) * 1_000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const lasted = performance.now() - this.#began;
    const deadline = performance.now() + MAX_WAIT_MS;
    while (this.#waiting > 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
    for (const connection of this.#connections) connection.close();
    return {
      milliseconds: lasted,
      accepted: latenciesOf(this.#accepted),
      refused: latenciesOf(this.#refused),
      outcomes: this.#outcomes,
      withoutRetryAfter: this.#withoutRetryAfter,
      broken: this.#broken + this.#waiting,
      unsent: this.#unsent,
      course: this.#course,
    };
  }

  #send(since: number): void {
    const connection = this.#idle.pop() ?? this.#open();
    const request = this.#requests[Math.floor(Math.random() * this.#requests.length)];
    if (!request) throw new Error('There are no requests');
    if (!connection) {
      this.#unsent += 1;
      return;
    }
    this.#waiting += 1;
    connection.send(request, since);
  }

  #open(): Connection | null {
    if (this.#connections.size >= this.order.connections) return null;
    const connection = new Connection(
      this.order,
      (answered, answer) => {
        if (answered.since === null) return;
        this.#note(answer, answered.since);
        answered.since = null;
        this.#waiting -= 1;
        this.#idle.push(answered);
      },
      (closed) => {
        this.#connections.delete(closed);
        const place = this.#idle.indexOf(closed);
        if (place >= 0) this.#idle.splice(place, 1);
        if (closed.since === null) return;
        this.#waiting -= 1;
        this.#broken += 1;
      },
    );
    this.#connections.add(connection);
    return connection;
  }

  #note(answer: Buffer, since: number): void {
    const now = performance.now();
    const { status, code, retryAfter } = textOf(answer);
    const outcome = code === null ? `${status}` : `${status} ${code}`;
    this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
    const isAccepted = status === 200 && code === null;
    (isAccepted ? this.#accepted : this.#refused).push(now - since);
    if ((status === 429 || status === 503) && retryAfter === null) this.#withoutRetryAfter += 1;
    const index = Math.floor((now - this.#began) / SPAN_MS);
    while (this.#course.length <= index) this.#course.push({ accepted: 0, refused: 0, slowest: 0 });
    const span = this.#course[index];
    if (!span) return;
    span[isAccepted ? 'accepted' : 'refused'] += 1;
    if (isAccepted) span.slowest = Math.max(span.slowest, now - since);
  }
}

process.on('message', (order: OpenLoadOrder) => {
  new OpenLoad(order).run().then(
    (report) => process.send?.(report),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
