/** Ten times the capacity: what is still answered, how the rest is refused, and what health and memory do meanwhile. */
import { setTimeout as pause } from 'node:timers/promises';
import { SIZE_D } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import type { Harness } from '../harness/harness';
import { startGenerator, startNeighbour } from '../harness/process';
import { settings } from '../harness/settings';
import type { OpenLoadReport } from '../overload/open-load';
import { MIX, mixedRequests, UNLIMITED } from '../overload/mix';

const SETTINGS = settings({ accounts: 60, seconds: 10, connections: 500, times: 10 });
/** Enough to keep every part of the gateway busy. */
const BUSY_CONNECTIONS = 32;
const ADDRESS = '127.0.0.1';
const HEALTH_ADDRESS = '127.0.0.2';
/** Of the capacity, before and after the overload. */
const CALM_SHARE = 0.5;
/** How much slower than before a tenth of a second after the overload may be to count as normal. */
const NORMAL_FACTOR = 2;
const SPANS_PER_SECOND = 10;
const BYTES_PER_MB = 1024 * 1024;

const tally = (outcomes: OpenLoadReport['outcomes']): string =>
  Object.entries(outcomes)
    .sort(([, left], [, right]) => right - left)
    .map(([outcome, count]) => `${outcome} × ${count}`)
    .join('; ');

/** Seconds until no request is refused and none takes much longer than before; null when that does not come. */
function recoveredAfter(after: OpenLoadReport, before: OpenLoadReport): number | null {
  const limit = before.accepted.p99 * NORMAL_FACTOR;
  const last = after.course.findLastIndex(({ refused, slowest }) => refused > 0 || slowest > limit);
  return last + 1 < after.course.length ? (last + 1) / SPANS_PER_SECOND : null;
}

async function run(harness: Harness): Promise<Table[]> {
  const { accounts, seconds, connections, times } = SETTINGS;
  const cluster = await harness.createCluster({ ...SIZE_D, accounts, runs: 1_000 });
  const gateway = await harness.launchGateway(cluster, UNLIMITED);
  const requests = mixedRequests(gateway, cluster.accounts);
  const closed = startGenerator();
  harness.defer(() => closed.stop());
  const generator = harness.openGenerator();
  const health = startNeighbour({ port: gateway.port, key: null, address: HEALTH_ADDRESS });
  harness.defer(() => health.stop());

  const saturate = (forSeconds: number): ReturnType<typeof closed.run> =>
    closed.run({ port: gateway.port, connections: BUSY_CONNECTIONS, milliseconds: forSeconds * 1_000, requests });
  const offer = (ratePerSecond: number): Promise<OpenLoadReport> =>
    generator.run({
      port: gateway.port,
      address: ADDRESS,
      connections,
      ratePerSecond,
      milliseconds: seconds * 1_000,
      requests,
    });

  await saturate(seconds / 2);
  const measured = await saturate(seconds);
  const capacity = ((measured.answered - measured.failed) / measured.milliseconds) * 1_000;
  const rows: string[][] = [];
  async function phase(name: string, share: number): Promise<OpenLoadReport> {
    await health.report();
    await gateway.longestBlock();
    let [peak, isOver] = [0, false];
    const load = offer(capacity * share).finally(() => (isOver = true));
    while (!isOver) {
      peak = Math.max(peak, (await gateway.usage()).resident);
      await Promise.race([load, pause(200)]);
    }
    const report = await load;
    const { accepted, refused } = report;
    const goodput = (accepted.count / report.milliseconds) * 1_000;
    const livez = await health.report();
    const ms = [accepted.p50, accepted.p99, refused.p99, livez.max].map((value) => value.toFixed(0));
    const numbers = [goodput.toFixed(0), (goodput / capacity).toFixed(2), ...ms, (peak / BYTES_PER_MB).toFixed(0)];
    rows.push([name, (capacity * share).toFixed(0), ...numbers, tally(report.outcomes)]);
    process.stderr.write(
      `${rows.at(-1)?.join(' | ') ?? ''}; broken ${report.broken}, unsent ${report.unsent}, without Retry-After ${report.withoutRetryAfter}, health failed ${livez.failed}/${livez.answered}, block ${(await gateway.longestBlock()).toFixed(0)}, refused max ${refused.max.toFixed(0)}\n`,
    );
    return report;
  }
  const before = await phase('before', CALM_SHARE);
  const during = await phase(`${times} times the capacity`, times);
  const after = await phase('right afterwards', CALM_SHARE);
  const recovery = recoveredAfter(after, before);
  const summary = [
    `${MIX}, of ${accounts} accounts; capacity ${capacity.toFixed(0)}/s on ${BUSY_CONNECTIONS} connections`,
    `then an open loop of ${seconds} s each on up to ${connections} connections`,
    `back to normal ${recovery === null ? 'not' : `${recovery.toFixed(1)} s`} after the overload`,
    `${during.unsent} requests not sent for want of a connection, ${during.broken} connections broken, ${during.withoutRetryAfter} refusals without Retry-After`,
  ].join('; ');
  const head = [
    'load',
    'offered/s',
    'goodput/s',
    'of capacity',
    'accepted p50 ms',
    'p99 ms',
    'refused p99 ms',
    '/livez worst ms',
    'memory MB',
    'answers',
  ];
  return [{ summary, head, rows, page: 'docs/operations/overload.md' }];
}

export const benchmark: Benchmark = { description: 'ten times the load that the gateway can serve', run };
