/** Handles what a killed gateway left behind: a running server, or a lock file that names another process. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { systemCode } from '../util/data-folder';
import { EmbeddedError } from './embedded-error';
import { clusterDir, lockFile, type DataDir } from './data-dir';
import { connectSuperuser, lockCluster } from './cluster-lock';
import { stopServer, type Installation } from './server';

const MAX_ATTEMPTS = 50;

interface RunningServer {
  readonly pid: number;
  readonly port: number;
}

/** Line 1 of the file is the process id, line 4 the port. */
export async function readLockFile(dataDir: DataDir): Promise<RunningServer | null> {
  const lines = (await readFile(lockFile(dataDir), 'utf8').catch(() => '')).split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 ? { pid, port } : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

async function commandLine(pid: number): Promise<string | null> {
  try {
    if (process.platform === 'linux') return await readFile(`/proc/${pid}/cmdline`, 'utf8');
    return (await promisify(execFile)('ps', ['-o', 'args=', '-p', String(pid)])).stdout;
  } catch {
    return null;
  }
}

/**
 * The process id has been reused, as in every restarted container, so PostgreSQL would refuse to start. It ignores its
 * grandparent's id, though, so we write ours. Deleting the file would also disable PostgreSQL's check, through the
 * shared memory named there, that no child of the old server is still running.
 */
async function replaceProcessId(dataDir: DataDir): Promise<void> {
  const lines = (await readFile(lockFile(dataDir), 'utf8')).split('\n');
  await writeFile(lockFile(dataDir), [String(process.pid), ...lines.slice(1)].join('\n'));
}

/**
 * Stops a server that an earlier gateway left running in this folder.
 * @throws EmbeddedError if another running gateway uses the folder, or the server does not respond.
 */
export async function stopOrphanedServer(
  installation: Installation,
  password: string,
  log: (message: string) => void,
): Promise<void> {
  const { dataDir } = installation;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const orphan = await readLockFile(dataDir);
    if (!orphan || !isAlive(orphan.pid)) return;
    const command = await commandLine(orphan.pid);
    if (command !== null && !command.includes(clusterDir(dataDir))) return replaceProcessId(dataDir);
    const client = await connectSuperuser(orphan.port, password).catch(() => null);
    if (client) return stopOwn(installation, client, log);
    // It is just starting or stopping.
    await pause(100);
  }
  throw new EmbeddedError(
    `A PostgreSQL that does not answer is running in ${dataDir.path}: end it (its process id is the first line of ${lockFile(dataDir)}) and start again.`,
  );
}

async function stopOwn(installation: Installation, client: Client, log: (message: string) => void): Promise<void> {
  const { dataDir } = installation;
  const { rows } = await client.query<{ folder: string }>("select current_setting('data_directory') as folder");
  const ours = rows[0]?.folder === clusterDir(dataDir) && (await lockCluster(client));
  if (!ours) {
    await client.end();
    throw inUseByAnotherGateway(dataDir);
  }
  log(`Stopping the PostgreSQL that an earlier gateway left running in ${dataDir.path}.`);
  await stopServer(installation);
  await client.end().catch(() => undefined);
}

export const inUseByAnotherGateway = (dataDir: DataDir): EmbeddedError =>
  new EmbeddedError(
    `Another gateway is using ${dataDir.path}: stop it, or set DATA_DIR to another folder for this one.`,
  );
