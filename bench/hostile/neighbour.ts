/**
 * The neighbour, in a separate process: sends one small request after another on one connection, with a short pause,
 * and reports how long the answers took.
 */
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from '../harness/statistics';

export interface NeighbourOrder {
  readonly port: number;
  readonly address: string;
  /** Null requests `/livez`. */
  readonly key: string | null;
}

export interface NeighbourReport {
  readonly answered: number;
  /** Failed requests, and answers with a status other than 200. */
  readonly failed: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const PAUSE_MS = 5;
const BODY = '{"query":"{ tools(first: 1) { nodes { id } } }"}';

let latencies: number[] = [];
let failed = 0;

function ask({ port, key, address: localAddress }: NeighbourOrder, agent: Agent): Promise<boolean> {
  const target =
    key === null
      ? { path: '/livez', method: 'GET' }
      : {
          path: '/graphql',
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-api-key': key, 'content-length': BODY.length },
        };
  return new Promise((resolve) => {
    const options = { port, host: '127.0.0.1', localAddress, ...target, agent };
    const sent = request(options, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode === 200));
      answer.on('error', () => resolve(false));
    });
    sent.on('error', () => resolve(false));
    sent.end(key === null ? undefined : BODY);
  });
}

async function askForever(order: NeighbourOrder): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, localAddress: order.address });
  for (;;) {
    const began = performance.now();
    if (!(await ask(order, agent))) failed += 1;
    latencies.push(performance.now() - began);
    await pause(PAUSE_MS);
  }
}

function report(): NeighbourReport {
  const sorted = [...latencies].sort((left, right) => left - right);
  const answer = {
    answered: sorted.length,
    failed,
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
    max: percentile(sorted, 1),
  };
  latencies = [];
  failed = 0;
  return answer;
}

process.on('message', (message: NeighbourOrder | 'report') => {
  if (message === 'report') process.send?.(report());
  else void askForever(message);
});
