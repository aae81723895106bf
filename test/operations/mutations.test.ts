/** Mutations report truthfully what they did: each root field is stored with its complete answer, or not at all. */
import { setTimeout as pause } from 'node:timers/promises';
import { createDatabase } from '../harness/database';
import { DatabaseLine } from '../harness/database-line';
import { createTwoTenants, type Tenant, type TwoTenants } from '../harness/gateway';
import { connected, query, statementsIn, withoutTriggers } from '../harness/sql';

let tenants: TwoTenants;
let acme: Tenant;
let line: DatabaseLine;

beforeAll(async () => {
  const database = await createDatabase();
  line = await DatabaseLine.to(database.tenantUrl);
  tenants = await createTwoTenants({ database, urls: { tenantUrl: line.through(database.tenantUrl) } });
  acme = tenants.acme;
});
afterAll(async () => {
  await tenants.close();
  await line.close();
  await tenants.database.drop();
});

const count = async (table: string): Promise<number> => {
  const [row] = await query<{ count: string }>(
    tenants.database.superuserUrl,
    `SELECT count(*) FROM ${table} WHERE account_id = $1`,
    [acme.accountId],
  );
  return Number(row?.count);
};

const arrange = (text: string): Promise<void> =>
  connected(tenants.database.superuserUrl, async (client) => {
    for (const statement of statementsIn(text)) await client.query(statement);
  });

/** Cancels the statement that waits for a lock, as the statement timeout would. */
async function cancelWaiting(
  cancel: (pid: number) => Promise<unknown>,
  find: () => Promise<number | null>,
): Promise<void> {
  for (;;) {
    const pid = await find();
    if (pid !== null) {
      await cancel(pid);
      return;
    }
    await pause(5);
  }
}

/** Runs `work` while another session locks the table, and cancels the first statement that waits for it. */
async function whileLocked<T>(table: string, work: () => Promise<T>): Promise<T> {
  return connected(tenants.database.superuserUrl, async (client) => {
    await client.query('BEGIN');
    await client.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    try {
      const result = work();
      await cancelWaiting(
        (pid) => client.query('SELECT pg_cancel_backend($1::int)', [pid]),
        async () => {
          const waiting = await client.query<{ pid: number }>(
            `SELECT pid FROM pg_locks WHERE NOT granted AND relation = $1::regclass AND database = (
               SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1`,
            [table],
          );
          return waiting.rows[0]?.pid ?? null;
        },
      );
      return await result;
    } finally {
      await client.query('ROLLBACK');
    }
  });
}

const createAgent = async (name: string): Promise<string> => {
  const { createAgent: agent } = await acme.ask<{ createAgent: { id: string } }>(
    'mutation ($name: String!) { createAgent(input: { name: $name, type: CONFIG, framework: LANGCHAIN, model: { provider: "p", name: "n" } }) { id } }',
    { name },
  );
  return agent.id;
};

describe('a root field whose nested answer cannot be read', () => {
  it('stores no run, and reports that nothing was changed', async () => {
    const id = await createAgent('runner');
    const answer = await whileLocked('agent_tool', () =>
      acme.send('mutation ($id: ID!) { startRun(agentId: $id) { id agent { tools { name } } } }', { id }),
    );
    expect(answer.errors).toMatchObject([
      { path: ['startRun', 'agent', 'tools'], extensions: { code: 'UNAVAILABLE', retry: true } },
    ]);
    expect(answer.errors[0]?.message).toContain('Nothing was changed');
    expect(answer.data).toBeNull();
    expect(await count('run')).toBe(0);
  });

  it('creates no key, whose secret would be lost', async () => {
    const before = await count('api_key');
    const answer = await whileLocked('key_usage', () =>
      acme.send(
        'mutation { createApiKey(input: { name: "lost", role: ADMINISTRATOR }) { secret apiKey { usage { count } } } }',
      ),
    );
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', retry: true } }]);
    expect(answer.text).not.toContain('pcl_live_');
    expect(await count('api_key')).toBe(before);
  });

  it('ends no key by rotation: the old one still works', async () => {
    const { createApiKey } = await acme.ask<{ createApiKey: { secret: string; apiKey: { id: string } } }>(
      'mutation { createApiKey(input: { name: "rotated", role: ADMINISTRATOR }) { secret apiKey { id } } }',
    );
    const answer = await whileLocked('key_usage', () =>
      acme.send(
        'mutation ($id: ID!) { rotateApiKey(id: $id, graceSeconds: 0) { secret replaced { usage { count } } } }',
        { id: createApiKey.apiKey.id },
      ),
    );
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', retry: true } }]);
    const old = await tenants.client(createApiKey.secret).send('{ viewer { key { id } } }');
    expect(old.errors).toEqual([]);
  });
});

