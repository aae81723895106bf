/** A PostgreSQL for the harness with production settings (fsync is on), which can be stopped in every possible way. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { locateBinaries } from '../../../src/embedded-postgres/binaries';
import { openDataDir } from '../../../src/embedded-postgres/data-dir';
import { chooseUser } from '../../../src/embedded-postgres/os-user';
import { startServer, stopServer, type Installation } from '../../../src/embedded-postgres/server';
import { startEmbedded } from '../../../src/embedded-postgres/start-embedded';
import { serverProcess } from '../../harness/embedded';
import { eventually } from '../../harness/eventually';
import { withDatabase } from '../../harness/run';
import { query } from '../../harness/sql';

/** Crash recovery takes time, and so do children of a killed server that must notice it. */
const MAX_START_MS = 120_000;

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** The names that PostgreSQL's processes use, like `postgres: portcullis_tenant portcullis 127.0.0.1(5) idle`. */
  readonly title: string;
}

/** All processes of the machine. */
export function processes(): Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      if (fields[0] === 'Z') return [];
      const title = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return [{ pid: Number(name), parent: Number(fields[1]), title }];
    } catch {
      // It has ended in the meantime.
      return [];
    }
  });
}

export const childrenOf = (pid: number): Process[] => processes().filter(({ parent }) => parent === pid);

/** Sends a signal to a process that may have ended. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has already ended.
  }
}

export class Cluster {
  private constructor(
    private readonly installation: Installation,
    readonly dataDir: string,
    readonly port: number,
    /** Connects as the owner, an ordinary role. */
    readonly ownerUrl: string,
    /** Connects as superuser, to the gateway's database. */
    readonly superuserUrl: string,
  ) {}

  /** Creates a cluster and starts its server. */
  static async create(folder: string): Promise<Cluster> {
    const dataDir = join(folder, 'data');
    const server = await startEmbedded({ dataDir, log: () => undefined });
    await server.stop();
    const binaries = await locateBinaries();
    const opened = await openDataDir(dataDir, binaries);
    const osUser = await chooseUser(opened.owner, () => undefined);
    const port = Number(new URL(server.url).port);
    const superuserUrl = withDatabase(server.superuserUrl, 'portcullis');
    const cluster = new Cluster({ binaries, osUser, dataDir: opened }, dataDir, port, server.url, superuserUrl);
    await cluster.start();
    return cluster;
  }

  get folder(): string {
    return join(this.dataDir, 'postgres/cluster');
  }

  /** Starts the server, repeatedly until its predecessor has ended. */
  async start(): Promise<void> {
    let reason: unknown;
    const started = (): Promise<boolean> =>
      startServer(this.installation, this.port, {}).then(
        () => true,
        (error: unknown) => {
          reason = error;
          return false;
        },
      );
    await eventually(started, MAX_START_MS).catch(() => {
      throw reason;
    });
  }

  /** Stops the server like an administrator: sessions end, and everything is written. */
  stop(): Promise<void> {
    return stopServer(this.installation);
  }

  /** Ends the server with a signal, and waits until the server and all of its children have ended. */
  async end(name: 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    const postmaster = await this.postmaster();
    const all = [postmaster, ...childrenOf(postmaster).map(({ pid }) => pid)];
    signal(postmaster, name);
    await this.untilGone(all);
  }

  /** Waits until the server ends by itself. */
  async untilGone(pids: readonly number[]): Promise<void> {
    const gone = new Set(pids);
    await eventually(async () => !processes().some(({ pid }) => gone.has(pid)), 60_000);
  }

  postmaster(): Promise<number> {
    return serverProcess(this.dataDir);
  }

  /** The processes that serve the gateways' connections. */
  async backends(): Promise<number[]> {
    return childrenOf(await this.postmaster())
      .filter(({ title }) => /^postgres: portcullis_\w+_(tenant|operator|restricted) /.test(title))
      .map(({ pid }) => pid);
  }

  /** Runs one statement as superuser; waits while the server recovers from a crash. */
  async ask<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    let rows: Row[] = [];
    let reason: unknown;
    const asked = (): Promise<boolean> =>
      query<Row>(this.superuserUrl, text, values).then(
        (answered) => {
          rows = answered;
          return true;
        },
        (error: unknown) => {
          reason = error;
          return false;
        },
      );
    await eventually(asked, 60_000).catch(() => {
      throw reason;
    });
    return rows;
  }
}
