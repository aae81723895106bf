/** Measured processes: starts, queries and stops them. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { NeighbourOrder, NeighbourReport } from '../hostile/neighbour';
import type { OpenLoadOrder, OpenLoadReport } from '../overload/open-load';
import type { LoadOrder, LoadReport } from './load';
import type { Profile, Usage } from './usage';
import { freePort } from '../../test/harness/ports';

export interface Launch {
  readonly script: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The Node.js to use instead of this one. */
  readonly execPath?: string;
  readonly execArgv?: readonly string[];
}

export interface Running {
  readonly port: number;
  readonly pid: number | undefined;
  /** Milliseconds from the start of the process to its first answer. */
  readonly readyAfter: number;
  usage(): Promise<Usage>;
  /** The longest time, in milliseconds, that one piece of work blocked the event loop since the last call. */
  longestBlock(): Promise<number>;
  /** Bytes of the heap in use; exact with `--expose-gc`. */
  heap(): Promise<number>;
  /** Starts a profile. The returned function ends it. */
  profile(): Promise<() => Promise<Profile>>;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 60_000;
const USAGE = join(__dirname, 'usage.js');

/** Any answer is sufficient. Before that, a server may listen for a moment to check whether the port is free. */
const answers = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ __typename }"}',
  }).then(
    async (response) => response.text().then(() => true),
    () => false,
  );

async function untilReady(child: ChildProcess, port: number): Promise<void> {
  const deadline = performance.now() + START_LIMIT_MS;
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended with ${child.exitCode}`);
    if (performance.now() > deadline) throw new Error(`${child.spawnfile} did not listen in time`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Sends a message and waits for the answer; one at a time. */
async function ask<Answer>(child: ChildProcess, message: string | LoadOrder | OpenLoadOrder): Promise<Answer> {
  const ended = new AbortController();
  const lost = once(child, 'exit', { signal: ended.signal }).then(
    () => Promise.reject(new Error(`${child.spawnargs.join(' ')} ended while it was measured`)),
    () => new Promise<never>(() => undefined),
  );
  const answer = once(child, 'message').then(([value]: Answer[]) => {
    if (value === undefined) throw new Error('An answer without a value');
    return value;
  });
  child.send(message);
  try {
    return await Promise.race([answer, lost]);
  } finally {
    ended.abort();
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

export async function launch({ script, environment, execPath, execArgv = [] }: Launch): Promise<Running> {
  const port = await freePort();
  const started = performance.now();
  const child = fork(script, {
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', PORT: `${port}`, ...environment },
    execArgv: ['--require', USAGE, ...execArgv],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    ...(execPath === undefined ? {} : { execPath }),
  });
  try {
    await untilReady(child, port);
  } catch (error) {
    await stop(child);
    throw error;
  }
  const readyAfter = performance.now() - started;
  const profile = async (): Promise<() => Promise<Profile>> => {
    await ask<true>(child, 'profile');
    return () => ask<Profile>(child, 'profile end');
  };
  return {
    port,
    pid: child.pid,
    readyAfter,
    usage: () => ask<Usage>(child, 'usage'),
    longestBlock: () => ask<number>(child, 'longest block'),
    heap: () => ask<number>(child, 'heap'),
    profile,
    stop: () => stop(child),
  };
}

export interface Neighbour {
  /** What it has observed since the last call. */
  report(): Promise<NeighbourReport>;
  stop(): void;
}

/** A neighbour in a separate process that sends one small request after another until it is stopped. */
export function startNeighbour(order: NeighbourOrder): Neighbour {
  const child = fork(join(__dirname, '../hostile/neighbour.js'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.send(order);
  return { report: () => ask<NeighbourReport>(child, 'report'), stop: () => void child.kill() };
}

export interface Generator {
  run(order: LoadOrder): Promise<LoadReport>;
  stop(): void;
}

export function startGenerator(): Generator {
  const child = fork(join(__dirname, 'load.js'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return { run: (order) => ask<LoadReport>(child, order), stop: () => void child.kill() };
}

export interface OpenGenerator {
  run(order: OpenLoadOrder): Promise<OpenLoadReport>;
  stop(): void;
}

/** Sends requests at a fixed rate, regardless of the server's answers. */
export function startOpenGenerator(): OpenGenerator {
  const child = fork(join(__dirname, '../overload/open-load.js'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return { run: (order) => ask<OpenLoadReport>(child, order), stop: () => void child.kill() };
}
