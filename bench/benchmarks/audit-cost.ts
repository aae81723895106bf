/** Measures the cost of the audit log: the same updates in a database with the triggers and in a copy without them. */
import { Database } from '../../src/db/database';
import type { Transaction } from '../../src/db/transaction';
import { Vault } from '../../src/db/vault';
import { Agent } from '../../src/resources/agent/agent.entity';
import { scopeOfAccount } from '../../test/harness/scope';
import { query } from '../../test/harness/sql';
import { ONE_OF_EACH } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import type { BenchDatabase } from '../harness/cluster';
import type { Harness } from '../harness/harness';
import { settings } from '../harness/settings';
import { median, ratios } from '../harness/statistics';

const SIZE = { ...ONE_OF_EACH, accounts: 200, agents: 100, schedules: 100 };
const WRITERS = 16;
const POOL = 10;
const SETTINGS = settings({ rounds: 9, updates: 3000 });

/** Drops only the audit triggers; foreign keys, indexes, policies and settings remain. */
const DROP_AUDIT_TRIGGERS = `
  DO $$ DECLARE t record; BEGIN
    FOR t IN SELECT tgname, tgrelid::regclass AS "table" FROM pg_trigger WHERE tgname LIKE 'audit\\_%' AND NOT tgisinternal
    LOOP EXECUTE format('DROP TRIGGER %I ON %s', t.tgname, t."table"); END LOOP;
  END $$`;

interface Target {
  readonly accountId: string;
  readonly id: string;
}

type Update = (transaction: Transaction, target: Target) => Promise<unknown>;

const metadata = (): Record<string, unknown> => ({ owner: { team: `team ${Math.random()}`, email: 'a@example.com' } });

/** The statements of an update, between BEGIN with its settings and COMMIT. */
const UPDATES_OF: Readonly<Record<string, Update>> = {
  'as the gateway sends it': async (transaction, { id }) => {
    const row = await transaction.lockRow(Agent, id);
    return transaction.update(Agent, row, { metadata: metadata() });
  },
  'the UPDATE alone': (transaction, { accountId, id }) =>
    transaction.read({
      text: 'UPDATE agent SET metadata = $3, version = version + 1, updated_at = now() WHERE account_id = $1 AND id = $2 RETURNING *',
      values: [accountId, id, JSON.stringify(metadata())],
    }),
};

interface Sides {
  readonly bare: Database;
  readonly audited: Database;
  /** CPU time, in microseconds, of the backends of the server that hosts both databases. */
  readonly cpu: () => number;
}

interface Round {
  /** Updates per second. */
  readonly rate: number;
  /** CPU time of PostgreSQL's backends per update, in microseconds. */
  readonly cpu: number;
}

function pick<T>(list: readonly T[]): T {
  const item = list[Math.floor(Math.random() * list.length)];
  if (item === undefined) throw new Error('The list is empty');
  return item;
}

async function round(database: Database, update: Update, targets: readonly Target[], of: Sides): Promise<Round> {
  let left = SETTINGS.updates;
  const cpu = of.cpu();
  const started = process.hrtime.bigint();
  const write = async (): Promise<void> => {
    while (left-- > 0) {
      const target = pick(targets);
      await scopeOfAccount(database, target.accountId).write((transaction) => update(transaction, target));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  return { rate: SETTINGS.updates / seconds, cpu: (of.cpu() - cpu) / SETTINGS.updates };
}

/** @returns a row of the table. */
async function compare(label: string, sides: Sides, update: Update, targets: readonly Target[]): Promise<string[]> {
  const bare: Round[] = [];
  const audited: Round[] = [];
  const measure = async (side: 'bare' | 'audited'): Promise<void> => {
    const rounds = side === 'bare' ? bare : audited;
    rounds.push(await round(sides[side], update, targets, sides));
  };
  for (let index = -1; index < SETTINGS.rounds; index += 1) {
    for (const side of index % 2 === 0 ? (['bare', 'audited'] as const) : (['audited', 'bare'] as const)) {
      await measure(side);
    }
  }
  // The first round is a warm-up.
  bare.shift();
  audited.shift();
  return [
    label,
    median(bare.map(({ rate }) => rate)).toFixed(0),
    median(audited.map(({ rate }) => rate)).toFixed(0),
    ratios(bare, audited, ({ rate }) => rate),
    median(bare.map(({ cpu }) => cpu)).toFixed(0),
    median(audited.map(({ cpu }) => cpu)).toFixed(0),
    ratios(audited, bare, ({ cpu }) => cpu),
  ];
}

const open = ({ tenantUrl, operatorUrl, restrictedUrl }: BenchDatabase): Promise<Database> =>
  Database.open({
    tenantUrl,
    operatorUrl,
    restrictedUrl,
    poolSize: POOL,
    entities: [Agent],
    preparesStatements: true,
    vault: new Vault(Buffer.alloc(32)),
    onError: (error) => process.stderr.write(`${error.message}\n`),
  });

const targetsIn = ({ superuserUrl }: BenchDatabase): Promise<Target[]> =>
  query<Target>(superuserUrl, 'SELECT account_id AS "accountId", id FROM agent');

const DURABLE = { on: 'commits reach the disk', off: 'commits do not wait for the disk' } as const;

async function measureServer(harness: Harness, commit: keyof typeof DURABLE): Promise<string[][]> {
  const cluster = await harness.createCluster(SIZE, { fsync: commit, synchronous_commit: commit });
  const copy = await cluster.copy('bare');
  await query(copy.superuserUrl, DROP_AUDIT_TRIGGERS);
  const targets = await targetsIn(cluster);
  const sides = { bare: await open(copy), audited: await open(cluster), cpu: () => cluster.databaseCpu() ?? NaN };
  const ofOneAccount = targets.filter(({ accountId }) => accountId === targets[0]?.accountId);
  const rows: string[][] = [];
  for (const [shape, update] of Object.entries(UPDATES_OF)) {
    rows.push(await compare(`${SIZE.accounts} accounts, ${shape}, ${DURABLE[commit]}`, sides, update, targets));
    rows.push(await compare(`one account, ${shape}, ${DURABLE[commit]}`, sides, update, ofOneAccount));
  }
  await Promise.all([sides.bare.close(), sides.audited.close()]);
  return rows;
}

const HEAD = [
  'updates of',
  'bare/s',
  'audited/s',
  'bare : audited',
  'bare CPU µs',
  'audited CPU µs',
  'CPU audited : bare',
];

async function run(harness: Harness): Promise<Table[]> {
  const rows = [...(await measureServer(harness, 'on')), ...(await measureServer(harness, 'off'))];
  const summary = `${WRITERS} writers, pools of ${POOL}, ${SETTINGS.rounds} interleaved rounds of ${SETTINGS.updates} updates, medians (least–most)`;
  return [{ summary, head: HEAD, rows, page: 'docs/audit.md' }];
}

export const benchmark: Benchmark = { description: 'the cost of the audit log for a change', run };
