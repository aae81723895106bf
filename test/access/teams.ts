/** An account whose rows belong to two teams, for keys that are restricted to one of them. */
import { createTwoTenants, type Client, type TwoTenants } from '../harness/gateway';

export interface TeamRows {
  readonly agent: string;
  readonly tool: string;
  readonly mcpServer: string;
  readonly schedule: string;
  readonly run: string;
}

export interface Teams {
  readonly world: TwoTenants;
  readonly support: TeamRows;
  readonly sales: TeamRows;
  /** A tool without an owner. */
  readonly unowned: string;
}

/** Every list that a key restricted to rows may read. */
export const EVERYTHING = `{
  agents { totalCount nodes { id tools { id } mcpServers { id } subAgents { id } schedules { id } } }
  tools { totalCount nodes { id } }
  mcpServers { totalCount nodes { id } }
  schedules { totalCount nodes { id agent { id } } }
  runs { totalCount nodes { id agent { id } } }
}`;

export interface List {
  readonly totalCount: number;
  readonly nodes: readonly { readonly id: string }[];
}
export type Lists = Record<'agents' | 'tools' | 'mcpServers' | 'schedules' | 'runs', List>;

const AGENT = 'type: CONFIG, framework: LANGCHAIN, model: { provider: "openai", name: "gpt" }';

export const madeId = async (client: Client, field: string): Promise<string> =>
  (await client.ask<{ made: { id: string } }>(`mutation { made: ${field} { id } }`)).made.id;

async function rowsOfTeam(client: Client, team: string): Promise<TeamRows> {
  const owner = `metadata: { owner: { team: "${team}" } }`;
  const tool = await madeId(client, `createTool(input: { name: "${team} tool", ${owner} })`);
  const mcpServer = await madeId(
    client,
    `createMcpServer(input: { name: "${team} server", transport: HTTP, config: { url: "https://mcp.example/" }, ${owner} })`,
  );
  const agent = await madeId(
    client,
    `createAgent(input: { name: "${team} agent", ${AGENT}, toolIds: ["${tool}"], mcpServerIds: ["${mcpServer}"], ${owner} })`,
  );
  const schedule = await madeId(
    client,
    `createSchedule(input: { agentId: "${agent}", cron: "0 9 * * *", timezone: "UTC" })`,
  );
  return { agent, tool, mcpServer, schedule, run: await madeId(client, `startRun(agentId: "${agent}")`) };
}

export async function createTeams(): Promise<Teams> {
  const world = await createTwoTenants();
  const support = await rowsOfTeam(world.acme, 'support');
  const sales = await rowsOfTeam(world.acme, 'sales');
  // Each team's agent also uses the other team's tool.
  for (const [{ agent, tool }, other] of [
    [support, sales],
    [sales, support],
  ] as const)
    await madeId(
      world.acme,
      `updateAgent(id: "${agent}", input: { toolIds: ["${tool}", "${other.tool}"], subAgentIds: [${agent === support.agent ? `"${other.agent}"` : ''}] })`,
    );
  const unowned = await madeId(world.acme, 'createTool(input: { name: "unowned" })');
  return { world, support, sales, unowned };
}
