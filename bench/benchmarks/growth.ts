/** Measures how costs grow with the number of accounts: compares databases of 10,000, 100,000 and more accounts. */
import { connected, query, queryValue } from '../../test/harness/sql';
import type { BenchAccount } from '../dataset/dataset';
import type { Size } from '../dataset/rows';
import type { Benchmark, Table } from '../harness/benchmark';
import type { BenchCluster } from '../harness/cluster';
import { contestantOf, type Harness } from '../harness/harness';
import { medianOf, timed } from '../harness/measure';
import { headersFor, launchGateway, send, type Server } from '../harness/servers';
import { settings } from '../harness/settings';
import { median, ratios } from '../harness/statistics';
import { M, Q1, type Workload } from '../workloads';

/** The largest database has `largest` accounts, each smaller one a tenth of that, down to `smallest`. */
const SETTINGS = settings({ rounds: 5, seconds: 2, warmSeconds: 3, smallest: 10_000, largest: 100_000, starts: 3 });
/** Few rows per account, to fit many accounts. */
const OF_AN_ACCOUNT: Omit<Size, 'accounts'> = { agents: 2, tools: 1, toolsOfAgent: 1, schedules: 2, runs: 2 };
const LOOK_UPS = 2_000;
const CHAIN_EVENTS = 300;
const VERIFICATIONS = 9;

interface Database {
  readonly accounts: number;
  readonly cluster: BenchCluster;
  readonly server: Server;
}

/** Milliseconds for the database function that looks up a key, with keys from the whole table. */
async function lookUpMs({ superuserUrl, tenantUrl }: BenchCluster): Promise<number> {
  const keys = await query<{ id: string; account_id: string }>(
    superuserUrl,
    'SELECT id, account_id FROM api_key ORDER BY md5(id::text) LIMIT $1',
    [LOOK_UPS],
  );
  const lookUp = { name: 'look_up', text: 'SELECT * FROM authenticate_key($1, $2)' };
  return connected(tenantUrl, async (tenant) => {
    const times: number[] = [];
    for (const { id, account_id: accountId } of keys)
      times.push(await timed(() => tenant.query({ ...lookUp, values: [id, accountId] })));
    return median(times);
  });
}

/** Milliseconds to verify one account's chain of a few hundred events over HTTP. */
async function verifyMs(server: Server, account: BenchAccount): Promise<number> {
  const headers = headersFor(server, M, account);
  for (let event = 0; event < CHAIN_EVENTS; event += 1)
    await send(server.port, headers, M.requestFor('portcullis', account, event / CHAIN_EVENTS));
  const times: number[] = [];
  for (let turn = 0; turn < VERIFICATIONS; turn += 1)
    times.push(await timed(() => send(server.port, headers, { query: '{ verifyAudit { intact } }' })));
  return median(times);
}

async function startSeconds({ environment }: BenchCluster): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < SETTINGS.starts; turn += 1) {
    const gateway = await launchGateway(environment);
    times.push(gateway.readyAfter / 1_000);
    await gateway.stop();
  }
  return median(times);
}

const sizeGb = async ({ superuserUrl }: BenchCluster): Promise<number> =>
  Number(await queryValue(superuserUrl, 'SELECT pg_database_size(current_database())')) / 1e9;

async function open(harness: Harness, accounts: number): Promise<Database> {
  const cluster = await harness.createCluster({ ...OF_AN_ACCOUNT, accounts });
  return { accounts, cluster, server: await harness.launchGateway(cluster) };
}

async function loadRows(harness: Harness, databases: readonly Database[], workload: Workload): Promise<string[][]> {
  const contestants = databases.map(({ server }) => contestantOf(server, workload));
  const rounds = await harness.interleave(contestants, SETTINGS);
  const [first] = rounds;
  return [
    [`${workload.name}, requests/s`, ...rounds.map((own) => medianOf(own, 'rate', 0))],
    [
      `${workload.name}, times the CPU`,
      ...rounds.map((own) => ratios(own, first, ({ cpu, database }) => cpu + database) || '1'),
    ],
  ];
}

async function rowOf(
  name: string,
  digits: number,
  databases: readonly Database[],
  measure: (database: Database) => Promise<number>,
): Promise<string[]> {
  const values: string[] = [];
  for (const database of databases) values.push((await measure(database)).toFixed(digits));
  return [name, ...values];
}

async function run(harness: Harness): Promise<Table[]> {
  const databases: Database[] = [];
  for (let accounts = SETTINGS.smallest; accounts <= SETTINGS.largest; accounts *= 10)
    databases.push(await open(harness, accounts));
  // First, because other load makes the chains of this account longer.
  const verification = await rowOf(
    `verifyAudit of ${CHAIN_EVENTS} events, ms`,
    1,
    databases,
    ({ server, cluster: { accounts } }) => {
      const [account] = accounts;
      if (!account) throw new Error('The dataset has no account');
      return verifyMs(server, account);
    },
  );
  const rows = [
    await rowOf('database, GB', 2, databases, ({ cluster }) => sizeGb(cluster)),
    ...(await loadRows(harness, databases, Q1)),
    ...(await loadRows(harness, databases, M)),
    await rowOf('look-up of a key, ms', 3, databases, ({ cluster }) => lookUpMs(cluster)),
    verification,
    await rowOf('start-up, s', 2, databases, ({ cluster }) => startSeconds(cluster)),
  ];
  const summary = `2 agents, 1 tool, 2 schedules and 2 runs for each account; 16 connections over 500 accounts; ${SETTINGS.rounds} interleaved rounds of ${SETTINGS.seconds} s, medians (least–most)`;
  const head = ['accounts', ...databases.map(({ accounts }) => accounts.toLocaleString('en'))];
  return [{ summary, head, rows, page: 'docs/scale.md' }];
}

export const benchmark: Benchmark = { description: 'costs at 10,000, 100,000 and more accounts', run };
