/** Creates a database cluster. */
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { programPath, type Binaries } from './binaries';
import { EmbeddedError, explainOutput } from './embedded-error';
import { passwordFile, moveIntoPlace, UNFINISHED, type DataDir } from './data-dir';
import { runToEnd, type OsUser } from './spawn';

/** The superuser, which the gateway uses only to prepare its own role and database. */
export const SUPERUSER = 'postgres';

/**
 * Builds the cluster and its password next to their final location, then moves both there in one step, so that a failed
 * or killed start never leaves something that looks like a cluster.
 * @param sync false: do not force the new files to disk; for tests.
 */
export async function createCluster(
  binaries: Binaries,
  dataDir: DataDir,
  osUser: OsUser,
  sync: boolean,
): Promise<void> {
  const staging = await mkdtemp(`${dataDir.target}${UNFINISHED}`);
  try {
    const password = join(staging, 'password');
    await writeFile(password, randomBytes(24).toString('hex'), { mode: 0o600 });
    await chmod(password, 0o600);
    if (osUser) for (const path of [password, staging]) await chown(path, osUser.uid, osUser.gid);
    await initialise(binaries, staging, osUser, sync);
    await moveIntoPlace(staging, dataDir);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function initialise(binaries: Binaries, staging: string, osUser: OsUser, sync: boolean): Promise<void> {
  const parameters = [
    `--pgdata=${join(staging, 'cluster')}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${join(staging, 'password')}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // PostgreSQL's own collation keeps indexes valid when the folder moves to a machine with another C library.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(sync ? [] : ['--no-sync']),
  ];
  const { ok, output } = await runToEnd(programPath(binaries, 'initdb'), parameters, osUser);
  if (!ok) throw explainOutput(output, dirname(staging));
}

/** @throws EmbeddedError if the password file is missing. */
export async function readPassword(dataDir: DataDir): Promise<string> {
  try {
    return (await readFile(passwordFile(dataDir), 'utf8')).trim();
  } catch (error) {
    throw new EmbeddedError(
      `${passwordFile(dataDir)}, the password of the embedded PostgreSQL, cannot be read: restore it, or set DATA_DIR to another folder.`,
      { cause: error },
    );
  }
}
