/**
 * The secret headers of an MCP server: each is encrypted, shown as a preview, promoted as a placeholder and replaced
 * separately.
 */
import { query } from '../harness/sql';
import { setupTwoTenants } from '../harness/setup-tenants';
import { Promoter } from './client';

const tenants = setupTwoTenants();
const acme = new Promoter(tenants.acme);

const URL = 'https://mcp.example/mcp';
const CREATE_SERVER = `mutation ($input: CreateMcpServerInput!) {
  createMcpServer(input: $input) { id config authentication { type preview headerName headers { name preview } } }
}`;
const server = (config: object): object => ({ config: { url: URL, ...config } });

const HEADERS = [
  { name: 'CF-Access-Client-Id', value: 'canary-id-7f3a9c.access' },
  { name: 'CF-Access-Client-Secret', value: 'canary-secret-51d0aa77e2' },
];

describe('several secret headers of one server', () => {
  it('are stored encrypted, shown as previews and readable nowhere', async () => {
    const authentication = { type: 'CUSTOM_HEADER', headers: HEADERS };
    const made = await tenants.acme.ask<{ createMcpServer: { authentication: object } }>(CREATE_SERVER, {
      input: { name: 'cloudflare', ...server({}), authentication },
    });
    expect(made.createMcpServer.authentication).toEqual({
      type: 'CUSTOM_HEADER',
      preview: '…cess',
      headerName: 'CF-Access-Client-Id',
      headers: [
        { name: 'CF-Access-Client-Id', preview: '…cess' },
        { name: 'CF-Access-Client-Secret', preview: '…77e2' },
      ],
    });
    const rows = await query<{ text: string }>(
      tenants.database.superuserUrl,
      'SELECT t::text AS text FROM mcp_server t UNION ALL SELECT t::text FROM audit_event t UNION ALL SELECT t::text FROM audit_image t UNION ALL SELECT t::text FROM configuration_import t',
    );
    const places = [...rows.map(({ text }) => text), JSON.stringify(tenants.log), await acme.yaml()];
    for (const place of places) {
      for (const { value } of HEADERS) {
        expect(place).not.toContain(value);
        expect(place).not.toContain(Buffer.from(value).toString('hex'));
      }
    }
  });

  it('are exported as placeholders, requested by name, and replaced one by one', async () => {
    const { yaml, secrets } = await acme.bundle({ names: ['cloudflare'] });
    const names = ['CLOUDFLARE__CF_ACCESS_CLIENT_ID', 'CLOUDFLARE__CF_ACCESS_CLIENT_SECRET'];
    expect(secrets.map(({ name, path }) => [name, path])).toEqual([
      [names[0], 'mcpServers[0].authentication.headers[0].value'],
      [names[1], 'mcpServers[0].authentication.headers[1].value'],
    ]);
    expect((await acme.plan(yaml)).summary).toMatchObject({ unchanged: 1, update: 0 });

    const globex = new Promoter(tenants.globex);
    const plan = await globex.plan(yaml);
    expect(plan.missingSecrets.map(({ name }) => name)).toEqual(names);
    await globex.apply(yaml, { secrets: names.map((name, index) => ({ name, value: HEADERS[index]?.value ?? '' })) });
    expect(await globex.yaml()).toBe(
      yaml.replace(
        'complete: []\n',
        'complete:\n  - agents\n  - customRoles\n  - mcpServers\n  - schedules\n  - tools\n  - webhooks\n',
      ),
    );

    const replaced = [{ name: names[1] ?? '', value: 'another-secret-of-0042' }];
    const { importId, changes } = await globex.apply(yaml, { secrets: replaced });
    expect(changes).toMatchObject([
      {
        action: 'UPDATE',
        fields: [
          {
            path: 'authentication.headers.cf-access-client-secret',
            before: '(the secret that is stored)',
            after: '(a secret that is given)',
          },
        ],
      },
    ]);
    const PREVIEWS = '{ mcpServers { nodes { authentication { headers { name preview } } } } }';
    const previews = async (): Promise<unknown> => tenants.globex.ask(PREVIEWS);
    const headers = (secret: string) => ({
      mcpServers: {
        nodes: [
          {
            authentication: {
              headers: [
                { name: 'CF-Access-Client-Id', preview: '…cess' },
                { name: 'CF-Access-Client-Secret', preview: secret },
              ],
            },
          },
        ],
      },
    });
    expect(await previews()).toEqual(headers('…0042'));
    expect((await globex.undo(importId)).errors).toEqual([]);
    expect(await previews()).toEqual(headers('…77e2'));
  });

  it('can be removed by an import, and the remaining ones keep their values', async () => {
    const globex = new Promoter(tenants.globex);
    const yaml = await globex.yaml();
    const fewer = yaml.replace(/ +- name: CF-Access-Client-Id\n.*\n/, '');
    expect(fewer).not.toBe(yaml);
    const { summary } = await globex.apply(fewer);
    expect(summary.update).toBe(1);
    expect(await globex.yaml()).toBe(fewer);
  });

  it.each([
    [
      'two with the same name',
      { headers: [...HEADERS, { name: 'cf-access-client-id', value: 'x' }] },
      ['headers', 2, 'name'],
    ],
    ['none', { headers: [] }, ['headers']],
    ['a value that no header can have', { headers: [{ name: 'A', value: 'a\nb' }] }, ['headers', 0, 'value']],
    ['a name that no header can have', { headers: [{ name: 'A b', value: 'x' }] }, ['headers', 0, 'name']],
    ['both forms at once', { headers: HEADERS, headerName: 'A', headerValue: 'x' }, ['headerValue']],
    ['another type', { type: 'BEARER_TOKEN', token: 'x', headers: HEADERS }, ['headers']],
  ])('are refused with their path: %s', async (_what, authentication, path) => {
    const input = { name: 'x', ...server({}), authentication: { type: 'CUSTOM_HEADER', ...authentication } };
    const { errors } = await tenants.acme.send(CREATE_SERVER, { input });
    expect([errors[0]?.extensions.code, errors[0]?.extensions.path]).toEqual([
      'BAD_USER_INPUT',
      ['input', 'authentication', ...path],
    ]);
  });

  it('a header that an earlier release stored is shown, exported, kept and replaced like any other', async () => {
    const single = { type: 'CUSTOM_HEADER', headerName: 'X-Token', headerValue: 'canary-single-31337' };
    const made = await tenants.acme.ask<{ createMcpServer: { id: string } }>(CREATE_SERVER, {
      input: { name: 'single', ...server({}), authentication: single },
    });
    const bundle =
      'schemaVersion: 1\nmcpServers:\n  - name: single\n    config: { url: "https://mcp.example/mcp" }\n    authentication: { type: CUSTOM_HEADER, headerName: X-Token, headerValue: "${secret:MINE}" }\n';
    expect((await acme.plan(bundle)).summary.unchanged).toBe(1);
    const open = bundle.replace('${secret:MINE}', 'hunter2');
    expect((await acme.tryPlan(open)).errors[0]?.message).toMatch(
      /line 5, mcpServers\[0\]\.authentication\.headerValue: must be a placeholder/,
    );
    const legacy = JSON.stringify({ type: 'CUSTOM_HEADER', headerName: 'X-Token', preview: '…1337' });
    await query(tenants.database.superuserUrl, 'UPDATE mcp_server SET authentication = $2 WHERE id = $1', [
      made.createMcpServer.id,
      legacy,
    ]);
    expect(
      await tenants.acme.ask(
        'query ($id: ID!) { mcpServer(id: $id) { authentication { headers { name preview } } } }',
        {
          id: made.createMcpServer.id,
        },
      ),
    ).toEqual({ mcpServer: { authentication: { headers: [{ name: 'X-Token', preview: '…1337' }] } } });
    expect((await acme.plan(bundle)).summary.unchanged).toBe(1);
    expect((await acme.bundle({ names: ['single'] })).yaml).toContain('value: ${secret:SINGLE__X_TOKEN}');
  });
});
