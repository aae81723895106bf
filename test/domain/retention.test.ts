/** Expired data is removed in batches with one audit event each, and nothing else is removed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { retireEvents } from '../../src/audit/retention';
import { Signer } from '../../src/auth/signer';
import { Housekeeper } from '../../src/housekeeper';
import { resources } from '../../src/resources';
import type { Client, Tenant } from '../harness/gateway';
import { newFolder } from '../harness/run';
import { testSettings } from '../harness/settings';
import { setupTwoTenants } from '../harness/setup-tenants';
import { connected, query } from '../harness/sql';

const secret = Buffer.alloc(32, 7);
const folder = newFolder();
const tenants = setupTwoTenants({ secret });
const { acme, globex, master } = tenants;

const BATCH_ROWS = 10;
const logged: unknown[] = [];
const log = (...line: unknown[]): void => void logged.push(line);

function housekeeper(settings: Partial<typeof testSettings> = {}): Housekeeper {
  const { ownerUrl, operatorUrl } = tenants.database;
  const parts = { ownerUrl, operatorUrl, signer: new Signer(secret), folder };
  return new Housekeeper({
    database: tenants.gateway.database,
    resources,
    settings: { ...testSettings, ...settings, HOUSEKEEPING_MINUTES: 0 },
    logger: { info: log, warn: log },
    metrics: null,
    archive: (accountId, days) => retireEvents(parts, accountId, days),
    batchRows: BATCH_ROWS,
  });
}

const asSuperuser = (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
  query(tenants.database.superuserUrl, text, values);

const count = async (table: string, { accountId }: Tenant, condition = 'true'): Promise<number> => {
  const [row] = await asSuperuser(`SELECT count(*)::int AS n FROM ${table} WHERE account_id = $1 AND ${condition}`, [
    accountId,
  ]);
  return Number(row?.['n']);
};

async function createAgent(client: Client, name: string): Promise<string> {
  const { createAgent: agent } = await client.ask<{ createAgent: { id: string } }>(
    'mutation ($input: CreateAgentInput!) { createAgent(input: $input) { id } }',
    { input: { name, framework: 'LANGCHAIN', model: { provider: 'openai', name: 'gpt' } } },
  );
  return agent.id;
}

/** Runs that have not ended, so the audit log does not contain them yet. */
const plantRuns = (tenant: Tenant, agentId: string, runs: number, daysAgo: number): Promise<object[]> =>
  asSuperuser(
    `INSERT INTO run (account_id, id, agent_id, trigger, status, started_at)
     SELECT $1, gen_random_uuid(), $2, 'MANUAL', 'STARTED', now() - $3 * interval '1 day' - n * interval '1 second'
       FROM generate_series(1, $4) n`,
    [tenant.accountId, agentId, daysAgo, runs],
  );

const RULES = 'kind days isDefault minDays expired { count countIsExact oldest }';
const UPDATE = `mutation ($rules: [RetentionRuleInput!]!) { updateRetention(rules: $rules) { ${RULES} } }`;
const keep = (client: Client, kind: string, days: number | null): Promise<object> =>
  client.ask(UPDATE, { rules: [{ kind, days }] });

const ruleOf = async (client: Client, kind: string): Promise<object | undefined> =>
  (await client.ask<{ retention: { kind: string }[] }>(`{ retention { ${RULES} } }`)).retention.find(
    (rule) => rule.kind === kind,
  );

interface Purge {
  readonly sequence: number;
  readonly resourceId: string;
  readonly actorName: string;
  readonly reason: string;
  readonly before: { readonly rows: number; readonly ids: string[] };
}
const purgesOf = async (client: Client, type: string): Promise<Purge[]> =>
  (
    await client.ask<{ auditEvents: { nodes: Purge[] } }>(
      `query ($type: String!) { auditEvents(first: 100, filter: { action: { equals: PURGE }, resourceType: { equals: $type } }) {
         nodes { sequence resourceId actorName reason before } } }`,
      { type },
    )
  ).auditEvents.nodes;

