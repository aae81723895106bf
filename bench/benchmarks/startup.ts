/** Measures the time from starting the process until it serves, in three situations. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SIZE_D } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import type { Harness } from '../harness/harness';
import { launchGateway } from '../harness/servers';
import { settings } from '../harness/settings';
import { spread } from '../harness/statistics';

const SETTINGS = settings({ rounds: 5 });

/** @returns seconds until the gateway accepts connections, which it does after all of its checks. */
async function startOnce(environment: Readonly<Record<string, string>>): Promise<number> {
  const gateway = await launchGateway(environment);
  await gateway.stop();
  return gateway.readyAfter / 1000;
}

/** Starts twice on a new folder: first without a database, then with the one that the first start created. */
async function startEmbeddedTwice(masterKey: string): Promise<[number, number]> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-start-'));
  await chmod(folder, 0o711);
  try {
    const environment = { DATA_DIR: join(folder, 'data'), MASTER_KEY: masterKey };
    return [await startOnce(environment), await startOnce(environment)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(harness: Harness): Promise<Table[]> {
  const cluster = await harness.createCluster({ ...SIZE_D, accounts: 10 });
  const existing: number[] = [];
  const fresh: number[] = [];
  const again: number[] = [];
  for (let round = 0; round < SETTINGS.rounds; round += 1) {
    existing.push(await startOnce(cluster.environment));
    const [first, second] = await startEmbeddedTwice(cluster.masterKey);
    fresh.push(first);
    again.push(second);
  }
  const rows = [
    ['an existing database (DATABASE_URL)', spread(existing), '2'],
    ['the embedded PostgreSQL, with data', spread(again), '2'],
    ['a new embedded PostgreSQL', spread(fresh), '6'],
  ];
  const head = ['start on', 'ready after, s', 'limit, s'];
  return [{ summary: `${SETTINGS.rounds} starts each`, head, rows, page: 'docs/performance.md' }];
}

export const benchmark: Benchmark = { description: 'time from starting the process to serving', run };
