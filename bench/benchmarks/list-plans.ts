/** Explains how PostgreSQL reads every list with a million runs; exits with 1 if it reads or sorts a whole account. */
import type { Benchmark, Table } from '../harness/benchmark';
import type { Harness } from '../harness/harness';
import { settings } from '../harness/settings';
import { changedRow, fillOthers } from '../dataset/more-rows';
import { explainLists, type ListReading } from '../lists/explain-lists';
import { filterSamples } from '../lists/filter-samples';

const SETTINGS = settings({ accounts: 20, runs: 1_000_000 });
const ROWS_OF_EACH = 1000;
const HEAD = ['list', 'scope', 'method', 'read by', 'rows read', 'rows sorted', 'ms', ''];

const cells = ({
  list,
  scope,
  methods,
  indexes,
  rowsRead,
  rowsSorted,
  milliseconds,
  problems,
}: ListReading): string[] => [
  list.replaceAll('|', '/'),
  scope,
  [...methods].join(', '),
  [...indexes].join(', '),
  rowsRead.toFixed(0),
  rowsSorted.toFixed(0),
  milliseconds.toFixed(1),
  [...problems].join(', '),
];

/** All orders of a list in one row, for the documentation. */
function summarized(readings: readonly ListReading[]): ListReading[] {
  const lines = new Map<string, ListReading>();
  for (const reading of readings) {
    const line = lines.get(reading.scope + reading.list);
    if (!line) lines.set(reading.scope + reading.list, { ...reading });
    else {
      for (const method of reading.methods) line.methods.add(method);
      for (const index of reading.indexes) line.indexes.add(index);
      for (const problem of reading.problems) line.problems.add(problem);
      line.rowsRead = Math.max(line.rowsRead, reading.rowsRead);
      line.rowsSorted = Math.max(line.rowsSorted, reading.rowsSorted);
      line.milliseconds = Math.max(line.milliseconds, reading.milliseconds);
    }
  }
  return [...lines.values()];
}

async function run(harness: Harness): Promise<Table[]> {
  const { accounts, runs } = SETTINGS;
  const cluster = await harness.createCluster({
    accounts,
    agents: ROWS_OF_EACH,
    tools: ROWS_OF_EACH,
    toolsOfAgent: 3,
    schedules: ROWS_OF_EACH,
    runs: runs / accounts,
  });
  await fillOthers(cluster.superuserUrl, ROWS_OF_EACH, runs / accounts);
  const gateway = await harness.openGateway(cluster, { RATE_LIMIT_KEY: '0' });
  const [account] = cluster.accounts;
  if (!account) throw new Error('The dataset has no account');
  const readers = [
    { scope: 'one account', key: account.key, url: cluster.tenantUrl, master: false },
    { scope: 'all accounts', key: cluster.masterKey, url: cluster.operatorUrl, master: true },
  ];
  const samples = filterSamples(account.agentIds[3] ?? '', changedRow(account.id, 7));
  const readings = await explainLists(gateway, readers, samples);
  const wrong = readings.filter(({ problems }) => problems.size > 0);
  if (wrong.length > 0) process.exitCode = 1;
  const plans = readings.reduce((sum, reading) => sum + reading.plans, 0);
  const summary = `${runs.toLocaleString('en')} runs and as many events in ${accounts} accounts, ${plans} plans, lists with a problem: ${wrong.length}`;
  return [{ summary, head: HEAD, rows: summarized(readings).map(cells), page: 'docs/performance.md' }];
}

export const benchmark: Benchmark = { description: 'how PostgreSQL reads every list', run };
