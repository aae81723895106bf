/** A migrated database on the first of several servers, and the replica warnings of a gateway. */
import { migrate } from '../../src/db/setup/migrate';
import type { TestDatabase } from './database';
import type { TestGateway } from './gateway';
import { ReplicaPair } from './replicated';
import { newFolder } from './run';

export interface ReplicatedDatabase {
  readonly servers: ReplicaPair;
  readonly database: TestDatabase;
  /** The folder with the passwords of its roles. */
  readonly dataDir: string;
  stop(): Promise<void>;
}

/**
 * @param dataDir the data folder of another cluster's database, to use the same roles and passwords.
 * @param follows whether the gateway's URLs name the first two servers and select the one that accepts writes.
 */
export async function startReplicated({
  dataDir: given,
  follows = false,
}: { readonly dataDir?: string; readonly follows?: boolean } = {}): Promise<ReplicatedDatabase> {
  const servers = await ReplicaPair.start();
  const dataDir = given ?? newFolder();
  const owner = await servers.createDatabase();
  const ownerUrl = follows ? servers.toPrimary(owner) : owner;
  const urls = await migrate(ownerUrl, { DATA_DIR: dataDir });
  const superuserUrl = servers.url(0, 'portcullis');
  return {
    servers,
    dataDir,
    database: { name: 'portcullis', ownerUrl, superuserUrl, ...urls, drop: () => Promise.resolve() },
    stop: () => servers.stop(),
  };
}

/** The URL for REPLICA_DATABASE_URL. */
export const replicaUrl = (url: string): string => `postgres://${new URL(url).host}?sslmode=disable`;

/** The warnings of /readyz about replicas; the gateway must be ready. */
export async function replicaWarnings({ gateway }: TestGateway): Promise<readonly string[]> {
  const { ready, warnings = [] } = (await gateway.app.inject('/readyz')).json<{
    ready: boolean;
    warnings?: string[];
  }>();
  expect(ready).toBe(true);
  return warnings.filter((warning) => /replica/i.test(warning));
}

export const areReadFrom = async (gateway: TestGateway): Promise<boolean> =>
  (await replicaWarnings(gateway)).length === 0;

/** The number of batches of reads that replicas answered. */
export const answersOfReplicas = ({ gateway }: TestGateway): number => gateway.database.counts.fromReplicas;
