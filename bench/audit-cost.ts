/** What the audit record costs: the same updates in a database with the triggers and in its copy without, side by side. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { Caller, parseAccountId, type AccountId } from '../src/auth/caller';
import { PermissionTable } from '../src/auth/grants';
import { masterAccess } from '../src/auth/key-access';
import { Database } from '../src/db/database';
import { startEmbedded, type EmbeddedPostgres } from '../src/embedded-postgres/start-embedded';
import { Scope } from '../src/db/scope';
import { migrate, type RoleUrls } from '../src/db/setup/migrate';
import type { Transaction } from '../src/db/transaction';
import { Vault } from '../src/db/vault';
import { Agent } from '../src/resources/agent/agent.entity';
import { cpuOfChildren } from './backends';

const ACCOUNTS = 200;
const AGENTS = 100;
const WRITERS = 16;
const POOL = 10;
const ROUNDS = Number(process.env['ROUNDS'] ?? 9);
const UPDATES = Number(process.env['UPDATES'] ?? 3000);

const SEED = `
  INSERT INTO account (id, slug, name) SELECT gen_random_uuid(), 'bench-' || n, 'Bench' FROM generate_series(1, ${ACCOUNTS}) n;
  INSERT INTO agent (account_id, id, name, type, framework, model, metadata, instruction)
  SELECT a.id, gen_random_uuid(), 'agent ' || n, 'CONFIG', 'LANGCHAIN', '{"provider": "openai", "name": "gpt"}',
         '{"owner": {"team": "support", "email": "support@example.com"}}', repeat('Answer politely. ', 20)
    FROM account a CROSS JOIN generate_series(1, ${AGENTS}) n`;

/** Everything stays as it is, foreign keys, indexes, policies and settings, but the triggers of the record. */
const SILENCE = `
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
      values: [accountId, id, metadata()],
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

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

function pick<T>(list: readonly T[]): T {
  const one = list[Math.floor(Math.random() * list.length)];
  if (one === undefined) throw new Error('Nothing to pick from');
  return one;
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
  let left = UPDATES;
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
  return { rate: UPDATES / seconds, cpu: ((cpuOfChildren(of.postmaster) ?? NaN) - cpu) / UPDATES };
}

async function compare(label: string, sides: Sides, update: Update, targets: readonly Target[]): Promise<void> {
  const pairs: { bare: Round; audited: Round }[] = [];
  for (let n = -1; n < ROUNDS; n += 1) {
    const measured: Partial<Record<'bare' | 'audited', Round>> = {};
    for (const side of n % 2 === 0 ? (['bare', 'audited'] as const) : (['audited', 'bare'] as const))
      measured[side] = await round(sides[side], update, targets, sides);
    const { bare, audited } = measured;
    // The first round warms up.
    if (n >= 0 && bare && audited) pairs.push({ bare, audited });
  }
  const rates = pairs.map(({ bare, audited }) => bare.rate / audited.rate);
  const cpus = pairs.map(({ bare, audited }) => audited.cpu / bare.cpu);
  const cells = [
    label,
    median(pairs.map(({ bare }) => bare.rate)).toFixed(0),
    median(pairs.map(({ audited }) => audited.rate)).toFixed(0),
    median(rates).toFixed(2),
    `${Math.min(...rates).toFixed(2)}-${Math.max(...rates).toFixed(2)}`,
    median(pairs.map(({ bare }) => bare.cpu)).toFixed(0),
    median(pairs.map(({ audited }) => audited.cpu)).toFixed(0),
    median(cpus).toFixed(2),
  ];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
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
  const within = (given: string): string => {
    const url = new URL(given);
    url.pathname = `/${database}`;
    return url.toString();
  };
  return Database.open({
    tenantUrl: within(urls.tenantUrl),
    operatorUrl: within(urls.operatorUrl),
    poolSize: POOL,
    entities: [Agent],
    vault: new Vault(Buffer.alloc(32)),
    onError: (error) => process.stderr.write(`${error.message}\n`),
  });
}

async function prepare(server: EmbeddedPostgres, dataDir: string): Promise<{ sides: Sides; targets: Target[] }> {
  const urls = await migrate(server.url, { DATA_DIR: dataDir });
  const name = new URL(server.url).pathname.slice(1);
  await asSuperuser(server.superuserUrl, name, SEED.split(';\n'));
  await asSuperuser(server.superuserUrl, 'postgres', [`CREATE DATABASE bare TEMPLATE ${name}`]);
  await asSuperuser(server.superuserUrl, 'bare', [SILENCE, 'VACUUM ANALYZE']);
  const rows = await asSuperuser(server.superuserUrl, name, ['VACUUM ANALYZE', 'SELECT account_id, id FROM agent']);
  const targets = (rows as { account_id: string; id: string }[]).map(({ account_id, id }) => {
    const accountId = parseAccountId(account_id);
    if (!accountId) throw new Error('An account has no UUID');
    return { accountId, id };
  });
  const parent = `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid`;
  const [found] = (await asSuperuser(server.superuserUrl, name, [parent])) as { pid: string }[];
  const sides = { bare: await open(urls, 'bare'), audited: await open(urls, name), postmaster: found?.pid ?? '' };
  return { sides, targets };
}

async function measure(durable: boolean): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-'));
  await chmod(folder, 0o711);
  const commit = durable ? 'on' : 'off';
  const unsafeSettings = { fsync: commit, synchronous_commit: commit, max_connections: '100' };
  const server = await startEmbedded({ dataDir: join(folder, 'data'), log: () => undefined, unsafeSettings });
  try {
    const { sides, targets } = await prepare(server, folder);
    const hot = targets.filter(({ accountId }) => accountId === targets[0]?.accountId);
    const disk = durable ? 'commits reach the disk' : 'commits do not wait';
    for (const [shape, update] of Object.entries(UPDATES_OF)) {
      await compare(`${ACCOUNTS} accounts, ${shape}, ${disk}`, sides, update, targets);
      await compare(`one account, ${shape}, ${disk}`, sides, update, hot);
    }
    await Promise.all([sides.bare.close(), sides.audited.close()]);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  process.stdout.write(
    '| updates of | bare/s | audited/s | bare : audited | spread | bare CPU µs | audited CPU µs | audited : bare CPU |\n|---|---|---|---|---|---|---|---|\n',
  );
  await measure(true);
  await measure(false);
}

void main();
