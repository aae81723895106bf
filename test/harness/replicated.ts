/** PostgreSQL servers of one cluster: a primary, its standbys, and copies that diverged. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { appendFile, chmod, chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { locateBinaries } from '../../src/embedded-postgres/binaries';
import { chooseUser } from '../../src/embedded-postgres/os-user';
import { runToEnd, type OsUser } from '../../src/embedded-postgres/spawn';
import { eventually } from './eventually';
import { freePort } from './ports';
import { query } from './sql';

const PASSWORD = 'postgres';
const SETTINGS = [
  "listen_addresses = '127.0.0.1'",
  "unix_socket_directories = ''",
  'max_connections = 60',
  'shared_buffers = 16MB',
  // Tests lose processes, not machines: the file cache of the operating system survives.
  'fsync = off',
  'full_page_writes = off',
  'wal_log_hints = on',
];

/** The system's PostgreSQL 15 if it is installed, otherwise the embedded one. */
async function programs(): Promise<string> {
  const system = process.env['POSTGRES15_PROGRAMS'] ?? '/usr/lib/postgresql/15/bin';
  const isThere = await stat(join(system, 'postgres')).then(
    () => true,
    () => false,
  );
  return isThere ? system : join((await locateBinaries()).root, 'bin');
}

/** The servers of one cluster, by number. */
const SERVERS = 4;

export interface ServerOptions {
  /** Lines of postgresql.conf. */
  readonly settings?: readonly string[];
  /** Whether the server trusts local logins without a password, as Citus servers need among themselves. */
  readonly isTrusting?: boolean;
}

export class ReplicaPair {
  private constructor(
    private readonly bin: string,
    private readonly osUser: OsUser,
    private readonly folder: string,
    private readonly ports: readonly number[],
  ) {}

