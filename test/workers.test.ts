/** Several processes behind one port: all of them serve, and limits and revocations apply to all. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { Client } from 'pg';
import { formatKey, newSecret } from '../src/auth/key-format';
import { newId } from '../src/db/ids';
import { createEmptyDatabase, type TestDatabase } from './harness/database';
import { eventually } from './harness/eventually';
import { freePort } from './harness/ports';

const master = formatKey({ kind: 'master', keyId: newId(), secret: newSecret() });
const CREATE =
  'mutation ($slug: String!) { createAccount(input: { slug: $slug, name: $slug }) { account { id } secret } }';
const CREATE_KEY = 'mutation { createApiKey(input: { name: "second", role: ADMINISTRATOR }) { apiKey { id } secret } }';
const REVOKE = 'mutation ($id: ID!) { revokeApiKey(id: $id) { id } }';

let database: TestDatabase;
let process_: ChildProcess;
let url: string;
let adminUrl: string;
let output = '';

async function untilServing(): Promise<void> {
  for (;;) {
    if (process_.exitCode !== null) throw new Error(`The gateway ended: ${output}`);
    if (output.includes(url)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

beforeAll(async () => {
  database = await createEmptyDatabase();
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const adminPort = await freePort();
  adminUrl = `http://127.0.0.1:${adminPort}`;
  process_ = fork(join(__dirname, '../src/main.ts'), {
    execArgv: ['--require', join(__dirname, 'harness/typescript.js')],
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: database.ownerUrl,
      SECRETS_KEY: '0'.repeat(64),
      MASTER_KEY: master,
      PORT: `${port}`,
      WORKERS: '2',
      ADMIN_PORT: `${adminPort}`,
      RATE_LIMIT_KEY: '450',
      POOL_SIZE: '2',
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  process_.stdout?.on('data', (data) => (output += String(data)));
  process_.stderr?.on('data', (data) => (output += String(data)));
  await untilServing();
}, 60_000);
afterAll(async () => {
  if (process_.exitCode === null) {
    const gone = once(process_, 'exit');
    process_.kill('SIGTERM');
    await gone;
  }
  expect(process_.exitCode).toBe(0);
  await database.drop();
}, 30_000);

/** Each call uses a new connection: the processes accept connections in turn. */
async function send<Data>(key: string, query: string, variables: object = {}): Promise<{ status: number; data: Data }> {
  const headers = { 'content-type': 'application/json', 'x-api-key': key, 'x-reason': 'a test', connection: 'close' };
  const answer = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data } = (await answer.json()) as { data: Data };
  return { status: answer.status, data };
}

describe('two workers', () => {
  it('are reported by one admin port, and not by the public port', async () => {
    const answer = await fetch(`${adminUrl}/metrics`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/openmetrics-text/);
    const text = await answer.text();
    expect(text).toMatch(/^portcullis_workers 2$/m);
    expect(text).toMatch(/^portcullis_replaced_workers_total 0$/m);
    expect(text).toMatch(/^portcullis_database_statements_total\{worker="1"\} \d+$/m);
    for (const worker of ['1', '2']) expect(text).toContain(`portcullis_requests_in_flight{worker="${worker}"}`);
    expect(text).toMatch(/\n# EOF\n$/);
    expect(await (await fetch(`${adminUrl}/readyz`)).json()).toEqual({ ready: true, reasons: [] });
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
  });

  it('serve one gateway, and a key revoked at one is refused by both within a second', async () => {
    const made = await send<{ createAccount: { secret: string } }>(master, CREATE, { slug: 'acme' });
    const { secret } = made.data.createAccount;
    const second = await send<{ createApiKey: { apiKey: { id: string }; secret: string } }>(secret, CREATE_KEY);
    const { apiKey, secret: doomed } = second.data.createApiKey;
    const statuses = async (): Promise<Set<number>> =>
      new Set(
        await Promise.all(Array.from({ length: 8 }, async () => (await send(doomed, '{ viewer { kind } }')).status)),
      );
    expect(await statuses()).toEqual(new Set([200]));
    await send(secret, REVOKE, { id: apiKey.id });
    await eventually(async () => [...(await statuses())].join() === '401', 2_000);
  });

  it('count the limit of a key together', async () => {
    const made = await send<{ createAccount: { secret: string } }>(master, CREATE, { slug: 'busy' });
    const page = '{ agents(first: 100) { nodes { id } } }';
    const answers = await Promise.all(Array.from({ length: 12 }, () => send(made.data.createAccount.secret, page)));
    // A page costs 101, so four of them fit into 450, whichever process each was sent to.
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(4).fill(200), ...Array(8).fill(429)]);
  });

  it('continue while the process that counts for them is stopped', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const status = (): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = { 'content-type': 'application/json', 'x-api-key': master };
        request(`${url}/graphql`, { method: 'POST', agent, headers }, (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
        })
          .on('error', reject)
          .end(JSON.stringify({ query: '{ viewer { kind } }' }));
      });
    // A worker has the connection by now; a new one would wait for the stopped process.
    expect(await status()).toBe(200);
    process_.kill('SIGSTOP');
    try {
      expect(await status()).toBe(200);
    } finally {
      process_.kill('SIGCONT');
      agent.destroy();
    }
  });

  it('answer what they have accepted when SIGTERM stops the gateway', async () => {
    const made = await send<{ createAccount: { secret: string } }>(master, CREATE, { slug: 'last' });
    const locking = new Client({ connectionString: database.superuserUrl });
    await locking.connect();
    try {
      await locking.query('BEGIN; LOCK TABLE agent IN ACCESS EXCLUSIVE MODE');
      const answer = send<object>(made.data.createAccount.secret, '{ agents { totalCount } }');
      const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      await eventually(async () => (await locking.query(waiting)).rowCount === 1, 10_000);
      process_.kill('SIGTERM');
      await eventually(async () => output.includes('completing accepted requests'), 10_000);
      await locking.query('COMMIT');
      expect(await answer).toEqual({ status: 200, data: { agents: { totalCount: 0 } } });
    } finally {
      await locking.end();
    }
    await eventually(async () => process_.exitCode === 0, 10_000);
  });
});
