/**
 * The open-loop generator, in a separate process: it sends requests at scheduled times, no matter how late the answers
 * to earlier ones are, as many independent clients do. Latencies count from the scheduled time.
 */
import { connect, type Socket } from 'node:net';
import { endOf, textOf } from '../harness/answers';
import { percentile } from '../harness/statistics';

export interface OpenLoadOrder {
  readonly port: number;
  /** The local address, in 127.0.0.0/8. */
  readonly address: string;
  /** Connections opened in advance. A request that is due while all of them wait for an answer is not sent. */
  readonly connections: number;
  readonly ratePerSecond: number;
  readonly milliseconds: number;
  /** Complete requests as text; one is picked at random every time. */
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
  /** Answers with status 200. */
  readonly accepted: Latencies;
  /** All other answers. */
  readonly refused: Latencies;
  /** Answers by status and code, such as `503 OVERLOADED`. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Answers with status 429 or 503 but without Retry-After. */
  readonly withoutRetryAfter: number;
  /** Connections that ended before their answer arrived. */
  readonly broken: number;
  /** Requests that were due while no connection was free. */
  readonly unsent: number;
  /** The CPU time of the generator, in microseconds. */
  readonly cpu: number;
  /** How late the generator itself sent requests; such delays are not the server's fault. */
  readonly lag: Latencies;
  /** For each tenth of a second: answers with status 200 and others. */
  readonly course: readonly { accepted: number; refused: number; slowest: number }[];
}

const SPAN_MS = 100;
/** How long to wait for answers after the last request. */
const MAX_WAIT_MS = 15_000;

const latenciesOf = (values: readonly number[]): Latencies => {
  const sorted = Float64Array.from(values).sort();
  return {
    count: sorted.length,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    max: percentile(sorted, 1),
  };
};

/** Large enough for the headers. */
const HEADERS_BYTES = 1_024;

/** The beginning of a stream counts as its answer, because it has no end. */
const isStream = (answer: Buffer): boolean => {
  const start = answer.subarray(0, HEADERS_BYTES);
  return start.includes('text/event-stream') && start.includes('\r\n\r\n');
};

const closesConnection = (answer: Buffer): boolean =>
  answer.subarray(0, HEADERS_BYTES).includes('\r\nconnection: close\r\n');

/** A connection, with the scheduled time of the request whose answer it is waiting for. */
class Connection {
  since: number | null = null;
  /** Resolves when the connection is open or has failed. */
  readonly ready: Promise<unknown>;
  #parts: Buffer[] = [];
  #size = 0;
  /** The length of the answer in bytes; null while its headers are incomplete. */
  #end: number | null = null;
  readonly #socket: Socket;

  constructor(
    { port, address }: OpenLoadOrder,
    /** Called with the beginning of the answer. */
    onAnswer: (connection: Connection, answer: Buffer, isLast: boolean) => void,
    onClose: (connection: Connection) => void,
  ) {
    this.#socket = connect({ port, host: '127.0.0.1', localAddress: address, noDelay: true });
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => onClose(this));
    this.ready = new Promise((resolve) => this.#socket.once('connect', resolve).once('close', resolve));
    this.#socket.on('data', (part) => {
      this.#parts.push(part);
      this.#size += part.length;
      if (this.#end === null) {
        const start = this.#parts.length === 1 ? part : Buffer.concat(this.#parts);
        this.#parts = [start];
        this.#end = isStream(start) ? 0 : endOf(start);
      }
      if (this.#end === null || this.#size < this.#end) return;
      const [answer = part] = this.#parts;
      const isLast = this.#end === 0 || closesConnection(answer);
      [this.#parts, this.#size, this.#end] = [[], 0, null];
      onAnswer(this, answer, isLast);
      if (isLast) this.close();
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
  readonly #lags: number[] = [];
  readonly #outcomes: Record<string, number> = {};
  readonly #course: { accepted: number; refused: number; slowest: number }[] = [];
  readonly #requests: readonly Buffer[];
  #began = 0;
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
    await this.#connect();
    const cpuBefore = process.cpuUsage();
    this.#began = performance.now();
    for (let sent = 0; sent < total;) {
      const now = performance.now() - this.#began;
      for (; sent < total && (sent / ratePerSecond) * 1_000 <= now; sent += 1)
        this.#send(this.#began + (sent / ratePerSecond) * 1_000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const lasted = performance.now() - this.#began;
    const { user, system } = process.cpuUsage(cpuBefore);
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
      cpu: user + system,
      lag: latenciesOf(this.#lags),
      course: this.#course,
    };
  }

  /** Like a client's connection pool: connections that end are replaced when they are needed. */
  async #connect(): Promise<void> {
    const opened = Array.from({ length: this.order.connections }, () => this.#open());
    await Promise.all(opened.flatMap((connection) => (connection ? [connection.ready] : [])));
    for (const connection of opened) if (connection && this.#connections.has(connection)) this.#idle.push(connection);
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
    this.#lags.push(performance.now() - since);
    connection.send(request, since);
  }

  #open(): Connection | null {
    if (this.#connections.size >= this.order.connections) return null;
    const connection = new Connection(
      this.order,
      (answered, answer, isLast) => {
        if (answered.since === null) return;
        this.#note(answer, answered.since);
        answered.since = null;
        this.#waiting -= 1;
        if (!isLast) this.#idle.push(answered);
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
