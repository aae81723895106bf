/** Every change of an account's rows is recorded, by whom and why, or it does not happen. */
import { createGateway } from '../../src/gateway';
import { pino } from 'pino';
import { secretOf } from '../harness/database';
import { createWorld, type World } from '../harness/gateway';
import { testSettings } from '../harness/settings';
import { asIntruder, createTool, UPDATE_TOOL, withSql } from './harness';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

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

const eventsOf = async (id: string, client = world.acme): Promise<Event[]> =>
  (await client.ask<Events>(EVENTS, { filter: { resourceId: { equals: id } } })).auditEvents.nodes;

describe('the record', () => {
  it('tells who changed what, in which request, under which operation and why', async () => {
    const { acme } = world;
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
    const { createTool: made } = await world.acme.ask<{ createTool: { id: string } }>(
      'mutation { createTool(input: { name: "nameless" }) { id } }',
    );
    expect(await eventsOf(made.id)).toMatchObject([{ operationName: 'createTool' }]);
  });

  it('records SQL past the gateway under the name of the database user, whatever it claims', async () => {
    const { acme, database } = world;
    const id = await createTool(acme, 'past the gateway');
    await asIntruder(
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
    await asIntruder(database, `SET session_replication_role = replica; DELETE FROM tool WHERE id = '${id}'`);
    expect((await eventsOf(id)).at(-1)).toMatchObject({ action: 'PURGE', actorKind: 'DATABASE', after: null });
    await expect(asIntruder(database, 'TRUNCATE tool CASCADE')).rejects.toThrow(/TRUNCATE would leave no record/);
  });

  it('tells deleting, restoring and moving apart, and a move tells neither account of the other', async () => {
    const { acme, globex, database } = world;
    const id = await createTool(acme, 'mover');
    await acme.ask('mutation ($id: ID!) { deleteTool(id: $id) { id } }', { id });
    await asIntruder(database, `UPDATE tool SET deleted_at = NULL, deletion_id = NULL WHERE id = '${id}'`);
    await asIntruder(database, `UPDATE tool SET account_id = '${globex.accountId}' WHERE id = '${id}'`);
    expect((await eventsOf(id)).map(({ action }) => action)).toEqual(['CREATE', 'DELETE', 'RESTORE', 'PURGE']);
    const theirs = await eventsOf(id, globex);
    expect(theirs).toMatchObject([{ action: 'CREATE', before: null }]);
    expect(JSON.stringify(theirs)).not.toContain(acme.accountId);
  });

  it('covers accounts, account keys, links and master keys', async () => {
    const { acme, master, database } = world;
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
    await asIntruder(database, "UPDATE master_key SET name = 'renamed'");
    const all = await master.ask<Events>(EVENTS, { filter: { resourceType: { equals: 'MasterKey' } } });
    expect(all.auditEvents.nodes.length).toBeGreaterThan(0);
    const mine = await acme.ask<Events>(EVENTS, { filter: { resourceType: { equals: 'MasterKey' } } });
    expect(mine.auditEvents.totalCount).toBe(0);
  });

  it('shows an account its own events only, a master key all, page after page without gaps', async () => {
    const { acme, globex, master } = world;
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
    const { database, acme } = world;
    for (const url of [database.tenantUrl, database.operatorUrl]) {
      await withSql(url, async (client) => {
        await client.query(`SET app.account_id = '${acme.accountId}'`);
        for (const text of [
          'DELETE FROM audit_event',
          "UPDATE audit_event SET reason = 'none'",
          'INSERT INTO audit_event SELECT * FROM audit_event',
          'TRUNCATE audit_event',
          'DELETE FROM audit_checkpoint',
          'DELETE FROM audit_denial',
          `SELECT audit_append('${acme.accountId}', 'UPDATE', 'Tool', 'x', NULL, NULL)`,
          'ALTER TABLE tool DISABLE TRIGGER ALL',
        ])
          await expect(client.query(text)).rejects.toMatchObject({ code: '42501' });
      });
    }
  });

  it('cannot be rewritten by the owner either without being superuser first', async () => {
    await withSql(world.database.ownerUrl, async (client) => {
      expect((await client.query("UPDATE audit_event SET reason = 'none'")).rowCount).toBe(0);
      expect((await client.query('DELETE FROM audit_event')).rowCount).toBe(0);
    });
  });

  it('is part of the change: when the event cannot be written nothing is stored', async () => {
    const { acme, database } = world;
    const id = await createTool(acme, 'unrecorded');
    const role = new URL(database.ownerUrl).username;
    await asIntruder(database, `REVOKE INSERT ON audit_event FROM ${role}`);
    try {
      const refused = await acme.send(UPDATE_TOOL, { id, input: { description: 'changed' } });
      expect(refused.errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
      expect(refused.text).not.toMatch(/audit|permission|trigger/i);
      await expect(
        asIntruder(database, `UPDATE tool SET description = 'changed' WHERE id = '${id}'`),
      ).rejects.toThrow();
    } finally {
      await asIntruder(database, `GRANT INSERT ON audit_event TO ${role}`);
    }
    expect(await acme.ask('query ($id: ID!) { tool(id: $id) { description version } }', { id })).toEqual({
      tool: { description: null, version: 1 },
    });
  });
});

describe('the gateway refuses to serve', () => {
  const start = async (): Promise<void> => {
    const { tenantUrl, operatorUrl } = world.database;
    const gateway = await createGateway({
      settings: { ...testSettings, POOL_SIZE: 1 },
      secret: secretOf(world.database),
      logger: pino({ level: 'silent' }),
      tenantUrl,
      operatorUrl,
    });
    await gateway.close();
  };

  const UNAUDITED =
    'CREATE TABLE note (account_id uuid NOT NULL, id uuid NOT NULL, PRIMARY KEY (account_id, id)); ALTER TABLE note ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY';

  it.each([
    ['a table of accounts without the trigger', UNAUDITED, 'DROP TABLE note', /note has no working audit trigger/],
    [
      'a trigger that is switched off',
      'ALTER TABLE tool DISABLE TRIGGER audit_row_update',
      'ALTER TABLE tool ENABLE ALWAYS TRIGGER audit_row_update',
      /tool has no working/,
    ],
    [
      'a trigger that a setting could silence',
      'ALTER TABLE tool ENABLE TRIGGER audit_row_update',
      'ALTER TABLE tool ENABLE ALWAYS TRIGGER audit_row_update',
      /tool has no working/,
    ],
    [
      'TRUNCATE let through',
      'ALTER TABLE master_key DISABLE TRIGGER audit_truncate',
      'ALTER TABLE master_key ENABLE ALWAYS TRIGGER audit_truncate',
      /master_key has no working/,
    ],
    [
      'a gateway that may write events',
      'GRANT INSERT ON audit_event TO portcullis_tenant',
      'REVOKE INSERT ON audit_event FROM portcullis_tenant',
      /audit_event of the audit record can be changed/,
    ],
    [
      'a secret column that came later',
      'ALTER TABLE tool ADD COLUMN cipher bytea',
      'ALTER TABLE tool DROP COLUMN cipher',
      /would record its bytes \(cipher\)/,
    ],
  ])('with %s', async (_, wall, repair, words) => {
    await asIntruder(world.database, wall);
    try {
      await expect(start()).rejects.toThrow(words);
    } finally {
      await asIntruder(world.database, repair);
    }
    await expect(start()).resolves.toBeUndefined();
  });

  it('with another recording function than its own', async () => {
    const { database } = world;
    const source = await withSql(database.superuserUrl, async (client) => {
      const { rows } = await client.query<{ text: string }>("SELECT pg_get_functiondef('audit_row'::regproc) AS text");
      return rows[0]?.text ?? '';
    });
    await asIntruder(
      database,
      source.replace(/AS \$(\w*)\$[^]*\$\1\$/, () => 'AS $$BEGIN RETURN NULL; END$$'),
    );
    try {
      await expect(start()).rejects.toThrow(/audit_row\(\) is not the one/);
    } finally {
      await asIntruder(database, source);
    }
    await expect(start()).resolves.toBeUndefined();
  });
});
