/** The changes that writers send, with their expected answers and effects. */
import type { Agent, Belongings, Row, Tool } from './belongings';
import type { Change } from './client';
import type { Fact } from './ledger';

export interface Operation extends Change {
  readonly kind: string;
  /** Whether it creates a row named by the marker. */
  readonly creates: boolean;
  /** The audit events that it causes; runs are their own record and cause none. */
  readonly events: readonly string[];
  /**
   * Reads an answer, and adopts what it states.
   * @throws Error if it is not the answer to this change.
   */
  accept(answer: unknown): { readonly facts: readonly Fact[]; readonly secret?: string };
  /** Called if the outcome is unknown. */
  giveUp(): void;
}

interface Named {
  readonly id: string;
  readonly version: number;
  readonly name: string;
}

function expectEqual(what: string, answered: unknown, wanted: unknown): void {
  const [one, other] = [JSON.stringify(answered), JSON.stringify(wanted)];
  if (one !== other) throw new Error(`${what} was answered as ${one}, not ${other}`);
}

const namesOf = (rows: readonly { readonly name: string }[]): string[] => rows.map(({ name }) => name).sort();

const ACCOUNT = '$accountId: ID';
const OWN = 'accountId: $accountId';

function createTool(own: Belongings, marker: string): Operation {
  return {
    kind: 'createTool',
    creates: true,
    query: `mutation CreateTool(${ACCOUNT}, $input: CreateToolInput!) { made: createTool(${OWN}, input: $input) { id version name description agents { name } } }`,
    variables: { input: { name: marker, description: `made by ${marker}` } },
    events: ['Tool CREATE'],
    accept: (answer) => {
      const { id, version, ...others } = answer as Named;
      expectEqual('the tool', others, { name: marker, description: `made by ${marker}`, agents: [] });
      own.addTool({ id, name: marker, version, agents: [] });
      return { facts: [{ table: 'tool', id, version, values: { name: marker, description: `made by ${marker}` } }] };
    },
    giveUp: () => undefined,
  };
}

function updateTool(own: Belongings, marker: string, tool: Tool): Operation {
  const variables = {
    id: tool.id,
    input: { description: marker },
    version: own.random.chance(0.5) ? tool.version : null,
  };
  return {
    kind: 'updateTool',
    creates: false,
    query: `mutation UpdateTool(${ACCOUNT}, $id: ID!, $version: Int, $input: UpdateToolInput!) { made: updateTool(${OWN}, id: $id, expectedVersion: $version, input: $input) { id version name description agents { name tools { id } } } }`,
    variables,
    events: ['Tool UPDATE'],
    accept: (answer) => {
      const { version, agents, ...others } = answer as Named & { agents: Named[] };
      expectEqual('the tool', others, { id: tool.id, name: tool.name, description: marker });
      expectEqual('its version', version, tool.version + 1);
      expectEqual('its agents', namesOf(agents), namesOf(tool.agents));
      tool.version = version;
      return { facts: [{ table: 'tool', id: tool.id, version, values: { name: tool.name, description: marker } }] };
    },
    giveUp: () => own.leaveTools([tool]),
  };
}

function deleteTool(own: Belongings, tool: Tool): Operation {
  return {
    kind: 'deleteTool',
    creates: false,
    query: `mutation DeleteTool(${ACCOUNT}, $id: ID!) { made: deleteTool(${OWN}, id: $id) { id version deletedAt agents { name } } }`,
    variables: { id: tool.id },
    events: ['Tool DELETE'],
    accept: (answer) => {
      const { id, version, deletedAt } = answer as Named & { deletedAt: string | null };
      expectEqual('the tool', id, tool.id);
      expectEqual('whether it is deleted', deletedAt !== null, true);
      own.leaveTools([tool]);
      return { facts: [{ table: 'tool', id, version, values: { name: tool.name } }] };
    },
    giveUp: () => own.leaveTools([tool]),
  };
}

function createAgent(own: Belongings, marker: string, tools: readonly Tool[]): Operation {
  return {
    kind: 'createAgent',
    creates: true,
    query: `mutation CreateAgent(${ACCOUNT}, $input: CreateAgentInput!) { made: createAgent(${OWN}, input: $input) { id version name tools { name } runs(first: 2) { id } } }`,
    variables: {
      input: {
        name: marker,
        framework: 'LANGCHAIN',
        model: { provider: 'openai', name: 'gpt' },
        toolIds: tools.map(({ id }) => id),
      },
    },
    events: ['Agent CREATE', ...tools.map(() => 'AgentTool CREATE')],
    accept: (answer) => {
      const { id, version, name, tools: linked, ...others } = answer as Named & { tools: Named[] };
      expectEqual('the agent', { name, ...others }, { name: marker, runs: [] });
      expectEqual('its tools', namesOf(linked), namesOf(tools));
      own.addAgent({ id, name: marker, tools });
      return { facts: [{ table: 'agent', id, version, values: { name: marker } }] };
    },
    giveUp: () => own.leaveTools(tools),
  };
}

