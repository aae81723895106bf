/** Only the gateway's roles have privileges in its database, and exactly those that they need. */
import { randomBytes } from 'node:crypto';
import type { Client } from 'pg';
import { migrate } from '../../src/db/setup/migrate';
import { withRoles } from '../../src/db/setup/migrations';
import { findFaults } from '../../src/db/verify/verify-isolation';
import { createEmptyDatabase, rolesOf, type TestDatabase } from '../harness/database';
import { startTestGateway, type TestGateway } from '../harness/gateway';
import { newFolder } from '../harness/run';
import { connected, query } from '../harness/sql';

let database: TestDatabase;
let testGateway: TestGateway;
/** A role for this test, like `anon` of PostgREST and Supabase. */
const anon = `anon_${randomBytes(5).toString('hex')}`;
const folder = newFolder();

const superuser = (...statements: string[]): Promise<void> =>
  connected(database.superuserUrl, async (client) => {
    for (const statement of statements) await client.query(statement);
  });

beforeAll(async () => {
  const empty = await createEmptyDatabase();
  const { owner } = rolesOf(empty);
  await connected(empty.superuserUrl, async (client) => {
    await client.query(`CREATE ROLE ${anon} NOLOGIN`);
    // The gateway's roles have the CONNECT privilege themselves.
    await client.query(`REVOKE ALL ON DATABASE ${empty.name} FROM PUBLIC`);
    for (const objects of ['TABLES', 'SEQUENCES', 'FUNCTIONS']) {
      await client.query(
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA public GRANT ALL ON ${objects} TO ${anon}`,
      );
      await client.query(`ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} GRANT ALL ON ${objects} TO ${anon}`);
    }
    await client.query(`ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC`);
  });
  database = { ...empty, ...(await migrate(empty.ownerUrl, { DATA_DIR: folder })) };
  testGateway = await startTestGateway({ database });
});
afterAll(async () => {
  await testGateway.close();
  await superuser(`DROP OWNED BY ${anon}`);
  await database.drop();
  await query(database.superuserUrl.replace(database.name, 'postgres'), `DROP ROLE ${anon}`);
});

async function readiness(): Promise<{ status: number; reasons: string[] }> {
  const answer = await testGateway.gateway.app.inject('/readyz');
  return { status: answer.statusCode, reasons: answer.json<{ reasons: string[] }>().reasons };
}

describe('on a server whose default privileges give another role everything', () => {
  it('the gateway is ready, and the other role can neither read nor write', async () => {
    expect(await readiness()).toEqual({ status: 200, reasons: [] });
    await connected(database.superuserUrl, async (client) => {
      await client.query(`SET ROLE ${anon}`);
      for (const text of [
        "INSERT INTO master_key (id, name, secret_hash) VALUES (gen_random_uuid(), 'forged', '\\x00')",
        'SELECT * FROM secrets_key',
        'SELECT * FROM migrations',
        "SELECT audit_clean('x')",
        'SELECT authenticate_key(NULL)',
      ])
        await expect(client.query(text)).rejects.toMatchObject({ code: '42501' });
    });
  });

  it('changes work, although nobody may call functions by default', async () => {
    await expect(testGateway.createAccount('first')).resolves.toBeDefined();
  });

  it('tables of later migrations are closed to the other role', async () => {
    const defaults = await query(
      database.superuserUrl,
      `SELECT 1 FROM pg_default_acl d, aclexplode(d.defaclacl) a JOIN pg_roles r ON r.oid = a.grantee
        WHERE d.defaclnamespace = 'public'::regnamespace AND r.rolname = $1`,
      [anon],
    );
    expect(defaults).toEqual([]);
  });
});

/** Privileges that somebody might grant, and the fault that says how to revoke them; every printed REVOKE is run. */
const GIVEN: readonly (readonly [title: string, grant: string, words: RegExp])[] = [
  [
    'one privilege on one table',
    'GRANT INSERT ON master_key TO anon',
    /the role anon may INSERT on table public\.master_key; run: (REVOKE .*)/,
  ],
  [
    'a privilege on one column',
    'GRANT SELECT (secret_hash) ON api_key TO anon',
    /the role anon may SELECT \(secret_hash\) on table public\.api_key; run: (REVOKE .*)/,
  ],
  [
    'privileges on several tables',
    'GRANT ALL ON tool, agent TO anon',
    /the role anon may .*TRIGGER.* on table public\.(?:tool|agent), public\.(?:tool|agent); run: (REVOKE .*)/,
  ],
  [
    'a table to everybody',
    'GRANT SELECT ON secrets_key TO PUBLIC',
    /every role of the server \(PUBLIC\) may SELECT on table public\.secrets_key; run: (REVOKE .*)/,
  ],
  [
    'a privilege that may be passed on',
    'GRANT UPDATE ON rate_limit TO anon WITH GRANT OPTION',
    /may UPDATE on table public\.rate_limit; run: (REVOKE .* CASCADE)/,
  ],
  [
    'a function',
    'GRANT EXECUTE ON FUNCTION audit_row() TO anon',
    /may EXECUTE on function public\.audit_row\(\); run: (REVOKE .*)/,
  ],
  [
    'a function to everybody',
    'GRANT EXECUTE ON FUNCTION record_master_access(uuid, uuid, text, text, text[], text, text, text, boolean, jsonb, uuid[]) TO PUBLIC',
    /\(PUBLIC\) may EXECUTE on function public\.record_master_access\(.*\); run: (REVOKE .*)/,
  ],
  [
    'creating in the schema',
    'GRANT CREATE ON SCHEMA public TO anon',
    /the role anon may CREATE on schema public; run: (REVOKE .*)/,
  ],
  [
    'a privilege too many to the tenant role',
    'GRANT SELECT ON master_key TO {{tenant}}',
    /may SELECT on TABLE public\.master_key, which it does not need; run: (REVOKE .*)/,
  ],
];

it.each(GIVEN)(
  '%s granted to others makes the gateway unready until the named statement is run',
  async (_, grant, words) => {
    await superuser(withRoles(grant.replaceAll('anon', anon), rolesOf(database)));
    const { status, reasons } = await readiness();
    const [reason, ...others] = reasons;
    expect({ status, others }).toEqual({ status: 503, others: [] });
    const match = words.exec((reason ?? '').replaceAll(anon, 'anon'));
    expect({ reason, matches: match !== null }).toEqual({ reason, matches: true });
    await expect(startTestGateway({ database })).rejects.toThrow(reason);
    await superuser((match?.[1] ?? '').replaceAll('anon', anon));
    expect(await readiness()).toEqual({ status: 200, reasons: [] });
  },
);

it.each([
  [
    'a table',
    'REVOKE INSERT, SELECT ON account FROM {{operator}}',
    /_operator lacks INSERT, SELECT on TABLE public\.account; run: (GRANT .*)/,
  ],
  [
    'a function',
    'REVOKE EXECUTE ON FUNCTION authenticate_key(uuid, uuid) FROM {{tenant}}',
    /_tenant lacks EXECUTE on FUNCTION public\.authenticate_key\(uuid, uuid\); run: (GRANT .*)/,
  ],
  [
    'the schema',
    'REVOKE USAGE ON SCHEMA public FROM {{tenant}}',
    /_tenant lacks USAGE on SCHEMA public; run: (GRANT .*)/,
  ],
])('a privilege on %s that the gateway lacks is named with its GRANT', async (_, revoke, words) => {
  await superuser(withRoles(revoke, rolesOf(database)));
  const { reasons } = await readiness();
  expect(reasons).toEqual([expect.stringMatching(words)]);
  await superuser(words.exec(reasons[0] ?? '')?.[1] ?? '');
  expect(await readiness()).toEqual({ status: 200, reasons: [] });
});

/** Reads the faults in a transaction that is rolled back, so that other tests on this server are not affected. */
async function faultsAfter(...statements: string[]): Promise<string[]> {
  return connected(database.superuserUrl, async (client: Client) => {
    await client.query('BEGIN');
    for (const statement of statements) await client.query(withRoles(statement, rolesOf(database)));
    const faults = await findFaults('tenant', async (text) => {
      const { rows } = await client.query<unknown[]>({ text, rowMode: 'array' });
      return rows;
    });
    // Without the fault about this connection itself, which is not the tenant's.
    return faults.filter((fault) => !fault.startsWith('the tenant connection uses the role'));
  });
}

it('a sound database has no privilege faults', async () => {
  expect(await faultsAfter()).toEqual([]);
});

it.each([
  ['the owner', '{{owner}}'],
  ['the tenant role', '{{tenant}}'],
  ['the operator role', '{{operator}}'],
  ['a role that reads all data', 'pg_read_all_data'],
  ['a role that writes all data', 'pg_write_all_data'],
  ['a role that reads the files of the server', 'pg_read_server_files'],
])('a member of %s is reported with the REVOKE', async (_, group) => {
  const faults = await faultsAfter('CREATE ROLE reporting', `GRANT ${group} TO reporting`);
  const name = withRoles(group, rolesOf(database));
  expect(faults).toEqual([
    `the role reporting may do what ${name} may, being its member; run: REVOKE ${name} FROM reporting`,
  ]);
});

it('a role that the gateway is a member of is reported', async () => {
  const { tenant } = rolesOf(database);
  expect(await faultsAfter('CREATE ROLE reporting', 'GRANT reporting TO {{tenant}}')).toEqual([
    `the role ${tenant} may do what reporting may, being its member; run: REVOKE reporting FROM ${tenant}`,
  ]);
});

it.each([
  ['monitors the server', 'CREATE ROLE monitoring; GRANT pg_monitor TO monitoring'],
  ['replicates', 'CREATE ROLE standby REPLICATION; CREATE PUBLICATION everything FOR TABLE tool'],
  ["is a provider's administrator", 'CREATE ROLE rds_superuser; GRANT pg_read_all_data TO rds_superuser'],
  ['is a superuser', 'CREATE ROLE boss SUPERUSER; GRANT ALL ON tool TO boss; GRANT {{owner}} TO boss'],
  [
    'has its own table in the schema',
    'CREATE ROLE app; GRANT CREATE ON SCHEMA public TO app; SET ROLE app; CREATE TABLE other (id int); GRANT SELECT ON other TO PUBLIC; RESET ROLE; REVOKE CREATE ON SCHEMA public FROM app',
  ],
])('a role that %s is accepted', async (_, statements) => {
  expect(await faultsAfter(statements)).toEqual([]);
});

it.each([
  [
    "a function of the owner that runs with the owner's rights",
    'CREATE SCHEMA tools; GRANT ALL ON SCHEMA tools TO {{owner}}; SET ROLE {{owner}}; CREATE FUNCTION tools.all_keys() RETURNS SETOF api_key LANGUAGE sql SECURITY DEFINER AS $$SELECT * FROM public.api_key$$; RESET ROLE',
    /function tools\.all_keys\(\) runs with the rights of the tables' owner; run: ALTER FUNCTION/,
  ],
  [
    "a trigger that runs another role's function",
    'CREATE SCHEMA spy; CREATE FUNCTION spy.copy() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$; CREATE TRIGGER spy AFTER INSERT ON secrets_key FOR EACH ROW EXECUTE FUNCTION spy.copy()',
    /table secrets_key has a trigger that runs a function of somebody else's \(spy\)/,
  ],
  [
    'a child table',
    'CREATE SCHEMA spy; CREATE TABLE spy.more () INHERITS (master_key)',
    /table master_key has children .*spy\.more/,
  ],
])('%s is reported', async (_, statements, words) => {
  expect(await faultsAfter(statements)).toEqual([expect.stringMatching(words)]);
});