const isIntact = async (client: Client): Promise<boolean> =>
  (await client.ask<{ verifyAudit: { intact: boolean } }>('{ verifyAudit { intact } }')).verifyAudit.intact;

it('expired runs are purged in batches, each with one audit event that names them, and no run of another account is', async () => {
  const [agentId, foreignAgentId] = [await createAgent(acme, 'runner'), await createAgent(globex, 'runner')];
  await plantRuns(acme, agentId, 25, 100);
  await plantRuns(acme, agentId, 3, 10);
  await plantRuns(globex, foreignAgentId, 4, 100);
  await keep(acme, 'RUNS', 90);
  expect(await ruleOf(acme, 'RUNS')).toMatchObject({ days: 90, isDefault: false, expired: { count: 25 } });
  expect(await ruleOf(globex, 'RUNS')).toMatchObject({ days: null, isDefault: true, expired: { count: 0 } });
  const ids = await asSuperuser(
    "SELECT id::text FROM run WHERE account_id = $1 AND started_at < now() - interval '90 days'",
    [acme.accountId],
  );
  expect(await housekeeper().pass()).toEqual(new Map([['RUNS', 25]]));
  expect([await count('run', acme), await count('run', globex)]).toEqual([3, 4]);
  const purges = await purgesOf(acme, 'Run');
  expect(purges.map(({ before }) => before.rows).sort()).toEqual([10, 10, 5]);
  expect(new Set(purges.flatMap(({ before }) => before.ids))).toEqual(new Set(ids.map(({ id }) => id)));
  const reason = 'Retention: RUNS are kept for 90 days';
  expect(purges[0]).toMatchObject({ resourceId: '*', actorName: 'retention', reason });
  expect(await purgesOf(globex, 'Run')).toEqual([]);
  expect([await isIntact(acme), await isIntact(globex)]).toEqual([true, true]);
  expect(await housekeeper().pass()).toEqual(new Map());
});

it('a row that no batch lists is audited by itself, even in the transaction of a batch', async () => {
  const { database } = tenants;
  const agentId = await createAgent(acme, 'mixed');
  await plantRuns(acme, agentId, 2, 1);
  const [named, unnamed] = await asSuperuser('SELECT id::text FROM run WHERE agent_id = $1 ORDER BY id', [agentId]);
  await connected(database.operatorUrl, async (client) => {
    await client.query('BEGIN');
    await client.query("SELECT audit_batch($1, 'Run', ARRAY[$2::uuid], now(), now())", [acme.accountId, named?.['id']]);
    await client.query('DELETE FROM run WHERE account_id = $1 AND agent_id = $2', [acme.accountId, agentId]);
    await client.query('COMMIT');
  });
  const purges = await purgesOf(acme, 'Run');
  expect(purges.filter(({ resourceId }) => resourceId === unnamed?.['id'])).toHaveLength(1);
  expect(purges.filter(({ resourceId }) => resourceId === named?.['id'])).toHaveLength(0);
  // Rows listed in an earlier transaction no longer count.
  await plantRuns(acme, agentId, 1, 1);
  await query(database.operatorUrl, 'DELETE FROM run WHERE account_id = $1 AND agent_id = $2', [
    acme.accountId,
    agentId,
  ]);
  expect(await purgesOf(acme, 'Run')).toHaveLength(purges.length + 1);
  await expect(
    query(database.tenantUrl, "SELECT audit_batch($1, 'Run', ARRAY[$1::uuid], now(), now())", [acme.accountId]),
  ).rejects.toThrow('permission denied');
});

