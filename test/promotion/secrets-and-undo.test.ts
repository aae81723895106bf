/**
 * Secrets are bound at the target, prune follows the rules of deletion, and an import is undone in one step or not at
 * all.
 */
import { query } from '../harness/sql';
import { setupTwoTenants } from '../harness/setup-tenants';
import { Promoter } from './client';

const tenants = setupTwoTenants();
const acme = new Promoter(tenants.acme);
const globex = new Promoter(tenants.globex);

const HEAD = 'schemaVersion: 1\n';
const CANARY = 'canary-5f1d-hidden-7q9z';
const server = (name: string, token = '${secret:MINE}', url = 'https://m.example'): string =>
  `${HEAD}mcpServers:\n  - name: ${name}\n    config: { url: '${url}' }\n    authentication:\n      type: BEARER_TOKEN\n      token: ${token}\n`;

describe('secrets', () => {
  it('are listed by the plan, provided by name, and never returned again', async () => {
    const bundle = server('vault');
    const { missingSecrets, applicable, hash } = await acme.plan(bundle);
    expect([applicable, missingSecrets]).toEqual([
      false,
      [{ name: 'MINE', resourceType: 'McpServer', resourceName: 'vault', path: 'mcpServers[0].authentication.token' }],
    ]);
    expect((await acme.tryApply(bundle, hash)).errors[0]?.message).toContain('no value for MINE');

    const secrets = [{ name: 'MINE', value: CANARY }];
    await acme.apply(bundle, { secrets });
    const { yaml, secrets: named } = await acme.bundle();
    expect(yaml).toContain('token: ${secret:VAULT_TOKEN}');
    expect(yaml).not.toContain(CANARY.slice(-4));
    expect(named.map(({ name }) => name)).toEqual(['VAULT_TOKEN']);
    expect((await acme.plan(yaml)).summary.unchanged).toBe(1);
    // The row keeps its stored secret, whatever its placeholder is called.
    expect((await acme.plan(bundle)).summary.unchanged).toBe(1);
    const [shown] = await query<{ preview: string }>(
      tenants.database.superuserUrl,
      "SELECT authentication ->> 'preview' AS preview FROM mcp_server WHERE account_id = $1",
      [tenants.acme.accountId],
    );
    expect(shown?.preview).toBe('…7q9z');
  });

  it('replace the stored ones if provided, undo restores those, and none is readable anywhere', async () => {
    const ciphertext = async (): Promise<string> => {
      const rows = await query<{ secret: string }>(
        tenants.database.superuserUrl,
        "SELECT encode(secret, 'hex') AS secret FROM mcp_server WHERE account_id = $1 AND name = 'vault'",
        [tenants.acme.accountId],
      );
      return rows[0]?.secret ?? '';
    };
    const former = await ciphertext();
    const secrets = [{ name: 'MINE', value: `${CANARY}-2` }];
    const { importId, changes } = await acme.apply(server('vault'), { secrets });
    expect(changes).toMatchObject([
      {
        action: 'UPDATE',
        fields: [
          {
            path: 'authentication.token',
            before: '(the secret that is stored)',
            after: '(a secret that is given)',
          },
        ],
      },
    ]);
    expect(await ciphertext()).not.toBe(former);
    expect((await acme.undo(importId)).errors).toEqual([]);
    expect(await ciphertext()).toBe(former);
    const tables = await query<{ text: string }>(
      tenants.database.superuserUrl,
      'SELECT t::text AS text FROM configuration_import t UNION ALL SELECT t::text FROM audit_event t UNION ALL SELECT t::text FROM audit_image t UNION ALL SELECT t::text FROM mcp_server t',
    );
    expect(tables.length).toBeGreaterThan(5);
    for (const { text } of tables) {
      expect(text).not.toContain(CANARY);
      expect(text).not.toContain(Buffer.from(CANARY).toString('hex'));
    }
  });

  it('are refused if invalid, and nothing is stored', async () => {
    const bundle = server('other');
    const secrets = [{ name: 'MINE', value: 'two\nlines' }];
    const { hash } = await acme.plan(bundle, { secrets });
    const { errors } = await acme.tryApply(bundle, hash, { secrets });
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect((await acme.bundle()).counts).toContainEqual({ section: 'mcpServers', count: 1 });
  });
});

const agents = (...names: string[]): string =>
  names
    .map((name) => `  - name: ${name}\n    framework: LANGCHAIN\n    model: { provider: p, name: n }\n    tools: [t]\n`)
    .join('');
const both = `${HEAD}complete: [agents, schedules, tools]\ntools:\n  - name: t\nagents:\n${agents('one', 'two')}schedules:\n  - { agent: two, cron: 0 9 * * * }\n`;
const oneOnly = `${HEAD}complete: [agents]\ntools:\n  - name: t\nagents:\n${agents('one')}`;

