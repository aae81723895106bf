/** The data folder: the cluster's location and owner, and whether it can be used. */
import { randomBytes } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readdir, readFile, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Binaries } from './binaries';
import { closedFolder, mayEnter } from './os-user';
import { makeFolders, systemCode } from '../util/data-folder';
import { EmbeddedError } from './embedded-error';
import type { OsUser } from './spawn';

/** Accessible to all users of the machine, for gateways run as root from a folder that is closed to others. */
const SHARED = '/var/lib/portcullis';

/** Suffix of a cluster that is still being created. */
export const UNFINISHED = '.new-';

export interface DataDir {
  /** The folder's configured path: DATA_DIR/postgres. */
  readonly path: string;
  /** The folder itself, which `path` may link to. */
  readonly target: string;
  /** The cluster's owner; undefined if there is no cluster yet. */
  readonly owner: OsUser;
}

export const clusterDir = (dataDir: DataDir): string => join(dataDir.target, 'cluster');
/** PostgreSQL's own lock file, with its process id and port. */
export const lockFile = (dataDir: DataDir): string => join(clusterDir(dataDir), 'postmaster.pid');
export const passwordFile = (dataDir: DataDir): string => join(dataDir.target, 'password');
export const serverLog = (dataDir: DataDir): string => join(dataDir.target, 'server.log');

const absent = (error: unknown): null => {
  if (systemCode(error) === 'ENOENT') return null;
  throw error;
};

/** Creates DATA_DIR if missing. PostgreSQL's user may be another one, so others may traverse it, but not list it. */
async function makeDataDir(dataDir: string): Promise<string> {
  const created = makeFolders(dataDir);
  if (created !== undefined) await chmod(dataDir, 0o711);
  return realpath(dataDir);
}

/**
 * Opens DATA_DIR and inspects the cluster in it; changes nothing except creating the folder.
 * @throws EmbeddedError if the folder or its content cannot be used.
 */
export async function openDataDir(dataDir: string, binaries: Binaries): Promise<DataDir> {
  const folder = await makeDataDir(dataDir);
  if (
    await stat(join(folder, 'PG_VERSION'))
      .catch(absent)
      .catch(() => null)
  ) {
    throw new EmbeddedError(
      `${folder} is the data folder of a PostgreSQL that the gateway did not create: set DATA_DIR to another folder.`,
    );
  }
  const path = join(folder, 'postgres');
  if (!(await lstat(path).catch(absent))) return { path, target: path, owner: undefined };
  const target = await realpath(path);
  return { path, target, owner: await inspect(path, target, binaries) };
}

async function inspect(path: string, target: string, binaries: Binaries): Promise<OsUser> {
  const { uid, gid } = await stat(target);
  const self = process.getuid?.() ?? 0;
  if (self !== 0 && uid !== self) {
    throw new EmbeddedError(
      `${path} belongs to the user with id ${uid}, not to you (${self}): start as that user, run "sudo chown -R ${self} ${target}", or set DATA_DIR to another folder.`,
    );
  }
  const content = await readdir(target);
  if (content.length === 0) return undefined;
  if (!content.includes('cluster') || !content.includes('password')) {
    throw new EmbeddedError(
      `${path} contains files that the gateway did not create: move them away, or set DATA_DIR to another folder.`,
    );
  }
  const major = (await readFile(join(target, 'cluster', 'PG_VERSION'), 'utf8')).trim();
  if (major !== binaries.major) {
    throw new EmbeddedError(
      `${path} was created by PostgreSQL ${major} and this is PostgreSQL ${binaries.major}: move the data with pg_dump and pg_restore, or set DATA_DIR to another folder.`,
    );
  }
  return { uid, gid };
}

/**
 * Chooses a location for a new cluster that PostgreSQL's user can access: DATA_DIR/postgres, or a folder below /var/lib
 * if DATA_DIR is closed to that user, as it is below /root.
 */
export async function placeDataDir(dataDir: DataDir, osUser: OsUser, log: (message: string) => void): Promise<DataDir> {
  if (await mayEnter(osUser, join(dataDir.path, '..'))) return dataDir;
  const target = join(await openShared(), randomBytes(8).toString('hex'));
  log(
    `${await closedFolder(osUser, join(dataDir.path, '..'))} cannot be entered by the user as which PostgreSQL runs instead of root, so its data is stored in ${target}; ${dataDir.path} is a link to it.`,
  );
  return { ...dataDir, target };
}

/** Moves a finished cluster into place atomically, so that no start ever finds half of one. */
export async function moveIntoPlace(staging: string, dataDir: DataDir): Promise<void> {
  await rename(staging, dataDir.target);
  if (dataDir.target !== dataDir.path) await symlink(dataDir.target, dataDir.path);
}

/** @throws EmbeddedError if the cluster was moved to where PostgreSQL's user cannot access it. */
export async function refuseClosedDataDir(dataDir: DataDir, osUser: OsUser): Promise<void> {
  if (await mayEnter(osUser, dataDir.target)) return;
  const closed = await closedFolder(osUser, dataDir.target);
  throw new EmbeddedError(
    `PostgreSQL refuses to run as root, and the user it runs as instead may not enter ${closed}: run "chmod o+x ${closed}", or set DATA_DIR to a folder elsewhere.`,
  );
}

/** Removes what interrupted first starts left next to the cluster. */
export async function removeUnfinished(dataDir: DataDir): Promise<void> {
  const [folder, prefix] = [dirname(dataDir.target), `${basename(dataDir.target)}${UNFINISHED}`];
  const left = (await readdir(folder)).filter((name) => name.startsWith(prefix));
  await Promise.all(left.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

/** @returns the binaries, or a copy of them that PostgreSQL's user can access. */
export async function reachableBinaries(binaries: Binaries, osUser: OsUser): Promise<Binaries> {
  if (await mayEnter(osUser, join(binaries.root, 'bin', 'postgres'))) return binaries;
  const root = join(await openShared(), `postgres-${binaries.version}`);
  if (!(await stat(root).catch(absent))) await copyWhole(binaries.root, root);
  return { ...binaries, root };
}

async function copyWhole(from: string, to: string): Promise<void> {
  const staging = `${to}.${randomBytes(4).toString('hex')}`;
  try {
    await cp(from, staging, { recursive: true, verbatimSymlinks: true });
    await openToAll(staging);
    await rename(staging, to);
  } catch (error) {
    // Another gateway may have put its copy into place first; that one is just as good.
    if (!(await stat(to).catch(absent))) throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Under a strict umask, the files of a checkout may be closed to other users. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, 0o755);
  }
}

async function openShared(): Promise<string> {
  try {
    await mkdir(SHARED, { recursive: true });
    await chmod(SHARED, 0o711);
    return await realpath(SHARED);
  } catch (error) {
    throw new EmbeddedError(
      `PostgreSQL refuses to run as root, and neither DATA_DIR nor ${SHARED} can be opened to an ordinary user: set DATA_DIR to a folder outside /root, or start the gateway as an ordinary user.`,
      { cause: error },
    );
  }
}
