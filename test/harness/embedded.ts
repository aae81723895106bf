/**
 * Embedded PostgreSQLs for tests: servers and folders that are removed afterwards, and gateway processes that can be
 * killed.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbedded, type EmbeddedOptions, type EmbeddedPostgres } from '../../src/embedded-postgres/start-embedded';
import { query as rowsOf } from './sql';

export type User = { uid: number; gid: number } | Record<string, never>;

export const PROJECT = resolve(__dirname, '../..');
export const isRoot = process.getuid?.() === 0;
export const NOBODY = { uid: 65534, gid: 65534 };

/** An ordinary user to run as; null if only root can access the checkout or Node.js. */
export function ordinaryUser(): User | null {
  if (!isRoot) return {};
  const probe = spawnSync(
    process.execPath,
    ['-e', 'require(process.argv[1])', join(PROJECT, 'jest.config.js')],
    NOBODY,
  );
  return probe.status === 0 ? NOBODY : null;
}

export const FAST = { fsync: 'off', full_page_writes: 'off' };
export const folders: string[] = [];
export const servers: EmbeddedPostgres[] = [];
export const messages: string[] = [];

export async function newFolder(mode = 0o711): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'portcullis-embedded-')));
  await chmod(folder, mode);
  folders.push(folder);
  return folder;
}

export async function start(dataDir: string, options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbedded({
    dataDir,
    log: (message) => messages.push(message),
    unsafeSettings: FAST,
    ...options,
  });
  servers.push(server);
  return server;
}

export const query = async (url: string, text: string): Promise<unknown[]> =>
  (await rowsOf<Record<string, unknown>>(url, text)).flatMap((row) => Object.values(row));

export const lockFile = (dataDir: string): string => join(dataDir, 'postgres/cluster/postmaster.pid');
export const serverProcess = async (dataDir: string): Promise<number> =>
  parseInt(await readFile(lockFile(dataDir), 'utf8'), 10);

export function runs(pid: number): boolean {
  const found = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return found !== '' && !found.startsWith('Z');
}

export async function isGone(pid: number): Promise<boolean> {
  for (let attempt = 0; attempt < 100 && runs(pid); attempt += 1) await pause(50);
  return !runs(pid);
}

/** A gateway in a separate process: starts an embedded PostgreSQL, prints one line about it, then runs `then`. */
export function gateway(dataDir: string, then: string, user: User = {}): ChildProcess {
  const script = `
    const { startEmbedded } = require('./src/embedded-postgres/start-embedded.ts');
    const options = { dataDir: process.argv[1], log: () => {}, unsafeSettings: ${JSON.stringify(FAST)} };
    startEmbedded(options).then(
      async (server) => { console.log('started ' + server.url); ${then} },
      (error) => console.log(error.name + ': ' + error.message),
    );`;
  return spawn(process.execPath, ['-r', './test/harness/typescript.js', '-e', script, dataDir], {
    ...user,
    cwd: PROJECT,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

export async function linesOf(child: ChildProcess): Promise<string[]> {
  const lines: string[] = [];
  if (child.stdout) for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  return lines;
}

export async function killedGateway(dataDir: string): Promise<void> {
  const child = gateway(dataDir, `process.kill(process.pid, 'SIGKILL');`);
  await once(child, 'exit');
}

export const refusal = (dataDir: string, options?: Partial<EmbeddedOptions>): Promise<unknown> =>
  start(dataDir, options).then(
    () => 'started',
    (error: unknown) => error,
  );

/** Call in a suite: every test starts without messages, and leaves neither a server nor a folder. */
export function cleanUp(): void {
  beforeEach(() => void messages.splice(0));

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  });
}