it('deleted rows are purged with their links and one event; those that others refer to remain', async () => {
  const { t } = await globex.ask<{ t: { id: string } }>(
    'mutation { t: createTool(input: { name: "linked", type: CUSTOM }) { id } }',
  );
  const ids = [
    await createAgent(globex, 'gone 1'),
    await createAgent(globex, 'gone 2'),
    await createAgent(globex, 'ran'),
  ];
  for (const id of ids) {
    await globex.ask('mutation ($id: ID!, $input: UpdateAgentInput!) { updateAgent(id: $id, input: $input) { id } }', {
      id,
      input: { toolIds: [t.id] },
    });
    await globex.ask('mutation ($id: ID!) { deleteAgent(id: $id) { id } }', { id });
  }
  await plantRuns(globex, ids[2] ?? '', 1, 1);
  await asSuperuser("UPDATE agent SET deleted_at = now() - interval '40 days' WHERE id = ANY($1)", [ids]);
  const linkEvents = await purgesOf(globex, 'AgentTool');
  expect(await housekeeper({ RETENTION_DELETED_DAYS: 30 }).pass()).toEqual(new Map([['DELETED_ROWS', 2]]));
  expect(await count('agent', globex, `id = ANY('{${ids.join()}}')`)).toBe(1);
  expect((await purgesOf(globex, 'Agent')).map(({ before }) => [...before.ids].sort())).toEqual([
    ids.slice(0, 2).sort(),
  ]);
  expect(await purgesOf(globex, 'AgentTool')).toEqual(linkEvents);
  expect(await count('agent_tool', globex)).toBe(1);
  expect(await isIntact(globex)).toBe(true);
});

it('expired audit events move to files that verify, and a signed checkpoint remains in their place', async () => {
  const { database } = tenants;
  const before = await count('audit_event', acme);
  const parts = { ownerUrl: database.ownerUrl, operatorUrl: database.operatorUrl, signer: new Signer(secret), folder };
  const removed = await retireEvents(parts, acme.accountId, 0);
  expect(removed).toBe(before - 1);
  const [file = ''] = readdirSync(folder);
  const lines = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(removed);
  expect(file).toBe(`audit-${acme.accountId}-1-${removed}.jsonl`);
  expect(await count('audit_event', acme)).toBe(1);
  expect(await isIntact(acme)).toBe(true);
  expect(await retireEvents(parts, acme.accountId, 0)).toBe(0);
  expect(await housekeeper({ RETENTION_AUDIT_DAYS: 1 }).pass()).toEqual(new Map());
});

it('denials, decisions, webhook attempts and stored answers of Idempotency-Keys are removed when they expire', async () => {
  const id = 'gen_random_uuid()';
  for (const client of [acme, globex]) {
    const { accountId } = client;
    const { createWebhook: made } = await client.ask<{ createWebhook: { webhook: { id: string } } }>(
      'mutation { createWebhook(input: { name: "old", url: "https://hooks.example/" }) { webhook { id } } }',
    );
    for (const days of [20, 40, 400])
      await asSuperuser(
        `INSERT INTO webhook_delivery (account_id, id, webhook_id, at, attempt, status, duration_ms)
         VALUES ($1, ${id}, $2, now() - interval '${days} days', 1, 'SUCCEEDED', 1)`,
        [accountId, made.webhook.id],
      );
    for (const days of [40, 400]) {
      const time = `now() - interval '${days} days'`;
      await asSuperuser(
        `INSERT INTO audit_denial (account_id, minute, key_id, code, field, count) VALUES ($1, ${time}, ${id}, 'FORBIDDEN', 'f', 2)`,
        [accountId],
      );
      await asSuperuser(
        `INSERT INTO access_decision (account_id, day, kind, operation, permissions, count, last_at) VALUES ($1, ${time}, '', 'q', '[]', 1, ${time})`,
        [accountId],
      );
      await asSuperuser(
        `INSERT INTO idempotency (account_id, caller_id, key, write, fingerprint, created_at) VALUES ($1, ${id}, 'k', 1, 'f', ${time})`,
        [accountId],
      );
    }
  }
  await keep(acme, 'DENIALS', 90);
  await keep(acme, 'DECISIONS', 0);
  const old = "< now() - interval '35 days'";
  expect(await housekeeper().pass()).toEqual(
    new Map([
      ['DENIALS', 1],
      ['DECISIONS', 2],
      ['WEBHOOK_DELIVERIES', 4],
      ['IDEMPOTENCY', 4],
    ]),
  );
  expect([await count('webhook_delivery', acme), await count('webhook_delivery', globex)]).toEqual([1, 1]);
  expect([
    await count('audit_denial', acme, `minute ${old}`),
    await count('audit_denial', globex, `minute ${old}`),
  ]).toEqual([1, 2]);
  expect([
    await count('access_decision', acme, `day ${old}`),
    await count('access_decision', globex, `day ${old}`),
  ]).toEqual([2, 0]);
  expect((await purgesOf(acme, 'AuditDenial')).map(({ before }) => before)).toEqual([
    expect.objectContaining({ rows: 1, denials: 2 }),
  ]);
  // Regardless of the gateway's settings, the database keeps a month.
  await asSuperuser(
    `INSERT INTO audit_denial (account_id, minute, key_id, code, field, count) VALUES ($1, now() - interval '20 days', ${id}, 'FORBIDDEN', 'g', 1)`,
    [globex.accountId],
  );
  await query(tenants.database.operatorUrl, 'SELECT audit_retire_denials($1, now(), 100)', [globex.accountId]);
  expect(await count('audit_denial', globex, "field = 'g'")).toBe(1);
});

