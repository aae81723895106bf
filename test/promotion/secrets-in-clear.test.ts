/**
 * Secrets outside of authentication are refused wherever they appear, with their path; those inside it are encrypted,
 * however many.
 */
import type { TwoTenants } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { query } from '../harness/sql';
import { Promoter } from './client';

const tenants = setupTwoTenants();
const acme = new Promoter(tenants.acme);

const URL = 'https://mcp.example/mcp';
const CREATE_SERVER = `mutation ($input: CreateMcpServerInput!) {
  createMcpServer(input: $input) { id config authentication { type preview headerName headers { name preview } } }
}`;
const CREATE = {
  McpServer: CREATE_SERVER,
  Tool: 'mutation ($input: CreateToolInput!) { createTool(input: $input) { id } }',
  Agent: 'mutation ($input: CreateAgentInput!) { createAgent(input: $input) { id } }',
} as const;
const AGENT = { framework: 'LANGGRAPH', model: { provider: 'openai', name: 'gpt' } };

const server = (config: object): object => ({ config: { url: URL, ...config } });
const KEY = 'sk-ant-abcdef0123456789';

const EXPOSED: readonly (readonly [
  what: string,
  type: keyof typeof CREATE,
  input: object,
  path: (string | number)[],
])[] = [
  [
    'an Authorization header',
    'McpServer',
    server({ headers: { Authorization: 'x' } }),
    ['config', 'headers', 'Authorization'],
  ],
  ['a Cookie', 'McpServer', server({ headers: { cookie: 'a=b' } }), ['config', 'headers', 'cookie']],
  [
    'a Proxy-Authorization header',
    'McpServer',
    server({ headers: { 'Proxy-Authorization': 'x' } }),
    ['config', 'headers', 'Proxy-Authorization'],
  ],
  [
    'a header that ends in -key',
    'McpServer',
    server({ headers: { 'Ocp-Apim-Subscription-Key': 'x' } }),
    ['config', 'headers', 'Ocp-Apim-Subscription-Key'],
  ],
  [
    'a header that ends in -token',
    'McpServer',
    server({ headers: { 'X-Vault-Token': '${VAULT}' } }),
    ['config', 'headers', 'X-Vault-Token'],
  ],
  [
    'a header that ends in -secret',
    'McpServer',
    server({ headers: { 'CF-Access-Client-Secret': 'x' } }),
    ['config', 'headers', 'CF-Access-Client-Secret'],
  ],
  [
    'a header that ends in -password',
    'McpServer',
    server({ headers: { 'x-password': 'x' } }),
    ['config', 'headers', 'x-password'],
  ],
  [
    'headers as a list',
    'McpServer',
    server({ headers: [{ name: 'Authorization', value: 'x' }] }),
    ['config', 'headers', 0, 'value'],
  ],
  ['headers as lines', 'McpServer', server({ headers: ['Accept: a', 'X-Api-Key: x'] }), ['config', 'headers', 1]],
  ['a variable of the environment', 'McpServer', server({ env: { API_KEY: 'EXAMPLE' } }), ['config', 'env', 'API_KEY']],
  ['a user in the URL', 'McpServer', { config: { url: 'https://user:pass@mcp.example/' } }, ['config', 'url']],
  ['a parameter of the URL', 'McpServer', { config: { url: `${URL}/?tavilyApiKey=abc` } }, ['config', 'url']],
  ['an encoded parameter', 'McpServer', { config: { url: `${URL}/?api%5Fkey=abc` } }, ['config', 'url']],
  ['a signature in the URL', 'McpServer', { config: { url: `${URL}/?se=1&sig=abc` } }, ['config', 'url']],
  ['a placeholder in the URL', 'McpServer', { config: { url: `${URL}/?api_key=\${secret:TOK}` } }, ['config', 'url']],
  [
    'a placeholder in a header',
    'McpServer',
    server({ headers: { 'X-Note': '${secret:TOK}' } }),
    ['config', 'headers', 'X-Note'],
  ],
  ['a bearer token', 'McpServer', server({ note: `Bearer ${KEY}` }), ['config', 'note']],
  ['a placeholder in a source', 'Tool', { source: '${secret:X}' }, ['source']],
  ['a URL with a password', 'Tool', { source: 'postgres://app:hunter2@db.example/x' }, ['source']],
  ['an API key in a description', 'Tool', { description: `use ${KEY}` }, ['description']],
  ['a GitHub token in a tag', 'Tool', { tags: ['a', `ghp_${'a1'.repeat(18)}`] }, ['tags', 1]],
  [
    'a default in a schema',
    'Tool',
    { inputSchema: { type: 'object', properties: { k: { type: 'string', default: KEY } } } },
    ['inputSchema', 'properties', 'k', 'default'],
  ],
  ['a password in metadata', 'Tool', { metadata: { db: { password: 'hunter2' } } }, ['metadata', 'db', 'password']],
  ['a key of this gateway in a name', 'Tool', { name: `pcl_live_${'a'.repeat(30)}` }, ['name']],
  ['an API key in an instruction', 'Agent', { ...AGENT, instruction: `Authenticate with ${KEY}.` }, ['instruction']],
  [
    'a Slack token in a config',
    'Agent',
    { ...AGENT, config: { slack: 'xoxb-123456789012-abcdefghijkl' } },
    ['config', 'slack'],
  ],
  [
    'a key in the config of a tool',
    'Agent',
    { ...AGENT, toolConfigs: { search: { apiKey: 'abc' } } },
    ['toolConfigs', 'search', 'apiKey'],
  ],
  [
    'a header of an A2A profile',
    'Agent',
    { type: 'A2A', a2aProfile: { url: URL, headers: { 'X-API-Key': 'abc' } } },
    ['a2aProfile', 'headers', 'X-API-Key'],
  ],
  [
    'a parameter of an A2A profile',
    'Agent',
    { type: 'A2A', a2aProfile: { url: `${URL}?access_token=abc` } },
    ['a2aProfile', 'url'],
  ],
];

