/** Every change of an account's rows is recorded with who made it and why, or it is not made. */
import { AUDIT_TABLES } from '../../src/db/verify/audited-tables';
import { canAsk } from '../harness/among-shards';
import { setupTwoTenants } from '../harness/setup-tenants';
import { connected } from '../harness/sql';
import { asDatabaseUser, createTool, UPDATE_TOOL, verify } from './harness';

const tenants = setupTwoTenants();
const { acme, globex, master } = tenants;

const EVENTS = `query ($filter: AuditEventFilter, $first: Int, $after: String) {
  auditEvents(filter: $filter, first: $first, after: $after, direction: ASC) {
    totalCount pageInfo { hasNextPage endCursor }
    nodes { id accountId sequence actorKind actorId actorName requestId operationName reason address action resourceType resourceId
            before after hash changes { path before after } }
  } }`;

interface Event {
  readonly id: string;
  readonly accountId: string;
  readonly sequence: number;
  readonly action: string;
  readonly resourceType: string;
  readonly [field: string]: unknown;
}

interface Events {
  readonly auditEvents: {
    readonly totalCount: number;
    readonly nodes: Event[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
  };
}

const eventsOf = async (id: string, client = tenants.acme): Promise<Event[]> =>
  (await client.ask<Events>(EVENTS, { filter: { resourceId: { equals: id } } })).auditEvents.nodes;

describe('the audit log', () => {
  it('records who changed what, in which request and operation, and why', async () => {
    const id = await createTool(acme, 'search', { metadata: { owner: { team: 'support' } } });
    await acme.ask(
      UPDATE_TOOL,
      { id, input: { metadata: { owner: { team: 'sales' } }, tags: ['web'] } },
      { 'x-request-id': 'req-7', 'x-reason': 'a new owner' },
    );
    const [created, updated] = await eventsOf(id);
    expect(created).toMatchObject({
      action: 'CREATE',
      before: null,
      after: { name: 'search' },
      operationName: 'CreateTool',
    });
    expect(updated).toMatchObject({
      accountId: acme.accountId,
      action: 'UPDATE',
      resourceType: 'Tool',
      actorKind: 'ACCOUNT',
      actorName: 'primary',
      requestId: 'req-7',
      operationName: 'UpdateTool',
      reason: 'a new owner',
      address: '127.0.0.1',
      changes: [
        { path: 'metadata.owner.team', before: 'support', after: 'sales' },
        { path: 'tags', before: [], after: ['web'] },
      ],
    });
  });

  it('names an operation without a name by its first field', async () => {
    const { createTool: made } = await tenants.acme.ask<{ createTool: { id: string } }>(
      'mutation { createTool(input: { name: "nameless" }) { id } }',
    );
    expect(await eventsOf(made.id)).toMatchObject([{ operationName: 'createTool' }]);
  });

  it('records SQL that bypasses the gateway under the name of the database user, regardless of its settings', async () => {
    const { database } = tenants;
    const id = await createTool(acme, 'past the gateway');
    await asDatabaseUser(
      database,
      `SET app.request = '{"actorKind": "account", "actorId": "x", "actorName": "somebody else"}'; UPDATE tool SET description = 'by hand' WHERE id = '${id}'`,
    );
    const [, byHand] = await eventsOf(id);
    expect(byHand).toMatchObject({
      action: 'UPDATE',
      actorKind: 'DATABASE',
      actorId: null,
      actorName: 'postgres',
      requestId: null,
    });
    await asDatabaseUser(database, `SET session_replication_role = replica; DELETE FROM tool WHERE id = '${id}'`);
    expect((await eventsOf(id)).at(-1)).toMatchObject({ action: 'PURGE', actorKind: 'DATABASE', after: null });
    await expect(asDatabaseUser(database, 'TRUNCATE tool CASCADE')).rejects.toThrow(/TRUNCATE would leave no record/);
  });

  it('distinguishes deletes, restores and moves, and a move names neither account to the other', async () => {
    const { database } = tenants;
    const id = await createTool(acme, 'mover');
    await acme.ask('mutation ($id: ID!) { deleteTool(id: $id) { id } }', { id });
    await asDatabaseUser(database, `UPDATE tool SET deleted_at = NULL, deletion_id = NULL WHERE id = '${id}'`);
    expect((await eventsOf(id)).map(({ action }) => action)).toEqual(['CREATE', 'DELETE', 'RESTORE']);
    if (!canAsk('rows that move')) return;
    await asDatabaseUser(database, `UPDATE tool SET account_id = '${globex.accountId}' WHERE id = '${id}'`);
    expect((await eventsOf(id)).map(({ action }) => action)).toEqual(['CREATE', 'DELETE', 'RESTORE', 'PURGE']);
    const theirs = await eventsOf(id, globex);
    expect(theirs).toMatchObject([{ action: 'CREATE', before: null }]);
    expect(JSON.stringify(theirs)).not.toContain(acme.accountId);
  });

  it('covers accounts, account keys, links and master keys', async () => {
    const { database } = tenants;
    await master.ask('mutation ($id: ID!) { updateAccount(id: $id, input: { name: "Acme, renamed" }) { id } }', {
      id: acme.accountId,
    });
    const renamed = (await eventsOf(acme.accountId)).at(-1);
    expect(renamed).toMatchObject({
      resourceType: 'Account',
      actorKind: 'MASTER',
      reason: 'a test',
      changes: [{ path: 'name' }],
    });
    const { nodes } = (await acme.ask<Events>(EVENTS, { filter: { resourceType: { equals: 'ApiKey' } } })).auditEvents;
    expect(nodes[0]).toMatchObject({ action: 'CREATE', after: { kind: 'PRIMARY' } });
    const tool = await createTool(acme, 'linked');
    const agent = await acme.ask<{ createAgent: { id: string } }>(
      'mutation ($tools: [ID!]) { createAgent(input: { name: "linker", type: A2A, a2aProfile: { url: "http://a.example" }, toolIds: $tools }) { id } }',
      { tools: [tool] },
    );
    expect(await eventsOf(`${agent.createAgent.id}/${tool}`)).toMatchObject([
      { resourceType: 'AgentTool', action: 'CREATE' },
    ]);
    await asDatabaseUser(database, "UPDATE master_key SET name = 'renamed'");
    const all = await master.ask<Events>(EVENTS, { filter: { resourceType: { equals: 'MasterKey' } } });
    expect(all.auditEvents.nodes.length).toBeGreaterThan(0);
    const mine = await acme.ask<Events>(EVENTS, { filter: { resourceType: { equals: 'MasterKey' } } });
    expect(mine.auditEvents.totalCount).toBe(0);
  });

  it('shows an account its own events only, and a master key all, page by page without gaps', async () => {
    await createTool(globex, 'of globex');
    const sequences: number[] = [];
    for (let after: string | null = null, more = true; more;) {
      const page: Events = await acme.ask<Events>(EVENTS, { first: 3, after });
      expect(page.auditEvents.nodes.every(({ accountId }) => accountId === acme.accountId)).toBe(true);
      sequences.push(...page.auditEvents.nodes.map(({ sequence }) => sequence));
      after = page.auditEvents.pageInfo.endCursor;
      more = page.auditEvents.pageInfo.hasNextPage;
    }
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
    const everywhere = await master.ask<Events>(EVENTS, { first: 100 });
    expect(new Set(everywhere.auditEvents.nodes.map(({ accountId }) => accountId)).size).toBeGreaterThan(2);
  });

  it('cannot be changed by the roles of the gateway', async () => {
    const { database } = tenants;
    for (const url of [database.tenantUrl, database.operatorUrl]) {
      await connected(url, async (client) => {
        await client.query(`SET app.account_id = '${acme.accountId}'`);
        for (const text of [
          'DELETE FROM audit_event',
          "UPDATE audit_event SET reason = 'none'",
          'INSERT INTO audit_event SELECT * FROM audit_event',
          'TRUNCATE audit_event',
          'DELETE FROM audit_image',
          'UPDATE audit_image SET after = NULL',
          'INSERT INTO audit_image SELECT * FROM audit_image',
          'DELETE FROM audit_checkpoint',
          'DELETE FROM audit_denial',
          `SELECT audit_append('${acme.accountId}', 'UPDATE', 'Tool', 'x', NULL, NULL)`,
          'ALTER TABLE tool DISABLE TRIGGER ALL',
        ])
          await expect(client.query(text)).rejects.toMatchObject({ code: '42501' });
      });
    }
  });

  it('cannot be rewritten by the owner without superuser rights', async () => {
    await connected(tenants.database.ownerUrl, async (client) => {
      expect((await client.query("UPDATE audit_event SET reason = 'none'")).rowCount).toBe(0);
      expect((await client.query('DELETE FROM audit_event')).rowCount).toBe(0);
      expect((await client.query('UPDATE audit_image SET after = NULL')).rowCount).toBe(0);
      expect((await client.query('DELETE FROM audit_image')).rowCount).toBe(0);
      for (const table of AUDIT_TABLES)
        await expect(client.query(`TRUNCATE ${table}`)).rejects.toThrow(/TRUNCATE would leave no record/);
    });
  });
});

const COPIED = '0190a000-0000-7000-8000-00000000c0de';

describe('an event is written for every kind of SQL statement', () => {
  const merge = (account: string, id: string): string =>
    `MERGE INTO tool t USING (SELECT account_id, id FROM tool WHERE account_id = '${account}' AND id = '${id}') s
      ON t.account_id = s.account_id AND t.id = s.id WHEN MATCHED THEN`;
  const paths = (account: string, id: string): readonly (readonly [string, string, string])[] => [
    ['MERGE', `${merge(account, id)} UPDATE SET description = 'a'`, 'UPDATE'],
    [
      'MERGE that deletes and inserts',
      `${merge(account, id)} DELETE;
      INSERT INTO tool (account_id, id, name, type) VALUES ('${account}', '${id}', 'again', 'NATIVE')`,
      'PURGE CREATE',
    ],
    [
      'INSERT … ON CONFLICT DO UPDATE',
      `INSERT INTO tool (account_id, id, name, type) VALUES ('${account}', '${id}', 'x', 'NATIVE')
      ON CONFLICT (account_id, id) DO UPDATE SET description = 'b'`,
      'UPDATE',
    ],
    [
      'a WITH that changes data',
      `WITH w AS (UPDATE tool SET description = 'c' WHERE id = '${id}' RETURNING 1) SELECT count(*) FROM w`,
      'UPDATE',
    ],
    [
      'two changes in one transaction',
      `UPDATE tool SET description = 'd' WHERE id = '${id}'; UPDATE tool SET description = 'e' WHERE id = '${id}'`,
      'UPDATE UPDATE',
    ],
    [
      'constraints made immediate',
      `SET CONSTRAINTS ALL IMMEDIATE; UPDATE tool SET description = 'f' WHERE id = '${id}'`,
      'UPDATE',
    ],
    [
      'a savepoint that is rolled back',
      `SET CONSTRAINTS ALL IMMEDIATE; SAVEPOINT s; UPDATE tool SET description = 'g' WHERE id = '${id}'; ROLLBACK TO s`,
      '',
    ],
    [
      'a cursor',
      `DECLARE c CURSOR FOR SELECT 1 FROM tool WHERE id = '${id}' FOR UPDATE; FETCH c; UPDATE tool SET description = 'h' WHERE CURRENT OF c`,
      'UPDATE',
    ],
    [
      'a function',
      `DO $$ BEGIN UPDATE tool SET description = 'i' WHERE id = '${id}'; EXCEPTION WHEN division_by_zero THEN NULL; END $$`,
      'UPDATE',
    ],
    [
      'a replica',
      `SET LOCAL session_replication_role = replica; UPDATE tool SET description = 'j' WHERE id = '${id}'`,
      'UPDATE',
    ],
  ];

  it('one for each row, in the same transaction', async () => {
    const { database } = tenants;
    const id = await createTool(acme, 'many ways');
    let seen = 1;
    for (const [name, statements, actions] of paths(acme.accountId, id)) {
      if (/WHERE CURRENT OF/.test(statements) && !canAsk('WHERE CURRENT OF')) continue;
      await asDatabaseUser(database, `BEGIN; ${statements}; ROLLBACK`);
      await asDatabaseUser(database, `BEGIN; ${statements}; COMMIT`);
      const events = await eventsOf(id);
      expect(
        `${name}: ${events
          .slice(seen)
          .map(({ action }) => action)
          .join(' ')}`,
      ).toBe(`${name}: ${actions}`);
      seen = events.length;
    }
    const line = `${acme.accountId},${COPIED},copied,NATIVE`;
    await asDatabaseUser(database, `COPY tool (account_id, id, name, type) FROM PROGRAM 'echo ${line}' CSV`);
    expect(await eventsOf(COPIED)).toMatchObject([{ action: 'CREATE', actorKind: 'DATABASE' }]);
    expect(await verify(acme)).toMatchObject({ intact: true });
  });

  it('a transaction that cannot see the last event is refused, so that no chain forks', async () => {
    const { database } = tenants;
    const id = await createTool(globex, 'seen late');
    const change = (text: string): string => `UPDATE tool SET description = '${text}' WHERE id = '${id}'`;
    await connected(database.superuserUrl, async (client) => {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
      await globex.ask('mutation { createTool(input: { name: "in between" }) { id } }');
      await client.query(change('late'));
      await expect(client.query('COMMIT')).rejects.toMatchObject({ code: '23505' });
    });
    expect(await verify(globex)).toMatchObject({ intact: true, complete: true });
  });
});
