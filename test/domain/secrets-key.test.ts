/** Changing the secrets key is one command, all or nothing; a wrong key is reported in one sentence at start-up. */
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { rekeyedCheckpoints, signCheckpoint } from '../../src/audit/checkpoint';
import { Signer } from '../../src/auth/signer';
import { keptAnswers } from '../../src/db/idempotency';
import { Vault } from '../../src/db/vault';
import { encryptedColumns } from '../../src/graph/mutations/encrypted-columns';
import { keptUndoLogs } from '../../src/promotion/apply/undo-log';
import { resources } from '../../src/resources';
import { createDatabase, secretOf, settingsOf, type TestDatabase } from '../harness/database';
import { createTwoTenants, startTestGateway, type Tenant } from '../harness/gateway';
import { eventually } from '../harness/eventually';
import { newFolder } from '../harness/run';
import { connected, query } from '../harness/sql';
import { Promoter } from '../promotion/client';

const PROJECT = resolve(__dirname, '../..');
const TYPESCRIPT = join(PROJECT, 'test/harness/typescript.js');
const SECRET = 'tok_0123456789abcdefWXYZ';
const IMPORTED = 'tok_imported_9876543210abcd';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of the product's programs with only these settings. */
const run = (program: string, args: readonly string[], env: Record<string, string>): Promise<Ended> =>
  new Promise((done) => {
    const argv = ['-r', TYPESCRIPT, join(PROJECT, program), ...args];
    execFile(process.execPath, argv, { env: { PATH: process.env['PATH'], ...env } }, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });

const rotate = (env: Record<string, string>): Promise<Ended> => run('src/cli/tools/secrets.ts', ['rotate'], env);

const ONCE = { 'idempotency-key': 'before-the-change' };
const CREATE_SERVER = 'mutation ($input: CreateMcpServerInput!) { createMcpServer(input: $input) { id } }';
const CREATE_KEY = 'mutation { createApiKey(input: { name: "kept", role: ADMINISTRATOR }) { secret } }';
const CREATE_ACCOUNT = 'mutation { createAccount(input: { slug: "kept", name: "Kept" }) { secret } }';
const serverOf = (name: string): string =>
  `  - { name: ${name}, config: { url: 'https://mcp.example/' }, authentication: { type: BEARER_TOKEN, token: '\${secret:NEW}' } }\n`;
/** Changes the secret of an existing server, and creates another one. */
const BUNDLE = `schemaVersion: 1\nmcpServers:\n${serverOf('a')}${serverOf('d')}`;
const VERIFY = '{ verifyAudit { intact checked } }';

interface Stored {
  readonly database: TestDatabase;
  readonly acme: Tenant;
  readonly masterKey: string;
  readonly answers: readonly string[];
  /** Imports BUNDLE into acme. */
  readonly importId: string | null;
  readonly env: Record<string, string>;
}

/** Everything that is encrypted with the key, in a database that no gateway is connected to. */
async function store(): Promise<Stored> {
  const database = await createDatabase();
  const tenants = await createTwoTenants({ database });
  const { acme, globex, master } = tenants;
  for (const [tenant, name] of [
    [acme, 'a'],
    [acme, 'b'],
    [globex, 'c'],
  ] as const) {
    const authentication = { type: 'BEARER_TOKEN', token: SECRET };
    await tenant.ask(CREATE_SERVER, { input: { name, config: { url: 'https://mcp.example/' }, authentication } });
  }
  const answers = [await acme.send(CREATE_KEY, {}, ONCE), await master.send(CREATE_ACCOUNT, {}, ONCE)];
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  const { importId } = await new Promoter(acme).apply(BUNDLE, { secrets: [{ name: 'NEW', value: IMPORTED }] });
  const [event] = await query<{ sequence: string; hash: string; at: string }>(
    database.superuserUrl,
    `SELECT sequence, encode(hash, 'hex') AS hash, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at
       FROM audit_event WHERE account_id = $1 ORDER BY sequence LIMIT 1`,
    [acme.accountId],
  );
  const { accountId } = acme;
  const checkpoint = { accountId, sequence: Number(event?.sequence), hash: event?.hash ?? '', at: event?.at ?? '' };
  await query(
    database.superuserUrl,
    "INSERT INTO audit_checkpoint (account_id, sequence, hash, at, signature) VALUES ($1, $2, decode($3, 'hex'), $4, $5)",
    [...Object.values(checkpoint), signCheckpoint(new Signer(secretOf(database)), checkpoint).signature],
  );
  await tenants.close();
  const env = { ...settingsOf(database), SECRETS_KEY: secretOf(database).toString('hex') };
  return { database, acme, masterKey: master.key, answers: answers.map(({ text }) => text), importId, env };
}

/** Reads everything with a gateway that has this secret. */
async function expectServed({ database, acme, masterKey, answers }: Stored, secret: Buffer): Promise<void> {
  const testGateway = await startTestGateway({ database, secret });
  try {
    const tenant = testGateway.client(acme.key);
    expect((await tenant.send(CREATE_KEY, {}, ONCE)).text).toBe(answers[0]);
    expect((await testGateway.client(masterKey).send(CREATE_ACCOUNT, {}, ONCE)).text).toBe(answers[1]);
    expect(await tenant.ask(VERIFY)).toMatchObject({ verifyAudit: { intact: true } });
  } finally {
    await testGateway.close();
  }
  expect(await secretsOf(database, secret)).toEqual({ a: IMPORTED, b: SECRET, c: SECRET, d: IMPORTED });
}

/** The decrypted secrets of servers that are not deleted, by name. */
async function secretsOf(database: TestDatabase, key: Buffer): Promise<Record<string, string>> {
  const rows = await query<{ account_id: string; id: string; name: string; secret: Buffer }>(
    database.superuserUrl,
    'SELECT account_id, id, name, secret FROM mcp_server WHERE deleted_at IS NULL ORDER BY name',
  );
  const vault = new Vault(key);
  const field = 'mcp_server.secret';
  return Object.fromEntries(
    rows.map((row) => [row.name, vault.decrypt(row.secret, { accountId: row.account_id, rowId: row.id, field })]),
  );
}

const hex = (key: Buffer): string => key.toString('hex');

describe('the rotation', () => {
  const key = randomBytes(32);
  let stored: Stored;
  let changed: Ended;
  beforeAll(async () => {
    stored = await store();
    changed = await rotate({ ...stored.env, NEW_SECRETS_KEY: hex(key) });
  });
  afterAll(() => stored.database.drop());

  it('encrypts all values with the new key, and every account finds it in its audit log', async () => {
    expect(changed).toMatchObject({ code: 0, stderr: '' });
    expect(changed.stdout).toContain(
      'mcp_server: 4\n  webhook: 0\n  idempotency: 1\n  operator_idempotency: 1\n  audit_checkpoint: 1\n  configuration_import: 1',
    );
    await expectServed(stored, key);
    const events = await query(
      stored.database.superuserUrl,
      `SELECT resource_type, action FROM audit_event WHERE account_id = $1 AND actor_kind = 'database' ORDER BY resource_type`,
      [stored.acme.accountId],
    );
    expect(events).toEqual([
      { resource_type: 'ConfigurationImport', action: 'UPDATE' },
      ...Array<object>(3).fill({ resource_type: 'McpServer', action: 'UPDATE' }),
    ]);
    const forced = await query(
      stored.database.superuserUrl,
      "SELECT relname FROM pg_class WHERE relname IN ('mcp_server', 'idempotency', 'audit_checkpoint') AND NOT relforcerowsecurity",
    );
    expect(forced).toEqual([]);
    expect((await rotate({ ...stored.env, NEW_SECRETS_KEY: hex(key) })).stdout).toContain('already uses the new key');
  });

  it('imports can still be undone, with their previous secrets encrypted with the new key', async () => {
    const { database, acme, importId } = stored;
    const testGateway = await startTestGateway({ database, secret: key });
    try {
      const promoter = new Promoter(testGateway.client(acme.key));
      const { data, errors } = await promoter.undo(importId);
      expect([errors, data.undoImport.changes]).toMatchObject([
        [],
        [
          { action: 'UPDATE', name: 'a' },
          { action: 'DELETE', name: 'd' },
        ],
      ]);
      expect(await secretsOf(database, key)).toEqual({ a: SECRET, b: SECRET, c: SECRET });
      const previews = await promoter.client.ask('{ mcpServers { nodes { name authentication { preview } } } }');
      expect(previews).toEqual({
        mcpServers: { nodes: ['a', 'b'].map((name) => ({ name, authentication: { preview: '…WXYZ' } })) },
      });
      await promoter.apply(BUNDLE, { secrets: [{ name: 'NEW', value: IMPORTED }] });
      expect(await secretsOf(database, key)).toEqual({ a: IMPORTED, b: SECRET, c: SECRET, d: IMPORTED });
    } finally {
      await testGateway.close();
    }
  });
});

it('a rotation that fails or is killed changes nothing and can be repeated', async () => {
  const stored = await store();
  const key = randomBytes(32);
  const env = { ...stored.env, NEW_SECRETS_KEY: hex(key) };
  const url = stored.database.superuserUrl;
  await query(url, "UPDATE mcp_server SET secret = set_byte(secret, 30, get_byte(secret, 30) # 1) WHERE name = 'c'");
  expect((await rotate(env)).code).toBe(1);
  await query(url, "UPDATE mcp_server SET secret = set_byte(secret, 30, get_byte(secret, 30) # 1) WHERE name = 'c'");
  await expectServed(stored, secretOf(stored.database));
  await connected(url, async (client) => {
    // The change is waiting for the last table when it is killed.
    await client.query('BEGIN; LOCK TABLE audit_checkpoint IN ACCESS SHARE MODE');
    const child = spawn(process.execPath, ['-r', TYPESCRIPT, join(PROJECT, 'src/cli/tools/secrets.ts'), 'rotate'], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: 'ignore',
    });
    const waiting =
      "SELECT 1 FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname = 'audit_checkpoint' AND NOT l.granted";
    await eventually(async () => (await query(url, waiting)).length > 0, 20_000);
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    await client.query('COMMIT');
  });
  await expectServed(stored, secretOf(stored.database));
  expect(await rotate(env)).toMatchObject({ code: 0 });
  await expectServed(stored, key);
  await stored.database.drop();
}, 60_000);

