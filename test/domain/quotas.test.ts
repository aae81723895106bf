/** Quotas of an account: anything beyond is refused with the name of the setting, independently of other accounts. */
import type { Answer, Client } from '../harness/gateway';
import { seedBulk } from '../harness/seed-bulk';
import { setupTwoTenants } from '../harness/setup-tenants';
import { Promoter } from '../promotion/client';

const tenants = setupTwoTenants({
  settings: { MAX_ROWS_PER_ACCOUNT: 3, MAX_KEYS_PER_ACCOUNT: 3, MAX_EXPORT_MB: 1 },
});
const { acme, globex } = tenants;

const create = (client: Client, name: string): Promise<Answer<{ createTool: { id: string } }>> =>
  client.send('mutation ($name: String!) { createTool(input: { name: $name }) { id } }', { name });
const codes = ({ errors }: Answer<unknown>): unknown[] => errors.map(({ extensions }) => extensions.code);

describe('rows of a kind', () => {
  it('are not created beyond the quota by the API, by restoring or by an import; deleting makes room', async () => {
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) ids.push((await create(acme, name)).data.createTool.id);
    const { errors, data } = await create(acme, 'd');
    expect(data).toBeNull();
    expect(errors[0]).toMatchObject({
      message:
        'An account may have at most 3 tools. Delete tools that are not needed, or ask the operators of the gateway to raise MAX_ROWS_PER_ACCOUNT (now 3).',
      extensions: { code: 'QUOTA_EXCEEDED', setting: 'MAX_ROWS_PER_ACCOUNT', maximum: 3 },
    });
    // Other accounts, other types and changes of existing rows are not affected.
    expect(codes(await create(globex, 'd'))).toEqual([]);
    const { createMcpServer } = await acme.ask<{ createMcpServer: { name: string } }>(
      'mutation { createMcpServer(input: { name: "s", config: { url: "https://s.example" } }) { name } }',
    );
    expect(createMcpServer.name).toBe('s');
    const rename = 'mutation ($id: ID!) { updateTool(id: $id, input: { name: "z" }) { name } }';
    expect(codes(await acme.send(rename, { id: ids[0] }))).toEqual([]);

    const remove = 'mutation ($id: ID!) { deleteTool(id: $id) { id } }';
    expect(codes(await acme.send(remove, { id: ids[0] }))).toEqual([]);
    expect(codes(await create(acme, 'd'))).toEqual([]);
    const restore = 'mutation ($id: ID!) { restoreTool(id: $id) { id } }';
    expect(codes(await acme.send(restore, { id: ids[0] }))).toEqual(['QUOTA_EXCEEDED']);
    const { tools } = await acme.ask<{ tools: { totalCount: number } }>('{ tools { totalCount } }');
    expect(tools.totalCount).toBe(3);

    const promoter = new Promoter(acme);
    const bundle = '{ schemaVersion: 1, tools: [{ name: b }, { name: e }] }';
    const plan = await promoter.plan(bundle);
    expect(plan).toMatchObject({ applicable: false, conflicts: [{ path: 'tools' }] });
    expect(plan.conflicts[0]?.message).toMatch(/at most 3 tools\..*This import would make it 4\.$/);
    expect(codes(await promoter.tryApply(bundle, plan.hash))).toEqual(['CONFLICT']);
    const swap = '{ schemaVersion: 1, complete: [tools], tools: [{ name: b }, { name: e }] }';
    expect((await promoter.apply(swap, { prune: true })).summary).toMatchObject({ create: 1, delete: 2 });
  });

  it('restoring an agent counts the schedules that are restored with it', async () => {
    const agent = await tenants.createAccount('agents');
    const bundle = (schedules: number): string =>
      JSON.stringify({
        schemaVersion: 1,
        agents: [{ name: `agent ${schedules}`, framework: 'LANGGRAPH', model: { provider: 'p', name: 'm' } }],
        schedules: Array.from({ length: schedules }, (_, hour) => ({
          agent: `agent ${schedules}`,
          cron: `0 ${hour} * * *`,
        })),
      });
    await new Promoter(agent).apply(bundle(2));
    const { agents } = await agent.ask<{ agents: { nodes: { id: string }[] } }>('{ agents { nodes { id } } }');
    const id = agents.nodes[0]?.id;
    await agent.ask('mutation ($id: ID!) { deleteAgent(id: $id) { id } }', { id });
    await new Promoter(agent).apply(bundle(3));
    expect(codes(await agent.send('mutation ($id: ID!) { restoreAgent(id: $id) { id } }', { id }))).toEqual([
      'QUOTA_EXCEEDED',
    ]);
  });
});

describe('keys', () => {
  it('are not created or delegated beyond the quota, but can still be rotated and revoked', async () => {
    const account = await tenants.createAccount('keys');
    const make = (name: string): Promise<Answer<{ createApiKey: { secret: string; apiKey: { id: string } } }>> =>
      account.send(
        'mutation ($name: String!) { createApiKey(input: { name: $name, role: VIEWER }) { secret apiKey { id } } }',
        { name },
      );
    const { createApiKey: second } = (await make('second')).data;
    await make('third');
    const refused = await make('fourth');
    expect(codes(refused)).toEqual(['QUOTA_EXCEEDED']);
    expect(refused.errors[0]?.message).toMatch(/at most 3 active keys.*MAX_KEYS_PER_ACCOUNT \(now 3\)/);
    const rotate = 'mutation ($id: ID!) { rotateApiKey(id: $id, graceSeconds: 60) { apiKey { id } } }';
    const { rotateApiKey } = await account.ask<{ rotateApiKey: { apiKey: { id: string } } }>(rotate, {
      id: second.apiKey.id,
    });
    await account.ask('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: rotateApiKey.apiKey.id });
    expect(codes(await make('fourth'))).toEqual([]);
  });
});

it('an export beyond the quota is refused, and works in parts', async () => {
  const account = await tenants.createAccount('exports');
  const bundle = JSON.stringify({ schemaVersion: 1, tools: [{ name: 'large', description: 'd'.repeat(10_000) }] });
  await new Promoter(account).apply(bundle);
  await seedBulk(tenants.database.superuserUrl, account.accountId, 120);
  const whole = await account.send('{ exportConfiguration { yaml } }');
  expect(codes(whole)).toEqual(['QUOTA_EXCEEDED']);
  expect(whole.errors[0]?.message).toMatch(/at most 1 MB in one export\. Export in parts.*MAX_EXPORT_MB \(now 1\)/);
  expect((await new Promoter(account).bundle({ names: ['large'] })).yaml).toContain('name: large');
}, 60_000);
