/** Real inputs survive the round trip through the API, in two accounts at once. */
import { createTwoTenants, type Tenant, type TwoTenants } from './harness/gateway';
import { hasSharedData, loadSharedData, serverInput, SHARED_DATA, type Loaded } from './load';

interface Page {
  agents: {
    totalCount: number;
    nodes: { accountId: string; name: string; instruction: string; metadata: object; tools: object[] }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}

const PAGE = `query ($after: String) {
  agents(first: 100, after: $after, orderBy: { field: name }) {
    totalCount
    nodes { accountId name instruction metadata tools { accountId name description inputSchema } }
    pageInfo { hasNextPage endCursor }
  }
}`;

type Servers = { pageInfo: { hasNextPage: boolean; endCursor: string }; nodes: { name: string; config: object }[] };

const SERVERS = `query ($after: String) {
  mcpServers(first: 100, after: $after) {
    nodes { name description transport config }
    pageInfo { hasNextPage endCursor }
  }
}`;

async function allServers(client: Tenant): Promise<Servers['nodes']> {
  const rows: Servers['nodes'] = [];
  for (let after: string | null = null; ;) {
    const { mcpServers }: { mcpServers: Servers } = await client.ask<{ mcpServers: Servers }>(SERVERS, { after });
    rows.push(...mcpServers.nodes);
    if (!mcpServers.pageInfo.hasNextPage) return rows;
    after = mcpServers.pageInfo.endCursor;
  }
}

async function allAgents(client: Tenant): Promise<Page['agents']['nodes']> {
  const rows: Page['agents']['nodes'] = [];
  let after: string | null = null;
  for (;;) {
    const { agents }: Page = await client.ask<Page>(PAGE, { after });
    rows.push(...agents.nodes);
    if (!agents.pageInfo.hasNextPage) return rows;
    after = agents.pageInfo.endCursor;
  }
}

if (hasSharedData) {
  describe('the shared data, loaded into two accounts', () => {
    let tenants: TwoTenants;
    let loaded: Loaded;
    beforeAll(async () => {
      tenants = await createTwoTenants();
      [loaded] = await Promise.all([loadSharedData(tenants.acme), loadSharedData(tenants.globex)]);
    }, 120_000);
    afterAll(() => tenants.close());

    it.each(['acme', 'globex'] as const)('is returned unchanged for %s, row by row', async (slug) => {
      const tenant = tenants[slug];
      const rows = await allAgents(tenant);
      const byName = new Map(rows.map((row) => [row.name, row]));
      expect(rows).toHaveLength(loaded.agents.length);
      for (const [index, { name, instruction, metadata }] of loaded.agents.entries()) {
        const tool = loaded.tools[index % loaded.tools.length];
        expect(byName.get(name)).toEqual({
          accountId: tenant.accountId,
          name,
          instruction,
          metadata,
          tools: [{ accountId: tenant.accountId, ...tool }],
        });
      }
    });

    it.each(['acme', 'globex'] as const)('is returned unchanged for %s, server by server', async (slug) => {
      const byName = new Map((await allServers(tenants[slug])).map((row) => [row.name, row]));
      expect(byName.size).toBe(loaded.servers.length);
      for (const input of loaded.servers.map(serverInput)) expect(byName.get(input.name)).toEqual(input);
    });

    it('is counted once for an account and twice for the operator', async () => {
      const counts =
        '{ agents(first: 1) { totalCount } tools(first: 1) { totalCount } mcpServers(first: 1) { totalCount } }';
      const { agents, tools, servers } = loaded;
      expect(await tenants.acme.ask(counts)).toEqual({
        agents: { totalCount: agents.length },
        tools: { totalCount: tools.length },
        mcpServers: { totalCount: servers.length },
      });
      expect(await tenants.master.ask(counts)).toEqual({
        agents: { totalCount: 2 * agents.length },
        tools: { totalCount: 2 * tools.length },
        mcpServers: { totalCount: 2 * servers.length },
      });
    });
  });
} else {
  describe('without the folder of the shared data', () => {
    it('nothing is loaded, and SHARED_DATA may name the folder', () => {
      expect(SHARED_DATA).toMatch(/\S/);
    });
  });
}
