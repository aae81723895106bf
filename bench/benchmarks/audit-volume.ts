/** Measures a large audit log: 10,000 writes by 16 writers in one account, then the export of a million events. */
import { spawn } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEvents } from '../../src/audit/event-reader';
import { verifyChain } from '../../src/audit/verify-chain';
import { Signer } from '../../src/auth/signer';
import { asAuditor } from '../../src/db/archive-store';
import { connected } from '../../test/harness/sql';
import { ONE_OF_EACH } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import type { BenchCluster } from '../harness/cluster';
import type { Harness } from '../harness/harness';
import { settings } from '../harness/settings';
import { toMegabytes } from '../harness/statistics';

const WRITERS = 16;
const WRITES = 10_000;
const SETTINGS = settings({ events: 1_000_000 });
const ROWS = 500;
const SECRETS_KEY = '07'.repeat(32);

async function write(tenantUrl: string, accountId: string): Promise<number> {
  const started = process.hrtime.bigint();
  let left = WRITES;
  const writer = (): Promise<void> =>
    connected(tenantUrl, async (client) => {
      while (left-- > 0) {
        await client.query(`BEGIN; SET LOCAL app.account_id = '${accountId}'`);
        await client.query(
          'UPDATE tool SET version = version + 1 WHERE id = (SELECT id FROM tool ORDER BY random() LIMIT 1)',
        );
        await client.query('COMMIT');
      }
    });
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return Number(process.hrtime.bigint() - started) / 1e9;
}

/**
 * The peak resident memory of a process, in MB. It is read repeatedly, because it can no longer be read after the
 * process ends.
 */
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

/** Saves a profile with the master key. */
async function saveProfile({ folder, masterKey: key }: BenchCluster, port: number): Promise<void> {
  const profiles = join(folder, 'portcullis');
  await mkdir(profiles, { mode: 0o700 });
  const profile = { url: `http://127.0.0.1:${port}`, key, account: null };
  await writeFile(join(profiles, 'default.json'), JSON.stringify(profile), { mode: 0o600 });
}

async function addEvents(superuserUrl: string, present: number): Promise<void> {
  await connected(superuserUrl, async (superuser) => {
    for (let count = present; count < SETTINGS.events; count += ROWS) {
      await superuser.query('UPDATE tool SET version = version + 1');
      if (count % 50_000 < ROWS) await superuser.query('VACUUM tool');
    }
  });
}

async function run(harness: Harness): Promise<Table[]> {
  const cluster = await harness.createCluster(
    { ...ONE_OF_EACH, tools: ROWS },
    { fsync: 'off', synchronous_commit: 'off' },
  );
  const { folder, superuserUrl, tenantUrl, operatorUrl } = cluster;
  const account = cluster.accounts[0]?.id ?? '';
  const seconds = await write(tenantUrl, account);
  const { checked, problem } = await asAuditor(operatorUrl, (query) => verifyChain(readEvents(query, account), null));
  if (problem) throw new Error(`The chain does not verify: ${problem.message}`);
  await addEvents(superuserUrl, checked);
  const file = join(folder, 'events.jsonl');
  const gateway = await harness.launchGateway(cluster, { SECRETS_KEY });
  await saveProfile(cluster, gateway.port);
  const memory = watch(gateway.pid);
  const exported = await audit(['export', '--account', 'bench-1', '--output', file], { XDG_CONFIG_HOME: folder });
  memory.stop();
  const size = `${toMegabytes((await stat(file)).size)} MB`;
  const { publicKey } = new Signer(Buffer.from(SECRETS_KEY, 'hex'));
  const verified = await audit(['verify', file, '--public-key', publicKey], {});
  if (exported.code !== 0 || verified.code !== 0) throw new Error('The export failed or does not verify');
  return [
    {
      summary: `${SETTINGS.events} events, ${size} as JSON lines`,
      head: ['step', 'seconds', 'peak MB of the command', 'peak MB of the gateway'],
      rows: [
        [`${WRITES} changes by ${WRITERS} writers of one account`, seconds.toFixed(0), '', ''],
        ['export', exported.seconds.toFixed(0), exported.peak.toFixed(0), memory.peak().toFixed(0)],
        ['offline verification', verified.seconds.toFixed(0), verified.peak.toFixed(0), ''],
      ],
      page: 'docs/audit.md',
    },
  ];
}

export const benchmark: Benchmark = {
  description: 'many writers in one account, and the export of a million events',
  run,
};
