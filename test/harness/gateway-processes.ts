/** Gateways in separate processes, and a load balancer in front of them that sends each request to the next one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { GatewayParts } from '../../src/gateway';
import { secretOf, type TestDatabase } from './database';
import { listen } from './ports';

const PROJECT = resolve(__dirname, '../..');

export interface GatewayProcess {
  /** The URL, `http://127.0.0.1:PORT`. */
  readonly address: string;
  stop(): Promise<void>;
}

/** @param settings settings in addition to those of tests. */
export async function startGatewayProcess(
  database: TestDatabase,
  settings: Partial<GatewayParts['settings']> = {},
): Promise<GatewayProcess> {
  const { tenantUrl, operatorUrl, restrictedUrl } = database;
  const child = spawn(
    process.execPath,
    [
      ...['-r', join(PROJECT, 'test/harness/typescript.js'), join(PROJECT, 'test/harness/gateway-process.ts')],
      ...[tenantUrl, operatorUrl, restrictedUrl, secretOf(database).toString('hex'), JSON.stringify(settings)],
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [address] = (await once(createInterface(child.stdout), 'line')) as [string];
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await once(child, 'exit');
  };
  return { address, stop };
}

export interface LoadBalancer extends GatewayProcess {
  /** The number of requests that each process received. */
  readonly counts: readonly number[];
}

/** Distributes single requests, regardless of the client: there are no sticky sessions. */
export async function startLoadBalancer(processes: readonly GatewayProcess[]): Promise<LoadBalancer> {
  const agent = new Agent({ keepAlive: true });
  const counts = processes.map(() => 0);
  let next = 0;
  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    const place = next % processes.length;
    next += 1;
    counts[place] = (counts[place] ?? 0) + 1;
    const target = new URL(incoming.url ?? '/', processes[place]?.address);
    const forwarded = request(target, { agent, method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(forwarded);
  });
  const stop = async (): Promise<void> => {
    agent.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { address: `http://127.0.0.1:${await listen(server)}`, counts, stop };
}
