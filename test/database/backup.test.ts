/** Backup and restore: dump, drop, restore; chains verify, keys work, and an incomplete backup is an error. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { dumpMigrated } from '../../src/db/setup/dump-migrated';
import { roleUrls } from '../../src/db/setup/migrate';
import { withRoles } from '../../src/db/setup/migrations';
import {
  createDatabase,
  createEmptyDatabase,
  rolesOf,
  secretOf,
  settingsOf,
  type TestDatabase,
} from '../harness/database';
import { seed } from '../harness/factories';
import { createTwoTenants, startTestGateway, type TwoTenants } from '../harness/gateway';
import { newFolder } from '../harness/run';
import { fingerprint, query } from '../harness/sql';
import { shell } from '../cli/transcript';
import { snippetsOf } from '../snippets';

const PROJECT = resolve(__dirname, '../..');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line with only these settings. */
const portcullis = (args: readonly string[], env: Record<string, string>): Promise<Ended> =>
  new Promise((done) => {
    const argv = [
      '-r',
      'reflect-metadata',
      '-r',
      join(PROJECT, 'test/harness/typescript.js'),
      join(PROJECT, 'src/cli/main.ts'),
      ...args,
    ];
    execFile(process.execPath, argv, { env: { PATH: process.env['PATH'], ...env } }, (error, stdout, stderr) => {
      done({ code: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
  });

const folder = newFolder();
const databases: TestDatabase[] = [];
let tenants: TwoTenants;
let file: string;
let SECRETS_KEY: string;

beforeAll(async () => {
  const database = await createDatabase();
  tenants = await createTwoTenants({ database });
  await seed(tenants.acme, 'Acme');
  await seed(tenants.globex, 'Globex');
  // A key that was replaced refers to a row that comes later in the backup.
  await tenants.acme.ask(
    'mutation { createApiKey(input: { name: "replaced", role: ADMINISTRATOR }) { apiKey { id } } }',
  );
  await tenants.acme.ask(
    'mutation { createTool(input: { name: "odd \\" \\\\ , (x) {y} ü 𝄞", tags: ["a,b", ""] }) { id } }',
  );
  databases.push(database);
  SECRETS_KEY = secretOf(database).toString('hex');
  file = join(folder, 'whole.backup');
  await tenants.gateway.flushCounters();
  const made = await portcullis(['backup', file], { ...settingsOf(database), SECRETS_KEY });
  expect(made).toMatchObject({ code: 0, stdout: '' });
}, 120_000);
afterAll(async () => {
  await tenants.gateway.close();
  for (const database of databases) await database.drop();
});

async function emptyDatabase(): Promise<TestDatabase> {
  const database = await createEmptyDatabase();
  databases.push(database);
  return database;
}

const restoreInto = (database: TestDatabase, from: string, key = SECRETS_KEY): Promise<Ended> =>
  portcullis(['restore', from], {
    DATABASE_URL: database.ownerUrl,
    DATA_DIR: join(folder, database.name),
    SECRETS_KEY: key,
  });

it('a restored database has every row, its own roles, verified audit chains, and working keys', async () => {
  const database = await emptyDatabase();
  const restored = await restoreInto(database, file);
  expect(restored).toMatchObject({ code: 0, stderr: '' });
  expect(restored.stdout).toMatch(/^\d+ rows restored; \d+ audit events verified\.\n$/);
  expect(await dumpMigrated(database.ownerUrl)).toBe(readFileSync(join(PROJECT, 'schema/database.sql'), 'utf8'));
  for (const { accountId } of [tenants.acme, tenants.globex])
    expect(await fingerprint(database.superuserUrl, accountId)).toEqual(await tenants.fingerprint(accountId));
  const urls = await roleUrls(database.ownerUrl, { DATA_DIR: join(folder, database.name) });
  expect(urls.tenantUrl).not.toContain(rolesOf(tenants.database).tenant);
  const testGateway = await startTestGateway({ database, urls, secret: Buffer.from(SECRETS_KEY, 'hex') });
  try {
    const acme = testGateway.client(tenants.acme.key);
    expect(await acme.ask('{ verifyAudit { intact } }')).toEqual({ verifyAudit: { intact: true } });
    await acme.ask('mutation { createTool(input: { name: "after the restore" }) { id } }');
    expect(await acme.ask('{ verifyAudit { intact } }')).toEqual({ verifyAudit: { intact: true } });
  } finally {
    await testGateway.close();
  }
}, 60_000);

/** The command of a recipe on the page, with this test's values in place of the example's. */
function recipe(name: string, database: TestDatabase): string {
  const commands = snippetsOf('docs/operations/backup.md').map(({ code }) => code);
  const text = commands.find((code) => code.includes(`portcullis ${name} `)) ?? 'false';
  return text.replace(/postgres:\S+/, `'${database.ownerUrl}'`).replace('SECRETS_KEY=…', `SECRETS_KEY=${SECRETS_KEY}`);
}

it('the commands of docs/operations/backup.md back up one database and restore another', async () => {
  const cwd = mkdtempSync(join(folder, 'recipes-'));
  const restored = await emptyDatabase();
  const { TENANT_DATABASE_URL, OPERATOR_DATABASE_URL } = settingsOf(tenants.database);
  await shell(recipe('backup', tenants.database), cwd, {
    PATH: process.env['PATH'],
    TENANT_DATABASE_URL,
    OPERATOR_DATABASE_URL,
    SECRETS_KEY,
  });
  expect(await shell(recipe('restore', restored), cwd, { PATH: process.env['PATH'] })).toMatch(
    /^\d+ rows restored; \d+ audit events verified\.$/m,
  );
}, 60_000);

it('a backup is unreadable for other users and never replaces a file', async () => {
  expect(readFileSync(file).length).toBeGreaterThan(0);
  const again = await portcullis(['backup', file], { ...settingsOf(tenants.database), SECRETS_KEY });
  expect(again).toMatchObject({ code: 1, stdout: '' });
  expect(again.stderr).toContain('already exists');
});

describe('a backup that might be incomplete fails and leaves no file:', () => {
  const refused = async (env: Record<string, string>): Promise<string> => {
    const path = join(folder, 'partial.backup');
    const { code, stderr } = await portcullis(['backup', path], env);
    expect([code, existsSync(path), existsSync(`${path}.unfinished`)]).toEqual([1, false, false]);
    return stderr;
  };

  it('read as the tenant role', async () => {
    const settings = settingsOf(tenants.database);
    const env = {
      ...settings,
      OPERATOR_DATABASE_URL: settings['TENANT_DATABASE_URL'] ?? '',
      TENANT_DATABASE_URL: settings['OPERATOR_DATABASE_URL'] ?? '',
    };
    expect(await refused(env)).toMatch(/A backup is read as .*, and OPERATOR_DATABASE_URL connects as/);
  });

  it('read through a policy that hides rows', async () => {
    const run = (text: string): Promise<unknown> =>
      query(tenants.database.superuserUrl, withRoles(text, rolesOf(tenants.database)));
    await run("CREATE POLICY less ON tool AS RESTRICTIVE TO {{operator}} USING (name <> 'x')");
    expect(await refused(settingsOf(tenants.database))).toMatch(/could lack rows:\n.*table tool has a policy/);
    await run('DROP POLICY less ON tool');
  });

  it('of a database without tables', async () => {
    expect(await refused(settingsOf(await emptyDatabase()))).toMatch(/no tables of Portcullis: there is nothing to/);
  });

  it('of a database without a row', async () => {
    const database = await createDatabase();
    databases.push(database);
    expect(await refused(settingsOf(database))).toMatch(/holds no account and no master key/);
  });
});

describe('a restore is refused as a whole', () => {
  const content = (): string[] => gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
  const written = (lines: readonly string[]): string => {
    const path = join(folder, 'damaged.backup');
    writeFileSync(path, gzipSync(lines.map((line) => `${line}\n`).join('')));
    return path;
  };
  let database: TestDatabase;
  beforeAll(async () => {
    database = await emptyDatabase();
  });
  afterEach(async () => {
    expect(await query(database.superuserUrl, "SELECT 1 FROM pg_class WHERE relname = 'account'")).toEqual([]);
  });

  it.each([
    ['when it was truncated', (lines: string[]) => lines.slice(0, -1), /cut off/],
    [
      'when a row is missing',
      (lines: string[]) =>
        lines.toSpliced(
          lines.findIndex((line) => line.startsWith('"(')),
          1,
        ),
      /not contain the number of rows/,
    ],
    ['when it contains no row', ([first = '']: string[]) => [first], /cut off/],
    [
      'when a newer release made it',
      ([first = '', ...rest]: string[]) => [
        first.replace('"migrations":[', '"migrations":[{"name":"9999-x","checksum":""},'),
        ...rest,
      ],
      /another release/,
    ],
    ['when it is something else', () => ['{}'], /was not written by "portcullis backup"/],
  ])('%s', async (_, change, words) => {
    const { code, stderr } = await restoreInto(database, written(change(content())));
    expect(code).toBe(1);
    expect(stderr).toMatch(words);
  });

  it.each([
    ['whose bytes were truncated', () => readFileSync(file).subarray(0, -200), /is truncated or damaged/],
    ['that is something else', () => Buffer.from('SELECT 1;'), /is truncated or damaged/],
    ['that does not exist', () => null, /cannot be read: there is no such file/],
  ])('from a file %s', async (_, bytesOf, words) => {
    const path = join(folder, 'other.backup');
    const bytes = bytesOf();
    rmSync(path, { force: true });
    if (bytes) writeFileSync(path, bytes);
    const { code, stderr } = await restoreInto(database, path);
    expect([code, stderr]).toEqual([1, expect.stringMatching(words)]);
  });

  it('with another secrets key', async () => {
    expect((await restoreInto(database, file, '1'.repeat(64))).stderr).toMatch(/encrypted with a different key/);
  });
});

it('a database that is not empty is left unchanged', async () => {
  const { code, stderr } = await restoreInto(tenants.database, file);
  expect(code).toBe(1);
  expect(stderr).toMatch(/empty database/);
});
