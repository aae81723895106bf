/**
 * Counts the rows that reads of restricted keys examine, in an account with a million rows of others and in one with
 * few. Exits with 1 if a read examines more rows because there are more of others.
 */
import { ONE_OF_EACH } from '../dataset/dataset';
import { insertKeys, type KeyRights } from '../dataset/keys';
import { insertOthers, insertTeam, TEAM } from '../dataset/team-rows';
import type { Benchmark, Table } from '../harness/benchmark';
import type { BenchCluster } from '../harness/cluster';
import type { Harness } from '../harness/harness';
import { settings } from '../harness/settings';
import { readingsOf, type Reading } from '../lists/restricted-reads';
import { filterSamples } from '../lists/filter-samples';

const SETTINGS = settings({ few: 10_000, others: 1_000_000 });
/** Plans differ slightly between tables of different sizes; the rows of others are a hundred times as many. */
const SLACK = 2;
const FEW_ROWS = 100;
const KINDS = ['owner teams', 'row ids', 'owner teams and row ids'];
const HEAD = ['key', 'read', 'rows among few', 'rows among many', 'ms', 'read by', ''];

interface Account {
  readonly cluster: BenchCluster;
  readonly ids: readonly string[];
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

async function createAccount(harness: Harness, others: number): Promise<Account> {
  const cluster = await harness.createCluster({ ...ONE_OF_EACH, runs: 1 });
  const [account] = cluster.accounts;
  if (!account) throw new Error('The dataset has no account');
  const ids = await insertTeam(cluster.superuserUrl, account.id);
  await insertOthers(cluster.superuserUrl, account.id, others);
  const rightsOf = (kind: string): KeyRights => ({
    ...(kind === 'row ids' ? {} : { ownerTeams: [TEAM] }),
    ...(kind === 'owner teams' ? {} : { rowIds: ids }),
  });
  const keys = await insertKeys(cluster.superuserUrl, [account.id], KINDS, (kind) => [rightsOf(kind)]);
  return { cluster, ids, keys };
}

/** The rows examined, by kind of key and read. */
async function readAccount(harness: Harness, account: Account): Promise<ReadonlyMap<string, Reading>> {
  const gateway = await harness.openGateway(account.cluster, { RATE_LIMIT_KEY: '0' });
  const [agentId = '', other = ''] = [account.ids.at(0), account.cluster.accounts[0]?.agentIds[0]];
  const { samples } = filterSamples(agentId, other);
  const readings = new Map<string, Reading>();
  for (const [kind, [key = '']] of account.keys)
    for (const [read, reading] of await readingsOf(gateway, account.cluster.restrictedUrl, key, samples, [
      agentId,
      other,
    ]))
      readings.set(`${kind}|${read}`, reading);
  return readings;
}

function problemOf(few: Reading, many: Reading): string {
  if (many.scanned.size > 0) return `reads all of ${[...many.scanned].join(', ')}`;
  return many.rowsRead > FEW_ROWS && many.rowsRead > few.rowsRead * SLACK ? 'grows with the rows of others' : '';
}

/** The list that a read belongs to, without order and filter. */
const listOf = (read: string): string => (read.startsWith('{') ? read : (/^\w+/.exec(read)?.[0] ?? read));

/** The worst read of each list for the documentation; every read with a problem has a row of its own. */
function rowsOf(few: ReadonlyMap<string, Reading>, many: ReadonlyMap<string, Reading>): string[][] {
  const worst = new Map<string, string[]>();
  for (const [name, reading] of many) {
    const [kind = ''] = name.split('|');
    const before = few.get(name);
    if (!before) throw new Error(`${name} was not read among few rows`);
    const problem = problemOf(before, reading);
    const key = problem === '' ? `${kind}|${listOf(reading.read)}` : name;
    const row = worst.get(key);
    if (row && Number(row[3]) >= reading.rowsRead) continue;
    const figures = [before.rowsRead.toFixed(0), reading.rowsRead.toFixed(0), reading.milliseconds.toFixed(1)];
    worst.set(key, [kind, reading.read.replaceAll('|', '/'), ...figures, [...reading.indexes].join(', '), problem]);
  }
  return [...worst.values()];
}

async function run(harness: Harness): Promise<Table[]> {
  const few = await readAccount(harness, await createAccount(harness, SETTINGS.few));
  const many = await readAccount(harness, await createAccount(harness, SETTINGS.others));
  const rows = rowsOf(few, many);
  const problems = rows.filter((row) => row.at(-1) !== '').length;
  if (problems > 0) process.exitCode = 1;
  const plans = [...many.values()].reduce((sum, reading) => sum + reading.plans, 0);
  const summary = `120 rows of a team with their schedules and runs, among ${SETTINGS.few.toLocaleString('en')} and ${SETTINGS.others.toLocaleString('en')} rows of others of each type, ${plans} plans; reads with a problem: ${problems}`;
  return [{ summary, head: HEAD, rows, page: 'docs/access.md' }];
}

export const benchmark: Benchmark = {
  description: 'the rows that restricted keys examine, among a million rows of others',
  run,
};
