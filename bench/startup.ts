/** `npm run bench:startup`: from starting the process to serving, in three situations. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SIZE_D } from './dataset';
import { figures, publish, runBenchmark, spread } from './report';
import { launchGateway } from './servers';
import { createBenchCluster } from './cluster';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);

/** @returns milliseconds until the gateway accepts connections, which is after all its checks. */
async function startOnce(environment: Record<string, string>): Promise<number> {
  const gateway = await launchGateway(environment);
  await gateway.stop();
  return gateway.readyAfter;
}

async function startOwnDatabase(): Promise<[number, number]> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-start-'));
  await chmod(folder, 0o711);
  try {
    const environment = { DATA_DIR: join(folder, 'data') };
    return [await startOnce(environment), await startOnce(environment)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<string> {
  const cluster = await createBenchCluster({ ...SIZE_D, accounts: 10 });
  const [existing, fresh, again]: number[][] = [[], [], []];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      existing?.push(await startOnce(cluster.environment));
      const [first, second] = await startOwnDatabase();
      fresh?.push(first);
      again?.push(second);
    }
  } finally {
    await cluster.close();
  }
  const seconds = (times: readonly number[] = []): string => spread(times.map((time) => time / 1000));
  const rows = [
    ['an existing database (DATABASE_URL)', seconds(existing), '2'],
    ['the embedded PostgreSQL, kept from before', seconds(again), '2'],
    ['a new embedded PostgreSQL', seconds(fresh), '6'],
  ];
  const report = figures('bench:startup', `${ROUNDS} starts each`, ['start on', 'ready after, s', 'limit, s'], rows);
  publish('docs/performance.md', 'startup', report);
  return report;
}

runBenchmark(main);