describe('several root fields', () => {
  it('report their own errors, in the order of the document', async () => {
    const id = await createAgent('several');
    const answer = await whileLocked('agent_tool', () =>
      acme.send<Record<string, { id: string } | null>>(
        `mutation ($id: ID!) {
          first: createTool(input: { name: "before" }) { id }
          second: startRun(agentId: $id) { id agent { tools { name } } }
          third: createTool(input: { name: "after" }) { id }
        }`,
        { id },
      ),
    );
    // The second field must not be null, so the specification ends the mutation there and the third does not run.
    expect(answer.data).toBeNull();
    expect(answer.errors).toMatchObject([
      {
        path: ['second', 'agent', 'tools'],
        extensions: { retry: false, stored: { first: { id: expect.any(String) } } },
      },
    ]);
    expect(answer.errors[0]?.message).toContain('These fields were stored anyway: first;');
    expect(answer.errors[0]?.message).not.toContain('Nothing was changed');
    expect([answer.status, answer.headers['retry-after']]).toEqual([200, undefined]);
    const { tools } = await acme.ask<{ tools: { nodes: { name: string }[] } }>('{ tools { nodes { name } } }');
    expect(tools.nodes.map(({ name }) => name)).toEqual(['before']);
  });

  it('behave the same, no matter who sent the document before', async () => {
    const text =
      'mutation M($i: ID!, $t: CreateToolInput!) { first: deleteTool(id: $i) { id } second: createTool(input: $t) { id } }';
    const variables = (name: string): object => ({ i: '01990000-0000-7000-8000-000000000000', t: { name } });
    const tools = async (): Promise<number> => count('tool');
    const before = await tools();
    for (const name of ['a', 'b', 'c', 'd']) {
      await tenants.globex.send(text, variables(name));
      const answer = await acme.send(text, variables(name));
      expect(answer.data).toBeNull();
      expect(answer.errors).toMatchObject([{ path: ['first'], extensions: { code: 'NOT_FOUND' } }]);
    }
    expect(await tools()).toBe(before);
  });
});

describe('a root field that conflicts with another transaction', () => {
  /** Raises a serialization failure at the first COMMIT of a tool, and at no later one. */
  const CONFLICT_ONCE = `
    CREATE SEQUENCE conflicts;
    CREATE FUNCTION conflict_once() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
      IF nextval('conflicts') <= 1 THEN RAISE EXCEPTION 'met another' USING ERRCODE = 'serialization_failure'; END IF;
      RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER zz_conflict AFTER INSERT ON tool DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION conflict_once()`;

  it('is retried, stored once and counted once', async () => {
    await arrange(CONFLICT_ONCE);
    try {
      const before = await count('tool');
      const { createTool } = await acme.ask<{ createTool: { id: string } }>(
        'mutation { createTool(input: { name: "once" }) { id } }',
        {},
        { 'idempotency-key': 'once' },
      );
      expect(createTool.id).toMatch(/^[0-9a-f-]{36}$/);
      expect(await count('tool')).toBe(before + 1);
    } finally {
      await arrange('DROP TRIGGER zz_conflict ON tool; DROP FUNCTION conflict_once; DROP SEQUENCE conflicts');
    }
  });
});

describe('a root field whose COMMIT got no answer', () => {
  it.each([
    ['was sent with the write', '{ id }'],
    ['was sent after the answer', '{ id type framework agents { name } }'],
  ])('is not reported as stored, while the one before it is: COMMIT %s', async (_how, selection) => {
    line.loseCommit((client) => client.destroy(), 1);
    const answer = await acme.send(
      `mutation ($first: String!, $second: String!) {
        first: createTool(input: { name: $first }) ${selection}
        second: createTool(input: { name: $second }) ${selection}
      }`,
      { first: `first of ${selection}`, second: `second of ${selection}` },
    );
    expect(line.isArmed).toBe(false);
    expect(answer.errors).toMatchObject([
      { path: ['second'], extensions: { code: 'UNAVAILABLE', retry: false, stored: { first: expect.any(Object) } } },
    ]);
    expect(answer.errors[0]?.message).toMatch(
      /may or may not have been stored.*These fields were stored anyway: first;/,
    );
    expect(Object.keys(answer.errors[0]?.extensions['stored'] as object)).toEqual(['first']);
  });
});

describe('a root field that is stored because COMMIT was sent with its write, but cannot be answered', () => {
  /** Makes a stored value unreadable, as manual SQL could. */
  const UNREADABLE = `
    CREATE FUNCTION unreadable() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF NEW.name = 'unreadable' THEN NEW.created_at := 'infinity'; END IF;
      RETURN NEW; END $$;
    CREATE TRIGGER a_unreadable BEFORE INSERT ON tool FOR EACH ROW EXECUTE FUNCTION unreadable()`;
  const CREATE = `mutation {
    before: createTool(input: { name: "readable" }) { id createdAt }
    it: createTool(input: { name: "unreadable" }) { id createdAt }
  }`;

  it.each([
    ['an account key', () => acme, CREATE],
    ['a master key', () => tenants.master, CREATE.replaceAll('createTool(', `createTool(accountId: "ACCOUNT", `)],
  ])('is reported as stored to %s', async (_who, clientOf, text) => {
    await arrange(UNREADABLE);
    try {
      const before = await count('tool');
      const answer = await clientOf().send(text.replaceAll('ACCOUNT', acme.accountId));
      expect(answer.errors).toMatchObject([
        { path: ['it'], extensions: { code: 'INTERNAL', stored: { before: expect.any(Object), it: null } } },
      ]);
      expect(answer.errors[0]?.message).toContain('These fields were stored anyway: before, it;');
      expect(await count('tool')).toBe(before + 2);
    } finally {
      await arrange('DROP TRIGGER a_unreadable ON tool; DROP FUNCTION unreadable');
      await withoutTriggers(tenants.database.superuserUrl, (client) =>
        client.query("DELETE FROM tool WHERE name IN ('readable', 'unreadable')"),
      );
    }
  });
});
