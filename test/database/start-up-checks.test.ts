/** A database that would not isolate accounts is not used: start-up refuses it, and /readyz reports it later. */
import type { RoleUrls } from '../../src/db/setup/migrate';
import { randomBytes } from 'node:crypto';
import { SetupError } from '../../src/db/setup/roles';
import { withRoles } from '../../src/db/setup/migrations';
import { createDatabaseWithRoles, rolesOf, type TestDatabase } from '../harness/database';
import { startTestGateway, type TestGateway } from '../harness/gateway';
import { connected } from '../harness/sql';

let database: TestDatabase;
let testGateway: TestGateway;

beforeAll(async () => {
  database = await createDatabaseWithRoles();
  testGateway = await startTestGateway({ database });
});
afterAll(async () => {
  await testGateway.close();
  await database.drop();
});

/** Runs statements as superuser; they name the gateway's roles by placeholders, as migrations do. */
const superuser = (...statements: string[]): Promise<void> =>
  connected(database.superuserUrl, async (client) => {
    for (const statement of statements) await client.query(withRoles(statement, rolesOf(database)));
  });

/** Tries to start a second gateway. @returns why it was refused; null if it started. */
async function refusal(urls: Partial<RoleUrls> = {}): Promise<string | null> {
  const { tenantUrl, operatorUrl, restrictedUrl } = { ...database, ...urls };
  try {
    await (await startTestGateway({ database, urls: { tenantUrl, operatorUrl, restrictedUrl } })).close();
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(SetupError);
    return error instanceof Error ? error.message : '';
  }
}

async function readiness(): Promise<{ status: number; reasons: string[] }> {
  const answer = await testGateway.gateway.app.inject('/readyz');
  return { status: answer.statusCode, reasons: answer.json<{ reasons: string[] }>().reasons };
}

/** A login role for this test, because roles belong to the whole server. */
async function withRole<Result>(
  options: string,
  work: (url: string, name: string) => Promise<Result>,
): Promise<Result> {
  const name = `portcullis_test_role_${randomBytes(5).toString('hex')}`;
  const url = new URL(database.tenantUrl);
  url.username = name;
  url.password = 'x';
  await superuser(`CREATE ROLE ${name} LOGIN PASSWORD 'x' ${options}`);
  try {
    return await work(url.toString(), name);
  } finally {
    await superuser(`DROP OWNED BY ${name}`, `DROP ROLE ${name}`);
  }
}

it('a correct database passes all checks', async () => {
  expect(await refusal()).toBeNull();
  expect(await readiness()).toEqual({ status: 200, reasons: [] });
});

describe('the server refuses to start as', () => {
  it('a superuser, for any role', async () => {
    expect(await refusal({ tenantUrl: database.superuserUrl })).toMatch(
      /tenant connection .* superuser.*connect as portcullis_\w+_tenant/s,
    );
    expect(await refusal({ operatorUrl: database.superuserUrl })).toMatch(
      /operator connection .* superuser.*connect as portcullis_\w+_operator/s,
    );
    expect(await refusal({ restrictedUrl: database.superuserUrl })).toMatch(
      /restricted connection .* superuser.*connect as portcullis_\w+_restricted/s,
    );
  });

  it('the owner of the tables', async () => {
    expect(await refusal({ tenantUrl: database.ownerUrl })).toMatch(/owns tables; connect as portcullis_\w+_tenant/);
    expect(await refusal({ operatorUrl: database.ownerUrl })).toMatch(
      /owns tables; connect as portcullis_\w+_operator/,
    );
  });

  it('a role with BYPASSRLS', async () => {
    const found = await withRole('NOINHERIT BYPASSRLS', (tenantUrl, name) =>
      refusal({ tenantUrl }).then((text) => text?.replace(name, 'it')),
    );
    expect(found).toMatch(/the role it, which has BYPASSRLS; connect as portcullis_\w+_tenant/);
  });

  it('a role that inherits', async () => {
    expect(await withRole('INHERIT IN ROLE {{tenant}}', (tenantUrl) => refusal({ tenantUrl }))).toMatch(/NOINHERIT/);
  });

  it('a tenant that is the operator or its member, or an operator that is the tenant', async () => {
    expect(await refusal({ tenantUrl: database.operatorUrl })).toMatch(
      /is not the tenant role of this database; connect as portcullis_\w+_tenant/,
    );
    expect(await refusal({ operatorUrl: database.tenantUrl })).toMatch(
      /is not the operator role of this database; connect as portcullis_\w+_operator/,
    );
    expect(await refusal({ restrictedUrl: database.tenantUrl })).toMatch(
      /is not the restricted role of this database; connect as portcullis_\w+_restricted/,
    );
    expect(await withRole('NOINHERIT IN ROLE {{operator}}', (tenantUrl) => refusal({ tenantUrl }))).toMatch(
      /is not the tenant role of this database; .* may do what portcullis_\w+_operator may, being its member; run: REVOKE/s,
    );
  });
});

