/**
 * The file of the secrets key is complete or refused, never regenerated if there are secrets, and unreadable for
 * others.
 */
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { existingSecretsKey, secretsKey, secretsKeyWarning } from '../../src/first-start/secrets-key-file';
import { readSecretsKeyId } from '../../src/db/setup/secrets-key-id';
import { SetupError } from '../../src/db/setup/setup-error';
import { Vault } from '../../src/db/vault';
import { createDurably, replaceDurably } from '../../src/util/durable-file';
import { createDatabase, secretOf, settingsOf, type TestDatabase } from '../harness/database';
import { createTwoTenants } from '../harness/gateway';
import { newFolder } from '../harness/run';
import { query } from '../harness/sql';

const databases: TestDatabase[] = [];
afterAll(async () => {
  for (const database of databases) await database.drop();
});

const idOf = (key: Buffer): Buffer => new Vault(key).keyId;

async function databaseWithSecrets(): Promise<TestDatabase> {
  const database = await createDatabase();
  databases.push(database);
  const tenants = await createTwoTenants({ database });
  await tenants.acme.ask('mutation ($input: CreateMcpServerInput!) { createMcpServer(input: $input) { id } }', {
    input: {
      name: 'encrypted',
      config: { url: 'https://mcp.example/' },
      authentication: { type: 'BEARER_TOKEN', token: 'tok_0123456789abcdefWXYZ' },
    },
  });
  await tenants.close();
  return database;
}

/** Starts the gateway as a process. @returns its standard error after it has ended. */
const start = (env: Record<string, string>): Promise<string> =>
  new Promise((done) => {
    const project = resolve(__dirname, '../..');
    const argv = ['-r', join(project, 'test/harness/typescript.js'), join(project, 'src/main.ts')];
    execFile(
      process.execPath,
      argv,
      { env: { PATH: process.env['PATH'], PORT: '0', ...env } },
      (_error, _stdout, stderr) => done(stderr),
    );
  });

it('a new key is generated once, with 32 bytes, unreadable for other users, without leftovers', () => {
  const DATA_DIR = join(newFolder(), 'deep', 'data');
  const key = secretsKey({ DATA_DIR }, null);
  expect(key).toHaveLength(32);
  expect(secretsKey({ DATA_DIR }, idOf(key)).equals(key)).toBe(true);
  expect(readdirSync(DATA_DIR)).toEqual(['secrets.key']);
  expect(statSync(join(DATA_DIR, 'secrets.key')).mode & 0o777).toBe(0o600);
});

it.each([
  ['empty', ''],
  ['cut off', 'ab'.repeat(31)],
  ['too long', 'ab'.repeat(33)],
  ['no hexadecimal digits', 'zz'.repeat(32)],
])('a file that is %s is refused and left unchanged', (_, content) => {
  const DATA_DIR = newFolder();
  writeFileSync(join(DATA_DIR, 'secrets.key'), content);
  for (const read of [() => secretsKey({ DATA_DIR }, null), () => existingSecretsKey({ DATA_DIR })])
    expect(read).toThrow(/secrets\.key does not contain a secrets key, which is 64 hexadecimal digits/);
  expect(readFileSync(join(DATA_DIR, 'secrets.key'), 'utf8')).toBe(content);
});

it('a folder in place of the file is refused with one sentence', () => {
  const DATA_DIR = newFolder();
  mkdirSync(join(DATA_DIR, 'secrets.key'));
  expect(() => secretsKey({ DATA_DIR }, null)).toThrow(
    /secrets\.key should contain the secrets key, .*: it is a folder\.$/,
  );
});

it('a lost key is not regenerated if there are secrets: start-up is refused and changes nothing', async () => {
  const database = await databaseWithSecrets();
  const DATA_DIR = newFolder();
  const stderr = await start({ ...settingsOf(database), DATA_DIR });
  expect(stderr).toContain('secrets.key is missing: restore the file from a backup, or set SECRETS_KEY.');
  expect(existsSync(join(DATA_DIR, 'secrets.key'))).toBe(false);
});

it('another key is refused before anything is changed, even if the database lost the id of its key', async () => {
  const database = await databaseWithSecrets();
  const stored = await readSecretsKeyId(database.ownerUrl);
  expect(stored).toEqual(idOf(secretOf(database)));
  expect(() => secretsKey({ DATA_DIR: newFolder(), SECRETS_KEY: '1'.repeat(64) }, stored)).toThrow(SetupError);
  await query(database.superuserUrl, 'DELETE FROM secrets_key');
  const stderr = await start({ ...settingsOf(database), SECRETS_KEY: '1'.repeat(64), DATA_DIR: newFolder() });
  expect(stderr).toContain('encrypted with a different key');
  expect(await query(database.superuserUrl, 'SELECT 1 FROM secrets_key')).toEqual([]);
});

it('a key that other users can read causes a warning', () => {
  const DATA_DIR = newFolder();
  secretsKey({ DATA_DIR }, null);
  const path = join(DATA_DIR, 'secrets.key');
  expect(secretsKeyWarning({ DATA_DIR })).toBeNull();
  for (const mode of [0o640, 0o604, 0o620]) {
    chmodSync(path, mode);
    expect(secretsKeyWarning({ DATA_DIR })).toBe(
      `${path} can be read by other users of this machine. Run: chmod 600 ${path}`,
    );
  }
  expect(secretsKeyWarning({ DATA_DIR, SECRETS_KEY: '1'.repeat(64) })).toBeNull();
});

describe('a durable file', () => {
  it('is created completely or not at all, and never replaces another', () => {
    const folder = newFolder();
    const path = join(folder, 'a');
    expect(createDurably(path, 'first')).toBe(true);
    expect(createDurably(path, 'second')).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('first');
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('is replaced completely, and a failure leaves the old one', () => {
    const folder = newFolder();
    const path = join(folder, 'a');
    replaceDurably(path, 'first');
    replaceDurably(path, 'second');
    expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['second', 0o600]);
    mkdirSync(join(folder, 'taken'));
    expect(() => replaceDurably(join(folder, 'taken'), 'x')).toThrow();
    expect(readdirSync(folder).sort()).toEqual(['a', 'taken']);
  });
});
