/**
 * Every fault that is injected into gateways, PostgreSQL, the connection between them and the clients, and its repair.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { connected } from '../../harness/sql';
import { childrenOf, signal } from './cluster';
import { fillDisk } from './full-disk';
import type { World } from './world';

export interface Fault {
  readonly name: string;
  /** Injects the fault while the writers write, and repairs what does not recover by itself. */
  strike(world: World): Promise<void>;
}

const hold = ({ holdMs }: World, times = 1): Promise<void> => pause(holdMs * times);

const one = <Item>({ random }: World, items: readonly Item[]): Item => {
  const [item] = random.some(items, 1);
  if (item === undefined) throw new Error('There is nothing to choose from');
  return item;
};

async function stopped(world: World, pids: readonly number[]): Promise<void> {
  for (const pid of pids) signal(pid, 'SIGSTOP');
  await hold(world);
  for (const pid of pids) signal(pid, 'SIGCONT');
}

async function restart(world: World, how: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const gateway = one(world, world.gateways);
  const code = await gateway.end(how);
  if (how === 'SIGTERM' && code !== 0) gateway.unexpected.push(`A gateway that was stopped ended with ${code}`);
  await gateway.start();
}

const workers = ({ gateways }: World): number[] => gateways[1]?.workers() ?? [];

const GATEWAYS: readonly Fault[] = [
  { name: 'gateway SIGKILL', strike: (world) => restart(world, 'SIGKILL') },
  { name: 'gateway SIGTERM', strike: (world) => restart(world, 'SIGTERM') },
  { name: 'gateway SIGSTOP', strike: (world) => stopped(world, [one(world, world.gateways).pid]) },
  { name: 'worker SIGKILL', strike: async (world) => signal(one(world, workers(world)), 'SIGKILL') },
  { name: 'worker SIGSTOP', strike: (world) => stopped(world, [one(world, workers(world))]) },
  {
    name: 'clock jumps',
    strike: async (world) => {
      for (let jump = 0; jump < 3; jump += 1) {
        for (const pid of [world.gateways[0]?.pid ?? 0, ...workers(world)]) signal(pid, 'SIGUSR2');
        await hold(world);
      }
    },
  },
];

/**
 * Locks the row of the account, to which every new row and event of it refers; the pool fills up with waiting changes.
 */
async function lockRows(world: World): Promise<void> {
  const accountId = one(world, world.accountIds);
  await connected(world.cluster.superuserUrl, async (client) => {
    await client.query('BEGIN');
    await client.query('SELECT FROM account WHERE id = $1 FOR UPDATE', [accountId]);
    // Longer than the gateway lets a statement wait.
    await hold(world, 6);
    await client.query('ROLLBACK');
  });
}

async function readOnly(world: World): Promise<void> {
  const { cluster } = world;
  await cluster.ask('ALTER SYSTEM SET default_transaction_read_only = on');
  await cluster.ask('SELECT pg_reload_conf()');
  await hold(world);
  await cluster.ask('ALTER SYSTEM RESET default_transaction_read_only');
  await cluster.ask('SELECT pg_reload_conf()');
}

const TERMINATE =
  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename ~ '_(tenant|operator|restricted)$'";

async function terminate({ cluster }: World): Promise<void> {
  await cluster.ask(TERMINATE);
}

const DATABASE: readonly Fault[] = [
  {
    name: 'PostgreSQL restarted',
    strike: async ({ cluster }) => {
      await cluster.stop();
      await cluster.start();
    },
  },
  {
    name: 'PostgreSQL stopped at once',
    strike: async ({ cluster }) => {
      await cluster.end('SIGQUIT');
      await cluster.start();
    },
  },
  {
    name: 'PostgreSQL SIGKILL',
    strike: async ({ cluster }) => {
      await cluster.end('SIGKILL');
      await cluster.start();
    },
  },
  {
    name: 'PostgreSQL SIGSTOP',
    strike: async (world) => {
      const postmaster = await world.cluster.postmaster();
      await stopped(world, [postmaster, ...childrenOf(postmaster).map(({ pid }) => pid)]);
    },
  },
  {
    name: 'a backend SIGKILL',
    strike: async (world) => {
      signal(one(world, await world.cluster.backends()), 'SIGKILL');
      await world.cluster.ask('SELECT 1');
    },
  },
  { name: 'backends SIGSTOP', strike: async (world) => stopped(world, await world.cluster.backends()) },
  { name: 'backends terminated', strike: terminate },
  { name: 'rows locked, pool exhausted', strike: lockRows },
  { name: 'primary read-only', strike: readOnly },
  { name: 'disk full', strike: fillDisk },
];

async function loseCommits(world: World): Promise<void> {
  const deadline = performance.now() + world.holdMs;
  while (performance.now() < deadline) {
    for (const line of world.lines)
      line.loseCommit((client, database) => {
        client.destroy();
        database.destroy();
      });
    await pause(world.holdMs / 20);
  }
}

async function hangUp(world: World): Promise<void> {
  world.around.hangUps = 0.5;
  await hold(world);
  world.around.hangUps = 0;
}

const LINES: readonly Fault[] = [
  { name: 'sockets to PostgreSQL cut', strike: async ({ lines }) => lines.forEach((line) => line.cut()) },
  {
    name: 'black hole',
    strike: async (world) => {
      const line = one(world, world.lines);
      line.silence(true);
      await hold(world, 6);
      line.silence(false);
    },
  },
  {
    name: 'black hole, then cut',
    strike: async (world) => {
      const line = one(world, world.lines);
      line.silence(true);
      await hold(world);
      line.cut();
      line.silence(false);
    },
  },
  { name: 'answer to COMMIT lost', strike: loseCommits },
  { name: 'answers to clients lost', strike: hangUp },
];

export const FAULTS: readonly Fault[] = [{ name: 'nothing', strike: hold }, ...GATEWAYS, ...DATABASE, ...LINES];

/** A table whose triggers do not write to the audit log: PostgreSQL stores changes without a trace. */
const unaudited: Fault = {
  name: 'control: tools are not audited',
  strike: async (world) => {
    await world.cluster.ask('ALTER TABLE tool DISABLE TRIGGER USER');
    await hold(world);
  },
};

/** Otherwise, the server's own WAL writer would save most of it. */
const SLOW_WRITER = 'ALTER SYSTEM SET wal_writer_delay = 10000';

const lossy: Fault = {
  name: 'control: COMMIT is acknowledged early',
  strike: async (world) => {
    await world.cluster.ask(SLOW_WRITER);
    await world.cluster.ask('SELECT pg_reload_conf()');
    await hold(world);
    signal(one(world, await world.cluster.backends()), 'SIGKILL');
    await world.cluster.ask('SELECT 1');
  },
};

/** Faults of the product itself: each must be reported. */
export const CONTROLS: readonly { readonly fault: Fault; readonly preload: readonly string[] }[] = [
  { fault: lossy, preload: [`${__dirname}/asynchronous-commit.js`] },
  { fault: unaudited, preload: [] },
];
