/** The audit log at size: 10,000 writes by 16 writers in one account, then the export of a million events. */
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { readEvents } from '../../src/audit/event-reader';
import { verifyChain } from '../../src/audit/verify-chain';
import { formatKey, newSecret } from '../../src/auth/key-format';
import { Signer } from '../../src/auth/signer';
import { asAuditor } from '../../src/db/archive-store';
import { startEmbedded } from '../../src/embedded-postgres/start-embedded';
import { newId } from '../../src/db/ids';
import { migrate } from '../../src/db/setup/migrate';
import type { Running } from '../harness/process';
import type { Benchmark, Table } from '../harness/benchmark';
import type { Harness } from '../harness/harness';
import { launchGateway } from '../harness/servers';
import { settings } from '../harness/settings';

const WRITERS = 16;
const WRITES = 10_000;
const SETTINGS = settings({ events: 1_000_000 });
const ACCOUNT = '0190a000-0000-7000-8000-000000000001';
const ROWS = 500;
const SECRETS_KEY = '07'.repeat(32);

const SEED = `
  INSERT INTO account (id, slug, name) VALUES ('${ACCOUNT}', 'bench', 'Bench');
  INSERT INTO tool (account_id, id, name, type)
  SELECT '${ACCOUNT}', gen_random_uuid(), 'tool ' || n, 'NATIVE' FROM generate_series(1, ${ROWS}) n;`;

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

async function write(tenantUrl: string): Promise<number> {
  const started = process.hrtime.bigint();
  let left = WRITES;
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      const client = await connect(tenantUrl);
      while (left-- > 0) {
        await client.query(`BEGIN; SET LOCAL app.account_id = '${ACCOUNT}'`);
        await client.query(
          'UPDATE tool SET version = version + 1 WHERE id = (SELECT id FROM tool ORDER BY random() LIMIT 1)',
        );
        await client.query('COMMIT');
      }
      await client.end();
    }),
  );
  return Number(process.hrtime.bigint() - started) / 1e9;
}

/** The peak resident memory of a process, in MB; read repeatedly, because it is gone when the process ends. */
function watch(pid: number | undefined): { readonly peak: () => number; readonly stop: () => void } {
  let peak = 0;
  const read = (): void => {
    readFile(`/proc/${String(pid)}/status`, 'utf8').then(
      (text) => (peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024)),
      () => undefined,
    );
  };
  const timer = setInterval(read, 100);
  return { peak: () => peak, stop: () => clearInterval(timer) };
}

/** Runs a command of `portcullis audit`. */
async function audit(
  argv: readonly string[],
  env: Record<string, string>,
): Promise<{ code: number; peak: number; seconds: number }> {
  const started = process.hrtime.bigint();
  const child = spawn(process.execPath, ['dist/src/cli/main.js', 'audit', ...argv], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 2, 'inherit'],
  });
  const memory = watch(child.pid);
  const code = await new Promise<number>((resolve) => child.on('exit', (exit) => resolve(exit ?? 1)));
  memory.stop();
  return { code, peak: memory.peak(), seconds: Number(process.hrtime.bigint() - started) / 1e9 };
}

/** Starts a gateway on the database and saves a profile with its master key. */
async function openGateway(
  database: Record<string, string>,
  folder: string,
): Promise<{ gateway: Running; publicKey: string }> {
  const key = formatKey({ kind: 'master', keyId: newId(), secret: newSecret() });
  const gateway = await launchGateway({ ...database, MASTER_KEY: key, SECRETS_KEY, DATA_DIR: folder });
  const profiles = join(folder, 'portcullis');
  await mkdir(profiles, { mode: 0o700 });
  const url = `http://127.0.0.1:${gateway.port}`;
  await writeFile(join(profiles, 'default.json'), JSON.stringify({ url, key, account: null }), { mode: 0o600 });
  return { gateway, publicKey: new Signer(Buffer.from(SECRETS_KEY, 'hex')).publicKey };
}

async function run(harness: Harness): Promise<Table[]> {
  const folder = await mkdtemp(join(tmpdir(), 'portcullis-volume-'));
  harness.defer(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o711);
  const unsafeSettings = { fsync: 'off', synchronous_commit: 'off', max_wal_size: '4GB' };
  const server = await startEmbedded({ dataDir: join(folder, 'data'), log: () => undefined, unsafeSettings });
  harness.defer(() => server.stop());
  const { tenantUrl, operatorUrl, restrictedUrl } = await migrate(server.url, { DATA_DIR: folder });
  const admin = new URL(server.superuserUrl);
  admin.pathname = new URL(server.url).pathname;
  const superuser = await connect(admin.toString());
  await superuser.query(SEED);
  const seconds = await write(tenantUrl);
  const { checked, problem } = await asAuditor(operatorUrl, (query) => verifyChain(readEvents(query, ACCOUNT), null));
  if (problem) throw new Error(`The chain does not verify: ${problem.message}`);
  for (let count = checked; count < SETTINGS.events; count += ROWS) {
    await superuser.query('UPDATE tool SET version = version + 1');
    if (count % 50_000 < ROWS) await superuser.query('VACUUM tool');
  }
  await superuser.end();
  const file = join(folder, 'events.jsonl');
  const { gateway, publicKey } = await openGateway(
    {
      DATABASE_URL: server.url,
      TENANT_DATABASE_URL: tenantUrl,
      OPERATOR_DATABASE_URL: operatorUrl,
      RESTRICTED_DATABASE_URL: restrictedUrl,
    },
    folder,
  );
  const memory = watch(gateway.pid);
  const exported = await audit(['export', '--account', 'bench', '--output', file], { XDG_CONFIG_HOME: folder });
  memory.stop();
  await gateway.stop();
  const size = `${((await stat(file)).size / 1024 / 1024).toFixed(0)} MB`;
  const verified = await audit(['verify', file, '--public-key', publicKey], {});
  if (exported.code !== 0 || verified.code !== 0) throw new Error('The export failed or does not verify');
  const row = (name: string, time: number, peak: string, gatewayPeak: string): string[] => [
    name,
    time.toFixed(0),
    peak,
    gatewayPeak,
  ];
  return [
    {
      summary: `${SETTINGS.events} events, ${size} as JSON lines`,
      head: ['step', 'seconds', 'peak MB of the command', 'peak MB of the gateway'],
      rows: [
        row(`${WRITES} changes by ${WRITERS} writers of one account`, seconds, '', ''),
        row('export', exported.seconds, exported.peak.toFixed(0), memory.peak().toFixed(0)),
        row('offline verification', verified.seconds, verified.peak.toFixed(0), ''),
      ],
      page: 'docs/audit.md',
    },
  ];
}

export const benchmark: Benchmark = {
  description: 'many writers in one account, and the export of a million events',
  run,
};
