/** A database that would not keep accounts apart is not served: refused at start, and told by /readyz when it comes later. */
import { randomBytes } from 'node:crypto';
import { SetupError } from '../../src/db/setup/roles';
import { createDatabase, type TestDatabase } from '../harness/database';
import { startTestGateway, type TestGateway } from '../harness/gateway';
import { connected } from '../harness/sql';

let database: TestDatabase;
let testGateway: TestGateway;

beforeAll(async () => {
  database = await createDatabase();
  testGateway = await startTestGateway({ database });
});
afterAll(async () => {
  await testGateway.close();
  await database.drop();
});

const superuser = (...statements: string[]): Promise<void> =>
  connected(database.superuserUrl, async (client) => {
    for (const statement of statements) await client.query(statement);
  });

/** Tries to start a second gateway. @returns what it was refused with; null when it started. */
async function refusal(urls: Partial<Pick<TestDatabase, 'tenantUrl' | 'operatorUrl'>> = {}): Promise<string | null> {
  const { tenantUrl, operatorUrl } = { ...database, ...urls };
  try {
    await (await startTestGateway({ database, urls: { tenantUrl, operatorUrl } })).close();
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

/** A login role of this test alone; roles belong to the whole server. */
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

it('a sound database is served', async () => {
  expect(await refusal()).toBeNull();
  expect(await readiness()).toEqual({ status: 200, reasons: [] });
});

describe('the server refuses to start as', () => {
  it('a superuser, for either role', async () => {
    expect(await refusal({ tenantUrl: database.superuserUrl })).toMatch(
      /tenant connection .* superuser.*connect as portcullis_tenant/s,
    );
    expect(await refusal({ operatorUrl: database.superuserUrl })).toMatch(
      /operator connection .* superuser.*connect as portcullis_operator/s,
    );
  });

  it('the owner of the tables', async () => {
    expect(await refusal({ tenantUrl: database.ownerUrl })).toMatch(/owns tables; connect as portcullis_tenant/);
    expect(await refusal({ operatorUrl: database.ownerUrl })).toMatch(/owns tables; connect as portcullis_operator/);
  });

  it('a role with BYPASSRLS', async () => {
    const found = await withRole('NOINHERIT BYPASSRLS', (tenantUrl, name) =>
      refusal({ tenantUrl }).then((text) => text?.replace(name, 'it')),
    );
    expect(found).toMatch(/the role it, which has BYPASSRLS; connect as portcullis_tenant/);
  });

  it('a role that inherits', async () => {
    expect(await withRole('INHERIT IN ROLE portcullis_tenant', (tenantUrl) => refusal({ tenantUrl }))).toMatch(
      /NOINHERIT/,
    );
  });

  it('a tenant that is the operator, or an operator that is none', async () => {
    expect(await refusal({ tenantUrl: database.operatorUrl })).toMatch(
      /member of portcullis_operator; connect as portcullis_tenant/,
    );
    expect(await refusal({ operatorUrl: database.tenantUrl })).toMatch(
      /is no portcullis_operator; connect as portcullis_operator/,
    );
    expect(await withRole('NOINHERIT IN ROLE portcullis_operator', (tenantUrl) => refusal({ tenantUrl }))).toMatch(
      /member of portcullis_operator/,
    );
  });
});

/** What somebody might do to the database, how it is undone, and the words that name the cure. */
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
    does: ['CREATE POLICY more ON tool TO portcullis_tenant USING (true)'],
    undoes: ['DROP POLICY more ON tool'],
    says: /table tool has a policy that is not the tenant's/,
  },
  'an extra policy for everybody': {
    does: ['CREATE POLICY more ON tool USING (true)'],
    undoes: ['DROP POLICY more ON tool'],
    says: /table tool has a policy that is not the tenant's/,
  },
  'a policy that lets rows be written to any account': {
    does: ['CREATE POLICY more ON tool FOR INSERT TO portcullis_tenant WITH CHECK (true)'],
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
    does: ['CREATE VIEW all_tools AS SELECT * FROM tool', 'GRANT SELECT ON all_tools TO portcullis_tenant'],
    undoes: ['DROP VIEW all_tools'],
    says: /view all_tools shows rows past row level security; make it security_invoker or revoke it/,
  },
  'one column of a view that runs as its owner': {
    does: ['CREATE VIEW all_tools AS SELECT * FROM tool', 'GRANT SELECT (name) ON all_tools TO portcullis_tenant'],
    undoes: ['DROP VIEW all_tools'],
    says: /view all_tools shows rows past row level security/,
  },
  'a materialised view': {
    does: ['CREATE MATERIALIZED VIEW kept AS SELECT * FROM tool', 'GRANT SELECT ON kept TO portcullis_tenant'],
    undoes: ['DROP MATERIALIZED VIEW kept'],
    says: /view kept shows rows past row level security/,
  },
};

it.each(Object.entries(FAULTS))(
  '%s: refused at start with the cure, and not ready when it comes later',
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

it('a view with security_invoker is no fault', async () => {
  await superuser(
    'CREATE VIEW own_tools WITH (security_invoker = true) AS SELECT * FROM tool',
    'GRANT SELECT ON own_tools TO portcullis_tenant',
  );
  expect(await readiness()).toEqual({ status: 200, reasons: [] });
  await superuser('DROP VIEW own_tools');
});

it('a policy that reaches the tenant through another role is refused', async () => {
  await withRole('', async (_url, group) => {
    await superuser(`CREATE POLICY more ON tool TO ${group} USING (true)`);
    // Not portcullis_tenant itself: roles belong to the whole server, which other tests use at the same time.
    const found = await withRole(`NOINHERIT IN ROLE ${group}`, (tenantUrl) => refusal({ tenantUrl }));
    expect(found).toMatch(/table tool has a policy that is not the tenant's/);
    await superuser('DROP POLICY more ON tool');
  });
  expect(await readiness()).toEqual({ status: 200, reasons: [] });
});
