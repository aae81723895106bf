/** MCP servers, schedules, runs and sub-agents over HTTP. */
import type { Client } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';

const tenants = setupTwoTenants();
const { acme, globex } = tenants;

const agentInput = (name: string, more: object = {}): object => ({
  name,
  framework: 'LANGCHAIN',
  model: { provider: 'openai', name: 'gpt' },
  ...more,
});

async function create(client: Client, type: string, input: object): Promise<string> {
  const query = `mutation ($input: Create${type}Input!) { made: create${type}(input: $input) { id } }`;
  return (await client.ask<{ made: { id: string } }>(query, { input })).made.id;
}

const codeOf = (answer: { errors: readonly { extensions: { code: string } }[] }): string | undefined =>
  answer.errors[0]?.extensions.code;

const SUB = 'mutation ($id: ID!, $ids: [ID!]!) { updateAgent(id: $id, input: { subAgentIds: $ids }) { id } }';
const START =
  'mutation ($agentId: ID!, $scheduleId: ID, $input: JSONObject) { startRun(agentId: $agentId, scheduleId: $scheduleId, input: $input) { id trigger status apiKeyId } }';
const FINISH =
  'mutation ($id: ID!, $status: RunOutcome!) { finishRun(id: $id, status: $status, output: { a: 1 }) { status finishedAt output } }';

describe('an agent', () => {
  it('shows its related rows, and each of those leads back to it', async () => {
    const toolId = await create(acme, 'Tool', { name: 'hammer' });
    const serverId = await create(acme, 'McpServer', { name: 'files', config: { url: 'https://mcp.example/' } });
    const helperId = await create(acme, 'Agent', agentInput('helper'));
    const input = agentInput('boss', { toolIds: [toolId], mcpServerIds: [serverId], subAgentIds: [helperId] });
    const agentId = await create(acme, 'Agent', input);
    const scheduleId = await create(acme, 'Schedule', { agentId, cron: '0 9 * * 1-5', timezone: 'Europe/Berlin' });
    const runIds: string[] = [];
    for (const schedule of [null, scheduleId, null]) {
      const { startRun } = await acme.ask<{ startRun: { id: string } }>(START, { agentId, scheduleId: schedule });
      runIds.unshift(startRun.id);
    }
    const read = `query ($id: ID!) { agent(id: $id) {
      tools { name agents { name } } mcpServers { name agents { name } } subAgents { name }
      schedules { nextRunAt agent { name } runs { id } } runs(first: 2) { id agent { name } schedule { id } } } }`;
    const { agent } = await acme.ask<{ agent: Record<string, unknown> }>(read, { id: agentId });
    expect(agent).toMatchObject({
      tools: [{ name: 'hammer', agents: [{ name: 'boss' }] }],
      mcpServers: [{ name: 'files', agents: [{ name: 'boss' }] }],
      subAgents: [{ name: 'helper' }],
      schedules: [{ nextRunAt: expect.stringMatching(/Z$/), agent: { name: 'boss' }, runs: [{ id: runIds[1] }] }],
      runs: [
        { id: runIds[0], agent: { name: 'boss' }, schedule: null },
        { id: runIds[1], schedule: { id: scheduleId } },
      ],
    });
  });

  it('cannot be its own sub-agent, directly or indirectly, and the error names the cycle', async () => {
    const [a, b, c] = [
      await create(globex, 'Agent', agentInput('a')),
      await create(globex, 'Agent', agentInput('b')),
      await create(globex, 'Agent', agentInput('c')),
    ];
    await globex.ask(SUB, { id: a, ids: [b] });
    await globex.ask(SUB, { id: b, ids: [c] });
    for (const [id, told] of [
      [a, '"c" -> "a" -> "b" -> "c"'],
      [b, '"c" -> "b" -> "c"'],
      [c, '"c" -> "c"'],
    ]) {
      const refused = await globex.send(SUB, { id: c, ids: [id] });
      expect(refused.errors[0]).toMatchObject({
        message: expect.stringContaining(told ?? ''),
        extensions: { code: 'BAD_USER_INPUT', path: ['input', 'subAgentIds'] },
      });
    }
  });

  it('is not part of a cycle after two concurrent changes that are harmless alone', async () => {
    for (let round = 0; round < 5; round += 1) {
      const ids: string[] = [];
      for (const name of ['p', 'q', 'r', 's']) ids.push(await create(globex, 'Agent', agentInput(`${name}${round}`)));
      const [p, q, r, s] = ids;
      await globex.ask(SUB, { id: q, ids: [r] });
      await globex.ask(SUB, { id: s, ids: [p] });
      const answers = await Promise.all([globex.send(SUB, { id: p, ids: [q] }), globex.send(SUB, { id: r, ids: [s] })]);
      expect(answers.map(codeOf).sort()).toEqual(['BAD_USER_INPUT', undefined]);
    }
  });
});

