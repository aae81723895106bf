/** Citus servers for a single test, which may stop, kill and copy them without disturbing the other tests of a run. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { distribute } from '../../src/db/setup/distribute';
import { migrate } from '../../src/db/setup/migrate';
import { prepareCoordinator, TEST_SHARDS } from './citus';
import { addWorkers, hasWorkers } from './citus-workers';
import type { TestDatabase } from './database';
import type { Tenant, TestGateway } from './gateway';
import { ReplicaPair } from './replicated';
import { newFolder } from './run';
import { query } from './sql';

const PROGRAMS = process.env['POSTGRES15_PROGRAMS'] ?? '/usr/lib/postgresql/15/bin';

/** Whether tests with workers are requested and Citus is installed on this machine; prints a line if it is not. */
export function canStartCitus(): boolean {
  if (!hasWorkers()) return false;
  const library = join(
    execFileSync(join(PROGRAMS, 'pg_config'), ['--pkglibdir'], { encoding: 'utf8' }).trim(),
    'citus',
  );
  if (existsSync(`${library}.so`)) return true;
  process.stdout.write(`== NOT RUN among shards: ${library}.so is not installed, from which the test starts servers\n`);
  return false;
}

const SETTINGS = [
  "shared_preload_libraries = 'citus'",
  // Required for moving shards.
  'wal_level = logical',
  // Without TLS, a proxy between the servers can read what is sent to a worker.
  "citus.node_conninfo = 'sslmode=disable'",
  "citus.recover_2pc_interval = '1s'",
];

export interface CitusServers {
  /** The first one is the coordinator. */
  readonly servers: ReplicaPair;
  readonly database: TestDatabase;
  /** Runs a statement on a server as superuser. */
  on<Row extends object>(server: number, text: string, values?: unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

/** @param workers the numbers of the servers that hold shards; if empty, the coordinator holds them. */
export async function startCitus(workers: readonly number[]): Promise<CitusServers> {
  const servers = await ReplicaPair.start({ settings: SETTINGS, isTrusting: true });
  try {
    if (workers.length > 0) await servers.addServers(workers);
    const ownerUrl = await servers.createDatabase();
    const urls = await migrate(ownerUrl, { DATA_DIR: newFolder() });
    const superuserUrl = servers.url(0, 'portcullis');
    const database = { name: 'portcullis', ownerUrl, superuserUrl, ...urls, drop: () => Promise.resolve() };
    if (workers.length === 0) await prepareCoordinator(superuserUrl);
    else
      await addWorkers(
        database,
        workers.map((worker) => servers.url(worker)),
      );
    await distribute(ownerUrl, TEST_SHARDS, () => undefined);
    return {
      servers,
      database,
      on: (server, text, values) => query(servers.url(server, 'portcullis'), text, values),
      stop: () => servers.stop(),
    };
  } catch (error) {
    await servers.stop();
    throw error;
  }
}

/** The number of the server that holds an account's rows: the id of its group, because servers are added in order. */
export async function serverOf(citus: CitusServers, accountId: string): Promise<number> {
  const [place] = await citus.on<{ server: number }>(
    0,
    `SELECT groupid AS server FROM pg_dist_placement
      WHERE shardid = get_shard_id_for_distribution_column('account', $1::text::uuid)`,
    [accountId],
  );
  if (!place) throw new Error(`The account ${accountId} has no shard`);
  return place.server;
}

/** Creates accounts until each of the servers has one. @returns one account per server, in the order of the servers. */
export async function tenantOnEach(
  citus: CitusServers,
  gateway: TestGateway,
  workers: readonly number[],
): Promise<Tenant[]> {
  const found = new Map<number, Tenant>();
  for (let number = 0; found.size < workers.length; number += 1) {
    const tenant = await gateway.createAccount(`tenant-${number}`);
    found.set(await serverOf(citus, tenant.accountId), tenant);
  }
  return workers.flatMap((worker) => found.get(worker) ?? []);
}
