/** Promotion over HTTP: from one account to another by an approved plan, and back again; and files of GL AIP. */
import { parse } from 'yaml';
import { seed } from '../harness/factories';
import { setupTwoTenants } from '../harness/setup-tenants';
import { Promoter } from './client';

const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

const tenants = setupTwoTenants();
const acme = new Promoter(tenants.acme);
const globex = new Promoter(tenants.globex);

beforeAll(async () => {
  await seed(tenants.acme, 'Own');
}, 60_000);

it('an export is planned, applied and exported again from another account, byte for byte', async () => {
  const { yaml: bundle, secrets: placeholders } = await acme.bundle();
  const secrets = placeholders.map(({ name }) => ({ name, value: WEBHOOK_SECRET }));
  const before = await tenants.fingerprint(tenants.acme.accountId);
  const { hash, summary, changes } = await globex.plan(bundle, { secrets });
  expect(summary).toEqual({ create: 12, update: 0, unchanged: 0, delete: 0 });
  const { data } = await globex.tryApply(bundle, hash, { secrets });
  expect(data.applyImport).toMatchObject({ summary, changes, accountId: tenants.globex.accountId });
  expect(await globex.yaml()).toBe(bundle);
  expect((await globex.plan(bundle, { prune: true })).summary).toEqual({
    create: 0,
    update: 0,
    unchanged: 12,
    delete: 0,
  });
  expect(await tenants.fingerprint(tenants.acme.accountId)).toEqual(before);

  const again = await globex.tryApply(bundle, hash, { secrets });
  expect(again.errors[0]?.extensions.code).toBe('PLAN_OUTDATED');

  const undone = await globex.undo(data.applyImport.importId);
  expect(undone.data.undoImport.summary).toEqual({ create: 0, update: 0, unchanged: 0, delete: 12 });
  expect((await globex.bundle()).counts.map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 0]);
});

/** As GL AIP exports them: one with names as ids, one with names as names, one as JSON. */
const SERVER = `id: 6f1c9d2a-5b7e-4c11-9a7d-2d0c4a1b9e01
name: tide-tables
description: Tides of a harbour
transport: streamable-http
config:
  url: https://tides.example/mcp
authentication:
  type: custom-header
  headers:
    X-Tide-Key: <INSERT VALUE>
mcp_metadata:
  region: north
created_at: '2025-11-03T08:15:00Z'
`;
const TOOL = JSON.stringify(
  {
    name: 'wind_report',
    description: 'Wind at a place',
    tool_type: 'native',
    framework: 'langchain',
    version: '1.2',
    tags: 'weather, sea',
    input_schema: { type: 'object', properties: { place: { type: 'string' } } },
    tool_script: 'print("wind")',
  },
  null,
  2,
);
const AGENT = `id: 6f1c9d2a-5b7e-4c11-9a7d-2d0c4a1b9e02
name: harbour-master
instruction: |
  You know tides and winds.
  Be brief.
type: config
framework: google-adk
model_name: gpt-4o
provider: openai
agent_config:
  memory: short
tool_configs:
  wind_report: { unit: knots }
tools:
  - id: 6f1c9d2a-5b7e-4c11-9a7d-2d0c4a1b9e03
    name: wind_report
    description: Wind at a place
  - 6f1c9d2a-5b7e-4c11-9a7d-2d0c4a1b9e04
mcps:
  - name: tide-tables
timeout: 300
metadata: { owner: { team: harbour } }
`;

/** YAML with one field per line; JSON unchanged. */
const asJson = (text: string): string => JSON.stringify(parse(text), null, 2);

describe.each([
  ['unchanged', (text: string): string => text],
  ['as JSON', asJson],
])('an MCP server, a tool and an agent of GL AIP, %s', (form, write) => {
  const [server, tool, agent] = [SERVER, TOOL, AGENT].map(write);
  const imported: (string | null)[] = [];
  afterAll(async () => {
    for (const id of imported.reverse()) await globex.undo(id);
  });
  const report = (warnings: readonly string[]): readonly string[] =>
    form === 'as JSON' ? warnings.map((line) => line.replace(/^line \d+/, 'line N')) : warnings;
  const line = (number: number): string => (form === 'as JSON' ? 'line N' : `line ${number}`);

  it("are planned with a report, applied and exported under Portcullis's names", async () => {
    const secrets = [{ name: 'TIDE_TABLES__X_TIDE_KEY', value: 'hunter2' }];
    const asked = await globex.plan(server ?? '');
    expect([asked.applicable, asked.missingSecrets]).toMatchObject([
      false,
      [{ name: 'TIDE_TABLES__X_TIDE_KEY', path: 'authentication.headers.X-Tide-Key' }],
    ]);
    expect(report(asked.warnings)).toEqual([
      'The file was read as one of mcpServers, in the export format of GL AIP.',
      `${line(10)}, authentication.headers.X-Tide-Key: contains a secret, which was left out; provide it as TIDE_TABLES__X_TIDE_KEY.`,
      `${line(1)}, id: is managed by the platform; left out.`,
      `${line(13)}, created_at: is managed by the platform; left out.`,
    ]);
    imported.push((await globex.apply(server ?? '', { secrets })).importId);

    const described = await globex.plan(tool ?? '');
    expect(described.warnings.slice(1)).toEqual([
      'line 16, tool_script: has no equivalent; kept under metadata.imported, where it has no effect.',
    ]);
    imported.push((await globex.apply(tool ?? '')).importId);

    const { warnings } = await globex.plan(agent ?? '');
    expect(report(warnings).slice(1)).toEqual([
      `${line(18)}, tools[1]: "6f1c9d2a-5b7e-4c11-9a7d-2d0c4a1b9e04" is an id of another platform; name the row instead.`,
      `${line(15)}, tools: contains descriptions, which belong to the rows to which it refers; they were left out.`,
      `${line(1)}, id: is managed by the platform; left out.`,
      `${line(21)}, timeout: has no equivalent; kept under metadata.imported, where it has no effect.`,
    ]);
    imported.push((await globex.apply(agent ?? '')).importId);

    const { json } = await globex.bundle();
    expect(json).toMatchObject({
      agents: [
        {
          name: 'harbour-master',
          instruction: 'You know tides and winds.\nBe brief.\n',
          framework: 'GOOGLE_ADK',
          model: { provider: 'openai', name: 'gpt-4o' },
          config: { memory: 'short' },
          toolConfigs: { wind_report: { unit: 'knots' } },
          tools: ['wind_report'],
          mcpServers: ['tide-tables'],
          metadata: { owner: { team: 'harbour' }, imported: { timeout: 300 } },
        },
      ],
      mcpServers: [{ transport: 'HTTP', authentication: { type: 'CUSTOM_HEADER', headers: [{ name: 'X-Tide-Key' }] } }],
      tools: [{ type: 'NATIVE', tags: ['weather', 'sea'], metadata: { imported: { tool_script: 'print("wind")' } } }],
    });
    expect(JSON.stringify(json)).not.toContain('hunter2');
    for (const text of [server, tool, agent]) expect((await globex.plan(text ?? '')).summary.unchanged).toBe(1);
  });
});
