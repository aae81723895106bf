/** The gateway's roles: separate roles and passwords for each database, and an owner who is not a superuser. */
import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dumpMigrated } from '../../src/db/setup/dump-migrated';
import { migrate, repair, roleUrls } from '../../src/db/setup/migrate';
import { roleName, SetupError } from '../../src/db/setup/roles';
import { createEmptyDatabase, type TestDatabase } from '../harness/database';
import { startTestGateway } from '../harness/gateway';
import { newFolder } from '../harness/run';
import { connected, query } from '../harness/sql';

const databases: TestDatabase[] = [];
afterAll(async () => {
  for (const database of databases) await database.drop();
});

async function newDatabase(): Promise<TestDatabase> {
  const database = await createEmptyDatabase();
  databases.push(database);
  return database;
}

/** Creates a role for a test as superuser and returns the URL that logs in as it. */
async function newRole(database: TestDatabase, options: string): Promise<{ name: string; url: string }> {
  // Because of the prefix, it is dropped at the end of the run.
  const name = `portcullis_${database.name.slice(0, 30)}_${randomBytes(4).toString('hex')}`;
  await query(database.superuserUrl, `CREATE ROLE ${name} LOGIN ${options} PASSWORD 'x'`);
  const url = new URL(database.superuserUrl);
  url.username = name;
  url.password = 'x';
  return { name, url: url.toString() };
}

const messageOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'nothing was wrong',
    (error: unknown) => {
      expect(error).toBeInstanceOf(SetupError);
      return error instanceof Error ? error.message : '';
    },
  );

const works = (url: string): Promise<boolean> =>
  query(url, 'SELECT 1').then(
    () => true,
    () => false,
  );

/** The lines of SQL in a message, as an administrator would paste them. */
const statementsIn = (message: string): string[] => message.split('\n').filter((line) => line.endsWith(';'));

