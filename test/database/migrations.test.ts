/** Migrations: a fresh install and an upgrade give the same schema, lose no row, and refuse mismatches as a whole. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from 'pg';
import { dumpMigrated } from '../../src/db/setup/dump-migrated';
import { migrate } from '../../src/db/setup/migrate';
import { applyMigrations, planMigrations, readMigrations, withRoles } from '../../src/db/setup/migrations';
import { createDatabase, createEmptyDatabase, rolesOf, settingsOf, type TestDatabase } from '../harness/database';
import { startTestGateway, type Client as ApiClient } from '../harness/gateway';
import { newFolder } from '../harness/run';
import { connected, query } from '../harness/sql';

const DUMP = readFileSync(join(__dirname, '../../schema/database.sql'), 'utf8');
const RELEASE_0_1_0 = readFileSync(join(__dirname, 'release-0.1.0.sql'), 'utf8');
const ACCOUNT_KEY = 'pcl_live_01a2169e0fe57501a6b644c3db6a8eab_5fLbK8KS4NO9ogJmkB5MPxf5MenfkZcL9KtDzaR3Qfn_1sxKji';
const SECRETS_KEY = Buffer.alloc(32, 0x5a);

const databases: TestDatabase[] = [];
afterAll(async () => {
  for (const database of databases) await database.drop();
});

async function newDatabase(make = createEmptyDatabase): Promise<TestDatabase> {
  const database = await make();
  databases.push(database);
  return database;
}

/** A database as release 0.1.0 left it, with its roles, which two databases of one server shared. */
async function oldDatabase(): Promise<{ database: TestDatabase; old: { tenant: string; operator: string } }> {
  const database = await newDatabase();
  const old = {
    tenant: `portcullis_${database.name}_old_t`,
    operator: `portcullis_${database.name}_old_o`,
    // That release did not have this role.
    restricted: '',
  };
  const { owner } = rolesOf(database);
  await query(
    database.ownerUrl,
    `CREATE ROLE ${old.tenant} LOGIN NOINHERIT; CREATE ROLE ${old.operator} LOGIN NOINHERIT`,
  );
  await query(database.ownerUrl, withRoles(RELEASE_0_1_0, { ...old, owner }));
  return { database, old };
}

const COUNTS = `
  SELECT c.relname::text AS name, (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM public.' || c.relname, false, true, '')))[1]::text AS rows
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'migrations' ORDER BY c.relname`;

const rowsOf = async (client: Client): Promise<Record<string, string>> => {
  const { rows } = await client.query<{ name: string; rows: string }>(COUNTS);
  return Object.fromEntries(rows.map(({ name, rows }) => [name, rows]));
};

it('a fresh install has the schema of schema/database.sql', async () => {
  const database = await newDatabase();
  await migrate(database.ownerUrl, { DATA_DIR: newFolder() });
  expect(await dumpMigrated(database.ownerUrl)).toBe(DUMP);
});

/** The images of events that release 0.1.0 wrote can be erased; the rest of such an event is still verified. */
async function eraseFormOne(client: ApiClient, { superuserUrl }: TestDatabase): Promise<void> {
  const [row] = await query<{ type: string; id: string }>(
    superuserUrl,
    `SELECT resource_type AS type, resource_id AS id FROM audit_event JOIN audit_image USING (account_id, sequence)
      WHERE form = 1 AND account_id = (SELECT account_id FROM audit_event WHERE resource_type = 'Tool' AND form = 2 LIMIT 1)
      GROUP BY 1, 2 ORDER BY count(*) DESC, 2 LIMIT 1`,
  );
  const ERASE =
    'mutation ($id: ID!, $type: String!) { eraseHistory(id: $id, resourceType: $type, reason: "old") { erasedEvents } }';
  const { eraseHistory } = await client.ask<{ eraseHistory: { erasedEvents: number } }>(ERASE, { ...row });
  expect(eraseHistory.erasedEvents).toBeGreaterThan(0);
  const VERIFY = '{ verifyAudit { intact fault } }';
  expect(await client.ask(VERIFY)).toEqual({ verifyAudit: { intact: true, fault: null } });
  const EDIT = "UPDATE audit_event SET actor_name = 'somebody else' WHERE form = 1 AND resource_id = $1";
  await query(superuserUrl, EDIT, [row?.id]);
  expect(await client.ask(VERIFY)).toEqual({ verifyAudit: { intact: false, fault: 'EDITED' } });
}

