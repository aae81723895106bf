/** Counts the statements and transactions of an operation; they must not depend on the number of rows and accounts. */
import type { Gateway } from '../../src/gateway';
import { SIZE_D } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import type { BenchCluster } from '../harness/cluster';
import type { Harness } from '../harness/harness';
import { settings } from '../harness/settings';
import { Q2 } from '../workloads';

const SETTINGS = settings({ accounts: SIZE_D.accounts });
const HEAD = ['operation', 'rows', 'accounts among them', 'transactions', 'statements'];

interface Answer {
  readonly data?: { readonly agents: { readonly nodes: readonly { readonly accountId: string }[] } };
  readonly errors?: unknown;
}

const sized = (query: string, rows: number, order: string): string =>
  query.replace('first: 20', `first: ${rows}${order}`).replace('{ id', '{ accountId id');

async function count(gateway: Gateway, name: string, key: string, query: string): Promise<string[]> {
  const before = { ...gateway.database.counts };
  const response = await gateway.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', 'x-api-key': key, 'x-reason': 'a benchmark' },
    payload: JSON.stringify({ query }),
  });
  const { data, errors } = response.json<Answer>();
  if (!data || errors !== undefined) throw new Error(`${name} failed: ${response.body}`);
  const { nodes } = data.agents;
  const accounts = new Set(nodes.map(({ accountId }) => accountId)).size;
  const { batches, statements } = gateway.database.counts;
  return [name, ...[nodes.length, accounts, batches - before.batches, statements - before.statements].map(String)];
}

async function countAll(cluster: BenchCluster, gateway: Gateway): Promise<string[][]> {
  const [account] = cluster.accounts;
  if (!account) throw new Error('The dataset has no account');
  const { query } = Q2.requestFor('portcullis', account, 0);
  // Ordered by name, a page has agents of many accounts; ordered by id, of one account.
  const mixed = ', orderBy: { field: name }';
  const rows: string[][] = [];
  for (const size of [1, 20, 100]) rows.push(await count(gateway, 'Q2', account.key, sized(query, size, '')));
  for (const size of [1, 20, 100]) rows.push(await count(gateway, 'X', cluster.masterKey, sized(query, size, mixed)));
  return rows;
}

async function run(harness: Harness): Promise<Table[]> {
  const cluster = await harness.createCluster({ ...SIZE_D, accounts: SETTINGS.accounts });
  const rows = await countAll(cluster, await harness.openGateway(cluster));
  return [{ summary: `${SETTINGS.accounts} accounts`, head: HEAD, rows, page: 'docs/performance.md' }];
}

export const benchmark: Benchmark = { description: 'statements and transactions of an operation', run };
