/** `npm run bench:explain`: how every list is read at a million runs; ends with 1 when one reads or sorts a whole account. */
import { pino } from 'pino';
import { readConfig } from '../src/config';
import { ensureMasterKey } from '../src/db/setup/first-master-key';
import { createGateway } from '../src/gateway';
import { explainLists, type Reading } from './readings';
import { figures, publish, runBenchmark } from './report';
import { everything } from './samples';
import { changedRow, fillOthers } from './volume';
import { createBenchCluster } from './cluster';

const ACCOUNTS = Number(process.env['BENCH_ACCOUNTS'] ?? 20);
const RUNS = Number(process.env['BENCH_RUNS'] ?? 1_000_000);
const OTHERS = 1000;
const HEADS = ['list', 'scope', 'how', 'read by', 'rows looked at', 'rows sorted', 'ms', ''];

const line = ({ list, scope, ways, reads, looked, sorted, milliseconds, faults }: Reading): string[] => [
  list.replaceAll('|', '/'),
  scope,
  [...ways].join(', '),
  [...reads].join(', '),
  looked.toFixed(0),
  sorted.toFixed(0),
  milliseconds.toFixed(1),
  [...faults].join(', '),
];

/** All orders of a list in one line, for the page. */
function summed(readings: readonly Reading[]): Reading[] {
  const lines = new Map<string, Reading>();
  for (const one of readings) {
    const line = lines.get(one.scope + one.list);
    if (!line) lines.set(one.scope + one.list, { ...one });
    else {
      for (const way of one.ways) line.ways.add(way);
      for (const index of one.reads) line.reads.add(index);
      for (const fault of one.faults) line.faults.add(fault);
      line.looked = Math.max(line.looked, one.looked);
      line.sorted = Math.max(line.sorted, one.sorted);
      line.milliseconds = Math.max(line.milliseconds, one.milliseconds);
    }
  }
  return [...lines.values()];
}

async function main(): Promise<string> {
  const size = {
    accounts: ACCOUNTS,
    agents: OTHERS,
    tools: OTHERS,
    toolsOfAgent: 3,
    schedules: OTHERS,
    runs: RUNS / ACCOUNTS,
  };
  const cluster = await createBenchCluster(size);
  try {
    await fillOthers(cluster.superuserUrl, OTHERS, RUNS / ACCOUNTS);
    await ensureMasterKey(cluster.ownerUrl, cluster.masterKey);
    const { tenantUrl, operatorUrl } = cluster;
    const gateway = await createGateway({
      settings: readConfig({ ENVIRONMENT: 'production', RATE_LIMIT_KEY: '0' }),
      secret: Buffer.alloc(32, 1),
      logger: pino({ level: 'error' }),
      tenantUrl,
      operatorUrl,
    });
    try {
      const [account] = cluster.accounts;
      if (!account) throw new Error('No account');
      const readers = [
        { scope: 'one account', key: account.key, url: tenantUrl, master: false },
        { scope: 'all accounts', key: cluster.masterKey, url: operatorUrl, master: true },
      ];
      const readings = await explainLists(
        gateway,
        readers,
        everything(account.agentIds[3] ?? '', changedRow(account.id, 7)),
      );
      const faults = readings.filter((one) => one.faults.size > 0);
      if (faults.length > 0) process.exitCode = 1;
      const plans = readings.reduce((sum, one) => sum + one.plans, 0);
      const summary = `${RUNS.toLocaleString('en')} runs and as many events in ${ACCOUNTS} accounts, ${plans} plans, lists with a fault: ${faults.length}`;
      const report = figures('bench:explain', summary, HEADS, summed(readings).map(line));
      publish('docs/performance.md', 'explain', report);
      return report;
    } finally {
      await gateway.close();
    }
  } finally {
    await cluster.close();
  }
}

runBenchmark(main);
