/** Injects faults one after another into a separate environment, and checks the result. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../../harness/eventually';
import { check, type Finding } from './check';
import type { Fault } from './faults';
import type { Entry } from './ledger';
import { readStored } from './stored';
import { createWorld, removeWorld, type World, type WorldOptions } from './world';

export interface RunOptions extends WorldOptions {
  readonly faults: readonly Fault[];
  /** The total number of acknowledged writes. */
  readonly writes: number;
  /** How often each fault is injected. */
  readonly strikes: number;
  readonly progress: (line: string) => void;
}

export interface RunResult {
  readonly entries: readonly Entry[];
  readonly findings: readonly Finding[];
  /** Unexpected exits of gateways, and chains that do not verify. */
  readonly failures: readonly string[];
  /** What each follower of an account's events has received, and over how many connections. */
  readonly followed: readonly { readonly events: number; readonly connections: number }[];
}

const RECOVERY_MS = 90_000;
/**
 * Writes acknowledged before a fault, and again after it, so that each fault meets traffic and is over before the next.
 */
const WRITES_AROUND = 32;
const AUDIT = resolve(__dirname, '../../../dist/src/cli/tools/audit.js');

async function untilAcknowledged(world: World, count: number, what: string): Promise<void> {
  const { ledger } = world.around;
  await eventually(async () => ledger.acknowledged >= count, RECOVERY_MS).catch(() => {
    throw new Error(`${what}: no more than ${ledger.acknowledged} of ${count} writes within ${RECOVERY_MS} ms`);
  });
}

async function makeFault(world: World, fault: Fault, { strikes, writes, faults }: RunOptions): Promise<void> {
  const { around } = world;
  const { ledger } = around;
  around.fault = fault.name;
  const wanted = ledger.acknowledged + Math.ceil(writes / faults.length);
  for (let strike = 0; strike < strikes; strike += 1) {
    await untilAcknowledged(world, ledger.acknowledged + WRITES_AROUND, fault.name);
    await fault.strike(world);
  }
  await untilAcknowledged(world, ledger.acknowledged + WRITES_AROUND, `after ${fault.name}`);
  while (ledger.acknowledged < wanted)
    await untilAcknowledged(world, Math.min(wanted, ledger.acknowledged + WRITES_AROUND), `after ${fault.name}`);
}

/** The command with which operators verify chains. */
async function chainProblems({ environment }: World): Promise<string[]> {
  const env = { PATH: process.env['PATH'], ...environment };
  const text = await promisify(execFile)(process.execPath, [AUDIT, 'verify'], { env }).then(
    ({ stdout, stderr }) => `${stdout}${stderr}`,
    (error: unknown) => String(error),
  );
  const lines = text.trim().split('\n');
  const isIntact = lines.length >= 2 && lines.every((line) => /^[0-9a-f-]{36}: \d+ events intact$/.test(line));
  return isIntact ? [] : [`The audit log does not verify: ${text}`];
}

/** Waits until followers have received everything. @returns the differences of each from the stored chain. */
async function followerProblems({ followers, cluster }: World): Promise<string[]> {
  const problemsOf = async (follower: World['followers'][number]): Promise<string[]> => {
    const remaining = (): Promise<string[]> => follower.problems(cluster.superuserUrl);
    const problems = await eventually(async () => (await remaining()).length === 0, RECOVERY_MS).then(
      () => [],
      remaining,
    );
    await follower.stop();
    return problems;
  };
  return (await Promise.all(followers.map(problemsOf))).flat();
}

/** Waits until all work has ended, and restarts PostgreSQL, so that only what is on disk remains. */
async function settle({ gateways, cluster }: World): Promise<string[]> {
  const codes = [];
  for (const gateway of gateways) codes.push(await gateway.end('SIGTERM'));
  await cluster.stop();
  await cluster.start();
  return codes.filter((code) => code !== 0).map((code) => `A gateway that was stopped ended with ${code}`);
}

export async function runFaults(options: RunOptions): Promise<RunResult> {
  const world = await createWorld(options);
  const stopping = new AbortController();
  const writing = Promise.all(world.writers.map((writer) => writer.run(stopping.signal)));
  try {
    for (const fault of options.faults) {
      options.progress(`${fault.name} (${world.around.ledger.acknowledged} writes acknowledged)`);
      await Promise.race([makeFault(world, fault, options), writing]);
    }
    stopping.abort();
    await writing;
    const entries = await world.around.ledger.close();
    const failures = world.gateways.flatMap(({ unexpected }) => unexpected);
    failures.push(...(await followerProblems(world)));
    const followed = world.followers.map(({ points, connections }) => ({ events: points.length, connections }));
    failures.push(...(await settle(world)), ...(await chainProblems(world)));
    return { entries, failures, followed, findings: check(entries, await readStored(world.cluster.superuserUrl)) };
  } finally {
    stopping.abort();
    await removeWorld(world);
  }
}
