/** Bad bundles over HTTP: a sentence with line and path, and nothing changed in either account. */
import { seed, type SeededIds } from '../harness/factories';
import { setupTwoTenants } from '../harness/setup-tenants';
import { Promoter } from './client';

let foreign: SeededIds;
let stored: readonly Record<string, string>[];

/** Everything except the counts of what was refused. */
const everything = (): Promise<Record<string, string>[]> =>
  Promise.all(
    [tenants.acme, tenants.globex].map(async ({ accountId }) => ({
      ...(await tenants.fingerprint(accountId)),
      audit_denial: '',
    })),
  );

const tenants = setupTwoTenants();
const acme = new Promoter(tenants.acme);

beforeAll(async () => {
  await seed(tenants.acme, 'Own');
  foreign = await seed(tenants.globex, 'Foreign');
  stored = await everything();
}, 60_000);
afterEach(async () => {
  expect(await everything()).toEqual(stored);
});

const HEAD = 'schemaVersion: 1\n';
const tool = (rest: string): string => `${HEAD}tools:\n  - name: x\n${rest}`;

it.each([
  ['text that is not YAML', 'tools: [', /^Line 2: this is not YAML: a bracket is not closed|^Line 1: this is not YAML/],
  ['nothing', '', /^Line 1: a bundle is an object/],
  ['a list', '- a', /^Line 1: a bundle is an object/],
  ['no version', 'tools: []', /line 1, schemaVersion: schemaVersion must be 1, which is missing/],
  ['another version', 'schemaVersion: 2', /line 1, schemaVersion: schemaVersion must be 1, not 2/],
  ['an unknown section', `${HEAD}toolz: []`, /line 2, toolz: is not a known field; the fields here are .*tools/],
  ['an unknown field', tool('    inputschema: {}\n'), /line 4, tools\[0\]\.inputschema: is not a known field/],
  ['a field that is not part of bundles', tool('    id: 1\n'), /line 4, tools\[0\]\.id: is not a known field/],
  ['an account', tool('    accountId: 1\n'), /line 4, tools\[0\]\.accountId: is not a known field/],
  ['an account for all of it', `${HEAD}accountId: 1\n`, /line 2, accountId: is not a known field/],
  [
    'an unknown field of a model',
    `${HEAD}agents:\n  - name: a\n    framework: LANGCHAIN\n    model: { provider: p, name: n, x: 1 }\n`,
    /line 5, agents\[0\]\.model\.x: is not a known field/,
  ],
  ['a section that is not a list', `${HEAD}tools: {}`, /line 2, tools: must be a list/],
  ['an entry that is not an object', `${HEAD}tools:\n  - x\n`, /line 3, tools\[0\]: must be an object/],
  [
    'a name twice',
    `${HEAD}tools:\n  - name: x\n  - name: y\n  - name: x\n`,
    /line 5, tools\[2\]: Tool "x" is already in the bundle, at line 3/,
  ],
  [
    'a violated rule of the resource',
    tool('    type: MAGIC\n'),
    /line 4, tools\[0\]\.type: must be one of NATIVE, CUSTOM, not "MAGIC"/,
  ],
  ['a missing name', `${HEAD}tools:\n  - type: CUSTOM\n`, /line 3, tools\[0\]\.name: /],
  [
    'an invalid JSON Schema',
    tool('    inputSchema: { type: thing }\n'),
    /line 4, tools\[0\]\.inputSchema: is not a JSON Schema/,
  ],
  ['a duplicate key', tool('    name: y\n'), /^Line 4: "name" occurs twice/],
  [
    '__proto__',
    tool('    metadata:\n      __proto__: { isMaster: true }\n'),
    /^Line 5: "__proto__" is not accepted as the name/,
  ],
  ['an anchor', tool('    metadata: &a { x: 1 }\n'), /^Line 4: anchors and aliases are not accepted/],
  ['an alias', tool('    metadata: { x: *a }\n'), /^Line 4: /],
  ['a tag', tool('    description: !!binary aGk=\n'), /^Line 4: /],
  ['two documents', `${HEAD}---\n${HEAD}`, /^Line 1?2?: /],
  [
    'an invalid number',
    tool('    metadata: { x: .inf }\n'),
    /^Line 4, tools\[0\]\.metadata\.x: is \.inf, which JSON does not have/,
  ],
  [
    'a schedule without an agent',
    `${HEAD}schedules:\n  - cron: 0 9 * * *\n`,
    /line 3, schedules\[0\]\.agent: is required/,
  ],
  [
    'an invalid cron expression',
    `${HEAD}schedules:\n  - agent: Own 0\n    cron: often\n`,
    /line 4, schedules\[0\]\.cron: must have 5 fields/,
  ],
  [
    'tools that are not names',
    `${HEAD}agents:\n  - name: a\n    tools: [1]\n`,
    /line 4, agents\[0\]\.tools: must be a list of names/,
  ],
  [
    'a secret in plain text',
    `${HEAD}mcpServers:\n  - name: m\n    config: { url: 'https://m.example' }\n    authentication:\n      type: BEARER_TOKEN\n      token: hunter2\n`,
    /line 7, mcpServers\[0\]\.authentication\.token: must be a placeholder/,
  ],
  [
    'a preview of a secret',
    `${HEAD}mcpServers:\n  - name: m\n    config: { url: 'https://m.example' }\n    authentication: { type: NO_AUTH, preview: x }\n`,
    /line 5, mcpServers\[0\]\.authentication\.preview: is derived from the secret/,
  ],
  ['a complete section that is missing', `${HEAD}complete: [keys]\n`, /line 2, complete: complete lists sections/],
])('%s', async (_what, bundle, sentence) => {
  for (const { errors, data } of [await acme.tryPlan(bundle), await acme.tryApply(bundle, 'x')]) {
    expect(errors[0]?.message).toMatch(sentence);
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(data).toBeNull();
  }
});

