/** Files of other tools: those of MCP clients are imported, others are recognised. */
import { setupTwoTenants } from '../harness/setup-tenants';
import { Promoter } from './client';

const tenants = setupTwoTenants();
const acme = new Promoter(tenants.acme);

const refusal = async (bundle: string) => (await acme.tryPlan(bundle)).errors[0];

const MCP = JSON.stringify(
  {
    mcpServers: {
      search: {
        type: 'streamable-http',
        url: 'https://mcp.example/mcp/?tavilyApiKey=tvly-dev-EXAMPLEEXAMPLEEXAMPLE&lang=de',
      },
      proposals: { url: 'https://app.example/api/mcp', headers: { Authorization: 'Bearer pt_EXAMPLEEXAMPLE' } },
      access: {
        type: 'sse',
        url: 'https://a.example',
        headers: { 'CF-Access-Client-Id': '${env:ID}', 'CF-Access-Client-Secret': 'x', Accept: 'a/b' },
      },
      db: { command: 'npx', args: ['-y', 'postgres'], env: { API_KEY: 'EXAMPLE' } },
    },
  },
  null,
  2,
);

describe('files of MCP clients', () => {
  it('are imported with their secrets as placeholders, and report what had no equivalent', async () => {
    const globex = new Promoter(tenants.globex);
    const { warnings, missingSecrets, changes } = await globex.plan(MCP);
    expect(warnings[0]).toBe(
      'The file was read as a file of MCP clients; 3 of its 4 servers are reached over HTTP and were read.',
    );
    const said = warnings.join('\n');
    expect(said).toMatch(
      /line 5, mcpServers\.search\.url: the parameter "tavilyApiKey" contains a secret, which was left out/,
    );
    expect(said).toMatch(/line 22, mcpServers\.db: is started as a program \(stdio\), which has no equivalent/);
    expect(said).not.toContain('EXAMPLEEXAMPLE');
    expect(changes.map(({ name }) => name)).toEqual(['access', 'proposals', 'search']);
    const names = missingSecrets.map(({ name }) => name);
    expect(names).toEqual(['PROPOSALS_TOKEN', 'ACCESS__CF_ACCESS_CLIENT_ID', 'ACCESS__CF_ACCESS_CLIENT_SECRET']);
    await globex.apply(MCP, { secrets: names.map((name) => ({ name, value: 'canary-given' })) });
    const { json } = await globex.bundle();
    expect(json).toMatchObject({
      mcpServers: [
        {
          name: 'access',
          transport: 'SSE',
          config: { headers: { Accept: 'a/b' } },
          authentication: { type: 'CUSTOM_HEADER' },
        },
        { name: 'proposals', transport: 'HTTP', authentication: { type: 'BEARER_TOKEN' } },
        { name: 'search', transport: 'HTTP', config: { url: 'https://mcp.example/mcp/?lang=de' } },
      ],
    });
  });

  it('may have comments, trailing commas and the format of VS Code', async () => {
    const text = `{
  // For the EU server, use https://eu.example "instead"
  "servers": {
    "postman": { "type": "http", "url": "https://mcp.example/minimal" /* no key */ },
    "github": { "type": "http", "url": "https://g.example", "headers": { "Authorization": "Bearer \${input:pat}" } },
  },
  "inputs": [{ "id": "pat", "type": "promptString", "password": true }],
}`;
    const { changes, missingSecrets, warnings } = await acme.plan(text);
    expect(changes.map(({ name }) => name)).toEqual(['github', 'postman']);
    expect(missingSecrets.map(({ name }) => name)).toEqual(['GITHUB_TOKEN']);
    expect(warnings.join('\n')).toContain('line 7, inputs: has no equivalent');
  });

  it('a bundle in JSON may have comments, and lines are counted correctly', async () => {
    const text =
      '{\n  // ours\n  "schemaVersion": 1, /* two\n lines */\n  "tools": [{ "name": "x", "source": "https://x.example//a", "tpye": 1 }],\n}';
    expect((await refusal(text))?.message).toContain('line 5, tools[0].tpye: is not a known field');
  });
});

it.each([
  ['LangGraph', '{"dependencies":["."],"graphs":{"agent":"./a.py:graph"}}'],
  ['Dify', 'kind: app\nversion: 0.1.3\napp: {mode: workflow, name: x}\nworkflow: {}\n'],
  ['n8n', '{"name":"x","nodes":[],"connections":{}}'],
  ['Flowise', '{"nodes":[],"edges":[]}'],
  ['CrewAI', 'researcher:\n  role: R\n  goal: G\n  backstory: B\n'],
])('a file of %s is recognised and refused with the name of the tool', async (tool, file) => {
  expect((await refusal(file))?.message).toMatch(new RegExp(`line 1: this is .*${tool}.*which has no equivalent here`));
});
