/** Deals with what a killed gateway left behind: a server still running, or a lock file that names a stranger. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { EmbeddedError, systemCode } from './embedded-error';
import { clusterFolder, type Home } from './data-dir';
import { connectSuperuser, hold } from './cluster-lock';
import { stopServer, type Installation } from './server';

const PATIENCE = 50;

interface Predecessor {
  readonly pid: number;
  readonly port: number;
}

const lockFile = (home: Home): string => join(clusterFolder(home), 'postmaster.pid');

/** The first line of the file is the process id, the fourth the port. */
async function readLockFile(home: Home): Promise<Predecessor | null> {
  const lines = (await readFile(lockFile(home), 'utf8').catch(() => '')).split('\n');
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
 * The process id was given to another process since, as happens in every restarted container. PostgreSQL would refuse to
 * start; it passes over its grandparent's id though, so we write ours. Removing the file would also drop PostgreSQL's
 * check, by the shared memory it names, that no child of the old server lives on.
 */
async function disown(home: Home): Promise<void> {
  const lines = (await readFile(lockFile(home), 'utf8')).split('\n');
  await writeFile(lockFile(home), [String(process.pid), ...lines.slice(1)].join('\n'));
}

/**
 * Stops a server that an earlier gateway left running in this folder.
 * @throws EmbeddedError when another gateway, alive, uses the folder, or the server does not answer.
 */
export async function retirePredecessor(
  installation: Installation,
  password: string,
  log: (message: string) => void,
): Promise<void> {
  const { home } = installation;
  for (let attempt = 1; attempt <= PATIENCE; attempt += 1) {
    const previous = await readLockFile(home);
    if (!previous || !isAlive(previous.pid)) return;
    const command = await commandLine(previous.pid);
    if (command !== null && !command.includes(clusterFolder(home))) return disown(home);
    const client = await connectSuperuser(previous.port, password).catch(() => null);
    if (client) return retire(installation, client, log);
    // It is starting or stopping just now.
    await pause(100);
  }
  throw new EmbeddedError(
    `A PostgreSQL that does not answer is running in ${home.path}: end it (its process id is the first line of ${lockFile(home)}) and start again.`,
  );
}

async function retire(installation: Installation, client: Client, log: (message: string) => void): Promise<void> {
  const { home } = installation;
  const found = await client.query<{ folder: string }>("select current_setting('data_directory') as folder");
  const ours = found.rows[0]?.folder === clusterFolder(home) && (await hold(client));
  if (!ours) {
    await client.end();
    throw heldByAnother(home);
  }
  log(`Stopping the PostgreSQL that an earlier gateway left running in ${home.path}.`);
  await stopServer(installation);
  await client.end().catch(() => undefined);
}

export const heldByAnother = (home: Home): EmbeddedError =>
  new EmbeddedError(`Another gateway is using ${home.path}: stop it, or set DATA_DIR to another folder for this one.`);