/** Changes that somebody might make to the database, how they are undone, and the message with the remedy. */
const FAULTS: Record<string, { does: string[]; undoes: string[]; says: RegExp }> = {
  'a table without FORCE': {
    does: ['ALTER TABLE tool NO FORCE ROW LEVEL SECURITY'],
    undoes: ['ALTER TABLE tool FORCE ROW LEVEL SECURITY'],
    says: /table tool has no forced row level security; run: ALTER TABLE tool/,
  },
  'a table with row level security disabled': {
    does: ['ALTER TABLE agent_tool DISABLE ROW LEVEL SECURITY'],
    undoes: ['ALTER TABLE agent_tool ENABLE ROW LEVEL SECURITY'],
    says: /table agent_tool has no forced row level security; run: ALTER TABLE agent_tool/,
  },
  'a new account table that nobody protected': {
    does: ['CREATE TABLE forgotten (account_id uuid NOT NULL, id uuid)'],
    undoes: ['DROP TABLE forgotten'],
    says: /table forgotten has no forced row level security; run: ALTER TABLE forgotten/,
  },
  'an extra policy for the tenant': {
    does: ['CREATE POLICY more ON tool TO {{tenant}} USING (true)'],
    undoes: ['DROP POLICY more ON tool'],
    says: /table tool has a policy that is not the tenant's/,
  },
  'an extra policy for everybody': {
    does: ['CREATE POLICY more ON tool USING (true)'],
    undoes: ['DROP POLICY more ON tool'],
    says: /table tool has a policy for PUBLIC that no migration made/,
  },
  'a policy that hides rows from the operator': {
    does: ["CREATE POLICY less ON tool AS RESTRICTIVE TO {{operator}} USING (name <> 'x')"],
    undoes: ['DROP POLICY less ON tool'],
    says: /table tool has a policy for portcullis_\w+_operator that no migration made/,
  },
  'a table of the platform without row level security': {
    does: ['ALTER TABLE master_key DISABLE ROW LEVEL SECURITY'],
    undoes: ['ALTER TABLE master_key ENABLE ROW LEVEL SECURITY'],
    says: /table master_key has no forced row level security; run: ALTER TABLE master_key/,
  },
  'a policy that lets the tenant see the keys of masters': {
    does: ['CREATE POLICY more ON master_key TO {{tenant}} USING (true)'],
    undoes: ['DROP POLICY more ON master_key'],
    says: /table master_key has a policy that is not the tenant's .*DROP POLICY more ON master_key/,
  },
  'a table that lost its policy': {
    does: ['DROP POLICY operator_rows ON tool'],
    undoes: ['CREATE POLICY operator_rows ON tool TO {{operator}} USING (true) WITH CHECK (true)'],
    says: /table tool has no policy for portcullis_\w+_operator alone; run: CREATE POLICY operator_rows ON tool/,
  },
  'a table that belongs to somebody else': {
    does: ['ALTER TABLE tool OWNER TO postgres'],
    undoes: ['ALTER TABLE tool OWNER TO {{owner}}'],
    says: /table tool belongs to postgres; run: ALTER TABLE tool OWNER TO/,
  },
  'a rule that diverts a write on a table of the platform': {
    does: ['CREATE RULE divert AS ON UPDATE TO operator_idempotency DO INSTEAD NOTHING'],
    undoes: ['DROP RULE divert ON operator_idempotency'],
    says: /table operator_idempotency has a rule .*divert/,
  },
  'a view of a view in another schema': {
    does: [
      'CREATE SCHEMA reports',
      'CREATE VIEW reports.inner_tools AS SELECT * FROM tool',
      'CREATE VIEW reports.tools AS SELECT * FROM reports.inner_tools',
      'GRANT SELECT ON reports.tools TO PUBLIC',
    ],
    undoes: ['DROP SCHEMA reports CASCADE'],
    says: /view reports.tools shows rows past row level security; .*REVOKE ALL ON reports.tools FROM PUBLIC/,
  },
  'a policy that lets rows be written to any account': {
    does: ['CREATE POLICY more ON tool FOR INSERT TO {{tenant}} WITH CHECK (true)'],
    undoes: ['DROP POLICY more ON tool'],
    says: /table tool has a policy that is not the tenant's/,
  },
  'a policy widened by an OR': {
    does: [
      `ALTER POLICY tenant_rows ON tool USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid OR name = 'shared')`,
    ],
    undoes: [
      `ALTER POLICY tenant_rows ON tool USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)`,
    ],
    says: /table tool has a policy that is not the tenant's/,
  },
  'a policy that no longer checks what is written': {
    does: ['ALTER POLICY tenant_rows ON tool WITH CHECK (true)'],
    undoes: [
      `ALTER POLICY tenant_rows ON tool WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid)`,
    ],
    says: /table tool has a policy that is not the tenant's/,
  },
  'a view that runs as its owner': {
    does: ['CREATE VIEW all_tools AS SELECT * FROM tool', 'GRANT SELECT ON all_tools TO {{tenant}}'],
    undoes: ['DROP VIEW all_tools'],
    says: /view all_tools shows rows past row level security; run: ALTER VIEW all_tools SET \(security_invoker = true\), or: REVOKE ALL ON all_tools FROM/,
  },
  'one column of a view that runs as its owner': {
    does: ['CREATE VIEW all_tools AS SELECT * FROM tool', 'GRANT SELECT (name) ON all_tools TO {{tenant}}'],
    undoes: ['DROP VIEW all_tools'],
    says: /view all_tools shows rows past row level security/,
  },
  'a materialised view': {
    does: ['CREATE MATERIALIZED VIEW kept AS SELECT * FROM tool', 'GRANT SELECT ON kept TO {{tenant}}'],
    undoes: ['DROP MATERIALIZED VIEW kept'],
    says: /materialised view kept shows rows past row level security; run: REVOKE ALL ON kept FROM/,
  },
};

