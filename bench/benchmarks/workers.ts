/** Measures the benefit of a second process. */
import { SIZE_D } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import { contestantOf, type Harness } from '../harness/harness';
import { settings } from '../harness/settings';
import { median, ratios } from '../harness/statistics';
import { Q1, Q2 } from '../workloads';

const SETTINGS = settings({ accounts: SIZE_D.accounts, rounds: 7, seconds: 2, warmSeconds: 5 });

async function run(harness: Harness): Promise<Table[]> {
  const cluster = await harness.createCluster({ ...SIZE_D, accounts: SETTINGS.accounts });
  const servers = [
    await harness.launchGateway(cluster, { WORKERS: '1' }),
    await harness.launchGateway(cluster, { WORKERS: '2' }),
  ];
  const rows: string[][] = [];
  for (const workload of [Q1, Q2]) {
    const contestants = servers.map((server) => contestantOf(server, workload));
    const [one = [], two = []] = await harness.interleave(contestants, SETTINGS);
    const rates = [one, two].map((rounds) => median(rounds.map(({ rate }) => rate)).toFixed(0));
    rows.push([workload.name, ...rates, ratios(two, one, ({ rate }) => rate)]);
  }
  const summary = `${SETTINGS.accounts} accounts, ${SETTINGS.rounds} interleaved rounds of ${SETTINGS.seconds} s`;
  const head = ['workload', 'one worker, requests/s', 'two workers', 'ratio'];
  return [{ summary, head, rows, page: 'docs/performance.md' }];
}

export const benchmark: Benchmark = { description: 'two worker processes compared with one', run };
