/** The three servers on one database, and how each is spoken to. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { launch, type Running } from './process';
import type { BenchAccount } from './dataset';
import type { Ask, ServerName } from './work';
import type { BenchWorld } from './world';

const ROOT = join(__dirname, '../..');
const PEERS = join(ROOT, 'bench/peers');
const POOL_SIZE = '10';

export interface Server extends Running {
  readonly name: ServerName;
}

/** The gateway as its users run it. */
export function launchGateway(
  environment: Readonly<Record<string, string>>,
  execArgv: string[] = [],
): Promise<Running> {
  const usual = { ENVIRONMENT: 'production', LOG_LEVEL: 'error', POOL_SIZE };
  return launch({ script: join(ROOT, 'dist/src/main.js'), environment: { ...usual, ...environment }, execArgv });
}

/** @throws Error when its packages are not installed. */
function launchPostGraphile(world: BenchWorld): Promise<Running> {
  const execPath = join(PEERS, 'node_modules/node/bin/node');
  if (!existsSync(execPath)) throw new Error('PostGraphile is not installed: npm ci --prefix bench/peers');
  const environment = { TENANT_DATABASE_URL: world.tenantUrl, POOL_SIZE, GRAPHILE_ENV: 'production' };
  return launch({ script: join(PEERS, 'postgraphile.js'), environment, execPath });
}

const launchFloor = (world: BenchWorld): Promise<Running> =>
  launch({ script: join(__dirname, 'floor.js'), environment: { TENANT_DATABASE_URL: world.tenantUrl, POOL_SIZE } });

export async function launchServers(world: BenchWorld): Promise<Server[]> {
  return [
    { name: 'portcullis', ...(await launchGateway(world.environment)) },
    { name: 'postgraphile', ...(await launchPostGraphile(world)) },
    { name: 'floor', ...(await launchFloor(world)) },
  ];
}

/** The gateway is sent a key; the others are simply told the account. */
export const headersFor = (server: ServerName, account: BenchAccount): Record<string, string> => ({
  'content-type': 'application/json',
  ...(server === 'portcullis' ? { 'x-api-key': account.key } : { 'x-account': account.id }),
});

/** A whole request as the generator sends it. */
export function requestText(headers: Readonly<Record<string, string>>, ask: Ask): string {
  const body = JSON.stringify(ask);
  const lines = Object.entries({ host: 'localhost', ...headers, 'content-length': `${Buffer.byteLength(body)}` });
  return `POST /graphql HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

/** One request by a real client. @throws Error when the answer has errors. */
export async function send(port: number, headers: Readonly<Record<string, string>>, ask: Ask): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify(ask),
  });
  const { data, errors } = JSON.parse(await answer.text()) as { data?: unknown; errors?: unknown };
  if (errors !== undefined) throw new Error(`A server answered with errors: ${JSON.stringify(errors)}`);
  return data;
}
