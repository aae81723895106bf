/** The embedded PostgreSQL: starts a server in DATA_DIR, so that nothing needs to be installed first. */
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
/** An ordinary role, as the owner of a production database should be, so that row level security applies to it. */
const OWNER = 'portcullis_owner';

export interface EmbeddedOptions {
  /** The folder for everything; created if missing. */
  readonly dataDir: string;
  /** Port on 127.0.0.1; undefined: any free port. */
  readonly port?: number | undefined;
  readonly log: (message: string) => void;
  /** Aborts the start between two steps; whatever it had started is stopped. */
  readonly signal?: AbortSignal;
  /** Called once, if the server ended and could not be kept running. */
  readonly onLost?: (error: EmbeddedError) => void;
  /** Server settings that trade durability for speed; only for the test harness. */
  readonly unsafeSettings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  /** Connects to the database `portcullis` as its owner, who may create roles and is not a superuser. */
  readonly url: string;
  readonly superuserUrl: string;
  /** Whether this start created the cluster. */
  readonly created: boolean;
  /** Stops the server and waits for it; close the pools first. Further calls wait for the first. */
  stop(): Promise<void>;
  /** Makes the server stop by itself; for a process that is about to end. */
  abandon(): void;
}

/**
 * Starts PostgreSQL in a data folder, creating the cluster on first start, and keeps it running.
 *
 * The server has its own session: neither Ctrl-C in the terminal nor the gateway's death ends it, only `stop` does. If a
 * gateway is killed, the next start in the folder stops the orphaned server and starts a new one.
 * @throws EmbeddedError with one sentence: what is wrong and what to do.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  try {
    return await start(options);
  } catch (error) {
    throw options.signal?.aborted ? error : toEmbeddedError(error, options.dataDir);
  }
}

/** Derived from the superuser's, so that one file is enough. */
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
 * For commands run alongside the gateway.
 * @returns the owner's URL of the server a gateway runs in a folder; null if none is running.
 * @throws EmbeddedError if the folder contains no database.
 */
export async function runningEmbedded(dataDir: string): Promise<string | null> {
  if (!existsSync(join(dataDir, 'postgres')))
    throw new EmbeddedError(`${dataDir} contains no database: start the gateway first, or set DATA_DIR to its folder.`);
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

/** The server is running, but its connection with the lock was lost. */
async function lockAgain({ dataDir }: Installation, client: Client): Promise<Client> {
  if (await lockCluster(client)) return client;
  await client.end();
  throw inUseByAnotherGateway(dataDir);
}

/** Locks the cluster for this gateway and prepares it; stops the server if either fails. */
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
