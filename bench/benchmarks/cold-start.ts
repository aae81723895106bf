/**
 * Compares the throughput of a newly started gateway, under many changes per second, with its throughput a while later.
 */
import { SIZE_D } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import type { Harness } from '../harness/harness';
import { launchGateway, requestsFor } from '../harness/servers';
import { settings } from '../harness/settings';
import { median, spread } from '../harness/statistics';
import { UNLIMITED } from '../overload/mix';
import type { OpenLoadReport } from '../overload/open-load';
import { M } from '../workloads';

const SETTINGS = settings({ accounts: 30, rounds: 5, seconds: 5, connections: 100, rate: 200 });
const SPANS_PER_SECOND = 10;

interface Start {
  readonly readyAfter: number;
  readonly cold: OpenLoadReport;
  readonly warm: OpenLoadReport;
}

/** Seconds until the last refusal. */
const refusedUntil = ({ course }: OpenLoadReport): number =>
  (course.findLastIndex(({ refused }) => refused > 0) + 1) / SPANS_PER_SECOND;

function rowOf(name: string, reports: readonly OpenLoadReport[]): string[] {
  const middle = (valueOf: (report: OpenLoadReport) => number): string => median(reports.map(valueOf)).toFixed(0);
  return [
    name,
    spread(reports.map(({ refused }) => refused.count)),
    spread(reports.map(refusedUntil)),
    middle(({ accepted }) => accepted.p50),
    middle(({ accepted }) => accepted.p99),
    middle(({ lag }) => lag.p99),
    String(reports.reduce((sum, { broken, unsent }) => sum + broken + unsent, 0)),
  ];
}

const HEAD = ['changes', 'refused', 'until, s', 'accepted p50 ms', 'p99 ms', 'generator late p99 ms', 'broken, unsent'];

async function run(harness: Harness): Promise<Table[]> {
  const { accounts, rounds, seconds, connections, rate } = SETTINGS;
  const cluster = await harness.createCluster({ ...SIZE_D, accounts, runs: 300 });
  const generator = harness.openGenerator();
  const starts: Start[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const gateway = { ...(await launchGateway({ ...cluster.environment, ...UNLIMITED })), cluster };
    try {
      const requests = requestsFor({ ...gateway, name: 'portcullis' }, M);
      const order = { port: gateway.port, address: '127.0.0.1', connections, ratePerSecond: rate, requests };
      const load = (): Promise<OpenLoadReport> => generator.run({ ...order, milliseconds: seconds * 1_000 });
      starts.push({ readyAfter: gateway.readyAfter, cold: await load(), warm: await load() });
    } finally {
      await gateway.stop();
    }
  }
  const ready = spread(starts.map(({ readyAfter }) => readyAfter / 1_000));
  return [
    {
      summary: `${rounds} starts, ready after ${ready} s; then ${rate} changes (M) a second of ${accounts} accounts on ${connections} connections for ${seconds} s, twice; medians (least–most)`,
      head: HEAD,
      rows: [
        rowOf(
          'right after the start',
          starts.map(({ cold }) => cold),
        ),
        rowOf(
          'after that',
          starts.map(({ warm }) => warm),
        ),
      ],
      page: 'docs/operations/overload.md',
    },
  ];
}

export const benchmark: Benchmark = { description: 'many changes per second right after a start', run };
