/** The servers, and how each is spoken to. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchAccount } from './dataset';
import { launch, type Running } from './process';
import type { GraphqlRequest, ServerName, Workload } from './workloads';
import { asSuperuser, type BenchDatabase, type BenchCluster } from './cluster';
import { SILENCE_AUDIT } from './dataset';

const ROOT = join(__dirname, '../..');
const PEERS = join(ROOT, 'bench/peers');
const POOL_SIZE = '10';

export interface Server extends Running {
  readonly name: ServerName;
  readonly masterKey: string;
}

/** The gateway as its users run it. */
export function launchGateway(
  environment: Readonly<Record<string, string>>,
  execArgv: readonly string[] = [],
): Promise<Running> {
  const usual = { ENVIRONMENT: 'production', LOG_LEVEL: 'error', POOL_SIZE };
  return launch({ script: join(ROOT, 'dist/src/main.js'), environment: { ...usual, ...environment }, execArgv });
}

/** @throws Error when its packages are not installed. */
function launchPostGraphile(databaseUrl: string): Promise<Running> {
  const execPath = join(PEERS, 'node_modules/node/bin/node');
  if (!existsSync(execPath)) throw new Error('PostGraphile is not installed: npm ci --prefix bench/peers');
  const environment = { DATABASE_URL: databaseUrl, POOL_SIZE, GRAPHILE_ENV: 'production' };
  return launch({ script: join(PEERS, 'postgraphile.js'), environment, execPath });
}

export const launchBaseline = (databaseUrl: string): Promise<Running> =>
  launch({ script: join(__dirname, 'baseline.js'), environment: { DATABASE_URL: databaseUrl, POOL_SIZE } });

/** It starts on a whole database, as it must; the triggers go when it serves. */
async function launchUnaudited(database: BenchDatabase): Promise<Running> {
  const gateway = await launchGateway(database.environment);
  await asSuperuser(database.superuserUrl, SILENCE_AUDIT);
  return gateway;
}

/** Starts servers when some work needs them. Across accounts the others are the operator role from their start. */
export class Servers {
  readonly #running = new Map<string, Promise<Server>>();

  constructor(
    private readonly cluster: BenchCluster,
    private readonly unaudited: BenchDatabase | null,
  ) {}

  async for(work: Workload): Promise<Server[]> {
    const servers: Server[] = [];
    for (const name of work.servers) servers.push(await this.#server(name, work.across));
    return servers;
  }

  /** The servers that some work is to warm: those that it is measured on, and the unaudited gateway if any work is. */
  async warm(work: Workload, chosen: readonly Workload[]): Promise<Server[]> {
    const servers = await this.for(work);
    const comes = chosen.some((one) => one.servers.includes('unaudited')) && !work.servers.includes('unaudited');
    return comes ? [...servers, await this.#server('unaudited', false)] : servers;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map((server) => server.then((one) => one.stop())));
  }

  #server(name: ServerName, across: boolean): Promise<Server> {
    const isGateway = name === 'portcullis' || name === 'unaudited';
    const key = isGateway ? name : `${name} ${across}`;
    const { masterKey } = this.cluster;
    const server = this.#running.get(key) ?? this.#launch(name, across).then((one) => ({ ...one, name, masterKey }));
    this.#running.set(key, server);
    return server;
  }

  #launch(name: ServerName, across: boolean): Promise<Running> {
    const url = across ? this.cluster.operatorUrl : this.cluster.tenantUrl;
    switch (name) {
      case 'portcullis':
        return launchGateway(this.cluster.environment);
      case 'postgraphile':
        return launchPostGraphile(url);
      case 'floor':
        return launchBaseline(url);
      case 'unaudited':
        if (!this.unaudited) throw new Error('There is no database without audit');
        return launchUnaudited(this.unaudited);
    }
  }
}

/** The gateway is sent a key; the others are simply told the account. */
export function headersFor(server: Server, { across }: Workload, account: BenchAccount): Record<string, string> {
  const json = { 'content-type': 'application/json' };
  const isGateway = server.name === 'portcullis' || server.name === 'unaudited';
  if (isGateway) return { ...json, 'x-api-key': across ? server.masterKey : account.key };
  return across ? json : { ...json, 'x-account': account.id };
}

/** A whole request as the generator sends it. */
export function requestText(headers: Readonly<Record<string, string>>, ask: GraphqlRequest): string {
  const body = JSON.stringify(ask);
  const lines = Object.entries({ host: 'localhost', ...headers, 'content-length': `${Buffer.byteLength(body)}` });
  return `POST /graphql HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

const REQUESTS_EACH = 5;

/** What a round sends: some requests for each account. */
export const requestsFor = (server: Server, work: Workload, accounts: readonly BenchAccount[]): string[] =>
  accounts.flatMap((account) =>
    Array.from({ length: REQUESTS_EACH }, () =>
      requestText(headersFor(server, work, account), work.ask(server.name, account, Math.random())),
    ),
  );

/** One request by a real client. @throws Error when the answer has errors. */
export async function send(
  port: number,
  headers: Readonly<Record<string, string>>,
  ask: GraphqlRequest,
): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify(ask),
  });
  const { data, errors } = JSON.parse(await answer.text()) as { data?: unknown; errors?: unknown };
  if (errors !== undefined) throw new Error(`A server answered with errors: ${JSON.stringify(errors)}`);
  return data;
}
