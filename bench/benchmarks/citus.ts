/**
 * Compares tables that Citus divides among shards with ordinary ones on the same machine. CITUS_DATABASE_URL is a
 * superuser of the coordinator, CITUS_WORKER_URLS are superusers of its workers.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatKey, newSecret } from '../../src/auth/key-format';
import { newId } from '../../src/db/ids';
import { distribute } from '../../src/db/setup/distribute';
import { planDistribution } from '../../src/db/setup/plan-distribution';
import { migrate, type RoleUrls } from '../../src/db/setup/migrate';
import { query, queryValue } from '../../test/harness/sql';
import { prepareCoordinator } from '../../test/harness/citus';
import { addWorkers, workerUrls } from '../../test/harness/citus-workers';
import { buildDataset, SIZE_D } from '../dataset/dataset';
import { cpuOfChildren } from '../harness/backend-cpu';
import type { Benchmark, Table } from '../harness/benchmark';
import type { BenchCluster } from '../harness/cluster';
import { contestantOf, type Harness } from '../harness/harness';
import type { Round } from '../harness/measure';
import { settings } from '../harness/settings';
import { median, ratios } from '../harness/statistics';
import { M, Q1, Q2, X } from '../workloads';

/** 0 shards: the default of `distribute`. */
const SETTINGS = settings({ accounts: 20, rounds: 7, seconds: 2, warmSeconds: 3, shards: 0 });
const OWNER = 'portcullis_bench_owner';
const DATABASES = {
  plain: 'portcullis_bench_plain',
  alone: 'portcullis_bench_alone',
  spread: 'portcullis_bench_spread',
};

const within = (url: string, database: string): string => {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.toString();
};

async function removeAll(url: string): Promise<void> {
  for (const name of Object.values(DATABASES)) await query(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  const roles = `DO $$ DECLARE r name; BEGIN FOR r IN SELECT rolname FROM pg_roles WHERE rolname ~ 'portcullis_bench_' LOOP EXECUTE format('DROP ROLE %I', r); END LOOP; END $$`;
  await query(url, roles);
}

const serverProcess = (url: string): Promise<string> =>
  queryValue(url, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)");

interface Server {
  readonly url: string;
  readonly ownerUrl: string;
  /** The first process of each measured server. */
  readonly processes: readonly string[];
  readonly folder: string;
}

async function makeDatabase({ url, ownerUrl, processes, folder }: Server, name: string): Promise<BenchCluster> {
  await query(url, `CREATE DATABASE ${name} OWNER ${OWNER}`);
  const [own, superuserUrl] = [within(ownerUrl, name), within(url, name)];
  const dataDir = join(folder, name);
  const urls: RoleUrls = await migrate(own, { DATA_DIR: dataDir });
  const masterKey = formatKey({ kind: 'master', keyId: newId(), secret: newSecret() });
  const accounts = await buildDataset(superuserUrl, { ...SIZE_D, accounts: SETTINGS.accounts });
  return {
    ...urls,
    ownerUrl: own,
    superuserUrl,
    environment: { DATABASE_URL: own, DATA_DIR: dataDir, MASTER_KEY: masterKey },
    masterKey,
    accounts,
    folder,
    databaseCpu: () =>
      processes.map(cpuOfChildren).reduce((sum, time) => (sum === null || time === null ? null : sum + time), 0),
    copy: () => Promise.reject(new Error('No other database is needed')),
    close: () => Promise.resolve(),
  };
}

async function startServer(harness: Harness): Promise<Server> {
  const url = process.env['CITUS_DATABASE_URL'] ?? '';
  if (url === '') throw new Error('CITUS_DATABASE_URL names no Citus');
  for (const each of [url, ...workerUrls()]) await removeAll(each);
  await query(url, `CREATE ROLE ${OWNER} LOGIN CREATEROLE PASSWORD 'bench'`);
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-'));
  harness.defer(async () => {
    for (const each of [url, ...workerUrls()]) await removeAll(each);
  });
  harness.defer(() => rm(folder, { recursive: true, force: true }));
  const owner = new URL(url);
  owner.username = OWNER;
  owner.password = 'bench';
  const processes = await Promise.all([url, ...workerUrls()].map(serverProcess));
  return { url, ownerUrl: owner.toString(), processes, folder };
}

const perRequest = (rounds: readonly Round[], what: 'cpu' | 'database'): string =>
  median(rounds.map((round) => round[what])).toFixed(3);

interface Contestant {
  readonly name: string;
  readonly cluster: BenchCluster;
}

interface Distributed extends Contestant {
  /** The duration of the distribution. */
  readonly seconds: number;
}

/** Distributes a database. @param where its shards are. */
async function distributed(cluster: BenchCluster, where: string): Promise<Distributed> {
  const began = performance.now();
  await distribute(cluster.ownerUrl, SETTINGS.shards === 0 ? null : SETTINGS.shards, () => undefined);
  const seconds = (performance.now() - began) / 1_000;
  const { shards } = await planDistribution(cluster.ownerUrl, null);
  return { name: `${shards} shards on ${where}`, cluster, seconds };
}

async function open(server: Server): Promise<{ readonly contestants: Contestant[]; readonly seconds: number }> {
  const plain = { name: 'ordinary tables', cluster: await makeDatabase(server, DATABASES.plain) };
  const alone = await makeDatabase(server, DATABASES.alone);
  await prepareCoordinator(alone.superuserUrl);
  const onCoordinator = await distributed(alone, 'the coordinator');
  if (workerUrls().length === 0) return { contestants: [plain, onCoordinator], seconds: onCoordinator.seconds };
  const spread = await makeDatabase(server, DATABASES.spread);
  await addWorkers({ ...spread, name: DATABASES.spread });
  const onWorkers = await distributed(spread, `${workerUrls().length} workers`);
  return { contestants: [plain, onCoordinator, onWorkers], seconds: onWorkers.seconds };
}

async function run(harness: Harness): Promise<Table[]> {
  const { contestants, seconds } = await open(await startServer(harness));
  const gateways = [];
  for (const { cluster } of contestants) gateways.push(await harness.launchGateway(cluster));
  const rows: string[][] = [];
  for (const workload of [Q1, Q2, M, X]) {
    const rounds = await harness.interleave(
      gateways.map((gateway) => contestantOf(gateway, workload)),
      SETTINGS,
    );
    for (const [index, { name }] of contestants.entries()) {
      const own = rounds[index] ?? [];
      const rate = median(own.map((round) => round.rate)).toFixed(0);
      const ratio = ratios(own, rounds[0], (round) => round.rate);
      rows.push([workload.name, name, rate, perRequest(own, 'cpu'), perRequest(own, 'database'), ratio]);
    }
  }
  const summary = `${SETTINGS.accounts} accounts, which took ${seconds.toFixed(0)} s to distribute; all servers and the gateways on the same processors, ${SETTINGS.rounds} interleaved rounds of ${SETTINGS.seconds} s`;
  const head = ['workload', 'tables', 'requests/s', 'CPU ms/request', 'PostgreSQL ms/request', 'of ordinary tables'];
  return [{ summary, head, rows, page: 'docs/scale.md' }];
}

export const benchmark: Benchmark = {
  description: 'tables divided among Citus shards compared with ordinary ones',
  run,
};
