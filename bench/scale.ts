/** `npm run bench:scale`: the same work at 200 accounts and at 10,000 accounts with 10 million runs; deep and long pages. */
import { SIZE_D, type BenchAccount } from './dataset';
import { measureRound, type Round } from './measure';
import { startGenerator, type Generator } from './process';
import { figures, median, publish, runBenchmark, spread } from './report';
import { headersFor, launchGateway, requestsFor, send, type Server } from './servers';
import { Q1, Q2, Q3, type Workload } from './workloads';
import { createBenchCluster, type BenchCluster } from './cluster';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 7);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 2);
const WARM_SECONDS = Number(process.env['BENCH_WARM_SECONDS'] ?? 3);
const ACCOUNTS = Number(process.env['BENCH_SCALE_ACCOUNTS'] ?? 10_000);
const RUNS_EACH = 1_000;

interface Place {
  readonly world: BenchCluster;
  readonly server: Server;
}

/** Two kinds of rounds, by turns. */
async function interleave(
  generator: Generator,
  pair: readonly [[Place, Workload], [Place, Workload]],
): Promise<[Round[], Round[]]> {
  const rounds: [Round[], Round[]] = [[], []];
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [index, [{ world: cluster, server }, work]] of pair.entries()) {
      const bench = { generator, databaseCpu: () => cluster.databaseCpu() };
      const requests = requestsFor(server, work, cluster.accounts);
      const measured = await measureRound(server, bench, requests, round < 0 ? WARM_SECONDS : SECONDS);
      if (round >= 0) rounds[index]?.push(measured);
    }
  }
  return rounds;
}

function row(name: string, limit: string, [usual, other]: [Round[], Round[]]): string[] {
  const rate = (rounds: readonly Round[]): string => median(rounds.map((round) => round.rate)).toFixed(0);
  const times = (cost: (round: Round) => number): string =>
    spread(other.map((round, index) => cost(round) / cost(usual[index] ?? round)));
  return [name, rate(usual), rate(other), times((one) => 1 / one.rate), times((one) => one.cpu + one.database), limit];
}

const runsPage = (name: string, size: number, after: string | null): Workload => ({
  ...Q1,
  name,
  ask: () => ({
    query: `query ${name}($after: String) { runs(first: ${size}, after: $after) { nodes { id status startedAt finishedAt } pageInfo { endCursor } } }`,
    variables: { after },
  }),
});

interface Runs {
  readonly runs: { readonly pageInfo: { readonly endCursor: string } };
}

/** The cursor behind nearly all runs of an account. */
async function deepCursor({ server }: Place, account: BenchAccount): Promise<string> {
  let after: string | null = null;
  for (let page = 0; page < SIZE_D.runs / 100 - 1; page += 1) {
    const work = runsPage('Walk', 100, after);
    const answer = await send(server.port, headersFor(server, work, account), work.ask('portcullis', account, 0));
    after = (answer as Runs).runs.pageInfo.endCursor;
  }
  return after ?? '';
}

const HEADS = ['what', 'requests/s', 'beside it', 'times the time', 'times the CPU', 'at most'];

async function start(accounts: number, runs: number): Promise<Place> {
  const cluster = await createBenchCluster({ ...SIZE_D, accounts, runs });
  const gateway = await launchGateway(cluster.environment);
  return { world: cluster, server: { ...gateway, name: 'portcullis', masterKey: cluster.masterKey } };
}

async function main(): Promise<string> {
  const generator = startGenerator();
  const places: Place[] = [];
  try {
    const small = await start(SIZE_D.accounts, SIZE_D.runs);
    places.push(small);
    const large = await start(ACCOUNTS, RUNS_EACH);
    places.push(large);
    const rows: string[][] = [];
    for (const [work, limit] of [
      [Q1, '1.2'],
      [Q2, ''],
      [Q3, ''],
    ] as const) {
      const name = `${work.name} at ${SIZE_D.accounts} and at ${ACCOUNTS} accounts`;
      rows.push(
        row(
          name,
          limit,
          await interleave(generator, [
            [small, work],
            [large, work],
          ]),
        ),
      );
    }
    const [account] = small.world.accounts;
    if (!account) throw new Error('No account');
    const one = { ...small, world: { ...small.world, accounts: [account] } };
    const [first, deep] = [runsPage('First', 20, null), runsPage('Deep', 20, await deepCursor(small, account))];
    const deepRounds = await interleave(generator, [
      [one, first],
      [one, deep],
    ]);
    rows.push(row('the first page of 20 runs and the one behind 2,900', '', deepRounds));
    const longRounds = await interleave(generator, [
      [one, first],
      [one, runsPage('Long', 100, null)],
    ]);
    rows.push(row('20 runs and 100 runs', '4', longRounds));
    const how = `${ACCOUNTS} accounts with ${RUNS_EACH * ACCOUNTS} runs beside ${SIZE_D.accounts} with ${SIZE_D.runs * SIZE_D.accounts}, ${ROUNDS} interleaved rounds of ${SECONDS} s, medians (least–most)`;
    const report = figures('bench:scale', how, HEADS, rows);
    publish('docs/performance.md', 'scale', report);
    return report;
  } finally {
    generator.stop();
    for (const { server, world: cluster } of places) await server.stop().finally(() => cluster.close());
  }
}

runBenchmark(main);