it.each(EXPOSED)('%s is refused with its path', async (_what, type, input, path) => {
  const { data, errors } = await tenants.acme.send(CREATE[type], { input: { name: 'x', ...input } });
  expect(data ? Object.values(data)[0] : null).toBeNull();
  expect([errors[0]?.extensions.code, errors[0]?.extensions.path]).toEqual(['BAD_USER_INPUT', ['input', ...path]]);
  expect(errors[0]?.message).not.toContain('hunter2');
  expect(errors[0]?.message).not.toContain(KEY);
});

it('the error says where to store a secret', async () => {
  const { errors } = await tenants.acme.send(CREATE_SERVER, {
    input: { name: 'x', ...server({ headers: { Authorization: `Bearer ${KEY}` } }) },
  });
  expect(errors[0]?.message).toBe(
    'input.config.headers.Authorization is a secret in plain text: a secret belongs in the authentication of an MCP server (BEARER_TOKEN, API_KEY, or CUSTOM_HEADER with "headers"), where it is encrypted.',
  );
});

it('a value that only resembles a secret is stored unchanged', async () => {
  const config = {
    url: `${URL}?region=eu&sort_key=name&code=US`,
    headers: { Accept: 'application/json', 'Idempotency-Key': 'x', 'CF-Access-Client-Id': 'app.access' },
    env: { OPENAI_API_KEY: '${OPENAI_API_KEY}', TOKEN: '$TOKEN', apiKey: 'OPENAI_API_KEY', password: '<password>' },
    maxTokens: 100,
    eos_token: '</s>',
    memory_key: 'chat_history',
  };
  const description =
    'See postgresql://user:password@localhost/mydb and https://x.example/?api_key=YOUR_API_KEY. Bearer tokens, risk-assessment-2024-edition.';
  const { createMcpServer } = await tenants.acme.ask<{ createMcpServer: { config: object } }>(CREATE_SERVER, {
    input: { name: 'harmless', config, description },
  });
  expect(createMcpServer.config).toEqual(config);
});

it('an update is checked like a create, and other fields of a row with a secret can still be changed', async () => {
  const { createMcpServer } = await tenants.acme.ask<{ createMcpServer: { id: string } }>(CREATE_SERVER, {
    input: { name: 'legacy', ...server({}) },
  });
  const { id } = createMcpServer;
  const old = { url: `${URL}?api_key=abc123`, headers: { Authorization: `Bearer ${KEY}`, Accept: 'x' } };
  await query(tenants.database.superuserUrl, 'UPDATE mcp_server SET config = $2 WHERE id = $1', [
    id,
    JSON.stringify(old),
  ]);
  const UPDATE =
    'mutation ($id: ID!, $input: UpdateMcpServerInput!) { updateMcpServer(id: $id, input: $input) { id } }';
  const refused = await tenants.acme.send(UPDATE, { id, input: { config: old } });
  expect(refused.errors[0]?.extensions.path).toEqual(['input', 'config', 'url']);
  await tenants.acme.ask(UPDATE, { id, input: { description: 'of an earlier release' } });

  const { yaml, json, warnings } = await acme.bundle();
  expect(yaml + JSON.stringify(json)).not.toMatch(/abc123|abcdef0123456789/);
  expect(yaml).toContain(
    'url: https://mcp.example/mcp?api_key=%28secret%20removed%29'.replace('%28', '(').replace('%29', ')'),
  );
  expect(warnings).toHaveLength(2);
  expect(warnings.join('\n')).toContain('Left out of the McpServer "legacy": config.headers.Authorization is a secret');

  const STORED = '{ storedSecrets { accountId resourceType resourceId resourceName path problem } }';
  const row = { accountId: tenants.acme.accountId, resourceType: 'McpServer', resourceId: id, resourceName: 'legacy' };
  expect(await tenants.acme.ask(STORED)).toEqual({
    storedSecrets: [
      { ...row, path: 'config.headers.Authorization', problem: expect.stringContaining('is a secret') as string },
      { ...row, path: 'config.url', problem: expect.stringContaining('URL parameter "api_key"') as string },
    ],
  });
  expect(await tenants.globex.ask(STORED)).toEqual({ storedSecrets: [] });

  const authentication = { type: 'BEARER_TOKEN', token: KEY };
  await tenants.acme.ask(UPDATE, { id, input: { config: { url: URL, headers: { Accept: 'x' } }, authentication } });
  expect(await tenants.acme.ask(STORED)).toEqual({ storedSecrets: [] });
});

