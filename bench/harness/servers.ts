/** The measured servers, and how requests are sent to each. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { query } from '../../test/harness/sql';
import { SILENCE_AUDIT, type BenchAccount } from '../dataset/dataset';
import type { GraphqlRequest, ServerName, Workload } from '../workloads';
import type { BenchCluster, BenchDatabase } from './cluster';
import { launch, type Running } from './process';

const PROJECT = join(__dirname, '../../..');
const PEERS = join(PROJECT, 'bench/peers');
const POOL_SIZE = '10';
/** A checkout of another commit with compiled benchmarks, to be measured alongside this one. */
const BEFORE = process.env['BENCH_BEFORE'];

export interface Server extends Running {
  readonly name: ServerName;
  /** The database that it serves. */
  readonly cluster: Pick<BenchCluster, 'accounts' | 'masterKey' | 'databaseCpu'>;
}

/** The gateway as users run it. */
export function launchGateway(
  environment: Readonly<Record<string, string>>,
  execArgv: readonly string[] = [],
  project = PROJECT,
): Promise<Running> {
  const defaults = { ENVIRONMENT: 'production', LOG_LEVEL: 'error', POOL_SIZE };
  return launch({ script: join(project, 'dist/src/main.js'), environment: { ...defaults, ...environment }, execArgv });
}

function launchPostGraphile(databaseUrl: string): Promise<Running> {
  const execPath = join(PEERS, 'node_modules/node/bin/node');
  if (!existsSync(execPath)) execFileSync('npm', ['ci', '--silent', '--prefix', PEERS], { stdio: 'inherit' });
  const environment = { DATABASE_URL: databaseUrl, POOL_SIZE, GRAPHILE_ENV: 'production' };
  return launch({ script: join(PEERS, 'postgraphile.js'), environment, execPath });
}

export const launchBaseline = (databaseUrl: string): Promise<Running> =>
  launch({
    script: join(__dirname, '../baseline/server.js'),
    environment: { DATABASE_URL: databaseUrl, POOL_SIZE },
  });

/** It starts on a complete database, as it must; its triggers are disabled once it is serving. */
async function launchUnaudited(database: BenchDatabase): Promise<Running> {
  const gateway = await launchGateway(database.environment);
  await query(database.superuserUrl, SILENCE_AUDIT);
  return gateway;
}

interface Started {
  readonly running: Running;
  readonly cluster: Server['cluster'];
  readonly close?: () => Promise<void>;
}

/** The other commit creates its database with its own migrations, in a separate cluster. */
async function launchBefore(accounts: number): Promise<Started> {
  if (BEFORE === undefined) throw new Error('BENCH_BEFORE names no checkout');
  const bench = join(BEFORE, 'dist/bench');
  const { createBenchCluster } = (await import(join(bench, 'harness/cluster.js'))) as typeof import('./cluster');
  const { SIZE_D } = (await import(join(bench, 'dataset/dataset.js'))) as typeof import('../dataset/dataset');
  const cluster = await createBenchCluster({ ...SIZE_D, accounts });
  const running = await launchGateway(cluster.environment, [], BEFORE);
  return { running, cluster, close: () => cluster.close() };
}

/**
 * Starts servers when a workload needs them. For workloads across accounts, the others connect as the operator role.
 */
export class Servers {
  readonly #started = new Map<string, Promise<Started>>();

  constructor(
    private readonly cluster: BenchCluster,
    private readonly unaudited: BenchDatabase | null,
  ) {}

  /** Whether another commit is measured as well. */
  static readonly hasBefore = BEFORE !== undefined;

  async for({ servers, across }: Workload): Promise<Server[]> {
    const started: Server[] = [];
    for (const name of servers) started.push(await this.get(name, across));
    if (Servers.hasBefore) started.push(await this.get('before', across));
    return started;
  }

  async get(name: ServerName, across: boolean): Promise<Server> {
    const key = isGateway(name) ? name : `${name} ${across}`;
    const start = this.#started.get(key) ?? this.#launch(name, across);
    this.#started.set(key, start);
    const { running, cluster } = await start;
    return { ...running, name, cluster };
  }

  async stop(): Promise<void> {
    for (const start of this.#started.values()) {
      const { running, close } = await start;
      await running.stop();
      await close?.();
    }
  }

  async #launch(name: ServerName, across: boolean): Promise<Started> {
    if (name === 'before') return launchBefore(this.cluster.accounts.length);
    return { running: await this.#launchHere(name, across), cluster: this.cluster };
  }

  #launchHere(name: Exclude<ServerName, 'before'>, across: boolean): Promise<Running> {
    const url = across ? this.cluster.operatorUrl : this.cluster.tenantUrl;
    switch (name) {
      case 'portcullis':
        return launchGateway(this.cluster.environment);
      case 'postgraphile':
        return launchPostGraphile(url);
      case 'baseline':
        return launchBaseline(url);
      case 'unaudited':
        if (!this.unaudited) throw new Error('There is no database without audit');
        return launchUnaudited(this.unaudited);
    }
  }
}

const isGateway = (name: ServerName): boolean => name === 'portcullis' || name === 'unaudited' || name === 'before';

/** The gateway gets a key; the others are simply told the account. */
export function headersFor(
  { name, cluster }: Server,
  { across }: Workload,
  account: BenchAccount,
): Record<string, string> {
  const json = { 'content-type': 'application/json' };
  if (isGateway(name)) return { ...json, 'x-api-key': across ? cluster.masterKey : account.key };
  return across ? json : { ...json, 'x-account': account.id };
}

/** A complete request as the load generator sends it. */
export function requestText(headers: Readonly<Record<string, string>>, request: GraphqlRequest): string {
  const body = JSON.stringify(request);
  const lines = Object.entries({ host: 'localhost', ...headers, 'content-length': `${Buffer.byteLength(body)}` });
  return `POST /graphql HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

const REQUESTS_PER_ACCOUNT = 5;

/** The requests of a round: some for each account. */
export const requestsFor = (server: Server, workload: Workload): string[] =>
  server.cluster.accounts.flatMap((account) =>
    Array.from({ length: REQUESTS_PER_ACCOUNT }, () =>
      requestText(headersFor(server, workload, account), workload.requestFor(server.name, account, Math.random())),
    ),
  );

/** Sends one request with fetch. @throws Error if the answer has errors. */
export async function send(
  port: number,
  headers: Readonly<Record<string, string>>,
  request: GraphqlRequest,
): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify(request),
  });
  const { data, errors } = JSON.parse(await response.text()) as { data?: unknown; errors?: unknown };
  if (errors !== undefined) throw new Error(`A server answered with errors: ${JSON.stringify(errors)}`);
  return data;
}
