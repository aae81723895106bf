/**
 * `npm run bench:walls`: what each wall and the record cost. The product has no switch for any of them: here they are
 * taken out of the running process, or out of a database of the benchmark's own by its superuser.
 */
import { join } from 'node:path';
import { SIZE_D, SILENCE_AUDIT } from './dataset';
import { measureRound, type Bench, type Round } from './measure';
import { startGenerator } from './process';
import { figures, median, publish, runBenchmark, spread } from './report';
import { launchGateway, requestsFor, type Server } from './servers';
import { M, Q1, Q2, type Workload } from './workloads';
import { asSuperuser, createBenchCluster, type BenchDatabase, type BenchCluster } from './cluster';

const ACCOUNTS = Number(process.env['BENCH_ACCOUNTS'] ?? SIZE_D.accounts);
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 7);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 2);
const WARM_SECONDS = Number(process.env['BENCH_WARM_SECONDS'] ?? 3);

const SILENCE_POLICIES = `
  DO $$ DECLARE t record; BEGIN
    FOR t IN SELECT oid::regclass AS name FROM pg_class WHERE relrowsecurity LOOP
      EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY', t.name);
    END LOOP; END $$`;

interface Variant {
  readonly name: string;
  readonly work: readonly Workload[];
  /** A program of bench/ablation that is loaded first. */
  readonly without?: string;
  /** Run on a database of its own, once the gateway serves. */
  readonly statement?: string;
}

const WHOLE: Variant = { name: 'everything', work: [Q1, Q2, M] };
const VARIANTS: readonly Variant[] = [
  { name: 'without the check of rows at the door', work: [Q1, Q2], without: 'without-output-guards' },
  { name: 'without the account in the statements', work: [Q1, Q2], without: 'without-account-conditions' },
  {
    name: 'without row level security',
    work: [Q1, Q2],
    without: 'without-row-level-security',
    statement: SILENCE_POLICIES,
  },
  { name: 'without the audit record', work: [M], statement: SILENCE_AUDIT },
];

async function start(cluster: BenchCluster, variant: Variant, database: BenchDatabase): Promise<Server> {
  const preload = variant.without === undefined ? [] : ['--require', join(__dirname, 'ablation', variant.without)];
  const gateway = await launchGateway(database.environment, preload);
  if (variant.statement !== undefined) await asSuperuser(database.superuserUrl, variant.statement);
  return { ...gateway, name: 'portcullis', masterKey: cluster.masterKey };
}

const each = (rounds: readonly Round[], one: keyof Round): number[] => rounds.map((round) => round[one]);

/** What the whole costs more: of the same round, so that what slowed one slowed the other. */
const share = (whole: readonly Round[], lacking: readonly Round[], cost: (round: Round) => number): string =>
  spread(whole.map((round, index) => cost(round) / cost(lacking[index] ?? round)));

async function compare(work: Workload, servers: ReadonlyMap<Variant, Server>, bench: Bench, cluster: BenchCluster) {
  const taking = [...servers].filter(([variant]) => variant.work.includes(work));
  const rounds = new Map<Variant, Round[]>(taking.map(([variant]) => [variant, []]));
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [variant, server] of taking) {
      const requests = requestsFor(server, work, cluster.accounts);
      const measured = await measureRound(server, bench, requests, round < 0 ? WARM_SECONDS : SECONDS);
      if (round >= 0) rounds.get(variant)?.push(measured);
    }
  }
  const whole = rounds.get(WHOLE) ?? [];
  return [...rounds].map(([variant, own]) => [
    work.name,
    variant.name,
    median(each(own, 'rate')).toFixed(0),
    median(each(own, 'cpu')).toFixed(3),
    median(each(own, 'database')).toFixed(3),
    variant === WHOLE ? '' : share(whole, own, ({ cpu, database }) => cpu + database),
    variant === WHOLE ? '' : share(whole, own, ({ rate }) => 1 / rate),
  ]);
}

const HEADS = ['work', 'gateway', 'requests/s', 'CPU ms/request', 'PostgreSQL ms/request', 'CPU cost', 'time cost'];

async function main(): Promise<string> {
  const cluster = await createBenchCluster({ ...SIZE_D, accounts: ACCOUNTS });
  const generator = startGenerator();
  const bench = { generator, databaseCpu: () => cluster.databaseCpu() };
  const servers = new Map<Variant, Server>();
  try {
    const copies = new Map<Variant, BenchDatabase>();
    for (const [index, variant] of VARIANTS.entries()) {
      if (variant.statement !== undefined) copies.set(variant, await cluster.copy(`variant_${index}`));
    }
    for (const variant of [WHOLE, ...VARIANTS]) {
      servers.set(variant, await start(cluster, variant, copies.get(variant) ?? cluster));
    }
    const rows: string[][] = [];
    for (const work of WHOLE.work) rows.push(...(await compare(work, servers, bench, cluster)));
    const how = `${ACCOUNTS} accounts, ${ROUNDS} interleaved rounds of ${SECONDS} s, medians (least–most)`;
    const report = figures('bench:walls', how, HEADS, rows);
    publish('docs/performance.md', 'walls', report);
    return report;
  } finally {
    generator.stop();
    await Promise.all([...servers.values()].map((server) => server.stop()));
    await cluster.close();
  }
}

runBenchmark(main);
