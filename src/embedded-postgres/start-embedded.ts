/** A PostgreSQL of the gateway's own: starts one in DATA_DIR, so that nothing needs to be installed first. */
import { createHmac } from 'node:crypto';
import type { Client } from 'pg';
import { chooseUser } from './os-user';
import { locateBinaries } from './binaries';
import { createCluster, readPassword, SUPERUSER } from './cluster';
import { inWords } from './embedded-error';
import { openHome, placeHome, reachableBinaries, refuseClosedHome, removeUnfinished } from './data-dir';
import { connectSuperuser, hold } from './cluster-lock';
import { heldByAnother, retirePredecessor } from './orphaned-server';
import { startServer, stopServer, type Installation } from './server';

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
}

/**
 * Starts the PostgreSQL of a data folder, making it at first start.
 *
 * The server is a session of its own: neither the terminal's Ctrl-C nor the gateway's death ends it, `stop` does. If a
 * gateway is killed, the next start in the folder stops the server it left and starts afresh.
 * @throws EmbeddedError one sentence that says what is wrong and what to do.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  try {
    return await start(options);
  } catch (error) {
    throw inWords(error, options.dataDir);
  }
}

async function start(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { log, unsafeSettings = {} } = options;
  const { created, ...installation } = await install(options);
  const password = await readPassword(installation.home);
  if (!created) await retirePredecessor(installation, password, log);
  const port = await startServer(installation, options.port, unsafeSettings);
  const ownerPassword = createHmac('sha256', password).update(OWNER).digest('hex');
  const holder = await takeOver(installation, port, password, ownerPassword);
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await holder.end().catch(() => undefined);
    await stopServer(installation);
  };
  holder.on('end', () => {
    if (!stopped) log('The embedded PostgreSQL has stopped by itself; restart the gateway.');
  });
  return {
    url: `postgres://${OWNER}:${ownerPassword}@127.0.0.1:${port}/${DATABASE}`,
    superuserUrl: `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`,
    created,
    stop: () => (stopped ??= stop()),
  };
}

async function install(options: EmbeddedOptions): Promise<Installation & { created: boolean }> {
  const { dataDir, log, unsafeSettings } = options;
  const found = await locateBinaries();
  const existing = await openHome(dataDir, found);
  const runAs = await chooseUser(existing.owner, log);
  const binaries = await reachableBinaries(found, runAs);
  if (existing.owner) await refuseClosedHome(existing, runAs);
  if (existing.owner) return { binaries, home: existing, runAs, created: false };
  const home = await placeHome(existing, runAs, log);
  log(`Making a new PostgreSQL database in ${home.path}.`);
  await createCluster(binaries, home, runAs, unsafeSettings === undefined);
  return { binaries, home, runAs, created: true };
}

/** Takes the cluster for this gateway and prepares it; a server that cannot be taken is not left running. */
async function takeOver(
  installation: Installation,
  port: number,
  password: string,
  ownerPassword: string,
): Promise<Client> {
  let client: Client | undefined;
  try {
    client = await connectSuperuser(port, password);
    if (!(await hold(client))) throw heldByAnother(installation.home);
    await ensureOwner(client, ownerPassword);
    await ensureDatabase(client);
    await removeUnfinished(installation.home);
    return client;
  } catch (error) {
    await client?.end().catch(() => undefined);
    await stopServer(installation);
    throw error;
  }
}

async function ensureOwner(client: Client, password: string): Promise<void> {
  const found = await client.query('select 1 from pg_roles where rolname = $1', [OWNER]);
  if (found.rowCount === 1) return;
  await client.query(`create role ${OWNER} login createrole password ${client.escapeLiteral(password)}`);
}

async function ensureDatabase(client: Client): Promise<void> {
  const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
  if (found.rowCount === 0) await client.query(`create database ${DATABASE} owner ${OWNER}`);
}
