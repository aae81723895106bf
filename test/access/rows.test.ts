/** Keys that are restricted to rows: what they can see, change, create and learn through the API. */
import { newId } from '../../src/db/ids';
import { eventually } from '../harness/eventually';
import { createKey, delegateKey, missingPermissions, type MadeKey } from './keys';
import { createTeams, EVERYTHING, madeId, type List, type Lists, type Teams } from './teams';

let teams: Teams;
let support: MadeKey;

beforeAll(async () => {
  teams = await createTeams();
  support = await createKey(teams.world, teams.world.acme, { role: 'CREATOR', ownerTeams: ['support'] });
}, 60_000);
afterAll(() => teams.world.close());

const codes = (answer: { errors: readonly { extensions: { code: string } }[] }): string[] =>
  answer.errors.map(({ extensions }) => extensions.code);

describe('a key of one team', () => {
  it('reads the rows of its team with everything that belongs to them, and counts no others', async () => {
    const { agent, tool, mcpServer, schedule, run } = teams.support;
    expect(await support.ask(EVERYTHING)).toEqual({
      agents: {
        totalCount: 1,
        nodes: [
          {
            id: agent,
            tools: [{ id: tool }],
            mcpServers: [{ id: mcpServer }],
            subAgents: [],
            schedules: [{ id: schedule }],
          },
        ],
      },
      tools: { totalCount: 1, nodes: [{ id: tool }] },
      mcpServers: { totalCount: 1, nodes: [{ id: mcpServer }] },
      schedules: { totalCount: 1, nodes: [{ id: schedule, agent: { id: agent } }] },
      runs: { totalCount: 1, nodes: [{ id: run, agent: { id: agent } }] },
    });
  });

  it('finds no other rows by id, filter or order', async () => {
    const { agent, tool, schedule, run } = teams.sales;
    const answer = await support.ask<Record<string, unknown>>(
      `query ($agent: ID!, $tool: ID!, $schedule: ID!, $run: ID!) {
        agent(id: $agent) { id } tool(id: $tool) { id } schedule(id: $schedule) { id } run(id: $run) { id }
        node(id: $agent) { id }
        byId: tools(filter: { id: { in: [$tool] } }) { totalCount nodes { id } }
        byName: tools(filter: { name: { contains: "sales" } }) { totalCount nodes { id } pageInfo { hasNextPage endCursor } }
        byAgent: runs(filter: { agentId: { equals: $agent } }) { totalCount nodes { id } }
        last: agents(last: 5, orderBy: { field: name, direction: DESC }) { totalCount nodes { name } }
      }`,
      { agent, tool, schedule, run },
    );
    const none = { totalCount: 0, nodes: [] };
    expect(answer).toEqual({
      agent: null,
      tool: null,
      schedule: null,
      run: null,
      node: null,
      byId: none,
      byName: { ...none, pageInfo: { hasNextPage: false, endCursor: null } },
      byAgent: none,
      last: { totalCount: 1, nodes: [{ name: 'support agent' }] },
    });
  });

  it('pages through its rows in every order without a gap', async () => {
    const mine: string[] = [];
    for (let count = 0; count < 5; count += 1)
      mine.push(
        await madeId(support, `createTool(input: { name: "page ${count}", metadata: { owner: { team: "support" } } })`),
      );
    for (const orderBy of ['createdAt', 'updatedAt', 'name'])
      for (const direction of ['ASC', 'DESC']) {
        const seen: string[] = [];
        let after: string | null = null;
        do {
          const { tools }: { tools: List & { pageInfo: { endCursor: string; hasNextPage: boolean } } } =
            await support.ask(
              `query ($after: String) { tools(first: 2, after: $after, orderBy: { field: ${orderBy}, direction: ${direction} }) { nodes { id } pageInfo { endCursor hasNextPage } } }`,
              { after },
            );
          seen.push(...tools.nodes.map(({ id }) => id));
          after = tools.pageInfo.hasNextPage ? tools.pageInfo.endCursor : null;
        } while (after !== null);
        expect([...seen].sort()).toEqual([teams.support.tool, ...mine].sort());
      }
    for (const id of mine) await support.ask(`mutation { deleteTool(id: "${id}") { id } }`);
  });

  it('gets the same answer for a row outside its restriction as for one that never existed', async () => {
    const { agent, tool, schedule, run } = teams.sales;
    const operations: [id: string, text: string][] = [
      [tool, 'mutation ($id: ID!) { updateTool(id: $id, input: { description: "x" }) { id } }'],
      [tool, 'mutation ($id: ID!) { deleteTool(id: $id, force: true) { id } }'],
      [tool, 'mutation ($id: ID!) { restoreTool(id: $id) { id } }'],
      [schedule, 'mutation ($id: ID!) { updateSchedule(id: $id, input: { enabled: false }) { id } }'],
      [run, 'mutation ($id: ID!) { cancelRun(id: $id) { id } }'],
      [agent, 'mutation ($id: ID!) { startRun(agentId: $id) { id } }'],
      [
        agent,
        'mutation ($id: ID!) { createSchedule(input: { agentId: $id, cron: "0 9 * * *", timezone: "UTC" }) { id } }',
      ],
      [
        tool,
        `mutation ($id: ID!) { updateAgent(id: "${teams.support.agent}", input: { toolIds: ["${teams.support.tool}", $id] }) { id } }`,
      ],
    ];
    const headers = { 'x-request-id': 'the-same' };
    for (const [id, text] of operations) {
      const foreign = await support.send(text, { id }, headers);
      expect({ text, codes: codes(foreign).length }).toEqual({ text, codes: 1 });
      expect(foreign.text).toBe((await support.send(text, { id: newId() }, headers)).text.replaceAll(id, id));
    }
  });

  it('changes its own rows and keeps links that it does not see', async () => {
    const { agent, tool } = teams.support;
    const updated = await support.ask<{ updateAgent: { tools: { id: string }[] } }>(
      'mutation ($id: ID!, $tools: [ID!]) { updateAgent(id: $id, input: { description: "new", toolIds: $tools }) { tools { id } } }',
      { id: agent, tools: [tool] },
    );
    expect(updated.updateAgent.tools).toEqual([{ id: tool }]);
    const { agent: whole } = await teams.world.acme.ask<{ agent: { tools: { id: string }[] } }>(
      'query ($id: ID!) { agent(id: $id) { tools { id } } }',
      { id: agent },
    );
    expect(whole.tools.map(({ id }) => id).sort()).toEqual([tool, teams.sales.tool].sort());
    const run = await madeId(support, `startRun(agentId: "${agent}")`);
    expect(await support.ask(`mutation { finishRun(id: "${run}", status: SUCCESS) { id } }`)).toEqual({
      finishRun: { id: run },
    });
  });

  it('cannot create a row outside its team or move one there, and gets the reason', async () => {
    for (const text of [
      'mutation { createTool(input: { name: "beyond" }) { id } }',
      'mutation { createTool(input: { name: "beyond", metadata: { owner: { team: "sales" } } }) { id } }',
      'mutation { createTool(input: { name: "beyond", metadata: { owner: { team: ["support"] } } }) { id } }',
      `mutation { updateTool(id: "${teams.support.tool}", input: { metadata: { owner: { team: "sales" } } }) { id } }`,
      `mutation { updateTool(id: "${teams.support.tool}", input: { metadata: {} }) { id } }`,
    ]) {
      const answer = await support.send(text);
      expect(answer.errors).toMatchObject([
        {
          extensions: { code: 'FORBIDDEN' },
          message: expect.stringContaining('restricted to rows of teams ("support")'),
        },
      ]);
    }
    expect(await teams.world.acme.ask('{ tools(filter: { name: { equals: "beyond" } }) { totalCount } }')).toEqual({
      tools: { totalCount: 0 },
    });
  });

  it('cannot delete rows that rows outside its restriction use, and does not learn which', async () => {
    const answer = await support.send(`mutation { deleteTool(id: "${teams.support.tool}", force: true) { id } }`);
    expect(codes(answer)).toEqual(['IN_USE']);
    expect(answer.text).not.toContain(teams.sales.agent);
    expect(answer.text).not.toContain('sales');
    expect(answer.errors[0]?.extensions).not.toHaveProperty('references');
  });

  it('cannot create a cycle of agents through one that it does not see', async () => {
    const mine = `metadata: { owner: { team: "support" } }, type: CONFIG, framework: LANGCHAIN, model: { provider: "o", name: "g" }`;
    const first = await madeId(support, `createAgent(input: { name: "first", ${mine} })`);
    const second = await madeId(support, `createAgent(input: { name: "second", ${mine} })`);
    await teams.world.acme.ask(
      `mutation { a: updateAgent(id: "${first}", input: { subAgentIds: ["${teams.sales.agent}"] }) { id } b: updateAgent(id: "${teams.sales.agent}", input: { subAgentIds: ["${second}"] }) { id } }`,
    );
    const answer = await support.send(
      `mutation { updateAgent(id: "${second}", input: { subAgentIds: ["${first}"] }) { id } }`,
    );
    expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
    expect(answer.errors[0]?.message).toContain('cycle through rows that this key cannot access');
    expect(answer.text).not.toContain(teams.sales.agent);
    expect(answer.text).not.toContain('sales');
    await teams.world.acme.ask(
      `mutation { a: updateAgent(id: "${first}", input: { subAgentIds: [] }) { id } b: updateAgent(id: "${teams.sales.agent}", input: { subAgentIds: [] }) { id } c: deleteAgent(id: "${first}", force: true) { id } d: deleteAgent(id: "${second}", force: true) { id } }`,
    );
  });

  it('cannot use anything that concerns the whole account, with any role', async () => {
    const admin = await createKey(teams.world, teams.world.acme, { role: 'ADMINISTRATOR', ownerTeams: ['support'] });
    const refused: [text: string, lacks: string][] = [
      ['{ apiKeys { totalCount } }', 'apiKeys:read'],
      ['{ auditEvents { totalCount } }', 'audit:read'],
      ['{ auditDenials { nodes { field } } }', 'audit:read'],
      ['{ exportConfiguration { schemaVersion } }', 'promotion:read'],
      ['{ viewer { account { counts { live } } } }', 'audit:read'],
      [
        `{ asOf(resourceType: "Tool", id: "${teams.support.tool}", time: "2126-01-01T00:00:00Z") { time } }`,
        'audit:read',
      ],
      ['{ unownedResources { id } }', 'apiKeys:read'],
      ['mutation { createApiKey(input: { name: "x", role: VIEWER }) { secret } }', 'apiKeys:admin'],
      ['query { planImport(bundle: "schemaVersion: 1") { hash } }', 'promotion:read'],
    ];
    for (const [text, lacks] of refused) {
      const answer = await admin.send(text);
      expect({ text, errors: answer.errors }).toMatchObject({
        text,
        errors: [{ extensions: { code: 'FORBIDDEN' }, message: expect.stringContaining('restricted to rows') }],
      });
      expect(missingPermissions(answer)).toContain(lacks);
    }
  });

  it('stays within the key above it if it is delegated, and is narrowed with it at once', async () => {
    const parent = await createKey(teams.world, teams.world.acme, {
      role: 'CREATOR',
      ownerTeams: ['support', 'sales'],
    });
    const child = await delegateKey(teams.world, parent, { role: 'VIEWER', ownerTeams: ['sales'] });
    const heir = await delegateKey(teams.world, parent, { role: 'VIEWER' });
    const agentsOf = async (key: MadeKey): Promise<string[]> =>
      (await key.ask<Lists>('{ agents { totalCount nodes { id } } }')).agents.nodes.map(({ id }) => id);
    expect(await agentsOf(child)).toEqual([teams.sales.agent]);
    expect((await agentsOf(heir)).sort()).toEqual([teams.support.agent, teams.sales.agent].sort());
    const wider = await parent.send(
      'mutation { delegateApiKey(input: { name: "x", role: VIEWER, ownerTeams: ["finance"] }) { secret } }',
    );
    expect(wider.errors).toMatchObject([
      {
        extensions: { code: 'BAD_USER_INPUT', path: ['input', 'ownerTeams'] },
        message: expect.stringContaining('"finance"'),
      },
    ]);
    await teams.world.acme.ask(
      `mutation { updateApiKey(id: "${parent.id}", input: { ownerTeams: ["support"] }) { ownerTeams } }`,
    );
    await eventually(async () => (await agentsOf(child)).length === 0);
    expect(await agentsOf(heir)).toEqual([teams.support.agent]);
  });

  it('repeats a change under its Idempotency-Key, which no other key can repeat', async () => {
    const text =
      'mutation { createTool(input: { name: "once", metadata: { owner: { team: "support" } } }) { id name } }';
    const headers = { 'idempotency-key': 'once' };
    const first = await support.ask(text, {}, headers);
    expect(await support.ask(text, {}, headers)).toEqual(first);
  });

  it('does not get a stored answer again after it was narrowed', async () => {
    const { acme } = teams.world;
    const key = await createKey(teams.world, acme, { role: 'CREATOR', ownerTeams: ['support', 'finance'] });
    const text =
      'mutation { createTool(input: { name: "narrowed", metadata: { owner: { team: "finance" } } }) { id name } }';
    const headers = { 'idempotency-key': 'narrowed' };
    await key.ask(text, {}, headers);
    await acme.ask(`mutation { updateApiKey(id: "${key.id}", input: { ownerTeams: ["support"] }) { id } }`);
    await eventually(async () => codes(await key.send(text, {}, headers))[0] === 'CONFLICT');
    expect((await key.send(text, {}, headers)).text).not.toContain('"narrowed"');
  });
});

it('an unrestricted key works as the tenant role, with unchanged statements', async () => {
  const before = teams.world.gateway.database.counts.statements;
  await teams.world.acme.ask('{ tools { nodes { id } } }');
  expect(teams.world.gateway.database.counts.statements - before).toBe(1);
});
