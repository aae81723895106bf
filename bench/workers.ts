/** `npm run bench:workers`: what a second process brings, beside one of the same gateway. */
import { SIZE_D } from './dataset';
import { measureRound, type Bench } from './measure';
import { startGenerator } from './process';
import { figures, median, publish, runBenchmark, spread } from './report';
import { launchGateway, requestsFor, type Server } from './servers';
import { Q2, WORKLOADS, type Workload } from './workloads';
import { createBenchCluster, type BenchCluster } from './cluster';

const ACCOUNTS = Number(process.env['BENCH_ACCOUNTS'] ?? SIZE_D.accounts);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 7);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 2);
const WARM_SECONDS = Number(process.env['BENCH_WARM_SECONDS'] ?? 5);

async function launchWith(workers: number, { environment, masterKey }: BenchCluster): Promise<Server> {
  const gateway = await launchGateway({ ...environment, WORKERS: `${workers}` });
  return { ...gateway, name: 'portcullis', masterKey };
}

/** A row of the table: the rates, and their ratio in rounds side by side. */
async function compare(
  one: Server,
  two: Server,
  work: Workload,
  cluster: BenchCluster,
  bench: Bench,
): Promise<string[]> {
  const rate = async (server: Server, seconds: number): Promise<number> =>
    (await measureRound(server, bench, requestsFor(server, work, cluster.accounts), seconds)).rate;
  for (const server of [one, two]) await rate(server, WARM_SECONDS);
  const rounds: [number, number][] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push([await rate(one, SECONDS), await rate(two, SECONDS)]);
  const [ones, twos] = [rounds.map(([alone]) => alone), rounds.map(([, both]) => both)];
  const ratio = spread(rounds.map(([alone, both]) => both / alone));
  return [work.name, median(ones).toFixed(0), median(twos).toFixed(0), ratio];
}

async function main(): Promise<string> {
  const cluster = await createBenchCluster({ ...SIZE_D, accounts: ACCOUNTS });
  const generator = startGenerator();
  const bench = { generator, databaseCpu: () => cluster.databaseCpu() };
  const servers = [await launchWith(1, cluster), await launchWith(2, cluster)] as const;
  try {
    const rows: string[][] = [];
    for (const work of WORKLOADS.filter(({ name }) => name === 'Q1' || name === Q2.name))
      rows.push(await compare(...servers, work, cluster, bench));
    const head = ['work', 'one worker, requests/s', 'two workers', 'ratio'];
    const report = figures('bench:workers', `${ACCOUNTS} accounts, ${ROUNDS} rounds of ${SECONDS} s`, head, rows);
    publish('docs/performance.md', 'workers', report);
    return report;
  } finally {
    for (const server of servers) await server.stop();
    generator.stop();
    await cluster.close();
  }
}

runBenchmark(main);
