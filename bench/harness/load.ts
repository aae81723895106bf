/**
 * The load generator, in a separate process: keep-alive connections that each send the next request when the last one
 * is answered. It implements the minimum of HTTP/1.1 itself, because a full client uses more CPU than the server that
 * it measures.
 */
import { connect, type Socket } from 'node:net';
import { endOf } from './answers';
import { percentile } from './statistics';

export interface LoadOrder {
  readonly port: number;
  readonly connections: number;
  readonly milliseconds: number;
  /** Complete requests as text; each connection picks one at random every time. */
  readonly requests: readonly string[];
}

export interface LoadReport {
  readonly answered: number;
  /** Answers with a status other than 200. */
  readonly failed: number;
  readonly milliseconds: number;
  /** Latencies in milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

function connection(
  port: number,
  next: () => Buffer | null,
  answered: (ok: boolean, since: bigint) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let parts: Buffer[] = [];
    let size = 0;
    let end: number | null = null;
    let since = 0n;
    const send = (): void => {
      const request = next();
      if (request === null) {
        socket.destroy();
        resolve();
        return;
      }
      since = process.hrtime.bigint();
      socket.write(request);
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('end', () => reject(new Error('The server closed the connection')));
    socket.on('data', (part) => {
      parts.push(part);
      size += part.length;
      if (end === null) {
        parts = [Buffer.concat(parts)];
        end = endOf(parts[0] ?? part);
      }
      if (end === null || size < end) return;
      answered(parts[0]?.toString('latin1', 9, 12) === '200', since);
      parts = [];
      size = 0;
      end = null;
      send();
    });
  });
}

async function run(order: LoadOrder): Promise<LoadReport> {
  const requests = order.requests.map((request) => Buffer.from(request));
  const latencies: number[] = [];
  let failed = 0;
  const started = performance.now();
  const deadline = started + order.milliseconds;
  const next = (): Buffer | null =>
    performance.now() >= deadline ? null : (requests[Math.floor(Math.random() * requests.length)] ?? null);
  const answered = (ok: boolean, since: bigint): void => {
    latencies.push(Number(process.hrtime.bigint() - since) / 1e6);
    if (!ok) failed += 1;
  };
  await Promise.all(Array.from({ length: order.connections }, () => connection(order.port, next, answered)));
  const milliseconds = performance.now() - started;
  const sorted = Float64Array.from(latencies).sort();
  return {
    answered: latencies.length,
    failed,
    milliseconds,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
  };
}

process.on('message', (order: LoadOrder) => {
  run(order).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
