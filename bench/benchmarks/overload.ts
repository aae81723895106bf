/**
 * Measures overload at ten times the capacity: what is answered, how the rest is refused, and the effect on health
 * checks and memory.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { SIZE_D } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import { separateCores } from '../harness/cores';
import type { Harness } from '../harness/harness';
import { startGenerator, startNeighbour } from '../harness/process';
import { settings } from '../harness/settings';
import { median, spread } from '../harness/statistics';
import type { OpenLoadReport } from '../overload/open-load';
import { MIX, mixedRequests, UNLIMITED } from '../overload/mix';

const SETTINGS = settings({ accounts: 30, rounds: 3, seconds: 5, connections: 500, times: 10 });
/** Enough to keep every part of the gateway busy. */
const BUSY_CONNECTIONS = 32;
const ADDRESS = '127.0.0.1';
const HEALTH_ADDRESS = '127.0.0.2';
/** Share of the capacity that is sent before and after the overload. */
const CALM_SHARE = 0.5;
/** After the overload, a tenth of a second counts as normal if it is at most this many times slower than before. */
const NORMAL_FACTOR = 2;
const SPANS_PER_SECOND = 10;
const BYTES_PER_MB = 1024 * 1024;

interface Phase {
  readonly name: string;
  /** Operations per second that a busy gateway serves, measured immediately before. */
  readonly capacity: number;
  readonly offered: number;
  readonly report: OpenLoadReport;
  readonly livezMs: number;
  readonly megabytes: number;
  /** CPU time, as a share of a core. */
  readonly cpu: { readonly gateway: number; readonly postgres: number; readonly generator: number };
}

const tally = (phases: readonly Phase[]): string => {
  const counts: Record<string, number> = {};
  for (const { report } of phases)
    for (const [outcome, count] of Object.entries(report.outcomes)) counts[outcome] = (counts[outcome] ?? 0) + count;
  return Object.entries(counts)
    .sort(([, left], [, right]) => right - left)
    .map(([outcome, count]) => `${outcome} × ${count}`)
    .join('; ');
};

const goodputOf = ({ report }: Phase): number => (report.accepted.count / report.milliseconds) * 1_000;

/** Seconds until no request is refused and none takes much longer than before; infinite if that never happens. */
function recoveredAfter(after: OpenLoadReport, before: OpenLoadReport): number {
  const limit = before.accepted.p99 * NORMAL_FACTOR;
  const last = after.course.findLastIndex(({ refused, slowest }) => refused > 0 || slowest > limit);
  return last + 1 < after.course.length ? (last + 1) / SPANS_PER_SECOND : Infinity;
}

const percent = (share: number): string => (100 * share).toFixed(0);

function rowOf(phases: readonly Phase[]): string[] {
  const middle = (valueOf: (phase: Phase) => number): string => median(phases.map(valueOf)).toFixed(0);
  const worst = (valueOf: (phase: Phase) => number): string => Math.max(...phases.map(valueOf)).toFixed(0);
  return [
    phases[0]?.name ?? '',
    middle(({ offered }) => offered),
    middle(goodputOf),
    spread(phases.map((phase) => goodputOf(phase) / phase.capacity)),
    middle(({ report }) => report.accepted.p50),
    middle(({ report }) => report.accepted.p99),
    middle(({ report }) => report.refused.p50),
    middle(({ report }) => report.refused.p99),
    middle(({ report }) => report.lag.p99),
    worst(({ livezMs }) => livezMs),
    worst(({ megabytes }) => megabytes),
    (['gateway', 'postgres', 'generator'] as const)
      .map((name) => percent(median(phases.map(({ cpu }) => cpu[name]))))
      .join(', '),
    tally(phases),
  ];
}

const HEAD = [
  'load',
  'offered/s',
  'goodput/s',
  'of capacity',
  'accepted p50 ms',
  'p99 ms',
  'refused p50 ms',
  'p99 ms',
  'generator late p99 ms',
  '/livez worst ms',
  'memory MB',
  'CPU % of gateway, PostgreSQL, generator',
  'answers',
];

