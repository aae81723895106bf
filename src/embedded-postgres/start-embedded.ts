/** A PostgreSQL of the gateway's own: starts one in DATA_DIR, so that nothing needs to be installed first. */
import { createHmac } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { chooseUser } from './os-user';
import { locateBinaries } from './binaries';
import { createCluster, readPassword, SUPERUSER } from './cluster';
import { EmbeddedError, toEmbeddedError } from './embedded-error';
import { openDataDir, placeDataDir, reachableBinaries, refuseClosedDataDir, removeUnfinished } from './data-dir';
import { connectSuperuser, lockCluster } from './cluster-lock';
import { inUseByAnotherGateway, readLockFile, stopOrphanedServer } from './orphaned-server';
import { abandonServer, startServer, stopServer, type Installation } from './server';
import { Supervisor } from './supervisor';

export { EmbeddedError } from './embedded-error';

const DATABASE = 'portcullis';
/** An ordinary role, as the owner of any production database should be; row level security binds it too. */
const OWNER = 'portcullis_owner';

export interface EmbeddedOptions {
  /** Folder to keep everything in; made if missing. */
  readonly dataDir: string;
  /** Port on 127.0.0.1; unset takes a free one. */
  readonly port?: number | undefined;
  readonly log: (message: string) => void;
  /** Ends the start between two of its steps; whatever it had started is stopped. */
  readonly signal?: AbortSignal;
  /** Called once, when the server ended and could not be kept running. */
  readonly onLost?: (error: EmbeddedError) => void;
  /** Server settings that trade the data's safety for speed; for the test harness only. */
  readonly unsafeSettings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  /** Connects to the database `portcullis` as its owner, who may create roles and is no superuser. */
  readonly url: string;
  readonly superuserUrl: string;
  /** True when this start made the cluster. */
  readonly created: boolean;
  /** Stops the server and waits until it has; close the pools first. Further calls wait for the first. */
  stop(): Promise<void>;
  /** Has the server stop by itself; for a process that ends now. */
  abandon(): void;
}

/**
 * Starts the PostgreSQL of a data folder, making it at first start, and keeps it running.
 *
 * The server is a session of its own: neither the terminal's Ctrl-C nor the gateway's death ends it, `stop` does. If a
 * gateway is killed, the next start in the folder stops the server it left and starts afresh.
 * @throws EmbeddedError one sentence that says what is wrong and what to do.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  try {
    return await start(options);
  } catch (error) {
    throw options.signal?.aborted ? error : toEmbeddedError(error, options.dataDir);
  }
}

/** Follows from the superuser's, so that one file is enough. */
const ownerPasswordOf = (password: string): string => createHmac('sha256', password).update(OWNER).digest('hex');

const ownerUrl = (port: number, password: string): string =>
  `postgres://${OWNER}:${ownerPasswordOf(password)}@127.0.0.1:${port}/${DATABASE}`;

async function start(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { log, signal, unsafeSettings = {}, onLost = () => undefined } = options;
  const { created, ...installation } = await install(options);
  const password = await readPassword(installation.dataDir);
  if (!created) await stopOrphanedServer(installation, password, log);
  signal?.throwIfAborted();
  const port = await startServer(installation, options.port, unsafeSettings);
  const lock = await lockAndPrepare(installation, port, password);
  const revive = async (): Promise<Client> => {
    const running = await connectSuperuser(port, password).catch(() => null);
    if (running) return lockAgain(installation, running);
    await startServer(installation, port, unsafeSettings);
    return lockAndPrepare(installation, port, password);
  };
  const supervisor = new Supervisor(lock, { revive, log, onLost });
  let stopped: Promise<void> | undefined;
  return {
    url: ownerUrl(port, password),
    superuserUrl: `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`,
    created,
    stop: () => (stopped ??= supervisor.stop().then(() => stopServer(installation))),
    abandon: () => abandonServer(installation.dataDir),
  };
}

/**
 * For a command beside the gateway.
 * @returns the owner's URL of the server that a gateway runs in a folder; null when none runs there.
 * @throws EmbeddedError when the folder holds no database.
 */
export async function runningEmbedded(dataDir: string): Promise<string | null> {
  if (!existsSync(join(dataDir, 'postgres')))
    throw new EmbeddedError(`${dataDir} holds no database: start the gateway first, or set DATA_DIR to its folder.`);
  try {
    const opened = await openDataDir(dataDir, await locateBinaries());
    const server = await readLockFile(opened);
    if (!server) return null;
    const password = await readPassword(opened);
    const client = await connectSuperuser(server.port, password).catch(() => null);
    if (!client) return null;
    await client.end();
    return ownerUrl(server.port, password);
  } catch (error) {
    throw toEmbeddedError(error, dataDir);
  }
}

async function install(options: EmbeddedOptions): Promise<Installation & { created: boolean }> {
  const { log, signal, unsafeSettings } = options;
  const located = await locateBinaries();
  const existing = await openDataDir(options.dataDir, located);
  const osUser = await chooseUser(existing.owner, log);
  const binaries = await reachableBinaries(located, osUser);
  if (existing.owner) await refuseClosedDataDir(existing, osUser);
  if (existing.owner) return { binaries, dataDir: existing, osUser, created: false };
  const dataDir = await placeDataDir(existing, osUser, log);
  log(`Creating a new PostgreSQL database in ${dataDir.path}.`);
  signal?.throwIfAborted();
  await createCluster(binaries, dataDir, osUser, unsafeSettings === undefined);
  return { binaries, dataDir, osUser, created: true };
}

/** The server lives and its connection that had the lock was cut. */
async function lockAgain({ dataDir }: Installation, client: Client): Promise<Client> {
  if (await lockCluster(client)) return client;
  await client.end();
  throw inUseByAnotherGateway(dataDir);
}

/** Locks the cluster for this gateway and prepares it; a server that cannot be taken is not left running. */
async function lockAndPrepare(installation: Installation, port: number, password: string): Promise<Client> {
  let client: Client | undefined;
  try {
    client = await connectSuperuser(port, password);
    if (!(await lockCluster(client))) throw inUseByAnotherGateway(installation.dataDir);
    await ensureOwner(client, ownerPasswordOf(password));
    await ensureDatabase(client);
    await removeUnfinished(installation.dataDir);
    return client;
  } catch (error) {
    await client?.end().catch(() => undefined);
    await stopServer(installation);
    throw error;
  }
}

async function ensureOwner(client: Client, password: string): Promise<void> {
  const role = await client.query('select 1 from pg_roles where rolname = $1', [OWNER]);
  if (role.rowCount === 1) return;
  await client.query(`create role ${OWNER} login createrole password ${client.escapeLiteral(password)}`);
}

async function ensureDatabase(client: Client): Promise<void> {
  const database = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
  if (database.rowCount === 0) await client.query(`create database ${DATABASE} owner ${OWNER}`);
}