it('a key in the data folder is replaced, even after an interruption between database and file', async () => {
  const stored = await store();
  const folder = newFolder();
  const file = join(folder, 'secrets.key');
  await writeFile(file, `${stored.env['SECRETS_KEY'] ?? ''}\n`, { mode: 0o600 });
  const env = { ...settingsOf(stored.database), DATA_DIR: folder };
  const read = async (): Promise<Buffer> => Buffer.from((await readFile(file, 'utf8')).trim(), 'hex');
  expect(await rotate(env)).toMatchObject({ code: 0 });
  expect([await readdir(folder), (await stat(file)).mode & 0o777]).toEqual([['secrets.key'], 0o600]);
  await expectServed(stored, await read());
  // The database has the new key; the folder still has both.
  const [before, next] = [await read(), randomBytes(32)];
  expect(await rotate({ ...env, NEW_SECRETS_KEY: hex(next) })).toMatchObject({ code: 0 });
  await writeFile(`${file}.next`, hex(next), { mode: 0o600 });
  expect(before.equals(await read())).toBe(true);
  expect(await rotate(env)).toMatchObject({ code: 0 });
  expect([await readdir(folder), next.equals(await read())]).toEqual([['secrets.key'], true]);
  await expectServed(stored, next);
  await stored.database.drop();
}, 60_000);