async function run(harness: Harness): Promise<Table[]> {
  const { accounts, rounds, seconds, connections, times } = SETTINGS;
  const cores = separateCores();
  const cluster = await harness.createCluster({ ...SIZE_D, accounts, runs: 300 });
  const gateway = await harness.launchGateway(cluster, UNLIMITED);
  cores.placeGateway(gateway);
  const requests = mixedRequests(gateway, cluster.accounts);
  const closed = startGenerator();
  harness.defer(() => closed.stop());
  const generator = harness.openGenerator();
  const health = startNeighbour({ port: gateway.port, key: null, address: HEALTH_ADDRESS });
  harness.defer(() => health.stop());

  async function capacityNow(): Promise<number> {
    const milliseconds = seconds * 1_000;
    const report = await closed.run({ port: gateway.port, connections: BUSY_CONNECTIONS, milliseconds, requests });
    return ((report.answered - report.failed) / report.milliseconds) * 1_000;
  }
  async function phase(name: string, capacity: number, share: number): Promise<Phase> {
    await health.report();
    const [before, databaseBefore] = [await gateway.usage(), cluster.databaseCpu() ?? 0];
    let [peak, isOver] = [0, false];
    const ratePerSecond = capacity * share;
    const order = { port: gateway.port, address: ADDRESS, connections, ratePerSecond, requests };
    const load = generator.run({ ...order, milliseconds: seconds * 1_000 }).finally(() => (isOver = true));
    while (!isOver) {
      peak = Math.max(peak, (await gateway.usage()).resident);
      await Promise.race([load, pause(200)]);
    }
    const report = await load;
    const microseconds = report.milliseconds * 1_000;
    const cpu = {
      gateway: ((await gateway.usage()).cpu - before.cpu) / microseconds,
      postgres: ((cluster.databaseCpu() ?? 0) - databaseBefore) / microseconds,
      generator: report.cpu / microseconds,
    };
    const livezMs = (await health.report()).max;
    const measured = { name, capacity, offered: ratePerSecond, report, livezMs, megabytes: peak / BYTES_PER_MB, cpu };
    process.stderr.write(`${rowOf([measured]).join(' | ')}\n`);
    return measured;
  }

  // Not counted: a warm-up.
  await capacityNow();
  const measured: { readonly before: Phase; readonly during: Phase; readonly after: Phase }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const capacity = await capacityNow();
    measured.push({
      before: await phase('half, before', capacity, CALM_SHARE),
      during: await phase(`${times} times the capacity`, capacity, times),
      after: await phase('half, right afterwards', capacity, CALM_SHARE),
    });
  }
  const during = measured.map((each) => each.during);
  const sum = (countOf: (report: OpenLoadReport) => number): number =>
    during.reduce((total, { report }) => total + countOf(report), 0);
  const recovery = Math.max(...measured.map(({ after, before }) => recoveredAfter(after.report, before.report)));
  const summary = [
    `${MIX}, of ${accounts} accounts; ${cores.sentence}`,
    `${rounds} rounds, each of the capacity on ${BUSY_CONNECTIONS} connections (${median(during.map(({ capacity }) => capacity)).toFixed(0)}/s), then of open loops of ${seconds} s on ${connections} open connections; medians, of /livez and memory the worst`,
    `back to normal ${Number.isFinite(recovery) ? `${recovery.toFixed(1)} s after the overload at the latest` : 'not in every round'}`,
    `${sum(({ unsent }) => unsent)} requests not sent for lack of a connection, ${sum(({ broken }) => broken)} connections broken, ${sum(({ withoutRetryAfter }) => withoutRetryAfter)} refusals without Retry-After`,
  ].join('; ');
  const rows = (['before', 'during', 'after'] as const).map((name) => rowOf(measured.map((each) => each[name])));
  return [{ summary, head: HEAD, rows, page: 'docs/operations/overload.md' }];
}

export const benchmark: Benchmark = { description: 'ten times the capacity of the gateway', run };
