/**
 * Measures the cost of each isolation layer and of the audit log. The product has no switch for any of them: they are
 * removed from the running process, or by a superuser from a database of the benchmark.
 */
import { join } from 'node:path';
import { query } from '../../test/harness/sql';
import { SIZE_D, SILENCE_AUDIT } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import type { BenchCluster, BenchDatabase } from '../harness/cluster';
import { contestantOf, type Harness } from '../harness/harness';
import { medianOf } from '../harness/measure';
import type { Server } from '../harness/servers';
import { settings } from '../harness/settings';
import { ratios } from '../harness/statistics';
import { M, Q1, Q2, type Workload } from '../workloads';

const SETTINGS = settings({ accounts: SIZE_D.accounts, rounds: 7, seconds: 2, warmSeconds: 3 });

const DISABLE_POLICIES = `
  DO $$ DECLARE t record; BEGIN
    FOR t IN SELECT oid::regclass AS name FROM pg_class WHERE relrowsecurity LOOP
      EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY', t.name);
    END LOOP; END $$`;

interface Variant {
  readonly name: string;
  readonly workloads: readonly Workload[];
  /** A module of bench/ablation to preload. */
  readonly without?: string;
  /** SQL to run on a separate database once the gateway is serving. */
  readonly statement?: string;
}

const COMPLETE: Variant = { name: 'complete', workloads: [Q1, Q2, M] };
const VARIANTS: readonly Variant[] = [
  { name: 'without output guards', workloads: [Q1, Q2], without: 'without-output-guards' },
  { name: 'without the account in the statements', workloads: [Q1, Q2], without: 'without-account-conditions' },
  {
    name: 'without row level security',
    workloads: [Q1, Q2],
    without: 'without-row-level-security',
    statement: DISABLE_POLICIES,
  },
  { name: 'without the audit log', workloads: [M], statement: SILENCE_AUDIT },
];

async function launchVariant(
  harness: Harness,
  cluster: BenchCluster,
  variant: Variant,
  database: BenchDatabase,
): Promise<Server> {
  const preload = variant.without === undefined ? [] : ['--require', join(__dirname, '../ablation', variant.without)];
  const server = await harness.launchGateway(cluster, database.environment, preload);
  if (variant.statement !== undefined) await query(database.superuserUrl, variant.statement);
  return server;
}

async function compare(
  harness: Harness,
  workload: Workload,
  servers: ReadonlyMap<Variant, Server>,
): Promise<string[][]> {
  const measured = [...servers].filter(([variant]) => variant.workloads.includes(workload));
  const contestants = measured.map(([, server]) => contestantOf(server, workload));
  const rounds = await harness.interleave(contestants, SETTINGS);
  const complete = rounds[measured.findIndex(([variant]) => variant === COMPLETE)] ?? [];
  return measured.map(([variant], index) => {
    const own = rounds[index] ?? [];
    return [
      workload.name,
      variant.name,
      medianOf(own, 'rate', 0),
      medianOf(own, 'cpu', 3),
      medianOf(own, 'database', 3),
      variant === COMPLETE ? '' : ratios(complete, own, ({ cpu, database }) => cpu + database),
      variant === COMPLETE ? '' : ratios(complete, own, ({ rate }) => 1 / rate),
    ];
  });
}

const HEAD = ['workload', 'gateway', 'requests/s', 'CPU ms/request', 'PostgreSQL ms/request', 'CPU cost', 'time cost'];

async function run(harness: Harness): Promise<Table[]> {
  const cluster = await harness.createCluster({ ...SIZE_D, accounts: SETTINGS.accounts });
  const copies = new Map<Variant, BenchDatabase>();
  for (const [index, variant] of VARIANTS.entries()) {
    if (variant.statement !== undefined) copies.set(variant, await cluster.copy(`variant_${index}`));
  }
  const servers = new Map<Variant, Server>();
  for (const variant of [COMPLETE, ...VARIANTS]) {
    servers.set(variant, await launchVariant(harness, cluster, variant, copies.get(variant) ?? cluster));
  }
  const rows: string[][] = [];
  for (const workload of COMPLETE.workloads) rows.push(...(await compare(harness, workload, servers)));
  const { accounts, rounds, seconds } = SETTINGS;
  const summary = `${accounts} accounts, ${rounds} interleaved rounds of ${seconds} s, medians (least–most)`;
  return [{ summary, head: HEAD, rows, page: 'docs/performance.md' }];
}

export const benchmark: Benchmark = { description: 'the cost of each isolation layer and of the audit log', run };