describe('runs, schedules, accounts and keys', () => {
  it('refuse secrets in what they store', async () => {
    const { createAgent } = await tenants.acme.ask<{ createAgent: { id: string } }>(CREATE.Agent, {
      input: { name: 'runner', ...AGENT },
    });
    const agentId = createAgent.id;
    const START = 'mutation ($agentId: ID!, $input: JSONObject) { startRun(agentId: $agentId, input: $input) { id } }';
    const tries: readonly [TwoTenants['acme'], string, object, (string | number)[]][] = [
      [
        tenants.acme,
        START,
        { agentId, input: { headers: { authorization: 'x' } } },
        ['input', 'headers', 'authorization'],
      ],
      [
        tenants.acme,
        'mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { id } }',
        { input: { agentId, cron: '0 9 * * *', input: { token: 'abc' } } },
        ['input', 'input', 'token'],
      ],
      [
        tenants.acme,
        'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
        { input: { name: KEY, role: 'VIEWER' } },
        ['input', 'name'],
      ],
      [
        { ...tenants.acme, ...tenants.master },
        'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { secret } }',
        { input: { slug: 'leaky', name: 'leaky', metadata: { password: 'x' } } },
        ['input', 'metadata', 'password'],
      ],
    ];
    for (const [client, document, variables, path] of tries) {
      const { errors } = await client.send(document, variables);
      expect([errors[0]?.extensions.code, errors[0]?.extensions.path]).toEqual(['BAD_USER_INPUT', path]);
    }
  });

  it('store what a model wrote, except for keys of this gateway', async () => {
    const { agents } = await tenants.acme.ask<{ agents: { nodes: { id: string }[] } }>(
      '{ agents(filter: { name: { equals: "runner" } }) { nodes { id } } }',
    );
    const { startRun } = await tenants.acme.ask<{ startRun: { id: string } }>(
      'mutation ($id: ID!) { startRun(agentId: $id) { id } }',
      { id: agents.nodes[0]?.id },
    );
    const FINISH =
      'mutation ($id: ID!, $output: JSONObject) { finishRun(id: $id, status: SUCCESS, output: $output) { output } }';
    const refused = await tenants.acme.send(FINISH, { id: startRun.id, output: { said: `it is ${tenants.acme.key}` } });
    expect(refused.errors[0]?.extensions.path).toEqual(['output', 'said']);
    const output = { said: `set Authorization to Bearer ${KEY}`, token: 'x' };
    expect(await tenants.acme.ask(FINISH, { id: startRun.id, output })).toEqual({ finishRun: { output } });
  });
});

const HEAD = 'schemaVersion: 1\n';

it.each([
  [
    'a header',
    `${HEAD}mcpServers:\n  - name: s\n    config:\n      url: https://x.example/mcp\n      headers:\n        Authorization: Bearer ${KEY}\n`,
    /line 7, mcpServers\[0\]\.config\.headers\.Authorization: is a secret in plain text/,
  ],
  [
    'a placeholder in a URL',
    `${HEAD}mcpServers:\n  - name: s\n    config:\n      url: https://x.example/mcp?api_key=\${secret:TOK}\n`,
    /line 5, mcpServers\[0\]\.config\.url: has a placeholder "\$\{secret:…\}"/,
  ],
  [
    'a placeholder in a source',
    `${HEAD}tools:\n  - name: t\n    source: \${secret:X}\n`,
    /line 4, tools\[0\]\.source: has a placeholder/,
  ],
])('in a bundle, %s is refused with line and path', async (_what, bundle, sentence) => {
  for (const { errors } of [await acme.tryPlan(bundle), await acme.tryApply(bundle, 'x')]) {
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors[0]?.message).toMatch(sentence);
  }
});
