/**
 * Measures the cost of pgbouncer in transaction mode, and the share that is due to unnamed statements and restated
 * settings.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { query } from '../../test/harness/sql';
import { SIZE_D } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import type { BenchDatabase } from '../harness/cluster';
import { contestantOf, type Harness } from '../harness/harness';
import { medianOf } from '../harness/measure';
import { settings } from '../harness/settings';
import { ratios } from '../harness/statistics';
import { M, Q1, Q2, X } from '../workloads';

const SETTINGS = settings({ accounts: 20, rounds: 7, seconds: 2, warmSeconds: 3 });
const SCRIPT = join(__dirname, '../../../.ci/pgbouncer.sh');
const UNNAMED = { PREPARED_STATEMENTS: 'false' };

/** The URLs of the roles through a pgbouncer that stops with the benchmark. */
function startPooler(harness: Harness, { superuserUrl, environment }: BenchDatabase): Record<string, string> {
  const host = execFileSync(SCRIPT, ['start', superuserUrl], { encoding: 'utf8' }).trim();
  harness.defer(() => execFileSync(SCRIPT, ['stop']));
  const names = ['TENANT_DATABASE_URL', 'OPERATOR_DATABASE_URL', 'RESTRICTED_DATABASE_URL'];
  return Object.fromEntries(
    names.map((name) => {
      const url = new URL(environment[name] ?? '');
      url.host = host;
      return [name, url.toString()];
    }),
  );
}

const named = (environment: Readonly<Record<string, string>>, database: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).map(([name, text]) => {
      const url = new URL(text);
      url.pathname = `/${database}`;
      return [name, url.toString()];
    }),
  );

/** Removes the settings from the roles, as if an administrator had not stored them there. */
async function resetRoles({ superuserUrl, tenantUrl, operatorUrl, restrictedUrl }: BenchDatabase): Promise<void> {
  const database = new URL(superuserUrl).pathname.slice(1);
  for (const url of [tenantUrl, operatorUrl, restrictedUrl])
    await query(superuserUrl, `ALTER ROLE ${new URL(url).username} IN DATABASE ${database} RESET ALL`);
  const others = `datname = '${database}' AND pid <> pg_backend_pid()`;
  await query(superuserUrl, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${others}`);
}

async function run(harness: Harness): Promise<Table[]> {
  const cluster = await harness.createCluster({ ...SIZE_D, accounts: SETTINGS.accounts });
  const plain = await cluster.copy('plain');
  const pooled = startPooler(harness, cluster);
  const variants: readonly (readonly [name: string, environment: Record<string, string>])[] = [
    ['direct', {}],
    ['direct, PREPARED_STATEMENTS=false', UNNAMED],
    ['pgbouncer 1.18, settings on the roles', { ...pooled, ...UNNAMED }],
    [
      'pgbouncer 1.18, settings stated in each transaction',
      { ...plain.environment, ...named(pooled, 'plain'), ...UNNAMED },
    ],
  ];
  const servers = [];
  for (const [, environment] of variants) servers.push(await harness.launchGateway(cluster, environment));
  await resetRoles(plain);
  const rows: string[][] = [];
  for (const workload of [Q1, Q2, X, M]) {
    const rounds = await harness.interleave(
      servers.map((server) => contestantOf(server, workload)),
      SETTINGS,
    );
    for (const [index, [name]] of variants.entries()) {
      const own = rounds[index] ?? [];
      rows.push([workload.name, name, medianOf(own, 'rate', 0), ratios(own, rounds[0], ({ rate }) => rate)]);
    }
  }
  const summary = `${SETTINGS.accounts} accounts, PostgreSQL, pgbouncer and gateway on the same processors, ${SETTINGS.rounds} interleaved rounds of ${SETTINGS.seconds} s`;
  return [{ summary, head: ['workload', 'way', 'requests/s', 'of direct'], rows, page: 'docs/scale.md' }];
}

export const benchmark: Benchmark = {
  description: 'pgbouncer in transaction mode compared with direct connections',
  run,
};