it('two installations on one server have separate roles, and both keep working', async () => {
  const [first, second] = [await newDatabase(), await newDatabase()];
  const one = await migrate(first.ownerUrl, { DATA_DIR: newFolder() });
  const testGateway = await startTestGateway({ database: first, urls: one });
  const other = await migrate(second.ownerUrl, { DATA_DIR: newFolder() });
  const names = [one, other].flatMap((urls) => [
    new URL(urls.tenantUrl).username,
    new URL(urls.operatorUrl).username,
    new URL(urls.restrictedUrl).username,
  ]);
  expect(new Set(names).size).toBe(6);
  await query(
    first.superuserUrl,
    'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );
  expect(await works(one.tenantUrl)).toBe(true);
  await testGateway.close();
});

it('the owner may change its password', async () => {
  const database = await newDatabase();
  const owner = await newRole(database, 'CREATEROLE');
  await query(database.superuserUrl, `ALTER DATABASE ${database.name} OWNER TO ${owner.name}`);
  const settings = { DATA_DIR: newFolder() };
  const before = await migrate(owner.url, settings);
  await query(database.superuserUrl, `ALTER ROLE ${owner.name} PASSWORD 'another'`);
  const changed = new URL(owner.url);
  changed.password = 'another';
  expect(await migrate(changed.toString(), settings)).toEqual(before);
});

it('passwords are random, one per role, and unreadable for other users', async () => {
  const database = await newDatabase();
  const folder = newFolder();
  const urls = await migrate(database.ownerUrl, { DATA_DIR: folder });
  const passwords = [urls.tenantUrl, urls.operatorUrl, urls.restrictedUrl].map((url) => new URL(url).password);
  expect(new Set(passwords).size).toBe(3);
  const files = readdirSync(folder);
  expect(files.sort()).toEqual([
    `${roleName(database.name, 'operator')}.password`,
    `${roleName(database.name, 'restricted')}.password`,
    `${roleName(database.name, 'tenant')}.password`,
  ]);
  for (const file of files) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
});

describe('the password of a role', () => {
  it('is not replaced silently if it is lost: the message names the remedy, and repair applies it', async () => {
    const database = await newDatabase();
    const kept = await migrate(database.ownerUrl, { DATA_DIR: newFolder() });
    const settings = { DATA_DIR: newFolder() };
    const message = await messageOf(migrate(database.ownerUrl, settings));
    expect(message).toContain(`${roleName(database.name, 'tenant')}.password`);
    expect(message).toMatch(
      /TENANT_DATABASE_URL, OPERATOR_DATABASE_URL and RESTRICTED_DATABASE_URL.*npm run --silent roles -- repair$/,
    );
    expect(await works(kept.tenantUrl)).toBe(true);
    expect(readdirSync(settings.DATA_DIR)).toEqual([]);
    await repair(database.ownerUrl, settings);
    const urls = await migrate(database.ownerUrl, settings);
    expect([await works(urls.tenantUrl), await works(urls.operatorUrl), await works(kept.tenantUrl)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('is reported if it was changed in the database', async () => {
    const database = await newDatabase();
    const settings = { DATA_DIR: newFolder() };
    await migrate(database.ownerUrl, settings);
    await query(database.ownerUrl, `ALTER ROLE ${roleName(database.name, 'tenant')} PASSWORD 'changed'`);
    expect(await messageOf(migrate(database.ownerUrl, settings))).toMatch(
      /_tenant: .* The password in DATA_DIR was tried\..*repair$/s,
    );
  });

  it('is reported if its file is damaged', async () => {
    const database = await newDatabase();
    const settings = { DATA_DIR: newFolder() };
    await migrate(database.ownerUrl, settings);
    const file = join(settings.DATA_DIR, `${roleName(database.name, 'tenant')}.password`);
    chmodSync(file, 0o600);
    writeFileSync(file, '\n');
    expect(await messageOf(migrate(database.ownerUrl, settings))).toMatch(/\.password contains no password\. .*repair/);
    expect(readFileSync(file, 'utf8')).toBe('\n');
  });
});

describe('an owner that may not create roles', () => {
  async function withPoorOwner(): Promise<{ database: TestDatabase; url: string; admin: string }> {
    const database = await newDatabase();
    const owner = await newRole(database, 'NOCREATEROLE');
    await query(database.superuserUrl, `ALTER DATABASE ${database.name} OWNER TO ${owner.name}`);
    return { database, url: owner.url, admin: (await newRole(database, 'CREATEROLE')).url };
  }

  it('gets all statements at once, which an administrator without superuser rights may run, and then starts', async () => {
    const { database, url, admin } = await withPoorOwner();
    const settings = { DATA_DIR: newFolder() };
    const message = await messageOf(migrate(url, settings));
    expect(statementsIn(message)).toHaveLength(3);
    expect(message).not.toMatch(/SUPERUSER|BYPASSRLS|REPLICATION/);
    await connected(admin, async (client) => {
      for (const statement of statementsIn(message)) await client.query(statement);
    });
    const urls = await migrate(url, settings);
    await (await startTestGateway({ database: { ...database, ownerUrl: url }, urls })).close();
    // There is nothing left to request.
    expect(await migrate(url, settings)).toEqual(urls);
  });

  it('gets all statements at once for a repair', async () => {
    const { database, url, admin } = await withPoorOwner();
    const settings = { DATA_DIR: newFolder() };
    const run = async (message: string): Promise<void> =>
      connected(admin, async (client) => {
        for (const statement of statementsIn(message)) await client.query(statement);
      });
    await run(await messageOf(migrate(url, settings)));
    await migrate(url, settings);
    const lost = { DATA_DIR: newFolder() };
    const message = await messageOf(repair(url, lost));
    expect(statementsIn(message)).toHaveLength(3);
    await run(message);
    expect(await roleUrls(url, lost)).toEqual(await migrate(url, lost));
    expect(await dumpMigrated(url)).toContain('CREATE TABLE account');
    expect(database.name).not.toBe('');
  });
});

describe('connections from settings', () => {
  it('determine the roles, and the database is moved to them completely', async () => {
    const database = await newDatabase();
    const before = await migrate(database.ownerUrl, { DATA_DIR: newFolder() });
    const dump = await dumpMigrated(database.ownerUrl);
    const tenant = await newRole(database, 'NOINHERIT');
    const operator = await newRole(database, 'NOINHERIT');
    const restricted = await newRole(database, 'NOINHERIT');
    const settings = {
      DATA_DIR: newFolder(),
      TENANT_DATABASE_URL: tenant.url,
      OPERATOR_DATABASE_URL: operator.url,
      RESTRICTED_DATABASE_URL: restricted.url,
    };
    const urls = { tenantUrl: tenant.url, operatorUrl: operator.url, restrictedUrl: restricted.url };
    const messages: string[] = [];
    expect(await migrate(database.ownerUrl, settings, (message) => messages.push(message))).toEqual(urls);
    expect(messages).toHaveLength(1);
    expect(await dumpMigrated(database.ownerUrl)).toBe(dump);
    const testGateway = await startTestGateway({ database, urls });
    const account = await testGateway.createAccount('moved');
    await account.ask('mutation { createTool(input: { name: "who was it" }) { id } }');
    const { auditEvents } = await account.ask<{ auditEvents: { nodes: { actorKind: string }[] } }>(
      '{ auditEvents(first: 10) { nodes { actorKind } } }',
    );
    expect(auditEvents.nodes.map(({ actorKind }) => actorKind)).not.toContain('database');
    await testGateway.close();
    await expect(query(before.tenantUrl, 'SELECT * FROM tool')).rejects.toMatchObject({ code: '42501' });
  });

  it('are refused if they lead to another database, or if both use one role', async () => {
    const [database, other] = [await newDatabase(), await newDatabase()];
    const urls = await migrate(other.ownerUrl, { DATA_DIR: newFolder() });
    const settings = { DATA_DIR: newFolder(), TENANT_DATABASE_URL: urls.tenantUrl };
    expect(await messageOf(migrate(database.ownerUrl, settings))).toMatch(
      /^TENANT_DATABASE_URL connects to the database .*: both must connect to the same database\.$/,
    );
    const same = { TENANT_DATABASE_URL: urls.tenantUrl, OPERATOR_DATABASE_URL: urls.tenantUrl };
    expect(await messageOf(migrate(other.ownerUrl, { DATA_DIR: newFolder(), ...same }))).toMatch(
      /each needs a separate role/,
    );
  });
});

it('names of roles are valid for any name of a database', () => {
  for (const name of ['portcullis', 'My-Database', 'x'.repeat(63), 'ü'.repeat(30)]) {
    const role = roleName(name, 'operator');
    expect(role).toMatch(/^portcullis_[a-z0-9_]+_operator$/);
    expect(Buffer.byteLength(role)).toBeLessThanOrEqual(63);
  }
});

it('a role that is the owner is refused, and nothing is changed', async () => {
  const database = await newDatabase();
  const settings = { DATA_DIR: newFolder() };
  await migrate(database.ownerUrl, settings);
  const policies = () =>
    query(database.superuserUrl, 'SELECT tablename, policyname, roles::text FROM pg_policies ORDER BY 1, 2');
  const before = await policies();
  expect(await messageOf(migrate(database.ownerUrl, { ...settings, TENANT_DATABASE_URL: database.ownerUrl }))).toMatch(
    /^TENANT_DATABASE_URL connects as .*, the owner in DATABASE_URL: .* Nothing was changed\.$/,
  );
  expect(await policies()).toEqual(before);
});