describe('a run', () => {
  it('only moves forward, with concurrent callers, too', async () => {
    const agentId = await create(acme, 'Agent', agentInput('runner'));
    const { startRun } = await acme.ask<{ startRun: { id: string; apiKeyId: string } }>(START, {
      agentId,
      input: { q: 1 },
    });
    expect(startRun).toMatchObject({ trigger: 'MANUAL', status: 'STARTED', apiKeyId: expect.any(String) });
    const answers = await Promise.all([
      acme.send(FINISH, { id: startRun.id, status: 'SUCCESS' }),
      acme.send(FINISH, { id: startRun.id, status: 'FAILED' }),
      acme.send('mutation ($id: ID!) { cancelRun(id: $id) { status } }', { id: startRun.id }),
    ]);
    expect(answers.map(codeOf).sort()).toEqual(['CONFLICT', 'CONFLICT', undefined]);
    const kept = await acme.ask('query ($id: ID!) { run(id: $id) { status } }', { id: startRun.id });
    expect(kept).not.toEqual({ run: { status: 'STARTED' } });
  });

  it('is found by agent, schedule, status and time', async () => {
    const agentId = await create(globex, 'Agent', agentInput('searched'));
    const scheduleId = await create(globex, 'Schedule', { agentId, cron: '* * * * *' });
    const { startRun } = await globex.ask<{ startRun: { id: string } }>(START, { agentId, scheduleId });
    await globex.ask(START, { agentId });
    await globex.ask(FINISH, { id: startRun.id, status: 'FAILED' });
    const list =
      'query ($filter: RunFilter) { runs(filter: $filter, orderBy: { field: startedAt, direction: DESC }) { totalCount nodes { id } } }';
    const count = async (filter: object): Promise<number> =>
      (await globex.ask<{ runs: { totalCount: number } }>(list, { filter })).runs.totalCount;
    expect(await count({ agentId: { equals: agentId } })).toBe(2);
    expect(await count({ scheduleId: { equals: scheduleId } })).toBe(1);
    expect(await count({ agentId: { equals: agentId }, status: { equals: 'FAILED' } })).toBe(1);
    expect(await count({ startedAt: { after: '2020-01-01T00:00:00Z' }, status: { in: ['STARTED'] } })).toBe(1);
    expect(await count({ startedAt: { before: '2020-01-01T00:00:00Z' } })).toBe(0);
    const foreign = await acme.send(START, { agentId, scheduleId: null });
    const unknown = await acme.send(START, { agentId: '019a0000-0000-7000-8000-000000000000', scheduleId: null });
    expect(foreign.text).toBe(unknown.text);
  });
});

describe('a schedule', () => {
  it.each([
    [{ cron: '61 * * * *' }, 'cron', 'minute'],
    [{ cron: '0 0 30 2 *' }, 'cron', 'never due'],
    [{ cron: '@daily' }, 'cron', '5 fields'],
    [{ cron: '* * * * * *' }, 'cron', '5 fields'],
    [{ timezone: 'Mars/Olympus' }, 'timezone', 'not an IANA time zone'],
    [{ timezone: '+02:00' }, 'timezone', 'zone'],
    [{ enabled: null }, 'enabled', 'true or false'],
    [{ agentId: '019a0000-0000-7000-8000-000000000000' }, 'agentId', 'is not the id of any Agent'],
  ])('%j is refused with the reason', async (wrong, field, words) => {
    const agentId = await create(acme, 'Agent', agentInput(`agent of ${JSON.stringify(wrong)}`));
    const input = { agentId, cron: '0 9 * * *', ...wrong };
    const { errors } = await acme.send(
      'mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) { id } }',
      { input },
    );
    expect(errors[0]).toMatchObject({
      message: expect.stringContaining(words),
      extensions: { code: 'BAD_USER_INPUT', path: ['input', field] },
    });
  });

  it('that is disabled is never due, and is due again once it is enabled', async () => {
    const agentId = await create(acme, 'Agent', agentInput('sleeper'));
    const id = await create(acme, 'Schedule', { agentId, cron: '0 9 * * *', enabled: false });
    const update =
      'mutation ($id: ID!, $input: UpdateScheduleInput!) { updateSchedule(id: $id, input: $input) { nextRunAt } }';
    expect(await acme.ask(update, { id, input: { metadata: { a: 1 } } })).toEqual({
      updateSchedule: { nextRunAt: null },
    });
    expect(await acme.ask(update, { id, input: { enabled: true } })).toEqual({
      updateSchedule: { nextRunAt: expect.stringMatching(/T09:00:00.000Z$/) },
    });
  });
});

