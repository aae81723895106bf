/** The decision log: its contents, its limits, its retention, and who can read it. */
import { Caller, parseAccountId } from '../../src/auth/caller';
import { NO_GRANTS, PermissionTable } from '../../src/auth/grants';
import { compileAccess } from '../../src/auth/key-access';
import { parseKey } from '../../src/auth/key-format';
import { DecisionRecorder } from '../../src/db/decisions';
import { query as sql } from '../harness/sql';
import { setupTwoTenants } from '../harness/setup-tenants';
import { DECISIONS, decisions, SIMULATE } from './decisions';
import { createKey, missingPermissions } from './keys';
import { createRole } from './roles';

const NOBODY = '01a209d4-7e28-746e-9e34-45d1d013a72a';

const fail = (): never => {
  throw new Error('this cannot be');
};

const world = setupTwoTenants();

describe('the decision log', () => {
  it('contains nothing that a client wrote: no document text, no variable, no name', async () => {
    const key = await createKey(world, world.acme, { role: 'VIEWER' });
    await key.send(
      'query Canary17 ($canary: String!) { canaryAlias: tools(filter: { name: { equals: $canary } }) { totalCount } }',
      { canary: 'canary-value' },
      { 'x-reason': 'canary-reason' },
    );
    await world.gateway.flushCounters();
    const rows = await sql<{ row: string }>(
      world.database.superuserUrl,
      'SELECT d::text AS row FROM access_decision d WHERE key_id = $1',
      [key.id],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]?.row).toContain('Query.tools');
    expect(rows[0]?.row).not.toMatch(/canary/i);
  });

  it('records 2,000 kinds of operations per day, and only counts further ones', async () => {
    const { accountId, slug, key } = await world.createAccount(`kept-${Date.now()}`);
    await sql(
      world.database.superuserUrl,
      `INSERT INTO access_decision (account_id, day, kind, operation, permissions, count, last_at)
       SELECT $1, date_trunc('day', now(), 'UTC') - make_interval(days => d), 'k' || n, '(many)', '[]', 1, now()
         FROM unnest(ARRAY[0, 29]) d, generate_series(1, 2000) n`,
      [accountId],
    );
    const keyId = parseKey(key)?.keyId ?? '';
    const access = compileAccess(new PermissionTable(['tools']), [], 0);
    const account = { id: parseAccountId(accountId) ?? fail(), slug, status: 'ACTIVE' } as const;
    const secretHash = Buffer.alloc(32);
    const caller = Caller.verified({ kind: 'account', keyId, name: '', secretHash, endsAt: null, account, access });
    const recorder = new DecisionRecorder(world.gateway.database, 30, (error) => expect(error).toBeUndefined());
    for (const operation of ['Query.tools', 'Query.agents', 'Query.tools'])
      recorder.record(caller, { grants: NO_GRANTS, operation, permissions: [] });
    await recorder.close();
    const days = await sql<{ age: number; rows: number; only: number }>(
      world.database.superuserUrl,
      `SELECT round(extract(epoch FROM now() - day) / 86400)::int AS age, count(*)::int AS rows,
              coalesce(sum(count) FILTER (WHERE kind = ''), 0)::int AS only
         FROM access_decision WHERE account_id = $1 AND operation NOT LIKE 'Mutation%' GROUP BY 1 ORDER BY 1`,
      [accountId],
    );
    expect(days.map(({ rows, only }) => [rows, only])).toEqual([
      [2001, 3],
      [2000, 0],
    ]);
  });

  it('shows an account only its own keys, and only to keys with apiKeys:read', async () => {
    const key = await createKey(world, world.globex, { role: 'VIEWER' });
    await key.ask('{ schedules { totalCount } }');
    expect(await decisions(world.globex, { keyId: { equals: key.id } })).toHaveLength(1);
    expect(await decisions(world.acme, { keyId: { equals: key.id } })).toEqual([]);
    const [foreign, unknown] = await Promise.all(
      [key.id, NOBODY].map((keyId) => world.acme.send(SIMULATE, { keyId, rights: { role: 'VIEWER' } })),
    );
    expect(foreign?.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    expect(foreign?.text).toBe(unknown?.text);
    const foreignRole = await createRole(world.globex, 'Theirs', ['agents:read']);
    const [theirs, nobodys] = await Promise.all(
      [foreignRole, NOBODY].map((customRoleId) =>
        world.acme.send(SIMULATE, {
          rights: { role: 'CUSTOM', customRoleId },
          documents: [{ document: '{ viewer { role } }' }],
        }),
      ),
    );
    expect(theirs?.errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', path: ['rights', 'customRoleId'] } },
    ]);
    expect(theirs?.text).toBe(nobodys?.text);
    for (const rights of [{ role: 'VIEWER' }, { role: 'ADMINISTRATOR', ownerTeams: ['support'] }]) {
      const weak = await createKey(world, world.acme, rights);
      expect(missingPermissions(await weak.send(DECISIONS))).toEqual(['apiKeys:read']);
      expect(missingPermissions(await weak.send(SIMULATE, { keyId: weak.id }))).toEqual(['apiKeys:read']);
    }
  });
});