it('only one process at a time removes rows; a concurrent pass of another one does nothing and does not fail', async () => {
  const { database } = tenants;
  await plantRuns(globex, await createAgent(globex, 'locked'), 3, 100);
  const settings = { RETENTION_RUN_DAYS: 50 };
  const before = await count('run', globex);
  logged.length = 0;
  await connected(database.superuserUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock(7267286)');
    expect(await housekeeper(settings).pass()).toEqual(new Map());
  });
  expect([await count('run', globex), logged]).toEqual([before, []]);
  await housekeeper(settings).pass();
  expect(await count('run', globex, "started_at < now() - interval '50 days'")).toBe(0);
});

it('a retention is refused beyond its limits, for other accounts, and to keys that do not administer the account', async () => {
  const refused = async (
    client: Client,
    kind: string,
    days: number | null,
    variables: object = {},
  ): Promise<string> => {
    const { errors } = await client.send(UPDATE, { rules: [{ kind, days }], ...variables });
    return errors.map(({ message, extensions: { code } }) => `${code} ${message}`).join();
  };
  expect(await refused(acme, 'AUDIT', 89)).toBe(
    'BAD_USER_INPUT AUDIT is kept for 90 to 3650 days, or 0 for forever; not 89.',
  );
  expect(await refused(acme, 'RUNS', 3_651)).toContain('not 3651');
  expect(await refused(acme, 'RUNS', -1)).toContain('not -1');
  expect(await refused(acme, 'IDEMPOTENCY', 5)).toContain('the same time in every account');
  const { createApiKey } = await acme.ask<{ createApiKey: { secret: string } }>(
    'mutation { createApiKey(input: { name: "reader", role: CREATOR }) { secret } }',
  );
  expect(await refused(tenants.client(createApiKey.secret), 'RUNS', 30)).toContain('FORBIDDEN');
  const foreign = await acme.send(
    'mutation ($id: ID!) { updateRetention(accountId: $id, rules: [{ kind: RUNS, days: 30 }]) { kind } }',
    { id: globex.accountId },
  );
  expect(foreign.errors[0]?.extensions.code).toBe('ACCOUNT_MISMATCH');
  const byMaster = await master.ask(
    'mutation ($id: ID!) { updateRetention(accountId: $id, rules: [{ kind: RUNS, days: 30 }]) { kind days } }',
    { id: globex.accountId },
  );
  expect(byMaster).toMatchObject({ updateRetention: expect.arrayContaining([{ kind: 'RUNS', days: 30 }]) });
  const { auditEvents } = await globex.ask<{ auditEvents: { nodes: object[] } }>(
    '{ auditEvents(first: 5, filter: { resourceType: { equals: "Account" } }) { nodes { action after } } }',
  );
  expect(JSON.stringify(auditEvents)).toContain('"RUNS":30');
  await keep(globex, 'RUNS', null);
  expect(await ruleOf(globex, 'RUNS')).toMatchObject({ days: null, isDefault: true });
});
