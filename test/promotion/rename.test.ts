/** `renamed`: an import gives a row another name, and it remains the same row. */
import { setupTwoTenants } from '../harness/setup-tenants';
import { Promoter } from './client';

const tenants = setupTwoTenants();
const acme = new Promoter(tenants.acme);

beforeAll(async () => {
  await acme.apply(BEFORE, { secrets: [{ name: 'SEARCH_TOKEN', value: 'the-first-token' }] });
  await new Promoter(tenants.globex).apply('{ schemaVersion: 1, tools: [{ name: hammer }] }');
}, 60_000);

const BEFORE = `schemaVersion: 1
tools:
  - name: hammer
mcpServers:
  - name: search
    config: { url: https://search.example/mcp }
    authentication: { type: BEARER_TOKEN, token: "\${secret:SEARCH_TOKEN}" }
agents:
  - { name: helper, framework: LANGGRAPH, model: { provider: p, name: m }, tools: [hammer], mcpServers: [search] }
  - { name: boss, framework: LANGGRAPH, model: { provider: p, name: m }, subAgents: [helper] }
schedules:
  - { agent: helper, cron: 0 9 * * *, timezone: UTC }
`;
const AFTER = `schemaVersion: 1
complete: [agents, mcpServers, schedules, tools]
tools:
  - { name: mallet, renamed: hammer }
mcpServers:
  - name: find
    renamed: search
    config: { url: https://search.example/mcp }
    authentication: { type: BEARER_TOKEN, token: "\${secret:FIND_TOKEN}" }
agents:
  - { name: aide, renamed: helper, framework: LANGGRAPH, model: { provider: p, name: m }, tools: [mallet], mcpServers: [find] }
  - { name: boss, framework: LANGGRAPH, model: { provider: p, name: m }, subAgents: [aide] }
schedules:
  - { agent: aide, cron: 0 9 * * *, timezone: UTC }
`;

interface Rows {
  readonly [list: string]: { readonly nodes: readonly { readonly id: string; readonly name?: string }[] };
}
const rows = (): Promise<Rows> =>
  tenants.acme.ask<Rows>(
    '{ tools { nodes { id name } } mcpServers { nodes { id name } } agents { nodes { id name } } schedules { nodes { id } } }',
  );
const idsOf = (lists: Rows): string[][] => Object.values(lists).map(({ nodes }) => nodes.map(({ id }) => id).sort());
const namesOf = (lists: Rows): unknown[] =>
  Object.values(lists).map(({ nodes }) => nodes.map(({ name }) => name).sort());

it('the plan shows the rename, applying it keeps every id and secret, and undo restores the names', async () => {
  const before = await rows();
  const plan = await acme.plan(AFTER, { prune: true });
  expect(plan.summary).toEqual({ create: 0, update: 3, unchanged: 2, delete: 0 });
  const renames = plan.changes.flatMap(({ action, fields }) => (action === 'UPDATE' ? fields : []));
  expect(renames).toEqual([
    { path: 'name', before: 'helper', after: 'aide' },
    { path: 'name', before: 'search', after: 'find' },
    { path: 'name', before: 'hammer', after: 'mallet' },
  ]);
  const { importId } = await acme.apply(AFTER, { prune: true });
  const after = await rows();
  expect(idsOf(after)).toEqual(idsOf(before));
  expect(namesOf(after)).toEqual([['mallet'], ['find'], ['aide', 'boss'], [undefined]]);
  const { agents } = await tenants.acme.ask<{ agents: { nodes: { tools: { name: string }[] }[] } }>(
    '{ agents(filter: { name: { equals: "aide" } }) { nodes { tools { name } } } }',
  );
  expect(agents.nodes[0]?.tools).toEqual([{ name: 'mallet' }]);
  // The bundle stays valid: a row that is already renamed is not renamed again.
  expect((await acme.plan(AFTER, { prune: true })).summary).toEqual({ create: 0, update: 0, unchanged: 5, delete: 0 });
  expect((await acme.bundle()).yaml).not.toContain('renamed');

  await acme.undo(importId);
  expect(await rows()).toEqual(before);
  expect((await acme.bundle()).yaml).toContain('${secret:SEARCH_TOKEN}');
});

it('in an account without such a row the row is created under its new name', async () => {
  const fresh = new Promoter(await tenants.createAccount('fresh'));
  const plan = await fresh.plan('{ schemaVersion: 1, tools: [{ name: mallet, renamed: hammer }] }');
  expect(plan.changes).toMatchObject([{ action: 'CREATE', name: 'mallet' }]);
});

it('nothing is renamed to a name that another row has, and the plan warns about it', async () => {
  const both = new Promoter(await tenants.createAccount('both'));
  await both.apply('{ schemaVersion: 1, tools: [{ name: hammer }, { name: mallet }] }');
  const plan = await both.plan('{ schemaVersion: 1, tools: [{ name: mallet, renamed: hammer }] }');
  expect(plan.changes).toMatchObject([{ action: 'UNCHANGED', name: 'mallet' }]);
  expect(plan.warnings).toContain('The account has both the Tool "hammer" and "mallet": neither is renamed.');
});

it.each([
  ['a row whose former name is also in the bundle', '[{ name: a }, { name: b, renamed: a }]', 'tools[1].renamed'],
  ['two rows with the same former name', '[{ name: b, renamed: a }, { name: c, renamed: a }]', 'tools[1].renamed'],
  ['an invalid former name', '[{ name: b, renamed: 7 }]', 'tools[0].renamed'],
])('%s is refused with its position', async (_name, tools, path) => {
  const { errors } = await acme.tryPlan(`{ schemaVersion: 1, tools: ${tools} }`);
  expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', problems: [{ path }] });
});

it('a reference to the former name is unresolved', async () => {
  const bundle = AFTER.replace('tools: [mallet]', 'tools: [hammer]');
  expect((await acme.plan(bundle)).missing).toMatchObject([{ path: 'agents[0].tools[0]' }]);
});
