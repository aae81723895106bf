/**
 * Compares the gateway, PostGraphile 5 and the baseline on the same rows, in rounds; with BENCH_BEFORE also another
 * commit.
 */
import { SIZE_D, type BenchAccount } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import { compareAnswers } from '../harness/compare-answers';
import { contestantOf, type Harness } from '../harness/harness';
import { CONNECTIONS, medianOf, type Round } from '../harness/measure';
import { Servers, type Server } from '../harness/servers';
import { settings } from '../harness/settings';
import { ratios } from '../harness/statistics';
import { WORKLOADS, type ServerName, type Workload } from '../workloads';

const SETTINGS = settings({ accounts: SIZE_D.accounts, rounds: 7, seconds: 3, warmSeconds: 4 });
const CHOSEN = WORKLOADS.filter(({ name }) => (process.env['BENCH_WORKLOADS'] ?? name).split(',').includes(name));

type Rounds = ReadonlyMap<ServerName, readonly Round[]>;

/**
 * Before anything is measured, every server runs all of its workloads, so that its code is compiled regardless of the
 * order. This includes the unaudited gateway, although only one of its workloads is measured.
 */
async function warmUp(harness: Harness, servers: Servers): Promise<void> {
  const needsUnaudited = CHOSEN.some((workload) => workload.servers.includes('unaudited'));
  for (const workload of CHOSEN) {
    const warmed = await servers.for(workload);
    if (needsUnaudited && !workload.servers.includes('unaudited')) warmed.push(await servers.get('unaudited', false));
    for (const server of warmed) await harness.measure(contestantOf(server, workload), SETTINGS.warmSeconds);
  }
}

async function measureWorkload(harness: Harness, servers: readonly Server[], workload: Workload): Promise<Rounds> {
  const contestants = servers.map((server) => contestantOf(server, workload));
  const measured = await harness.interleave(contestants, { ...SETTINGS, warmSeconds: 0 });
  return new Map(servers.map(({ name }, index) => [name, measured[index] ?? []]));
}

/** The other commit has rows of its own that no other server has. */
const compare = (servers: readonly Server[], workload: Workload, accounts: readonly BenchAccount[]): Promise<void> =>
  compareAnswers(
    servers.filter(({ name }) => name !== 'before'),
    workload,
    accounts,
  );

const rateRatios = (rounds: readonly Round[], others: readonly Round[] | undefined): string =>
  ratios(rounds, others, ({ rate }) => rate);

const HEAD = [
  'workload',
  'server',
  'requests/s',
  'p50 ms',
  'p99 ms',
  'CPU ms/request',
  'PostgreSQL ms/request',
  'to PostGraphile',
  'to the baseline',
  'to unaudited',
];

const rowsOf = (workload: Workload, rounds: Rounds): string[][] =>
  [...rounds].map(([name, own]) => [
    workload.name,
    name,
    medianOf(own, 'rate', 0),
    medianOf(own, 'p50', 2),
    medianOf(own, 'p99', 2),
    medianOf(own, 'cpu', 3),
    medianOf(own, 'database', 3),
    ...(['postgraphile', 'baseline', 'unaudited'] as const).map((other) => rateRatios(own, rounds.get(other))),
    ...(Servers.hasBefore ? [rateRatios(own, rounds.get('before'))] : []),
  ]);

const SHORT_HEAD = [
  'workload',
  'requests/s',
  'p99 ms',
  'to PostGraphile 5',
  'to the baseline',
  'to the same unaudited',
];

/** The table for the README: only the gateway's rows. */
function shortRow(workload: Workload, rounds: Rounds): string[] {
  const own = rounds.get('portcullis') ?? [];
  return [
    `${workload.name}: ${workload.title}`,
    medianOf(own, 'rate', 0),
    medianOf(own, 'p99', 1),
    ...(['postgraphile', 'baseline', 'unaudited'] as const).map((other) => rateRatios(own, rounds.get(other))),
  ];
}

async function run(harness: Harness): Promise<Table[]> {
  const cluster = await harness.createCluster({ ...SIZE_D, accounts: SETTINGS.accounts });
  const needsCopy = CHOSEN.some(({ servers }) => servers.includes('unaudited'));
  const allServers = new Servers(cluster, needsCopy ? await cluster.copy('unaudited') : null);
  harness.defer(() => allServers.stop());
  await warmUp(harness, allServers);
  const measured: [Workload, Rounds][] = [];
  for (const workload of CHOSEN) {
    const servers = await allServers.for(workload);
    await compare(servers, workload, cluster.accounts);
    measured.push([workload, await measureWorkload(harness, servers, workload)]);
    await compare(servers, workload, cluster.accounts);
  }
  const { accounts, rounds, seconds } = SETTINGS;
  const summary = `${accounts} accounts, ${CONNECTIONS} connections, ${rounds} interleaved rounds of ${seconds} s, medians (least–most)`;
  return [
    {
      summary,
      head: Servers.hasBefore ? [...HEAD, 'to the commit before'] : HEAD,
      rows: measured.flatMap(([workload, own]) => rowsOf(workload, own)),
      page: 'docs/performance.md',
    },
    { summary, head: SHORT_HEAD, rows: measured.map(([workload, own]) => shortRow(workload, own)), page: 'README.md' },
  ];
}

export const benchmark: Benchmark = { description: 'the gateway compared with PostGraphile 5 and the baseline', run };