const GL_AIP = 'name: x\ninstruction: hello\n';

it.each([
  ['a violated rule', `${GL_AIP}model: openai/gpt\nagent_config: [1]\n`, /line 4, agent_config: must be a JSON object/],
  ['a name of a model', `${GL_AIP}provider: openai\nmodel_name: ''\n`, /line 4, model_name: /],
  ['a missing field', `${GL_AIP}type: a2a\na2a_profile:\n  card: x\n`, /line 5, a2a_profile\.url: is required/],
  ['JSON', '{\n  "name": "x",\n  "tool_type": "custom",\n  "input_schema": {"type": 1}\n}', /line 4, input_schema: /],
  ['a server', 'name: m\ntransport: sse\nconfig:\n  url: nowhere\n', /line 4, config\.url: /],
  ['a file of unknown format', 'name: x\nsteps: []\n', /line 1, schemaVersion: .* which is missing/],
])('GL AIP files are refused with the position of the problem: %s', async (_what, file, sentence) => {
  const { errors } = await acme.tryPlan(file);
  expect(errors[0]?.message).toMatch(sentence);
  expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

it('unknown names are reported with their position in a GL AIP file', async () => {
  const { missing } = await acme.plan(
    `${GL_AIP}model: openai/gpt\ntools: [gone]\nmcps:\n  - z\n  - { id: 1, name: b }\n`,
  );
  expect(missing.map(({ path, line }) => [path, line])).toEqual([
    ['tools[0]', 4],
    ['mcps[1].name', 7],
    ['mcps[0]', 6],
  ]);
});

const laughs = [
  'a: &a [x, x]',
  ...'bcdefghij'.split('').map((name, index) => `${name}: &${name} [*${'abcdefghi'[index]}, *${'abcdefghi'[index]}]`),
];

it.each([
  ['a billion laughs', laughs.join('\n'), /^Line 1: anchors and aliases are not accepted/],
  ['brackets', '['.repeat(200_000), /nested more than 64 levels deep/],
  ['dashes', '- '.repeat(100_000), /nested more than 64 levels deep/],
  ['objects', '{"a":'.repeat(40_000), /nested more than 64 levels deep/],
  ['a million parts', '- a\n'.repeat(130_000), /has too many tokens/],
  ['quotes', '"'.repeat(250_000), /has too many tokens|this is not YAML/],
])('a text that would exhaust the parser is refused before it is parsed: %s', async (_what, bundle, sentence) => {
  const { errors } = await acme.tryPlan(bundle);
  expect(errors[0]?.message).toMatch(sentence);
  expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

it("names and ids of another account's rows are missing references", async () => {
  const names = ['Foreign 0', ...(foreign.get('Tool') ?? []), 'never was'];
  for (const name of names) {
    const bundle = `${HEAD}agents:\n  - name: Own 0\n    framework: LANGCHAIN\n    model: { provider: p, name: n }\n    tools: ['${name}']\n`;
    const { missing, applicable, hash } = await acme.plan(bundle);
    expect([applicable, missing]).toEqual([
      false,
      [
        {
          message: `agents[0].tools[0] names the Tool "${name}", which is neither in the bundle nor in the account. Add it to the bundle.`,
          path: 'agents[0].tools[0]',
          line: 6,
        },
      ],
    ]);
    const { errors } = await acme.tryApply(bundle, hash);
    expect([errors[0]?.extensions.code, errors[0]?.message]).toEqual(['BAD_USER_INPUT', missing[0]?.message]);
  }
});

const agent = (name: string, ...subAgents: string[]): string =>
  `  - name: ${name}\n    framework: LANGCHAIN\n    model: { provider: p, name: n }\n    subAgents: [${subAgents.join(', ')}]\n`;

it('a cycle of sub-agents is reported, whether it closes in the bundle or in the account', async () => {
  const inBundle = `${HEAD}agents:\n${agent('a', 'b')}${agent('b', 'c')}${agent('c', 'a')}`;
  // In the account, Own 1 delegates to Own 0.
  const inAccount = `${HEAD}agents:\n${agent('Own 0', 'Own 1')}`;
  for (const [bundle, circle] of [
    [inBundle, /"a" -> "b" -> "c" -> "a"/],
    [inAccount, /"Own 0" -> "Own 1" -> "Own 0"|"Own 1" -> "Own 0" -> "Own 1"/],
  ] as const) {
    const { conflicts, hash } = await acme.plan(bundle);
    expect(conflicts).toHaveLength(1);
    expect(conflicts[0]?.message).toMatch(circle);
    expect(conflicts[0]?.line).toBeGreaterThan(2);
    const { errors } = await acme.tryApply(bundle, hash);
    expect(errors[0]?.extensions.code).toBe('CONFLICT');
  }
});

it('a bundle cannot be imported into another account', async () => {
  const query =
    'query ($bundle: String!, $accountId: ID) { planImport(bundle: $bundle, accountId: $accountId) { hash } }';
  const answer = await tenants.acme.send(query, { bundle: HEAD, accountId: tenants.globex.accountId });
  expect(answer.errors[0]?.extensions.code).toBe('ACCOUNT_MISMATCH');
  const elsewhere = await tenants.master.send('query ($bundle: String!) { planImport(bundle: $bundle) { hash } }', {
    bundle: HEAD,
  });
  expect(elsewhere.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path: ['accountId'] });
});

it('a bundle with too many rows is refused at the first row beyond the limit', async () => {
  const rows = Array.from({ length: 10_001 }, (_, index) => `- name: t${index}\n`).join('');
  const { errors } = await acme.tryPlan(`${HEAD}tools:\n${rows}`);
  expect(errors[0]?.message).toMatch(/line 10003, tools\[10000\]: the bundle has more than 10000 rows/);
});

it('a long text is reported with the same lines as a short one', async () => {
  const long = `${HEAD}tools:\n  - name: x\n    description: ${'d'.repeat(9_000)}\n    metadata: { '2': a, '1': 0.5 }\n    tags: x\n`;
  const { errors } = await acme.tryPlan(long);
  expect(errors[0]?.message).toMatch(/line 6, tools\[0\]\.tags: /);
  const circle = `${HEAD}tools:\n  - name: x\n    description: ${'d'.repeat(9_000)}\n    name: y\n`;
  expect((await acme.tryPlan(circle)).errors[0]?.message).toMatch(/^Line 5: "name" occurs twice/);
});
