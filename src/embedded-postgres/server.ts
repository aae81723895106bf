/** Starts and stops a cluster's server. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { programPath, type Binaries } from './binaries';
import { EmbeddedError, explainOutput } from './embedded-error';
import { clusterDir, lockFile, serverLog, type DataDir } from './data-dir';
import { runToEnd, type OsUser } from './spawn';

export interface Installation {
  readonly binaries: Binaries;
  readonly dataDir: DataDir;
  readonly osUser: OsUser;
}

/** Crash recovery of a large database takes time; giving up halfway would only restart it. */
const START_TIMEOUT_SECONDS = 300;
const STOP_TIMEOUT_SECONDS = 20;
const MAX_PORT_ATTEMPTS = 5;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  // Two pools of up to 200 connections each, plus some for migrations and people.
  max_connections: '450',
  // Logs start, stop and crashes, but no failed statements, which contain accounts' values.
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('The probe has no port');
  return address.port;
}

/**
 * Starts the server and waits until it accepts connections.
 * @param port undefined: any free port.
 * @param settings additional server settings; values must not contain spaces or quotes.
 * @returns the port.
 */
export async function startServer(
  installation: Installation,
  port: number | undefined,
  settings: Readonly<Record<string, string>>,
): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const chosen = port ?? (await freePort());
    const failure = await attemptStart(installation, chosen, settings);
    if (failure === null) return chosen;
    // Another process may take a free port between finding it and listening on it.
    if (!/could not bind/i.test(failure)) throw explainOutput(failure, installation.dataDir.path);
    if (port !== undefined || attempt === MAX_PORT_ATTEMPTS) {
      throw new EmbeddedError(
        `Port ${chosen} on 127.0.0.1 is in use: free it, or choose another port for the embedded PostgreSQL.`,
      );
    }
  }
}

async function attemptStart(
  { binaries, dataDir, osUser }: Installation,
  port: number,
  settings: Readonly<Record<string, string>>,
): Promise<string | null> {
  const options = Object.entries({ ...SETTINGS, ...settings, port: String(port) });
  const parameters = [
    ...['start', '--silent', '--wait', `--timeout=${START_TIMEOUT_SECONDS}`],
    ...['--pgdata', clusterDir(dataDir), '--log', serverLog(dataDir)],
    ...['--options', options.map(([name, value]) => `-c ${name}=${value}`).join(' ')],
  ];
  await rm(serverLog(dataDir), { force: true });
  const { ok, output } = await runToEnd(programPath(binaries, 'pg_ctl'), parameters, osUser);
  return ok ? null : `${await readFile(serverLog(dataDir), 'utf8').catch(() => '')}\n${output}`;
}

/** Stops the cluster's server, ours or an orphaned one, and waits until it has written its data. */
export async function stopServer({ binaries, dataDir, osUser }: Installation): Promise<void> {
  const stop = (mode: string): ReturnType<typeof runToEnd> =>
    runToEnd(
      programPath(binaries, 'pg_ctl'),
      [
        'stop',
        '--silent',
        '--wait',
        `--timeout=${STOP_TIMEOUT_SECONDS}`,
        '--mode',
        mode,
        '--pgdata',
        clusterDir(dataDir),
      ],
      osUser,
    );
  const gone = (output: string): boolean =>
    /PID file .* does not exist|Is server running\?|No such process/i.test(output);
  const fast = await stop('fast');
  if (fast.ok || gone(fast.output)) return;
  // As safe as a power failure: committed data is kept, and the next start recovers it from the log.
  const immediate = await stop('immediate');
  if (!immediate.ok && !gone(immediate.output)) throw explainOutput(immediate.output, dataDir.path);
}

/** Makes the cluster's server stop by itself, without waiting for it. */
export function abandonServer(dataDir: DataDir): void {
  try {
    const pid = Number(readFileSync(lockFile(dataDir), 'utf8').split('\n')[0]);
    // PostgreSQL's signal for a fast shutdown.
    if (pid > 0) process.kill(pid, 'SIGINT');
  } catch {
    // It has already ended.
  }
}
