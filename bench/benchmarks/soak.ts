/**
 * Sends mixed traffic for a long time, with faults in between, and checks that memory, handles, connections and
 * transactions do not grow.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { readdirSync } from 'node:fs';
import { query } from '../../test/harness/sql';
import { SIZE_D } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import type { Harness } from '../harness/harness';
import type { Server } from '../harness/servers';
import { settings } from '../harness/settings';
import { median } from '../harness/statistics';
import { MIX, mixedRequests, UNLIMITED } from '../overload/mix';
import type { OpenLoadReport } from '../overload/open-load';
import { BACKENDS, SOAK_FAULTS, type Surroundings } from '../soak/faults';
import { trendOf } from '../soak/trend';

const SETTINGS = settings({ accounts: 20, rate: 60, faultSeconds: 20, sampleSeconds: 5 });
const DEFAULT_MINUTES = 30;
const CONNECTIONS = 100;
/** Share of the time in which caches fill up; it is ignored. */
const WARM_SHARE = 0.25;
/** Growth added to a series, to show that the statistic detects it. */
const PLANTED_GROWTH = 0.1;
const BYTES_PER_MB = 1024 * 1024;

interface Sample {
  readonly 'heap after a collection, MB': number;
  readonly 'resident memory, MB': number;
  readonly 'open files and sockets': number;
  readonly 'connections to PostgreSQL': number;
  readonly 'transactions idle for more than 5 s': number;
}

async function sampleOf(gateway: Server, { superuserUrl }: Surroundings): Promise<Sample> {
  const [backends] = await query<{ connections: string; idle: string }>(
    superuserUrl,
    `SELECT count(*) AS connections, count(*) FILTER (WHERE state LIKE 'idle in transaction%' AND state_change < now() - interval '5 s') AS idle
       FROM pg_stat_activity WHERE ${BACKENDS}`,
  );
  const heap = await gateway.heap();
  return {
    'heap after a collection, MB': heap / BYTES_PER_MB,
    'resident memory, MB': (await gateway.usage()).resident / BYTES_PER_MB,
    'open files and sockets': readdirSync(`/proc/${gateway.pid ?? 0}/fd`).length,
    'connections to PostgreSQL': Number(backends?.connections),
    'transactions idle for more than 5 s': Number(backends?.idle),
  };
}

/** Injects faults until the time is over. @returns how often each fault was injected. */
async function strikeUntil(isOver: () => boolean, surroundings: Surroundings): Promise<Map<string, number>> {
  const strikes = new Map<string, number>();
  for (let count = 0; !isOver(); count += 1) {
    for (let seconds = 0; seconds < SETTINGS.faultSeconds && !isOver(); seconds += 1) await pause(1_000);
    const fault = SOAK_FAULTS[count % SOAK_FAULTS.length];
    if (!fault || isOver()) continue;
    await fault.strike(surroundings);
    strikes.set(fault.name, (strikes.get(fault.name) ?? 0) + 1);
  }
  return strikes;
}

function rowOf(name: string, values: readonly number[]): string[] {
  const { z, growth, isFlat } = trendOf(values);
  const figures = [values[0] ?? NaN, median(values), Math.max(...values), values.at(-1) ?? NaN, growth];
  return [name, ...figures.map((value) => value.toFixed(1)), z.toFixed(1), isFlat ? 'flat' : 'grows'];
}

function minutesIn(args: readonly string[]): number {
  const place = args.indexOf('--minutes');
  return place < 0 ? DEFAULT_MINUTES : Number(args[place + 1]);
}

async function run(harness: Harness): Promise<Table[]> {
  const { accounts, rate, sampleSeconds } = SETTINGS;
  const minutes = minutesIn(harness.args);
  if (!(minutes > 0)) throw new Error('--minutes takes a number of minutes');
  const cluster = await harness.createCluster({ ...SIZE_D, accounts, runs: 500 });
  const gateway = await harness.launchGateway(cluster, UNLIMITED, ['--expose-gc']);
  const surroundings = { gateway, superuserUrl: cluster.superuserUrl };
  let report: OpenLoadReport | null = null;
  const load = harness
    .openGenerator()
    .run({
      port: gateway.port,
      address: '127.0.0.1',
      connections: CONNECTIONS,
      ratePerSecond: rate,
      milliseconds: minutes * 60_000,
      requests: mixedRequests(gateway, cluster.accounts),
    })
    .then((result) => (report = result));
  const isOver = (): boolean => report !== null;
  const striking = strikeUntil(isOver, surroundings);
  const samples: Sample[] = [];
  while (!isOver()) {
    await Promise.race([load, pause(sampleSeconds * 1_000)]);
    samples.push(await sampleOf(gateway, surroundings));
  }
  const { outcomes, broken } = await load;
  const strikes = await striking;
  const looked = samples.slice(Math.ceil(samples.length * WARM_SHARE));
  const names = Object.keys(samples[0] ?? {}) as (keyof Sample)[];
  const rows = names.map((name) =>
    rowOf(
      name,
      looked.map((sample) => sample[name]),
    ),
  );
  const planted = looked.map(
    ({ 'heap after a collection, MB': heap }, index) => heap * (1 + (PLANTED_GROWTH * index) / (looked.length - 1)),
  );
  rows.push(rowOf(`the same heap with a growth of ${PLANTED_GROWTH * 100} % planted`, planted));
  const told = (counts: Iterable<readonly [string, number]>): string =>
    [...counts].map(([name, count]) => `${name} × ${count}`).join(', ');
  const summary = [
    `${minutes} minutes of ${rate} requests a second (${MIX}) of ${accounts} accounts`,
    `answers: ${told(Object.entries(outcomes))}, ${broken} connections broken`,
    `faults: ${told(strikes)}`,
    `${looked.length} samples after the first quarter; "grows" is Mann and Kendall's z above 2.58 with a growth (Theil and Sen) above 5 %`,
  ].join('; ');
  const head = ['what', 'first', 'median', 'most', 'last', 'growth', 'z', ''];
  return [{ summary, head, rows, page: 'docs/operations/soak.md' }];
}

export const benchmark: Benchmark = {
  description: 'memory, handles and connections over a long time with faults',
  run,
};
