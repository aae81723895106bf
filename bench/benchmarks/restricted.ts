/**
 * Measures the cost of roles and restrictions: the same process serves keys of each kind in turn. With BENCH_BEFORE,
 * another commit is measured in the same rounds.
 */
import { query } from '../../test/harness/sql';
import { SIZE_D, type BenchAccount } from '../dataset/dataset';
import { insertKeys, type KeyRights } from '../dataset/keys';
import type { Benchmark, Table } from '../harness/benchmark';
import { contestantOf, type Harness } from '../harness/harness';
import { CONNECTIONS, medianOf } from '../harness/measure';
import { headersFor, send, Servers, type Server } from '../harness/servers';
import { settings } from '../harness/settings';
import { ratios } from '../harness/statistics';
import { Q1, Q2, Q3, type Workload } from '../workloads';

const SETTINGS = settings({ accounts: 60, rounds: 7, seconds: 1, warmSeconds: 2 });
const UNRESTRICTED = 'PRIMARY';
const TEAMS = ['team 1', 'team 2'];
const PAGE = 20;

/** The rows in an account that keys of teams can see. */
interface Reached {
  readonly agents: readonly string[];
  readonly all: readonly string[];
}

const REACHED = `
  SELECT account_id, array_agg(id) FILTER (WHERE is_agent) AS agents, array_agg(id) AS all
    FROM (SELECT account_id, id, owner_team, true AS is_agent FROM agent
          UNION ALL SELECT account_id, id, owner_team, false FROM tool) rows
   WHERE owner_team = ANY ($1) GROUP BY account_id`;

async function reachedRows(superuserUrl: string): Promise<ReadonlyMap<string, Reached>> {
  const rows = await query<Reached & { account_id: string }>(superuserUrl, REACHED, [TEAMS]);
  return new Map(rows.map((row) => [row.account_id, row]));
}

/** Each kind of key, as the rights of its delegation chain; the last rights are its own. */
const KINDS: Readonly<Record<string, (reached: Reached) => readonly KeyRights[]>> = {
  VIEWER: () => [{ role: 'VIEWER' }],
  'custom role': () => [{ permissions: ['agents:read', 'tools:read', 'schedules:read', 'runs:read'] }],
  'resource types': () => [{ resourceTypes: ['agents', 'tools', 'schedules', 'runs'] }],
  network: () => [{ networks: ['127.0.0.0/8', '10.0.0.0/8'] }],
  rate: () => [{ ratePerMinute: 100_000_000 }],
  'delegated, five deep': () => Array.from({ length: 6 }, () => ({ role: 'VIEWER' as const })),
  'owner teams': () => [{ ownerTeams: TEAMS }],
  'row ids': ({ all }) => [{ rowIds: all }],
  'owner teams and row ids': ({ all }) => [{ ownerTeams: TEAMS, rowIds: all }],
};

const withKeys = (server: Server, accounts: readonly BenchAccount[]): Server => ({
  ...server,
  cluster: { ...server.cluster, accounts },
});

/** One process that serves keys of each kind. Q3 reads agents that all of them can see. */
async function serversOf(harness: Harness): Promise<ReadonlyMap<string, Server>> {
  const cluster = await harness.createCluster({ ...SIZE_D, accounts: SETTINGS.accounts });
  const reached = await reachedRows(cluster.superuserUrl);
  const of = (id: string): Reached => reached.get(id) ?? { agents: [], all: [] };
  const accounts = cluster.accounts.map((account) => ({ ...account, agentIds: of(account.id).agents }));
  const keys = await insertKeys(
    cluster.superuserUrl,
    accounts.map(({ id }) => id),
    Object.keys(KINDS),
    (kind, accountId) => KINDS[kind]?.(of(accountId)) ?? [],
  );
  const server = await harness.launchGateway(cluster, { RATE_LIMIT_KEY: '0' });
  const servers = new Map([[UNRESTRICTED, withKeys(server, accounts)]]);
  for (const [kind, made] of keys)
    servers.set(
      kind,
      withKeys(
        server,
        accounts.map((account, index) => ({ ...account, key: made[index] ?? '' })),
      ),
    );
  const others = new Servers(cluster, null);
  harness.defer(() => others.stop());
  if (Servers.hasBefore) servers.set('commit before', await others.get('before', false));
  return servers;
}

/** @throws Error if a key gets fewer rows than others, which would make it look faster. */
async function requireFullPages(servers: ReadonlyMap<string, Server>): Promise<void> {
  for (const [kind, server] of servers) {
    const [account] = server.cluster.accounts;
    if (!account) throw new Error('The dataset has no account');
    const data = await send(server.port, headersFor(server, Q1, account), Q1.requestFor('portcullis', account, 0));
    const rows = (data as { agents: { nodes: unknown[] } }).agents.nodes.length;
    if (rows !== PAGE) throw new Error(`A key of kind ${kind} is answered with ${rows} rows`);
  }
}

const HEAD = [
  'workload',
  'key',
  'requests/s',
  'CPU ms/request',
  'PostgreSQL ms/request',
  'rate to PRIMARY',
  'requests per CPU time to PRIMARY',
];

async function rowsOf(harness: Harness, servers: ReadonlyMap<string, Server>, workload: Workload): Promise<string[][]> {
  const contestants = [...servers.values()].map((server) => contestantOf(server, workload));
  const measured = await harness.interleave(contestants, SETTINGS);
  const [unrestricted = []] = measured;
  return [...servers.keys()].map((kind, index) => {
    const rounds = measured[index] ?? [];
    return [
      workload.name,
      kind,
      medianOf(rounds, 'rate', 0),
      medianOf(rounds, 'cpu', 3),
      medianOf(rounds, 'database', 3),
      ratios(rounds, unrestricted, ({ rate }) => rate),
      // CPU time of the gateway and the database together, which other work on the machine hardly affects.
      ratios(rounds, unrestricted, ({ cpu, database }) => 1 / (cpu + database)),
    ];
  });
}

async function run(harness: Harness): Promise<Table[]> {
  const servers = await serversOf(harness);
  await requireFullPages(servers);
  const rows: string[][] = [];
  for (const workload of [Q1, Q2, Q3]) rows.push(...(await rowsOf(harness, servers, workload)));
  const { accounts, rounds, seconds } = SETTINGS;
  const summary = `${accounts} accounts, ${CONNECTIONS} connections, ${rounds} interleaved rounds of ${seconds} s, medians (least–most)`;
  return [{ summary, head: HEAD, rows, page: 'docs/access.md' }];
}

export const benchmark: Benchmark = { description: 'the cost of roles and restrictions of keys', run };