describe('an MCP server', () => {
  it('stores a secret encrypted and shows a preview of it', async () => {
    const { log } = tenants;
    const token = 'tok_0123456789abcdefWXYZ';
    const input = {
      name: 'encrypted',
      config: { url: 'https://mcp.example/' },
      authentication: { type: 'BEARER_TOKEN', token },
    };
    const made = await acme.send(
      'mutation ($input: CreateMcpServerInput!) { createMcpServer(input: $input) { id authentication { type preview headerName } } }',
      { input },
    );
    expect(made.data).toMatchObject({
      createMcpServer: { authentication: { type: 'BEARER_TOKEN', preview: '…WXYZ', headerName: null } },
    });
    expect(made.text + JSON.stringify(log)).not.toContain(token);
    const id = (made.data as unknown as { createMcpServer: { id: string } }).createMcpServer.id;
    const update =
      'mutation ($id: ID!, $input: UpdateMcpServerInput!) { updateMcpServer(id: $id, input: $input) { authentication { preview type } } }';
    expect(await acme.ask(update, { id, input: { description: 'still' } })).toEqual({
      updateMcpServer: { authentication: { preview: '…WXYZ', type: 'BEARER_TOKEN' } },
    });
    expect(await acme.ask(update, { id, input: { authentication: { type: 'NO_AUTH' } } })).toEqual({
      updateMcpServer: { authentication: { preview: null, type: 'NO_AUTH' } },
    });
  });

  it.each([
    [{ config: {} }, ['config', 'url']],
    [{ config: { url: 'ftp://x.example' } }, ['config', 'url']],
    [{ config: { url: 'https://me:secret@x.example' } }, ['config', 'url']],
    [{ authentication: { type: 'BEARER_TOKEN' } }, ['authentication', 'token']],
    [{ authentication: { type: 'NO_AUTH', token: 'x' } }, ['authentication', 'token']],
    [{ authentication: { type: 'BEARER_TOKEN', token: 'a\nb' } }, ['authentication', 'token']],
    [{ authentication: { type: 'CUSTOM_HEADER', headerValue: 'x' } }, ['authentication', 'headerName']],
    [
      { authentication: { type: 'CUSTOM_HEADER', headerName: 'a b', headerValue: 'x' } },
      ['authentication', 'headerName'],
    ],
  ])('is refused with the path of the field: %j', async (wrong, path) => {
    const input = { name: 'wrong', config: { url: 'https://mcp.example/' }, ...wrong };
    const { errors } = await tenants.acme.send(
      'mutation ($input: CreateMcpServerInput!) { createMcpServer(input: $input) { id } }',
      { input },
    );
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', path: ['input', ...path] });
  });
});

describe('a tool', () => {
  it.each([
    [{ type: 'strin' }, 'type'],
    [{ properties: { a: { minimum: 'many' } } }, 'minimum'],
    [{ $schema: 'https://example.com/mine' }, 'draft'],
    [{ $schema: 'https://json-schema.org/draft/2020-12/schema', prefixItems: 3 }, 'prefixItems'],
  ])('%j is refused as an invalid JSON Schema', async (inputSchema, words) => {
    const { errors } = await tenants.acme.send(
      'mutation ($input: CreateToolInput!) { createTool(input: $input) { id } }',
      {
        input: { name: 'odd', inputSchema },
      },
    );
    expect(errors[0]).toMatchObject({
      message: expect.stringContaining(words),
      extensions: { code: 'BAD_USER_INPUT', path: ['input', 'inputSchema'] },
    });
  });
});