describe('an upgrade from release 0.1.0', () => {
  it('gives the schema of a fresh install, keeps every row, and serves', async () => {
    const { database, old } = await oldDatabase();
    const before = await connected(database.superuserUrl, rowsOf);
    const messages: string[] = [];
    const urls = await migrate(database.ownerUrl, { DATA_DIR: newFolder() }, (message) => messages.push(message));
    expect(await dumpMigrated(database.ownerUrl)).toBe(DUMP);
    // Tables added since then are empty, except for that of the images, which were moved out of the events.
    const added = Object.entries(await connected(database.superuserUrl, rowsOf)).filter(([name]) => !(name in before));
    expect(await connected(database.superuserUrl, rowsOf)).toEqual({ ...before, ...Object.fromEntries(added) });
    for (const [name, rows] of added) expect(rows).toBe(name === 'audit_image' ? before['audit_event'] : '0');
    expect(messages).toEqual([expect.stringContaining(`no longer needs ${old.tenant} and ${old.operator}`)]);

    const testGateway = await startTestGateway({ database, urls, secret: SECRETS_KEY });
    try {
      const acme = testGateway.client(ACCOUNT_KEY);
      const VERIFY = '{ verifyAudit { intact } }';
      expect(await acme.ask(VERIFY)).toEqual({ verifyAudit: { intact: true } });
      const tool = await acme.ask('mutation { createTool(input: { name: "after the upgrade" }) { name } }');
      expect(tool).toEqual({ createTool: { name: 'after the upgrade' } });
      expect(await acme.ask(VERIFY)).toEqual({ verifyAudit: { intact: true } });
      await eraseFormOne(acme, database);
      const servers =
        '{ mcpServers(filter: { name: { startsWith: "seal" } }) { nodes { authentication { preview } } } }';
      expect(await acme.ask(servers)).toEqual({ mcpServers: { nodes: [{ authentication: { preview: '…abcd' } }] } });
    } finally {
      await testGateway.close();
    }
  });

  describe('with names that are not in NFC', () => {
    const named = (form: 'NFC' | 'NFD'): string => 'Prüfer'.normalize(form);

    async function withAgents(...names: string[]): Promise<TestDatabase> {
      const { database } = await oldDatabase();
      await connected(database.superuserUrl, async (client) => {
        const { rows } = await client.query<{ id: string }>(
          'SELECT id FROM agent WHERE deleted_at IS NULL AND account_id = (SELECT account_id FROM agent WHERE deleted_at IS NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1) ORDER BY id',
        );
        expect(rows.length).toBeGreaterThanOrEqual(names.length);
        for (const [index, name] of names.entries())
          await client.query('UPDATE agent SET name = $1 WHERE id = $2', [name, rows[index]?.id]);
      });
      return database;
    }

    it('stores them in NFC, and records this in the audit log', async () => {
      const database = await withAgents(named('NFD'));
      await migrate(database.ownerUrl, { DATA_DIR: newFolder() });
      const [event] = await query<{ before: string; after: string }>(
        database.superuserUrl,
        "SELECT before ->> 'name' AS before, after ->> 'name' AS after FROM audit_event JOIN audit_image USING (account_id, sequence) WHERE resource_type = 'Agent' ORDER BY at DESC, sequence DESC LIMIT 1",
      );
      expect(event).toEqual({ before: named('NFD'), after: named('NFC') });
      const agents = await query(database.superuserUrl, 'SELECT id FROM agent WHERE name = $1', [named('NFC')]);
      expect(agents).toHaveLength(1);
      expect(await dumpMigrated(database.ownerUrl)).toBe(DUMP);
    });

    it('refuses two rows that would get the same name, with one sentence, and changes nothing', async () => {
      const database = await withAgents(named('NFD'), named('NFC'));
      await expect(migrate(database.ownerUrl, { DATA_DIR: newFolder() })).rejects.toThrow(
        /has two rows of agent whose names look the same, "Prüfer".*Nothing was changed\.$/,
      );
      expect(await query(database.superuserUrl, 'SELECT id FROM agent WHERE name = $1', [named('NFD')])).toHaveLength(
        1,
      );
    });
  });

  it('leaves the previous roles with no rights in the database', async () => {
    const { database, old } = await oldDatabase();
    await migrate(database.ownerUrl, { DATA_DIR: newFolder() });
    const held = await query(
      database.superuserUrl,
      `SELECT c.relname FROM pg_class c CROSS JOIN unnest($1::text[]) AS r(name)
        WHERE c.relnamespace = 'public'::regnamespace AND has_table_privilege(r.name, c.oid, 'SELECT, INSERT, UPDATE, DELETE')`,
      [[old.tenant, old.operator]],
    );
    expect(held).toEqual([]);
    // Nothing depends on them any more.
    await query(database.ownerUrl, `DROP ROLE ${old.tenant}; DROP ROLE ${old.operator}`);
  });
});

it('every migration runs on a database with the data of the version before, and loses no row', async () => {
  const { database, old } = await oldDatabase();
  const roles = { ...old, restricted: rolesOf(database).restricted, owner: rolesOf(database).owner };
  const migrations = readMigrations();
  await connected(database.ownerUrl, async (owner) => {
    await owner.query('SET search_path = public');
    let before = await connected(database.superuserUrl, rowsOf);
    for (let count = 1; count <= migrations.length; count += 1) {
      const some = migrations.slice(0, count);
      await owner.query('BEGIN');
      await applyMigrations(owner, await planMigrations(owner, some), some, (sql) => withRoles(sql, roles));
      await owner.query('COMMIT');
      const after = await connected(database.superuserUrl, rowsOf);
      for (const [table, rows] of Object.entries(before))
        if (table in after) expect({ table, rows: after[table] }).toEqual({ table, rows });
      before = after;
    }
  });
  expect(await dumpMigrated(database.ownerUrl)).toBe(DUMP);
});

