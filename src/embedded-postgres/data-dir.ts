/** The data folder: where the cluster lives, whose it is, and whether it can be used. */
import { randomBytes } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readdir, readFile, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Binaries } from './binaries';
import { closedFolder, mayEnter } from './os-user';
import { EmbeddedError, systemCode } from './embedded-error';
import type { RunAs } from './spawn';

/** Open to every user of the machine, for gateways run as root from a folder that is closed to all others. */
const SHARED = '/var/lib/portcullis';

/** Follows the name of a cluster that is still being made. */
export const UNFINISHED = '.new-';

export interface Home {
  /** The folder as people know it: DATA_DIR/postgres. */
  readonly path: string;
  /** The folder itself, where `path` may be a link to it. */
  readonly target: string;
  /** The cluster's owner; undefined when there is no cluster yet. */
  readonly owner: RunAs;
}

export const clusterFolder = (home: Home): string => join(home.target, 'cluster');
export const passwordFile = (home: Home): string => join(home.target, 'password');
export const serverLog = (home: Home): string => join(home.target, 'server.log');

const absent = (error: unknown): null => {
  if (systemCode(error) === 'ENOENT') return null;
  throw error;
};

/** Makes DATA_DIR if need be; others may pass through it, since PostgreSQL's user may be another, but not list it. */
async function openDataFolder(dataDir: string): Promise<string> {
  const made = await mkdir(dataDir, { recursive: true });
  if (made !== undefined) await chmod(dataDir, 0o711);
  return realpath(dataDir);
}

/**
 * Opens DATA_DIR and looks at the cluster in it, changing nothing but making the folder.
 * @throws EmbeddedError when the folder, or what is in it, cannot be used.
 */
export async function openHome(dataDir: string, binaries: Binaries): Promise<Home> {
  const folder = await openDataFolder(dataDir);
  if (
    await stat(join(folder, 'PG_VERSION'))
      .catch(absent)
      .catch(() => null)
  ) {
    throw new EmbeddedError(
      `${folder} is itself the data folder of a PostgreSQL that the gateway did not make: set DATA_DIR to another folder.`,
    );
  }
  const path = join(folder, 'postgres');
  if (!(await lstat(path).catch(absent))) return { path, target: path, owner: undefined };
  const target = await realpath(path);
  return { path, target, owner: await inspect(path, target, binaries) };
}

async function inspect(path: string, target: string, binaries: Binaries): Promise<RunAs> {
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
      `${path} holds files that the gateway did not make: move them away, or set DATA_DIR to another folder.`,
    );
  }
  const major = (await readFile(join(target, 'cluster', 'PG_VERSION'), 'utf8')).trim();
  if (major !== binaries.major) {
    throw new EmbeddedError(
      `${path} was made by PostgreSQL ${major} and this is PostgreSQL ${binaries.major}: move the data with pg_dump and pg_restore, or set DATA_DIR to another folder.`,
    );
  }
  return { uid, gid };
}

/**
 * Finds a place for a new cluster that PostgreSQL's user can reach: DATA_DIR/postgres, or a folder of /var/lib when
 * DATA_DIR is closed to that user, as it is under /root.
 */
export async function placeHome(home: Home, runAs: RunAs, log: (message: string) => void): Promise<Home> {
  if (await mayEnter(runAs, join(home.path, '..'))) return home;
  const target = join(await openShared(), randomBytes(8).toString('hex'));
  log(
    `${await closedFolder(runAs, join(home.path, '..'))} is closed to the user PostgreSQL runs as in place of root, so its data are kept in ${target}; ${home.path} is a link to it.`,
  );
  return { ...home, target };
}

/** Moves a finished cluster to its place at once, so that no start ever meets half of one. */
export async function settleHome(staging: string, home: Home): Promise<void> {
  await rename(staging, home.target);
  if (home.target !== home.path) await symlink(home.target, home.path);
}

/** @throws EmbeddedError when a cluster was moved to where PostgreSQL's user cannot reach it. */
export async function refuseClosedHome(home: Home, runAs: RunAs): Promise<void> {
  if (await mayEnter(runAs, home.target)) return;
  const closed = await closedFolder(runAs, home.target);
  throw new EmbeddedError(
    `PostgreSQL refuses to run as root, and the user it runs as instead may not enter ${closed}: run "chmod o+x ${closed}", or set DATA_DIR to a folder elsewhere.`,
  );
}

/** Clears away what killed first starts left beside the cluster. */
export async function removeUnfinished(home: Home): Promise<void> {
  const [folder, prefix] = [dirname(home.target), `${basename(home.target)}${UNFINISHED}`];
  const left = (await readdir(folder)).filter((name) => name.startsWith(prefix));
  await Promise.all(left.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

/** @returns the binaries, or a copy of them where PostgreSQL's user can reach them. */
export async function reachableBinaries(binaries: Binaries, runAs: RunAs): Promise<Binaries> {
  if (await mayEnter(runAs, join(binaries.root, 'bin', 'postgres'))) return binaries;
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
    // Another gateway may have put its copy in place first, which is as good.
    if (!(await stat(to).catch(absent))) throw error;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** A checkout under a strict umask may be closed file by file. */
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