describe('prune and undo', () => {
  it('delete what a complete section does not list, with dependents, and undo restores all of it', async () => {
    await globex.apply(both);
    const before = await globex.yaml();
    const plain = await globex.plan(oneOnly);
    expect(plain.summary).toEqual({ create: 0, update: 0, unchanged: 2, delete: 0 });
    const { summary, changes } = await globex.plan(oneOnly, { prune: true });
    expect(summary.delete).toBe(2);
    expect(changes.filter(({ action }) => action === 'DELETE').map(({ name }) => name)).toEqual([
      'two',
      'two / 0 9 * * * / UTC',
    ]);
    const { importId } = await globex.apply(oneOnly, { prune: true });
    const deletions = await query<{ ids: number }>(
      tenants.database.superuserUrl,
      'SELECT count(DISTINCT deletion_id)::int AS ids FROM (SELECT deletion_id, account_id FROM agent UNION ALL SELECT deletion_id, account_id FROM schedule) t WHERE account_id = $1 AND deletion_id IS NOT NULL',
      [tenants.globex.accountId],
    );
    expect(deletions).toEqual([{ ids: 1 }]);
    expect(await globex.yaml()).not.toBe(before);
    const undone = await globex.undo(importId);
    expect(undone.data.undoImport.summary.create).toBe(2);
    expect(await globex.yaml()).toBe(before);
    expect((await globex.undo(importId)).errors[0]?.extensions.code).toBe('CONFLICT');
  });

  it('do not delete rows that remaining rows refer to', async () => {
    const { conflicts, applicable } = await globex.plan(`${HEAD}complete: [tools]\n`, { prune: true });
    expect(applicable).toBe(false);
    expect(conflicts[0]?.message).toMatch(/The Tool "t" cannot be deleted: the Agent "(one|two)" refers to it/);
  });

  it('are refused if anything that the plan depends on has changed', async () => {
    const bundle = both.replace('name: t\n', 'name: t\n    description: new\n');
    const { hash } = await globex.plan(bundle);
    const { tools } = await globex.client.ask<{ tools: { nodes: { id: string }[] } }>('{ tools { nodes { id } } }');
    const id = tools.nodes[0]?.id;
    const update = 'mutation ($id: ID!, $input: UpdateToolInput!) { updateTool(id: $id, input: $input) { id } }';
    await globex.client.ask(update, { id, input: { source: 'moved' } });
    const refused = await globex.tryApply(bundle, hash);
    expect(refused.errors[0]?.extensions.code).toBe('PLAN_OUTDATED');
    for (const other of [await globex.tryApply(bundle, hash, { prune: true }), await globex.tryApply(both, hash)]) {
      expect(other.errors[0]?.extensions.code).toBe('PLAN_OUTDATED');
    }
    const { importId } = await globex.apply(bundle);
    await globex.client.ask(update, { id, input: { source: 'moved again' } });
    const before = await globex.yaml();
    expect((await globex.undo(importId)).errors[0]?.extensions.code).toBe('PLAN_OUTDATED');
    expect(await globex.yaml()).toBe(before);
  });

  it('are refused while something uses what the import created', async () => {
    const { importId } = await globex.apply(`${HEAD}tools:\n  - name: fresh\n`);
    await globex.apply(`${HEAD}agents:\n${agents('one').replace('[t]', '[t, fresh]')}`);
    const { errors } = await globex.undo(importId);
    expect([errors[0]?.extensions.code, errors[0]?.message]).toEqual([
      'PLAN_OUTDATED',
      expect.stringContaining('The Agent "one" uses a Tool that the import created'),
    ]);
  });

  it("answer another account's import, an unknown one and an invalid id in the same way", async () => {
    const { importId } = await globex.apply(`${HEAD}tools:\n  - name: secret tool\n`);
    const answers = await Promise.all(
      [importId, '01890000-0000-7000-8000-00000000abcd', 'x'].map(async (id) => (await acme.undo(id)).errors),
    );
    expect(answers[0]?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it('are one operation in the audit log: every event has its request and name, and none is of another account', async () => {
    const before = await tenants.fingerprint(tenants.acme.accountId);
    const bundle = `${HEAD}tools:\n  - name: a1\n  - name: a2\nagents:\n${agents('three')}`;
    await globex.apply(bundle);
    const events = await query<{ request: string; operation: string; type: string }>(
      tenants.database.superuserUrl,
      'SELECT request_id AS request, operation_name AS operation, resource_type AS type FROM audit_event WHERE account_id = $1 ORDER BY sequence DESC LIMIT 5',
      [tenants.globex.accountId],
    );
    expect(new Set(events.map(({ request }) => request)).size).toBe(1);
    expect(new Set(events.map(({ operation }) => operation))).toEqual(new Set(['Apply']));
    expect(events.map(({ type }) => type).sort()).toEqual([
      'Agent',
      'AgentTool',
      'ConfigurationImport',
      'Tool',
      'Tool',
    ]);
    expect(await tenants.fingerprint(tenants.acme.accountId)).toEqual(before);
  });
});
