/** `npm run bench`: the gateway, PostGraphile 5 and the floor on the same rows, round by round, and the table. */
import { compareAnswers } from './answers';
import { SIZE_D, type BenchAccount } from './dataset';
import { CONNECTIONS, measureRound, type Bench, type Round } from './measure';
import { startGenerator } from './process';
import { figures, median, publish, runBenchmark, spread } from './report';
import { Servers, requestsFor, type Server } from './servers';
import { WORKLOADS, type ServerName, type Workload } from './workloads';
import { createBenchCluster } from './cluster';

const number = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const ACCOUNTS = number('BENCH_ACCOUNTS', SIZE_D.accounts);
const ROUNDS = number('BENCH_ROUNDS', 7);
const SECONDS = number('BENCH_SECONDS', 3);
const WARM_SECONDS = number('BENCH_WARM_SECONDS', 4);
const CHOSEN = WORKLOADS.filter(({ name }) => (process.env['BENCH_WORK'] ?? name).split(',').includes(name));

type Rounds = ReadonlyMap<ServerName, readonly Round[]>;

async function measureWork(
  servers: readonly Server[],
  bench: Bench,
  work: Workload,
  accounts: readonly BenchAccount[],
): Promise<Rounds> {
  const rounds = new Map<ServerName, Round[]>(work.servers.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const server of servers) {
      rounds.get(server.name)?.push(await measureRound(server, bench, requestsFor(server, work, accounts), SECONDS));
    }
  }
  return rounds;
}

/**
 * Every server runs all of the work that it can before any is measured: their code is compiled by then, whichever comes
 * first. The unaudited gateway too, though it is measured with one work only.
 */
async function warmUp(allServers: Servers, bench: Bench, accounts: readonly BenchAccount[]): Promise<void> {
  for (const work of CHOSEN) {
    for (const server of await allServers.warm(work, CHOSEN)) {
      await measureRound(server, bench, requestsFor(server, work, accounts), WARM_SECONDS);
    }
  }
}

const each = (rounds: readonly Round[], one: keyof Round): number[] => rounds.map((round) => round[one]);

/** Of the same round: what slowed one slowed the other. Empty without the other. */
const ratios = (own: readonly Round[], other: readonly Round[] | undefined): string =>
  other === undefined || own === other ? '' : spread(own.map(({ rate }, index) => rate / (other[index]?.rate ?? NaN)));

const HEADS = [
  'work',
  'server',
  'requests/s',
  'p50 ms',
  'p99 ms',
  'CPU ms/request',
  'PostgreSQL ms/request',
  'to PostGraphile',
  'to the floor',
  'to unaudited',
];

function rowsOf(work: Workload, rounds: Rounds): string[][] {
  return [...rounds].map(([name, own]) => [
    work.name,
    name,
    median(each(own, 'rate')).toFixed(0),
    median(each(own, 'p50')).toFixed(2),
    median(each(own, 'p99')).toFixed(2),
    median(each(own, 'cpu')).toFixed(3),
    median(each(own, 'database')).toFixed(3),
    ratios(own, rounds.get('postgraphile')),
    ratios(own, rounds.get('floor')),
    ratios(own, rounds.get('unaudited')),
  ]);
}

const SHORT_HEADS = ['work', 'requests/s', 'p99 ms', 'to PostGraphile 5', 'to the floor', 'to the same unaudited'];

/** The front page's table: the gateway's own rows. */
function shortRow(work: Workload, rounds: Rounds): string[] {
  const own = rounds.get('portcullis') ?? [];
  return [
    `${work.name}: ${work.title}`,
    median(each(own, 'rate')).toFixed(0),
    median(each(own, 'p99')).toFixed(1),
    ...(['postgraphile', 'floor', 'unaudited'] as const).map((name) => ratios(own, rounds.get(name))),
  ];
}

async function main(): Promise<string> {
  const cluster = await createBenchCluster({ ...SIZE_D, accounts: ACCOUNTS });
  const generator = startGenerator();
  const bench = { generator, databaseCpu: () => cluster.databaseCpu() };
  const needsCopy = CHOSEN.some(({ servers }) => servers.includes('unaudited'));
  const allServers = new Servers(cluster, needsCopy ? await cluster.copy('unaudited') : null);
  try {
    await warmUp(allServers, bench, cluster.accounts);
    const measured: [Workload, Rounds][] = [];
    for (const work of CHOSEN) {
      const servers = await allServers.for(work);
      await compareAnswers(servers, work, cluster.accounts);
      measured.push([work, await measureWork(servers, bench, work, cluster.accounts)]);
      await compareAnswers(servers, work, cluster.accounts);
    }
    const how = `${ACCOUNTS} accounts, ${CONNECTIONS} connections, ${ROUNDS} interleaved rounds of ${SECONDS} s, medians (least–most)`;
    const rows = measured.flatMap(([work, rounds]) => rowsOf(work, rounds));
    const report = figures('bench', how, HEADS, rows);
    publish('docs/performance.md', 'run', report);
    const shortRows = measured.map(([work, rounds]) => shortRow(work, rounds));
    publish('README.md', 'run', figures('bench', how, SHORT_HEADS, shortRows));
    return report;
  } finally {
    generator.stop();
    await allServers.stop();
    await cluster.close();
  }
}

runBenchmark(main);
