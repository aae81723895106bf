/** Loads the shared real inputs through the API into an account: names, instructions and schemas written by people. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from './harness/gateway';

/** SHARED_DATA, or the folder next to the project in which tests and benchmarks run. */
export const SHARED_DATA = process.env['SHARED_DATA'] ?? join(process.cwd(), '../shared/data');

export const hasSharedData = existsSync(join(SHARED_DATA, 'agents.jsonl'));

export interface SharedAgent {
  readonly name: string;
  readonly instruction: string;
  readonly metadata: Record<string, unknown>;
}

export interface SharedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Record<string, unknown>;
}

export interface SharedServer {
  readonly name: string;
  readonly description: string;
  readonly repository: string;
  readonly version: string;
  readonly packages: readonly object[];
  readonly remotes: readonly { readonly url: string }[];
}

/**
 * A server that is not reached over the network is identified by its repository. One row has no name, one no
 * repository.
 */
export const serverInput = ({ name, description, repository, version, packages, remotes }: SharedServer) => ({
  name: name === '' ? 'a server without a name' : name,
  description,
  transport: remotes.length > 0 ? 'SSE' : 'HTTP',
  config: { url: remotes[0]?.url ?? (repository === '' ? 'https://unknown.example/' : repository), version, packages },
});

/** The rows of one of the files. */
export function sharedRows<Row>(file: string): Row[] {
  const lines = readFileSync(join(SHARED_DATA, file), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Row);
}

const CREATE_AGENT = 'mutation ($input: CreateAgentInput!) { createAgent(input: $input) { id } }';
const CREATE_SERVER = 'mutation ($input: CreateMcpServerInput!) { createMcpServer(input: $input) { id } }';
const CREATE_TOOL = 'mutation ($input: CreateToolInput!) { createTool(input: $input) { id } }';

/** As many concurrent requests as the pool has connections for the account. */
const AT_ONCE = 4;

async function createAll<Row>(rows: readonly Row[], create: (row: Row, index: number) => Promise<void>): Promise<void> {
  const left = rows.entries();
  const work = async (): Promise<void> => {
    for (const [index, row] of left) await create(row, index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

export interface Loaded {
  readonly agents: readonly SharedAgent[];
  readonly tools: readonly SharedTool[];
  readonly servers: readonly SharedServer[];
}

/** Creates every row in the account of the client; each agent uses the tool at the same position in the list. */
export async function loadSharedData(client: Client): Promise<Loaded> {
  const tools = sharedRows<SharedTool>('tools.jsonl');
  const agents = sharedRows<SharedAgent>('agents.jsonl');
  const servers = sharedRows<SharedServer>('mcp-servers.jsonl');
  await createAll(servers, async (server) => {
    await client.ask(CREATE_SERVER, { input: serverInput(server) });
  });
  const ids: string[] = [];
  await createAll(tools, async ({ name, description, inputSchema }, index) => {
    const { createTool } = await client.ask<{ createTool: { id: string } }>(CREATE_TOOL, {
      input: { name, description, inputSchema },
    });
    ids[index] = createTool.id;
  });
  await createAll(agents, async ({ name, instruction, metadata }, index) => {
    const input = {
      name,
      instruction,
      metadata,
      framework: 'LANGGRAPH',
      model: { provider: 'openai', name: 'gpt' },
      toolIds: [ids[index % ids.length]],
    };
    await client.ask(CREATE_AGENT, { input });
  });
  return { agents, tools, servers };
}
