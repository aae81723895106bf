/** What the audit log costs: the same updates in a database with the triggers and in its copy without, side by side. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { Caller, parseAccountId, type AccountId } from '../../src/auth/caller';
import { PermissionTable } from '../../src/auth/grants';
import { masterAccess } from '../../src/auth/key-access';
import { Database } from '../../src/db/database';
import { startEmbedded, type EmbeddedPostgres } from '../../src/embedded-postgres/start-embedded';
import { Scope } from '../../src/db/scope';
import { migrate, type RoleUrls } from '../../src/db/setup/migrate';
import type { Transaction } from '../../src/db/transaction';
import { Vault } from '../../src/db/vault';
import { Agent } from '../../src/resources/agent/agent.entity';
import { cpuOfChildren } from '../harness/backend-cpu';
import type { Benchmark, Table } from '../harness/benchmark';
import type { Harness } from '../harness/harness';
import { settings } from '../harness/settings';
import { median, ratios } from '../harness/statistics';

const ACCOUNTS = 200;
const AGENTS = 100;
const WRITERS = 16;
const POOL = 10;
const SETTINGS = settings({ rounds: 9, updates: 3000 });

const SEED = `
  INSERT INTO account (id, slug, name) SELECT gen_random_uuid(), 'bench-' || n, 'Bench' FROM generate_series(1, ${ACCOUNTS}) n;
  INSERT INTO agent (account_id, id, name, type, framework, model, metadata, instruction)
  SELECT a.id, gen_random_uuid(), 'agent ' || n, 'CONFIG', 'LANGCHAIN', '{"provider": "openai", "name": "gpt"}',
         '{"owner": {"team": "support", "email": "support@example.com"}}', repeat('Answer politely. ', 20)
    FROM account a CROSS JOIN generate_series(1, ${AGENTS}) n`;

/** Everything stays as it is, foreign keys, indexes, policies and settings, but the audit triggers. */
const DROP_AUDIT_TRIGGERS = `
  DO $$ DECLARE t record; BEGIN
    FOR t IN SELECT tgname, tgrelid::regclass AS "table" FROM pg_trigger WHERE tgname LIKE 'audit\\_%' AND NOT tgisinternal
    LOOP EXECUTE format('DROP TRIGGER %I ON %s', t.tgname, t."table"); END LOOP;
  END $$`;

interface Target {
  readonly accountId: AccountId;
  readonly id: string;
}

type Update = (transaction: Transaction, target: Target) => Promise<unknown>;

const metadata = (): Record<string, unknown> => ({ owner: { team: `team ${Math.random()}`, email: 'a@example.com' } });

/** Between BEGIN with its settings and COMMIT. */
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
  /** Of the server that both are in. */
  readonly postmaster: string;
}

interface Round {
  /** Updates a second. */
  readonly rate: number;
  /** CPU time of PostgreSQL's backends an update, microseconds. */
  readonly cpu: number;
}

function pick<T>(list: readonly T[]): T {
  const item = list[Math.floor(Math.random() * list.length)];
  if (item === undefined) throw new Error('The list is empty');
  return item;
}

function scopeOf(database: Database, id: AccountId): Scope {
  const account = { id, slug: 'bench', status: 'ACTIVE' } as const;
  const key = {
    keyId: id,
    name: 'primary',
    secretHash: Buffer.alloc(32),
    endsAt: null,
    access: masterAccess(new PermissionTable([]), id),
  };
  const origin = { requestId: id, address: '127.0.0.1', operationName: 'UpdateAgent', reason: null, access: null };
  return Scope.within(database, Caller.verified({ kind: 'account', ...key, account }), origin, id);
}

async function round(database: Database, update: Update, targets: readonly Target[], of: Sides): Promise<Round> {
  let left = SETTINGS.updates;
  const cpu = cpuOfChildren(of.postmaster) ?? NaN;
  const started = process.hrtime.bigint();
  const write = async (): Promise<void> => {
    while (left-- > 0) {
      const target = pick(targets);
      await scopeOf(database, target.accountId).write((transaction) => update(transaction, target));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  return { rate: SETTINGS.updates / seconds, cpu: ((cpuOfChildren(of.postmaster) ?? NaN) - cpu) / SETTINGS.updates };
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
  // The first round warms up.
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

/** One statement at a time: a database cannot be copied within a transaction. */
async function asSuperuser(url: string, database: string, texts: readonly string[]): Promise<readonly object[]> {
  const target = new URL(url);
  target.pathname = `/${database}`;
  const client = new Client({ connectionString: target.toString() });
  await client.connect();
  let rows: readonly object[] = [];
  for (const text of texts) ({ rows } = await client.query<Record<string, unknown>>(text));
  await client.end();
  return rows;
}

function open(urls: RoleUrls, database: string): Promise<Database> {
  const inDatabase = (roleUrl: string): string => {
    const url = new URL(roleUrl);
    url.pathname = `/${database}`;
    return url.toString();
  };
  return Database.open({
    tenantUrl: inDatabase(urls.tenantUrl),
    operatorUrl: inDatabase(urls.operatorUrl),
    restrictedUrl: inDatabase(urls.restrictedUrl),
    poolSize: POOL,
    entities: [Agent],
    preparesStatements: true,
    vault: new Vault(Buffer.alloc(32)),
    onError: (error) => process.stderr.write(`${error.message}\n`),
  });
}

async function prepare(server: EmbeddedPostgres, dataDir: string): Promise<{ sides: Sides; targets: Target[] }> {
  const urls = await migrate(server.url, { DATA_DIR: dataDir });
  const name = new URL(server.url).pathname.slice(1);
  await asSuperuser(server.superuserUrl, name, SEED.split(';\n'));
  await asSuperuser(server.superuserUrl, 'postgres', [`CREATE DATABASE bare TEMPLATE ${name}`]);
  await asSuperuser(server.superuserUrl, 'bare', [DROP_AUDIT_TRIGGERS, 'VACUUM ANALYZE']);
  const rows = await asSuperuser(server.superuserUrl, name, ['VACUUM ANALYZE', 'SELECT account_id, id FROM agent']);
  const targets = (rows as { account_id: string; id: string }[]).map(({ account_id, id }) => {
    const accountId = parseAccountId(account_id);
    if (!accountId) throw new Error('An account has no UUID');
    return { accountId, id };
  });
  const parent = `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid`;
  const [row] = (await asSuperuser(server.superuserUrl, name, [parent])) as { pid: string }[];
  const sides = { bare: await open(urls, 'bare'), audited: await open(urls, name), postmaster: row?.pid ?? '' };
  return { sides, targets };
}

const DURABLE = { on: 'commits reach the disk', off: 'commits do not wait for the disk' } as const;

async function measureServer(harness: Harness, commit: keyof typeof DURABLE): Promise<string[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-'));
  harness.defer(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o711);
  const unsafeSettings = { fsync: commit, synchronous_commit: commit, max_connections: '100' };
  const server = await startEmbedded({ dataDir: join(folder, 'data'), log: () => undefined, unsafeSettings });
  harness.defer(() => server.stop());
  const { sides, targets } = await prepare(server, folder);
  const ofOneAccount = targets.filter(({ accountId }) => accountId === targets[0]?.accountId);
  const rows: string[][] = [];
  for (const [shape, update] of Object.entries(UPDATES_OF)) {
    rows.push(await compare(`${ACCOUNTS} accounts, ${shape}, ${DURABLE[commit]}`, sides, update, targets));
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

export const benchmark: Benchmark = { description: 'what the audit log costs a change', run };