function startRun(own: Belongings, marker: string, agent: Agent): Operation {
  return {
    kind: 'startRun',
    creates: true,
    query: `mutation StartRun(${ACCOUNT}, $agentId: ID!, $input: JSONObject) { made: startRun(${OWN}, agentId: $agentId, input: $input) { id version status input agent { name tools { name } } } }`,
    variables: { agentId: agent.id, input: { marker } },
    events: [],
    accept: (answer) => {
      const { id, version, agent: started, ...others } = answer as Named & { agent: { name: string; tools: Named[] } };
      expectEqual('the run', others, { status: 'STARTED', input: { marker } });
      expectEqual('its agent', started.name, agent.name);
      own.runs.push({ id, version });
      return { facts: [{ table: 'run', id, version, values: { status: 'STARTED', agent_id: agent.id } }] };
    },
    giveUp: () => undefined,
  };
}

function finishRun(own: Belongings, marker: string, run: Row): Operation {
  return {
    kind: 'finishRun',
    creates: false,
    query: `mutation FinishRun(${ACCOUNT}, $id: ID!, $output: JSONObject) { made: finishRun(${OWN}, id: $id, status: SUCCESS, output: $output) { id version status output agent { id } } }`,
    variables: { id: run.id, output: { marker } },
    events: [],
    accept: (answer) => {
      const { id, version, status, output } = answer as Named & { status: string; output: unknown };
      expectEqual('the run', { id, status, output }, { id: run.id, status: 'SUCCESS', output: { marker } });
      own.leaveRun(run);
      return { facts: [{ table: 'run', id, version, values: { status: 'SUCCESS' } }] };
    },
    giveUp: () => own.leaveRun(run),
  };
}

const KEY = 'apiKey { id version name status } secret';
type NewKey = {
  readonly apiKey: Named;
  readonly secret: string;
  readonly replaced?: { id: string; replacedBy: string };
};

function createKey(own: Belongings, marker: string): Operation {
  return {
    kind: 'createApiKey',
    creates: true,
    query: `mutation CreateKey(${ACCOUNT}, $input: CreateApiKeyInput!) { made: createApiKey(${OWN}, input: $input) { ${KEY} } }`,
    variables: { input: { name: marker, role: 'VIEWER', expiresInDays: 30 } },
    events: ['ApiKey CREATE'],
    accept: (answer) => {
      const { apiKey, secret } = answer as NewKey;
      expectEqual('the name of the key', apiKey.name, marker);
      own.key = apiKey;
      return { facts: [keyFact(apiKey)], secret };
    },
    giveUp: () => undefined,
  };
}

const keyFact = ({ id, version, name }: Named): Fact => ({ table: 'api_key', id, version, values: { name } });

function rotateKey(own: Belongings, key: Row): Operation {
  return {
    kind: 'rotateApiKey',
    creates: false,
    query: `mutation RotateKey(${ACCOUNT}, $id: ID!) { made: rotateApiKey(${OWN}, id: $id, graceSeconds: 0) { ${KEY} replaced { id replacedBy } } }`,
    variables: { id: key.id },
    events: ['ApiKey CREATE', 'ApiKey UPDATE'],
    accept: (answer) => {
      const { apiKey, secret, replaced } = answer as NewKey;
      expectEqual('the replaced key', replaced, { id: key.id, replacedBy: apiKey.id });
      own.key = apiKey;
      return { facts: [keyFact(apiKey)], secret };
    },
    giveUp: () => void (own.key = null),
  };
}

/** Chooses the next change. @param marker a unique text that the changed row contains if possible. */
export function nextOperation(own: Belongings, marker: string): Operation {
  const { random, tools, agents, runs, key } = own;
  const draw = random.next();
  const [tool, agent, run] = [random.some(tools, 1)[0], random.some(agents, 1)[0], random.some(runs, 1)[0]];
  const unused = tools.find(({ agents: users }) => users.length === 0);
  if (draw < 0.3 && tool) return updateTool(own, marker, tool);
  if (draw < 0.35 && unused) return deleteTool(own, unused);
  if (draw < 0.5) return createAgent(own, marker, random.some(tools, random.below(4)));
  if (draw < 0.7 && agent) return startRun(own, marker, agent);
  if (draw < 0.8 && run) return finishRun(own, marker, run);
  if (draw < 0.86) return key ? rotateKey(own, key) : createKey(own, marker);
  return createTool(own, marker);
}
