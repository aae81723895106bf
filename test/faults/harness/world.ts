/** The environment for faults: a PostgreSQL, two gateways (one with two processes) and sixteen writers. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatKey, newSecret } from '../../../src/auth/key-format';
import { newId } from '../../../src/db/ids';
import { migrate, type RoleUrls } from '../../../src/db/setup/migrate';
import { DatabaseLine } from '../../harness/database-line';
import { freePort } from '../../harness/ports';
import { ChainFollower } from './chain-follower';
import { Cluster } from './cluster';
import { releaseDisk } from './full-disk';
import { GatewayProcess } from './gateways';
import { Ledger } from './ledger';
import { Random } from './random';
import { Writer, type Identity, type Surroundings } from './writer';

export interface World {
  readonly cluster: Cluster;
  readonly gateways: readonly GatewayProcess[];
  /** Proxies between each gateway and the database. */
  readonly lines: readonly DatabaseLine[];
  readonly around: Surroundings;
  readonly random: Random;
  readonly accountIds: readonly string[];
  /** Two followers for each account, one over each transport. */
  readonly followers: readonly ChainFollower[];
  /** The environment variables of gateways and the command line. */
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** How long a fault lasts, in milliseconds. */
  readonly holdMs: number;
  readonly writers: readonly Writer[];
}

export interface WorldOptions {
  readonly seed: number;
  readonly holdMs: number;
  /** Modules to load into the gateways. */
  readonly preload?: readonly string[];
}

const WRITERS = 16;
/** Every fourth writer has the master key. */
const isMaster = (writer: number): boolean => writer % 4 === 3;
const WORKERS = [1, 2];

const COMMON = {
  ENVIRONMENT: 'production',
  HOST: '127.0.0.1',
  POOL_SIZE: '4',
  ACCESS_LOG: 'false',
  SLOW_OPERATION_MS: '0',
  RATE_LIMIT_KEY: '0',
  RATE_LIMIT_ACCOUNT: '0',
  RATE_LIMIT_REFUSALS: '0',
  MAX_ROWS_PER_ACCOUNT: '0',
  MAX_KEYS_PER_ACCOUNT: '0',
  MAX_CONNECTIONS_PER_ADDRESS: '0',
};

const urlsThrough = (
  line: DatabaseLine,
  { tenantUrl, operatorUrl, restrictedUrl }: RoleUrls,
): Record<string, string> => ({
  TENANT_DATABASE_URL: line.through(tenantUrl),
  OPERATOR_DATABASE_URL: line.through(operatorUrl),
  RESTRICTED_DATABASE_URL: line.through(restrictedUrl),
});

async function createAccount(port: number, masterKey: string, slug: string): Promise<{ id: string; key: string }> {
  const query = `mutation { createAccount(input: { slug: "${slug}", name: "${slug}" }) { account { id } secret } }`;
  const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': masterKey, 'x-reason': 'faults' },
    body: JSON.stringify({ query }),
  });
  const { data } = (await answer.json()) as { data: { createAccount: { account: { id: string }; secret: string } } };
  return { id: data.createAccount.account.id, key: data.createAccount.secret };
}

export async function createWorld({ seed, holdMs, preload = [] }: WorldOptions): Promise<World> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'portcullis-faults-')));
  // PostgreSQL may run as another user.
  await chmod(folder, 0o711);
  const cluster = await Cluster.create(folder);
  const urls = await migrate(cluster.ownerUrl, { DATA_DIR: folder });
  const masterKey = formatKey({ kind: 'master', keyId: newId(), secret: newSecret() });
  const secrets = { MASTER_KEY: masterKey, SECRETS_KEY: randomBytes(32).toString('hex') };
  const environment = { ...COMMON, ...secrets, DATABASE_URL: cluster.ownerUrl, DATA_DIR: folder };
  const lines = await Promise.all(WORKERS.map(() => DatabaseLine.to(cluster.ownerUrl)));
  const gateways: GatewayProcess[] = [];
  for (const [index, line] of lines.entries()) {
    const own = { PORT: String(await freePort()), WORKERS: String(WORKERS[index]) };
    gateways.push(new GatewayProcess({ ...environment, ...urlsThrough(line, urls), ...own }, preload));
  }
  for (const gateway of gateways) await gateway.start();
  const ports = gateways.map(({ port }) => port);
  const accounts: { id: string; key: string }[] = [];
  for (const slug of ['acme', 'globex']) accounts.push(await createAccount(ports[0] ?? 0, masterKey, slug));
  const ledger = await Ledger.create(join(folder, 'ledger.jsonl'));
  const around: Surroundings = { fault: 'nothing', hangUps: 0, ports, ledger };
  const random = new Random(seed);
  const writers = Array.from({ length: WRITERS }, (_, index) => {
    const { id, key } = accounts[index % accounts.length] ?? { id: '', key: '' };
    const identity: Identity = {
      name: `w${index}`,
      key: isMaster(index) ? masterKey : key,
      accountId: isMaster(index) ? id : null,
    };
    return new Writer(identity, random.below(2 ** 31), around);
  });
  const accountIds = accounts.map(({ id }) => id);
  const followers = accounts.flatMap((account) =>
    (['events', 'websocket'] as const).map(
      (transport) => new ChainFollower(account, transport, ports, new Random(random.below(2 ** 31))),
    ),
  );
  return { cluster, gateways, lines, around, random, accountIds, followers, environment, folder, holdMs, writers };
}

/** Ends all processes and deletes the files. */
export async function removeWorld({ cluster, gateways, lines, followers, folder }: World): Promise<void> {
  for (const follower of followers) await follower.stop();
  for (const gateway of gateways) await gateway.end('SIGKILL');
  for (const line of lines) await line.close();
  await cluster.stop();
  await releaseDisk(cluster.folder);
  await rm(folder, { recursive: true, force: true });
}