it('a migration does not run twice', async () => {
  const database = await newDatabase();
  const settings = { DATA_DIR: newFolder() };
  await migrate(database.ownerUrl, settings);
  const rows = 'SELECT name, applied_at::text FROM migrations ORDER BY name';
  const before = await query(database.superuserUrl, rows);
  await migrate(database.ownerUrl, settings);
  expect(await query(database.superuserUrl, rows)).toEqual(before);
});

it('two gateways that start at once migrate a new database once', async () => {
  const database = await newDatabase();
  const settings = { DATA_DIR: newFolder() };
  const [one, other] = await Promise.all([migrate(database.ownerUrl, settings), migrate(database.ownerUrl, settings)]);
  expect(one).toEqual(other);
  expect(await dumpMigrated(database.ownerUrl)).toBe(DUMP);
});

describe('the migrations are refused with the reason if', () => {
  const refused = async (database: TestDatabase, change: string): Promise<string> => {
    await query(database.superuserUrl, change);
    const before = await query(database.superuserUrl, 'SELECT m::text FROM migrations m ORDER BY 1');
    const settings = { DATA_DIR: newFolder(), ...settingsOf(database) };
    const message = await migrate(database.ownerUrl, settings).then(
      () => 'migrated',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );
    expect(await query(database.superuserUrl, 'SELECT m::text FROM migrations m ORDER BY 1')).toEqual(before);
    return message;
  };

  it('a migration was edited after it ran', async () => {
    const database = await newDatabase(createDatabase);
    expect(await refused(database, "UPDATE migrations SET checksum = 'x' WHERE name = '2010-closed-tables'")).toMatch(
      /^migrations\/2010-closed-tables\.sql was edited after it ran .* Nothing was changed\./,
    );
  });

  it('a newer release ran one that this release does not have', async () => {
    const database = await newDatabase(createDatabase);
    expect(await refused(database, "INSERT INTO migrations (name, checksum) VALUES ('9999-later', 'x')")).toMatch(
      /^The database has the migration 9999-later, which this release does not have/,
    );
  });

  it('one is missing', async () => {
    const database = await newDatabase(createDatabase);
    expect(await refused(database, "DELETE FROM migrations WHERE name = '2000-baseline'")).toMatch(
      /^The migration 2000-baseline never ran on this database, but 2010-closed-tables, which comes after it, did\./,
    );
  });

  it.each([
    [
      'an unfinished version created the database',
      "DELETE FROM migrations WHERE name = 'AuditWalls1740000000001'",
      /AuditWalls1740000000001\. Nothing/,
    ],
    [
      'another program ran migrations',
      `INSERT INTO migrations ("timestamp", name) VALUES (1, 'Other1')`,
      /does not know: Other1\./,
    ],
  ])('%s', async (_, change, words) => {
    const { database } = await oldDatabase();
    const before = await connected(database.superuserUrl, rowsOf);
    expect(await refused(database, change)).toMatch(words);
    expect(await connected(database.superuserUrl, rowsOf)).toEqual(before);
  });

  it.each([
    ['TypeORM', `id int, "timestamp" bigint, name text); INSERT INTO migrations VALUES (1, 1, 'Init1')`, /lists Init1/],
    ['Laravel', 'id int, migration text, batch int)', /is another product's\./],
  ])('the table migrations is one of %s', async (_, columns, words) => {
    const database = await newDatabase();
    await query(database.ownerUrl, `CREATE TABLE migrations (${columns}`);
    expect(await refused(database, 'SELECT 1')).toMatch(words);
  });

  it('the schema contains a table of another program', async () => {
    const database = await newDatabase();
    await query(database.ownerUrl, 'CREATE TABLE tool (id int)');
    await expect(migrate(database.ownerUrl, { DATA_DIR: newFolder() })).rejects.toThrow(
      /^The schema public holds something that Portcullis did not make \(relation "tool" already exists\)\. Nothing was changed\./,
    );
    expect(
      await query(database.superuserUrl, "SELECT relname FROM pg_class WHERE relname IN ('account', 'migrations')"),
    ).toEqual([]);
  });
});

it('a migration names roles only by placeholders', () => {
  const roles = { tenant: 'a-b', operator: 'it"s', restricted: 'r', owner: "o'k" };
  expect(withRoles('{{tenant}} {{operator}} {{owner:literal}}', roles)).toBe(`"a-b" "it""s" 'o''k'`);
  expect(() => withRoles('{{nobody}}', roles)).toThrow('{{nobody}} is not a placeholder');
});