it.each(Object.entries(FAULTS))(
  '%s is refused at start with the remedy, and makes a running gateway unready',
  async (_what, { does, undoes, says }) => {
    await superuser(...does);
    try {
      expect(await refusal()).toMatch(says);
      expect(await readiness()).toEqual({
        status: 503,
        reasons: expect.arrayContaining([expect.stringMatching(says)]),
      });
    } finally {
      await superuser(...undoes);
    }
    expect(await readiness()).toEqual({ status: 200, reasons: [] });
  },
);

it('a view with security_invoker is accepted', async () => {
  await superuser(
    'CREATE VIEW own_tools WITH (security_invoker = true) AS SELECT * FROM tool',
    'GRANT SELECT ON own_tools TO {{tenant}}',
  );
  expect(await readiness()).toEqual({ status: 200, reasons: [] });
  await superuser('DROP VIEW own_tools');
});

it('a policy for another role is refused, even if no role of the gateway is its member', async () => {
  await withRole('', async (_url, group) => {
    await superuser(`CREATE POLICY more ON tool TO ${group} USING (true)`);
    expect(await refusal()).toMatch(
      new RegExp(`policy for ${group} that no migration made .*DROP POLICY more ON tool`),
    );
    await superuser('DROP POLICY more ON tool');
  });
  expect(await readiness()).toEqual({ status: 200, reasons: [] });
});
