/** `npm run bench:statements`: how many statements and transactions an operation takes, whatever it touches. */
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { readConfig } from '../src/config';
import { ensureMasterKey } from '../src/db/setup/first-master-key';
import { createGateway, type Gateway } from '../src/gateway';
import { SIZE_D } from './dataset';
import { figures, publish, runBenchmark } from './report';
import { Q2 } from './workloads';
import { createBenchCluster, type BenchCluster } from './cluster';

const ACCOUNTS = Number(process.env['BENCH_ACCOUNTS'] ?? SIZE_D.accounts);
const HEADS = ['operation', 'rows', 'accounts among them', 'transactions', 'statements'];

interface Answer {
  readonly data?: { readonly agents: { readonly nodes: readonly { readonly accountId: string }[] } };
  readonly errors?: unknown;
}

const sized = (query: string, rows: number, order: string): string =>
  query.replace('first: 20', `first: ${rows}${order}`).replace('{ id', '{ accountId id');

async function count(gateway: Gateway, name: string, key: string, query: string): Promise<string[]> {
  const before = { ...gateway.database.counts };
  const answer = await gateway.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', 'x-api-key': key, 'x-reason': 'a benchmark' },
    payload: JSON.stringify({ query }),
  });
  const { data, errors } = answer.json<Answer>();
  if (!data || errors !== undefined) throw new Error(`${name} failed: ${answer.body}`);
  const { nodes } = data.agents;
  const accounts = new Set(nodes.map(({ accountId }) => accountId)).size;
  const { batches, statements } = gateway.database.counts;
  const figures = [nodes.length, accounts, batches - before.batches, statements - before.statements];
  return [name, ...figures.map(String)];
}

async function countAll(cluster: BenchCluster, gateway: Gateway): Promise<string[][]> {
  const [account] = cluster.accounts;
  if (!account) throw new Error('No account');
  const { query } = Q2.ask('portcullis', account, 0);
  // By name, agents of all accounts come mixed; by id, one account's as they were made.
  const mixed = ', orderBy: { field: name }';
  return [
    await count(gateway, 'Q2', account.key, sized(query, 1, '')),
    await count(gateway, 'Q2', account.key, sized(query, 20, '')),
    await count(gateway, 'Q2', account.key, sized(query, 100, '')),
    await count(gateway, 'X', cluster.masterKey, sized(query, 1, mixed)),
    await count(gateway, 'X', cluster.masterKey, sized(query, 20, mixed)),
    await count(gateway, 'X', cluster.masterKey, sized(query, 100, mixed)),
  ];
}

async function main(): Promise<string> {
  const cluster = await createBenchCluster({ ...SIZE_D, accounts: ACCOUNTS });
  try {
    await ensureMasterKey(cluster.ownerUrl, cluster.masterKey);
    const gateway = await createGateway({
      settings: readConfig({ ENVIRONMENT: 'production' }),
      secret: randomBytes(32),
      logger: pino({ level: 'error' }),
      tenantUrl: cluster.tenantUrl,
      operatorUrl: cluster.operatorUrl,
    });
    try {
      const report = figures('bench:statements', `${ACCOUNTS} accounts`, HEADS, await countAll(cluster, gateway));
      publish('docs/performance.md', 'statements', report);
      return report;
    } finally {
      await gateway.close();
    }
  } finally {
    await cluster.close();
  }
}

runBenchmark(main);
