/** Promotes all of the shared data as one bundle, from export to undo, over HTTP. Needs SHARED_DATA. */
import { serverInput, sharedRows, type SharedAgent, type SharedServer, type SharedTool } from '../../test/load';
import { ONE_OF_EACH } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import type { Harness } from '../harness/harness';
import { send } from '../harness/servers';
import { settings } from '../harness/settings';
import { spread } from '../harness/statistics';

const SETTINGS = settings({ rounds: 5 });
/** Every tenth agent uses many tools and the next agents of the list. */
const LARGE_EVERY = 10;
const TOOLS_OF_LARGE = 40;

const EXPORT = '{ exportConfiguration { yaml } }';
const SUMMARY = 'summary { create update unchanged delete }';
const PLAN = `query ($bundle: String!) { planImport(bundle: $bundle) { hash ${SUMMARY} changes { action name fields { path before after } } } }`;
const APPLY = `mutation ($bundle: String!, $planHash: String!) { applyImport(bundle: $bundle, planHash: $planHash) { importId ${SUMMARY} } }`;
const UNDO = `mutation ($importId: ID!) { undoImport(importId: $importId) { ${SUMMARY} } }`;

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
      tools: tools.slice(index, index + (index % LARGE_EVERY === 0 ? TOOLS_OF_LARGE : 1)).map((tool) => tool.name),
      subAgents:
        index % LARGE_EVERY === 0 ? agents.slice(index + 1, index + LARGE_EVERY).map((agent) => agent.name) : [],
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

async function run(harness: Harness): Promise<Table[]> {
  const { text, rows } = sharedBundle();
  const cluster = await harness.createCluster(ONE_OF_EACH);
  const gateway = await harness.launchGateway(cluster);
  const headers = { 'content-type': 'application/json', 'x-api-key': cluster.accounts[0]?.key ?? '' };
  const times: number[][] = STEPS.map(() => []);
  const timed = async (step: number, query: string, variables = {}): Promise<Answers> => {
    const start = performance.now();
    const data = await send(gateway.port, headers, { query, variables });
    times[step]?.push((performance.now() - start) / 1000);
    return data as Answers;
  };
  const expectRows = (count: number): void => {
    if (count !== rows) throw new Error(`${count} rows instead of ${rows}`);
  };
  for (let round = 0; round < SETTINGS.rounds; round += 1) {
    const { planImport } = await timed(0, PLAN, { bundle: text });
    const { applyImport } = await timed(1, APPLY, { bundle: text, planHash: planImport.hash });
    expectRows(applyImport.summary.create);
    const { exportConfiguration } = await timed(2, EXPORT);
    const again = await timed(3, PLAN, { bundle: exportConfiguration.yaml });
    expectRows(again.planImport.summary.unchanged - ONE_OF_EACH.tools - ONE_OF_EACH.agents - ONE_OF_EACH.schedules);
    await timed(4, UNDO, { importId: applyImport.importId });
  }
  const summary = `${rows} rows, ${Math.round(text.length / 1024)} KB, ${SETTINGS.rounds} rounds over HTTP`;
  const table = STEPS.map(([name, limit], index) => [name, spread(times[index] ?? []), limit]);
  return [{ summary, head: ['step', 'seconds', 'limit, s'], rows: table, page: 'docs/promotion.md' }];
}

export const benchmark: Benchmark = { description: 'a large bundle, from export to undo', run };