  /** Only the first server exists and runs. */
  static async start({ settings = [], isTrusting = false }: ServerOptions = {}): Promise<ReplicaPair> {
    const folder = await mkdtemp(join(tmpdir(), 'portcullis-pair-'));
    await chmod(folder, 0o711);
    const osUser = await chooseUser(undefined, () => undefined);
    if (osUser) await chown(folder, osUser.uid, osUser.gid);
    const ports = await Promise.all(Array.from({ length: SERVERS }, freePort));
    const pair = new ReplicaPair(await programs(), osUser, folder, ports);
    const passwords = join(folder, 'password');
    await writeFile(passwords, PASSWORD, { mode: 0o644 });
    const auth = `--auth=${isTrusting ? 'trust' : 'scram-sha-256'}`;
    const parameters = ['--username=postgres', `--pwfile=${passwords}`, auth, '--encoding=UTF8'];
    await pair.#run('initdb', `--pgdata=${pair.#data(0)}`, ...parameters, '--locale=C', '--no-sync');
    await appendFile(join(pair.#data(0), 'postgresql.conf'), `\n${[...SETTINGS, ...settings].join('\n')}\n`);
    await pair.startServer(0);
    return pair;
  }

  /** The URL of one of them, as superuser. */
  url(server: number, database = 'postgres'): string {
    return `postgres://postgres:${PASSWORD}@127.0.0.1:${this.port(server)}/${database}`;
  }

  port(server: number): number {
    const port = this.ports[server];
    if (port === undefined) throw new Error(`There is no server ${server}`);
    return port;
  }

  /** Creates an empty database and its owner on the first server. @returns the owner's URL. */
  async createDatabase(): Promise<string> {
    await query(this.url(0), "CREATE ROLE portcullis LOGIN CREATEROLE PASSWORD 'x'");
    await query(this.url(0), 'CREATE DATABASE portcullis OWNER portcullis');
    return this.url(0, 'portcullis').replace(`postgres:${PASSWORD}@`, 'portcullis:x@');
  }

  /** How a standby names the server that it follows. */
  connectionTo(server: number): string {
    return `host=127.0.0.1 port=${this.port(server)} user=postgres password=${PASSWORD}`;
  }

  /** A URL to whichever of the first two servers accepts writes, in the format of src/settings/postgres-url.ts. */
  toPrimary(url: string): string {
    const both = new URL(url);
    both.searchParams.set(
      'hosts',
      this.ports
        .slice(0, 2)
        .map((port) => `127.0.0.1:${port}`)
        .join(),
    );
    return both.toString();
  }

  /**
   * Creates standbys of the first server, which is restarted.
   * @param isSynchronous whether the first server acknowledges a COMMIT only when a standby has it, too.
   * @param standbys their numbers.
   */
  async attachStandby({ isSynchronous = true, standbys = [1] as readonly number[] } = {}): Promise<void> {
    await this.stopServer(0);
    for (const standby of standbys) {
      await this.#copy(0, standby);
      await this.becomeStandby(standby, 0);
    }
    for (const server of [0, ...standbys]) await this.startServer(server);
    if (!isSynchronous) return;
    await query(this.url(0), "ALTER SYSTEM SET synchronous_standby_names = '*'");
    await query(this.url(0), 'SELECT pg_reload_conf()');
    await eventually(async () => {
      const rows = await query(this.url(0), "SELECT FROM pg_stat_replication WHERE sync_state = 'sync'");
      return rows.length === 1;
    }, 20_000);
  }

  /** Adds independent servers as copies of the first, which must still be empty. */
  async addServers(servers: readonly number[]): Promise<void> {
    await this.stopServer(0);
    for (const server of servers) await this.#copy(0, server);
    for (const server of [0, ...servers]) await this.startServer(server);
  }

  /** A separate cluster from a copy of the files, like a restored backup: a primary and its standby, both running. */
  async restoreCopy(of: number, primary: number, standby: number): Promise<void> {
    await this.stopServer(of);
    await this.#copy(of, primary);
    await this.#copy(of, standby);
    await this.becomeStandby(standby, primary);
    for (const server of [of, primary, standby]) await this.startServer(server);
  }

  /** The role of a stopped server when it starts again. */
  async becomeStandby(server: number, of: number): Promise<void> {
    await appendFile(
      join(this.#data(server), 'postgresql.auto.conf'),
      `\nprimary_conninfo = '${this.connectionTo(of)}'\nsynchronous_standby_names = ''\n`,
    );
    await this.#as('/bin/touch', join(this.#data(server), 'standby.signal'));
  }

  async startServer(server: number): Promise<void> {
    const log = join(this.folder, `log-${server}`);
    await this.#run(
      'pg_ctl',
      ...['start', '--silent', '--wait', `--pgdata=${this.#data(server)}`, `--log=${log}`],
      `--options=-p ${this.port(server)}`,
    );
  }

  async stopServer(server: number): Promise<void> {
    await this.#run('pg_ctl', 'stop', '--silent', '--wait', '--mode=fast', `--pgdata=${this.#data(server)}`);
  }

  /** The id of a server's main process. */
  processOf(server: number): string {
    const [pid = ''] = readFileSync(join(this.#data(server), 'postmaster.pid'), 'utf8').split('\n');
    return pid;
  }

  /** Kills the main process of the server without warning; its other processes exit once they detect that. */
  async kill(server: number): Promise<void> {
    await this.#killAll([this.processOf(server)]);
  }

  /** Kills all of its processes at once, as if the machine were lost. */
  async loseMachine(server: number): Promise<void> {
    const first = this.processOf(server);
    const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', first], { encoding: 'utf8' });
    await this.#killAll([first, ...stdout.split(/\s+/).filter((text) => text !== '')]);
  }

  async #killAll(pids: readonly string[]): Promise<void> {
    for (const pid of pids) process.kill(Number(pid), 'SIGKILL');
    const [first] = pids;
    await eventually(async () => {
      try {
        process.kill(Number(first), 0);
        return false;
      } catch {
        return true;
      }
    }, 10_000);
  }

  async promote(server: number): Promise<void> {
    await this.#run('pg_ctl', 'promote', '--silent', '--wait', `--pgdata=${this.#data(server)}`);
  }

  async stop(): Promise<void> {
    for (const server of this.ports.keys())
      await runToEnd(
        join(this.bin, 'pg_ctl'),
        ['stop', '--silent', '--wait', '--mode=immediate', `--pgdata=${this.#data(server)}`],
        this.osUser,
      );
    await rm(this.folder, { recursive: true, force: true });
  }

  #copy(of: number, to: number): Promise<void> {
    return this.#as('/bin/cp', '-a', this.#data(of), this.#data(to));
  }

  #data(server: number): string {
    return join(this.folder, `data-${server}`);
  }

  #run(program: string, ...parameters: string[]): Promise<void> {
    return this.#as(join(this.bin, program), ...parameters);
  }

  async #as(program: string, ...parameters: string[]): Promise<void> {
    const { ok, output } = await runToEnd(program, parameters, this.osUser);
    if (!ok) throw new Error(`${program} ${parameters[0] ?? ''} failed: ${output}`);
  }
}