it('the events of a change of the key are ordered by id, regardless of the storage order of rows', async () => {
  const stored = await store();
  const { superuserUrl } = stored.database;
  const servers = await query<{ id: string }>(superuserUrl, 'SELECT id FROM mcp_server ORDER BY id');
  await connected(superuserUrl, async (client) => {
    for (const { id } of [...servers].reverse())
      await client.query("UPDATE mcp_server SET updated_at = now() + interval '1 minute' WHERE id = $1", [id]);
  });
  const [{ before } = { before: 0 }] = await query<{ before: number }>(
    superuserUrl,
    'SELECT count(*)::int AS before FROM audit_event WHERE account_id = $1',
    [stored.acme.accountId],
  );
  expect(await rotate({ ...stored.env, NEW_SECRETS_KEY: hex(randomBytes(32)) })).toMatchObject({ code: 0 });
  const events = await query<{ type: string; id: string }>(
    superuserUrl,
    `SELECT resource_type AS type, resource_id AS id FROM audit_event
      WHERE account_id = $1 AND sequence > $2 ORDER BY sequence`,
    [stored.acme.accountId, before],
  );
  const ids = events.filter(({ type }) => type === 'McpServer').map(({ id }) => id);
  expect(ids).toHaveLength(3);
  expect(ids).toEqual([...ids].sort());
  await stored.database.drop();
}, 60_000);

