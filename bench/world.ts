/** An embedded PostgreSQL of the benchmark's own with dataset D in it, removed afterwards. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatKey, newSecret } from '../src/auth/key';
import { startEmbedded } from '../src/db/embedded';
import { newId } from '../src/db/ids';
import { migrate, type RoleUrls } from '../src/db/setup/migrate';
import { buildDataset, type BenchAccount, type Size } from './dataset';

export interface BenchWorld extends RoleUrls {
  readonly ownerUrl: string;
  /** Of the gateway's database. */
  readonly superuserUrl: string;
  readonly masterKey: string;
  readonly accounts: readonly BenchAccount[];
  readonly folder: string;
  /** What a gateway needs to know to serve from here. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Benchmarks share a machine with their database: durability is left on, as in production. */
const SETTINGS = { max_connections: '200', shared_buffers: '512MB', max_wal_size: '4GB' };

export async function createBenchWorld(size: Size): Promise<BenchWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-'));
  // PostgreSQL's user may be another one than ours.
  await chmod(folder, 0o711);
  const server = await startEmbedded({ dataDir: join(folder, 'data'), log: () => undefined, unsafeSettings: SETTINGS });
  const close = (): Promise<void> => server.stop().finally(() => rm(folder, { recursive: true, force: true }));
  try {
    const urls = await migrate(server.url);
    const superuserUrl = new URL(server.superuserUrl);
    superuserUrl.pathname = new URL(server.url).pathname;
    const accounts = await buildDataset(superuserUrl.toString(), size);
    const masterKey = formatKey({ kind: 'master', keyId: newId(), secret: newSecret() });
    const environment = { DATABASE_URL: server.url, DATA_DIR: join(folder, 'gateway'), MASTER_KEY: masterKey };
    return {
      ...urls,
      ownerUrl: server.url,
      superuserUrl: superuserUrl.toString(),
      masterKey,
      accounts,
      folder,
      environment,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
