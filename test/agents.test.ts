/** Agents and tools over HTTP: the usual operations of users. */
import { setupTwoTenants } from './harness/setup-tenants';

const tenants = setupTwoTenants();
const { acme, globex, master } = tenants;

const CREATE = 'mutation ($input: CreateAgentInput!) { createAgent(input: $input) { id name version tools { name } } }';
const model = { provider: 'openai', name: 'gpt' };

describe('agents', () => {
  it('are created, read, listed, changed and deleted by their account', async () => {
    const { createTool } = await acme.ask<{ createTool: { id: string } }>(
      'mutation { createTool(input: { name: "search" }) { id } }',
    );
    const input = { name: 'Helper', framework: 'LANGCHAIN', model, toolIds: [createTool.id] };
    const { createAgent } = await acme.ask<{ createAgent: { id: string; version: number } }>(CREATE, { input });
    expect(createAgent).toMatchObject({ name: 'Helper', version: 1, tools: [{ name: 'search' }] });
    const read = await acme.ask('query ($id: ID!) { agent(id: $id) { name model { name } createdAt tools { id } } }', {
      id: createAgent.id,
    });
    expect(read).toMatchObject({
      agent: {
        name: 'Helper',
        model: { name: 'gpt' },
        createdAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
        tools: [createTool],
      },
    });
    const listed = await acme.ask(
      '{ agents(filter: { name: { contains: "help" } }) { totalCount nodes { id } edges { cursor node { id } } pageInfo { hasNextPage } } }',
    );
    expect(listed).toMatchObject({
      agents: { totalCount: 1, nodes: [{ id: createAgent.id }], pageInfo: { hasNextPage: false } },
    });
    const changed = await acme.ask(
      'mutation ($id: ID!) { updateAgent(id: $id, input: { description: "x", toolIds: [] }, expectedVersion: 1) { description version name tools { id } } }',
      { id: createAgent.id },
    );
    expect(changed).toEqual({ updateAgent: { description: 'x', version: 2, name: 'Helper', tools: [] } });
    await acme.ask('mutation ($id: ID!) { deleteAgent(id: $id) { id } }', { id: createAgent.id });
    expect(
      await acme.ask('query ($id: ID!) { agent(id: $id) { id } agents { totalCount } }', { id: createAgent.id }),
    ).toEqual({ agent: null, agents: { totalCount: 0 } });
  });

  it('are paged forwards and backwards over the same rows', async () => {
    for (let index = 0; index < 7; index += 1)
      await globex.ask(CREATE, { input: { name: `n${index}`, framework: 'LANGCHAIN', model } });
    const first = await globex.ask<{ agents: { nodes: { name: string }[]; pageInfo: { endCursor: string } } }>(
      '{ agents(first: 3, orderBy: { field: name, direction: DESC }) { nodes { name } pageInfo { endCursor hasNextPage } } }',
    );
    expect(first.agents.nodes.map((one) => one.name)).toEqual(['n6', 'n5', 'n4']);
    const next = await globex.ask<typeof first>(
      'query ($after: String) { agents(first: 9, after: $after, orderBy: { field: name, direction: DESC }) { nodes { name } pageInfo { startCursor endCursor hasNextPage } } }',
      { after: first.agents.pageInfo.endCursor },
    );
    expect(next.agents.nodes.map((one) => one.name)).toEqual(['n3', 'n2', 'n1', 'n0']);
    const all = await master.ask<typeof first>(
      '{ agents(last: 2) { nodes { name accountId } pageInfo { hasPreviousPage } } }',
    );
    expect(all.agents.nodes).toHaveLength(2);
    const pinned = await master.ask(
      'query ($accountId: ID) { agents(accountId: $accountId, first: 1) { totalCount nodes { name } } }',
      { accountId: globex.accountId },
    );
    expect(pinned).toEqual({ agents: { totalCount: 7, nodes: [{ name: 'n0' }] } });
  });
});