it('a rotation is refused while a gateway runs', async () => {
  const database = await createDatabase();
  const testGateway = await startTestGateway({ database });
  const env = { ...settingsOf(database), SECRETS_KEY: hex(secretOf(database)) };
  const refused = await rotate({ ...env, NEW_SECRETS_KEY: '0'.repeat(64) });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/^\d+ gateway connection\(s\) to this database are open\. Stop every gateway/);
  await testGateway.close();
  await database.drop();
});

it('a gateway with a wrong key does not start and prints the reason', async () => {
  const stored = await store();
  const started = await run('src/main.ts', [], {
    ...stored.env,
    SECRETS_KEY: '1'.repeat(64),
    PORT: '0',
    LOG_LEVEL: 'error',
  });
  expect(started).toEqual({
    code: 78,
    stdout: '',
    stderr:
      'The secrets of this database are encrypted with a different key than the one given: set that key as SECRETS_KEY (or as secrets.key in DATA_DIR). If a rotation of the key was interrupted, run it again.\n',
  });
  await stored.database.drop();
});

it('every bytea column is a hash or is rotated with the key', async () => {
  const database = await createDatabase();
  const found = await query<{ name: string }>(
    database.superuserUrl,
    `SELECT c.relname || '.' || a.attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.atttypid = 'bytea'::regtype AND NOT a.attisdropped`,
  );
  await database.drop();
  const key = Buffer.alloc(32);
  const [vault, signer] = [new Vault(key), new Signer(key)];
  const keyed = [
    ...encryptedColumns(vault, vault, resources),
    ...keptAnswers(vault, vault),
    keptUndoLogs(vault, vault, resources),
    rekeyedCheckpoints(signer, signer),
  ];
  const renewed = new Set(keyed.map(({ table, column }) => `${table}.${column}`));
  const others = found.map(({ name }) => name).filter((name) => !renewed.has(name));
  expect(others.sort()).toEqual([
    'api_key.secret_hash',
    'audit_checkpoint.hash',
    ...['after_digest', 'before_digest', 'hash'].map((column) => `audit_event.${column}`),
    ...['after_salt', 'before_salt'].map((column) => `audit_image.${column}`),
    'idempotency.fingerprint',
    'master_key.secret_hash',
    'operator_idempotency.fingerprint',
    'secrets_key.key_id',
  ]);
});
