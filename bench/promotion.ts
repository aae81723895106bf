/** `npm run bench:promotion`: all of the shared data as one bundle, from export to undo, through HTTP. */
import { serverInput, sharedRows, type SharedAgent, type SharedServer, type SharedTool } from '../test/load';
import { figures, publish, runBenchmark, spread } from './report';
import { launchGateway, send } from './servers';
import { createBenchCluster } from './cluster';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
/** Every so many agents use many tools and some others of the list. */
const BUSY = 10;
const TOOLS_OF_BUSY = 40;
/** An account that has one row of each kind. */
const START = { accounts: 1, agents: 1, tools: 1, toolsOfAgent: 1, schedules: 1, runs: 0 };

const EXPORT = '{ exportConfiguration { yaml } }';
const SHAPE = 'summary { create update unchanged delete }';
const PLAN = `query ($bundle: String!) { planImport(bundle: $bundle) { hash ${SHAPE} changes { action name fields { path before after } } } }`;
const APPLY = `mutation ($bundle: String!, $planHash: String!) { applyImport(bundle: $bundle, planHash: $planHash) { importId ${SHAPE} } }`;
const UNDO = `mutation ($importId: ID!) { undoImport(importId: $importId) { ${SHAPE} } }`;

function sharedBundle(): { readonly text: string; readonly rows: number } {
  const tools = sharedRows<SharedTool>('tools.jsonl');
  const agents = sharedRows<SharedAgent>('agents.jsonl');
  const mcpServers = sharedRows<SharedServer>('mcp-servers.jsonl').map(serverInput);
  const bundle = {
    schemaVersion: 1,
    tools: tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })),
    mcpServers,
    agents: agents.map(({ name, instruction, metadata }, index) => ({
      name,
      instruction,
      metadata,
      framework: 'LANGGRAPH',
      model: { provider: 'openai', name: 'gpt' },
      tools: tools.slice(index, index + (index % BUSY === 0 ? TOOLS_OF_BUSY : 1)).map((tool) => tool.name),
      subAgents: index % BUSY === 0 ? agents.slice(index + 1, index + BUSY).map((agent) => agent.name) : [],
    })),
  };
  return { text: JSON.stringify(bundle), rows: tools.length + agents.length + mcpServers.length };
}

interface Answers {
  readonly planImport: { readonly hash: string; readonly summary: { readonly unchanged: number } };
  readonly applyImport: { readonly importId: string; readonly summary: { readonly create: number } };
  readonly exportConfiguration: { readonly yaml: string };
}

const STEPS = [
  ['plan', '2'],
  ['apply', '5'],
  ['export', ''],
  ['plan again, unchanged', '2'],
  ['undo', ''],
] as const;

async function main(): Promise<string> {
  const { text, rows } = sharedBundle();
  const cluster = await createBenchCluster(START);
  const times: number[][] = STEPS.map(() => []);
  try {
    const gateway = await launchGateway(cluster.environment);
    const headers = { 'content-type': 'application/json', 'x-api-key': cluster.accounts[0]?.key ?? '' };
    const timed = async (step: number, query: string, variables = {}): Promise<Answers> => {
      const start = performance.now();
      const data = await send(gateway.port, headers, { query, variables });
      times[step]?.push((performance.now() - start) / 1000);
      return data as Answers;
    };
    const expectRows = (found: number): void => {
      if (found !== rows) throw new Error(`${found} rows instead of ${rows}`);
    };
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        const { planImport } = await timed(0, PLAN, { bundle: text });
        const { applyImport } = await timed(1, APPLY, { bundle: text, planHash: planImport.hash });
        expectRows(applyImport.summary.create);
        const { exportConfiguration } = await timed(2, EXPORT);
        const again = await timed(3, PLAN, { bundle: exportConfiguration.yaml });
        expectRows(again.planImport.summary.unchanged - START.tools - START.agents - START.schedules);
        await timed(4, UNDO, { importId: applyImport.importId });
      }
    } finally {
      await gateway.stop();
    }
  } finally {
    await cluster.close();
  }
  const how = `${rows} rows, ${Math.round(text.length / 1024)} KB, ${ROUNDS} rounds through HTTP`;
  const table = STEPS.map(([name, limit], index) => [name, spread(times[index] ?? []), limit]);
  const report = figures('bench:promotion', how, ['step', 'seconds', 'limit, s'], table);
  publish('docs/promotion.md', 'promotion', report);
  return report;
}

runBenchmark(main);
