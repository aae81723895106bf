/** What the audit record costs: the same updates on a table with the triggers and on its copy without, side by side. */
import { mkdtemp, chmod, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbedded } from '../src/db/embedded';
import { migrate } from '../src/db/setup/migrate';

const ACCOUNTS = 200;
const AGENTS = 100;
const CONNECTIONS = 16;
const ROUNDS = Number(process.env['ROUNDS'] ?? 7);
const UPDATES = Number(process.env['UPDATES'] ?? 3000);

const SEED = `
  INSERT INTO account (id, slug, name) SELECT gen_random_uuid(), 'bench-' || n, 'Bench' FROM generate_series(1, ${ACCOUNTS}) n;
  INSERT INTO agent (account_id, id, name, type, framework, model, metadata, instruction)
  SELECT a.id, gen_random_uuid(), 'agent ' || n, 'CONFIG', 'LANGCHAIN', '{"provider": "openai", "name": "gpt"}',
         '{"owner": {"team": "support", "email": "support@example.com"}}', repeat('Answer politely. ', 20)
    FROM account a CROSS JOIN generate_series(1, ${AGENTS}) n;
  CREATE TABLE bare (LIKE agent INCLUDING ALL);
  ALTER TABLE bare ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
  CREATE POLICY tenant_rows ON bare TO portcullis_tenant
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
  GRANT ALL ON bare TO portcullis_tenant;
  INSERT INTO bare SELECT * FROM agent;`;

interface Target {
  readonly accountId: string;
  readonly id: string;
}

const pick = <T>(list: readonly T[]): T => {
  const one = list[Math.floor(Math.random() * list.length)];
  if (one === undefined) throw new Error('Nothing to pick from');
  return one;
};

const opening = ({ accountId }: Target): string =>
  `BEGIN; SET LOCAL app.account_id = '${accountId}'; SET LOCAL app.actor_kind = 'account'; SET LOCAL app.actor_id = '${accountId}'; SET LOCAL app.actor_name = 'bench'; SET LOCAL app.request_id = 'bench'; SET LOCAL app.address = '127.0.0.1'; SET LOCAL app.operation_name = 'UpdateAgent'`;

/** Updates a second of one round: every connection runs whole transactions, as the gateway does. */
async function round(clients: readonly Client[], table: string, targets: readonly Target[]): Promise<number> {
  let left = UPDATES;
  const started = process.hrtime.bigint();
  await Promise.all(
    clients.map(async (client) => {
      while (left-- > 0) {
        const target = pick(targets);
        await client.query(opening(target));
        await client.query({
          name: `update ${table}`,
          text: `UPDATE ${table} SET metadata = $3, version = version + 1, updated_at = now() WHERE account_id = $1 AND id = $2 RETURNING *`,
          values: [target.accountId, target.id, { owner: { team: `team ${Math.random()}`, email: 'a@example.com' } }],
        });
        await client.query('COMMIT');
      }
    }),
  );
  return UPDATES / (Number(process.hrtime.bigint() - started) / 1e9);
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

async function compare(label: string, clients: readonly Client[], targets: readonly Target[]): Promise<void> {
  await round(clients, 'bare', targets);
  await round(clients, 'agent', targets);
  const pairs: [number, number][] = [];
  for (let n = 0; n < ROUNDS; n += 1) {
    const bareFirst = n % 2 === 0;
    const first = await round(clients, bareFirst ? 'bare' : 'agent', targets);
    const second = await round(clients, bareFirst ? 'agent' : 'bare', targets);
    pairs.push(bareFirst ? [first, second] : [second, first]);
  }
  const ratios = pairs.map(([bare, audited]) => bare / audited);
  const spread = `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`;
  const cells = [
    label,
    median(pairs.map(([bare]) => bare)).toFixed(0),
    median(pairs.map(([, audited]) => audited)).toFixed(0),
  ];
  process.stdout.write(`| ${[...cells, median(ratios).toFixed(2), spread].join(' | ')} |\n`);
}

async function measure(durable: boolean): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-bench-'));
  await chmod(folder, 0o711);
  const commit = durable ? 'on' : 'off';
  const unsafeSettings = { fsync: commit, synchronous_commit: commit, max_connections: '100' };
  const server = await startEmbedded({ dataDir: join(folder, 'data'), log: () => undefined, unsafeSettings });
  try {
    const { tenantUrl } = await migrate(server.url);
    const admin = new URL(server.superuserUrl);
    admin.pathname = new URL(server.url).pathname;
    const superuser = new Client({ connectionString: admin.toString() });
    await superuser.connect();
    await superuser.query(SEED);
    await superuser.query('VACUUM ANALYZE');
    const { rows } = await superuser.query<Target>('SELECT account_id AS "accountId", id FROM agent');
    await superuser.end();
    const clients = await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        const client = new Client({ connectionString: tenantUrl });
        await client.connect();
        return client;
      }),
    );
    const hot = rows.filter(({ accountId }) => accountId === rows[0]?.accountId);
    const disk = durable ? 'commits reach the disk' : 'commits do not wait for the disk';
    await compare(`${ACCOUNTS} accounts, ${disk}`, clients, rows);
    await compare(`one account, ${disk}`, clients, hot);
    await Promise.all(clients.map((client) => client.end()));
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  process.stdout.write('| updates of | bare/s | audited/s | bare : audited | spread |\n|---|---|---|---|---|\n');
  await measure(false);
  await measure(true);
}

void main();
