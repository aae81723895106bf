/** An embedded PostgreSQL for one benchmark, with dataset D in it; removed afterwards. */
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatKey, newSecret } from '../../src/auth/key-format';
import { startEmbedded } from '../../src/embedded-postgres/start-embedded';
import { newId } from '../../src/db/ids';
import { migrate, type RoleUrls } from '../../src/db/setup/migrate';
import { query } from '../../test/harness/sql';
import { cpuOfChildren } from './backend-cpu';
import { buildDataset, type BenchAccount } from '../dataset/dataset';
import type { Size } from '../dataset/rows';

/** A database with the dataset. */
export interface BenchDatabase extends RoleUrls {
  readonly ownerUrl: string;
  readonly superuserUrl: string;
  /** The settings that a gateway needs to serve from this database. */
  readonly environment: Readonly<Record<string, string>>;
}

export interface BenchCluster extends BenchDatabase {
  readonly masterKey: string;
  readonly accounts: readonly BenchAccount[];
  readonly folder: string;
  /** The CPU time of all backends so far, in microseconds; null where it cannot be read. */
  databaseCpu(): number | null;
  /** Copies the rows into another database of the same server. This one must have no connections. */
  copy(name: string): Promise<BenchDatabase>;
  close(): Promise<void>;
}

/** Writes are durable, as in production. */
const SETTINGS = { max_connections: '200', shared_buffers: '512MB', max_wal_size: '4GB' };

function named(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.toString();
}

/** @param settings settings of PostgreSQL in addition to those of every benchmark. */
export async function createBenchCluster(
  size: Size,
  settings: Readonly<Record<string, string>> = {},
): Promise<BenchCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-'));
  // PostgreSQL may run as another user.
  await chmod(folder, 0o711);
  const dataDir = join(folder, 'data');
  const server = await startEmbedded({ dataDir, log: () => undefined, unsafeSettings: { ...SETTINGS, ...settings } });
  const close = (): Promise<void> => server.stop().finally(() => rm(folder, { recursive: true, force: true }));
  try {
    const urls = await migrate(server.url, { DATA_DIR: dataDir });
    const masterKey = formatKey({ kind: 'master', keyId: newId(), secret: newSecret() });
    const original = new URL(server.url).pathname.slice(1);
    const database = (name: string): BenchDatabase => ({
      ownerUrl: named(server.url, name),
      superuserUrl: named(server.superuserUrl, name),
      tenantUrl: named(urls.tenantUrl, name),
      operatorUrl: named(urls.operatorUrl, name),
      restrictedUrl: named(urls.restrictedUrl, name),
      environment: {
        DATABASE_URL: named(server.url, name),
        TENANT_DATABASE_URL: named(urls.tenantUrl, name),
        OPERATOR_DATABASE_URL: named(urls.operatorUrl, name),
        RESTRICTED_DATABASE_URL: named(urls.restrictedUrl, name),
        DATA_DIR: join(folder, 'gateway'),
        MASTER_KEY: masterKey,
      },
    });
    const accounts = await buildDataset(database(original).superuserUrl, size);
    const [postmaster = ''] = readFileSync(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8').split('\n');
    return {
      ...database(original),
      masterKey,
      accounts,
      folder,
      databaseCpu: () => cpuOfChildren(postmaster),
      copy: async (name) => {
        const statement = `CREATE DATABASE ${name} TEMPLATE ${original} STRATEGY file_copy OWNER ${new URL(server.url).username}`;
        await query(server.superuserUrl, statement);
        return database(name);
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
