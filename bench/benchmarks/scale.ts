/** Compares the same work at 200 accounts and at 10,000 accounts with 10 million runs; measures deep and long pages. */
import { SIZE_D, type BenchAccount } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import { contestantOf, type Harness } from '../harness/harness';
import { medianOf } from '../harness/measure';
import { headersFor, send, type Server } from '../harness/servers';
import { settings } from '../harness/settings';
import { ratios } from '../harness/statistics';
import { Q1, Q2, Q3, type Workload } from '../workloads';

const SETTINGS = settings({ rounds: 7, seconds: 2, warmSeconds: 3, largeAccounts: 10_000 });
const RUNS_OF_LARGE = 1_000;
const HEAD = ['what', 'requests/s', 'beside it', 'times the time', 'times the CPU', 'at most'];

type Side = readonly [Server, Workload];

/** A row of the table: two variants, measured in the same rounds. */
async function compare(harness: Harness, name: string, limit: string, sides: readonly [Side, Side]): Promise<string[]> {
  const contestants = sides.map(([server, workload]) => contestantOf(server, workload));
  const [first = [], second = []] = await harness.interleave(contestants, SETTINGS);
  const time = ratios(second, first, (round) => 1 / round.rate);
  const cpu = ratios(second, first, (round) => round.cpu + round.database);
  return [name, medianOf(first, 'rate', 0), medianOf(second, 'rate', 0), time, cpu, limit];
}

const runsPage = (name: string, size: number, after: string | null): Workload => ({
  ...Q1,
  name,
  requestFor: () => ({
    query: `query ${name}($after: String) { runs(first: ${size}, after: $after) { nodes { id status startedAt finishedAt } pageInfo { endCursor } } }`,
    variables: { after },
  }),
});

interface RunsAnswer {
  readonly runs: { readonly pageInfo: { readonly endCursor: string } };
}

/** The cursor after nearly all runs of an account. */
async function deepCursor(server: Server, account: BenchAccount): Promise<string> {
  let after: string | null = null;
  for (let page = 0; page < SIZE_D.runs / 100 - 1; page += 1) {
    const workload = runsPage('Walk', 100, after);
    const request = workload.requestFor('portcullis', account, 0);
    const answer = await send(server.port, headersFor(server, workload, account), request);
    after = (answer as RunsAnswer).runs.pageInfo.endCursor;
  }
  return after ?? '';
}

async function start(harness: Harness, accounts: number, runs: number): Promise<Server> {
  return harness.launchGateway(await harness.createCluster({ ...SIZE_D, accounts, runs }));
}

async function run(harness: Harness): Promise<Table[]> {
  const { largeAccounts, rounds, seconds } = SETTINGS;
  const small = await start(harness, SIZE_D.accounts, SIZE_D.runs);
  const large = await start(harness, largeAccounts, RUNS_OF_LARGE);
  const rows: string[][] = [];
  for (const workload of [Q1, Q2, Q3]) {
    const name = `${workload.name} at ${SIZE_D.accounts} and at ${largeAccounts} accounts`;
    const limit = workload === Q1 ? '1.2' : '';
    rows.push(
      await compare(harness, name, limit, [
        [small, workload],
        [large, workload],
      ]),
    );
  }
  const [account] = small.cluster.accounts;
  if (!account) throw new Error('The dataset has no account');
  const server: Server = {
    ...small,
    cluster: { ...small.cluster, accounts: [account], databaseCpu: () => small.cluster.databaseCpu() },
  };
  const first: Side = [server, runsPage('First', 20, null)];
  const deep: Side = [server, runsPage('Deep', 20, await deepCursor(small, account))];
  rows.push(await compare(harness, 'the first 20 runs and 20 runs after 2,900', '', [first, deep]));
  rows.push(await compare(harness, '20 runs and 100 runs', '4', [first, [server, runsPage('Long', 100, null)]]));
  const sizes = `${largeAccounts} accounts with ${RUNS_OF_LARGE * largeAccounts} runs beside ${SIZE_D.accounts} with ${SIZE_D.runs * SIZE_D.accounts}`;
  const summary = `${sizes}, ${rounds} interleaved rounds of ${seconds} s, medians (least–most)`;
  return [{ summary, head: HEAD, rows, page: 'docs/performance.md' }];
}

export const benchmark: Benchmark = { description: 'small and large databases, deep and long pages', run };
