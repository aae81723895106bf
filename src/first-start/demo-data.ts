/** The example data of a first start: two accounts with an agent each, created through the API. */
import type { FastifyInstance } from 'fastify';

interface DemoAccount {
  readonly id: string;
  readonly slug: string;
  /** For a frontend: read-only. */
  readonly viewerKey: string;
  /** The PRIMARY key, which manages the account. */
  readonly administratorKey: string;
  readonly agentId: string;
}

export interface Demo {
  readonly acme: DemoAccount;
  readonly globex: DemoAccount;
}

const HAS_ACCOUNTS = 'query { accounts(first: 1) { nodes { id } } }';
const CREATE_ACCOUNT =
  'mutation ($input: CreateAccountInput!) { createAccount(input: $input) { account { id } secret } }';
const CREATE_KEY = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';
const CREATE_TOOL = 'mutation ($input: CreateToolInput!) { createTool(input: $input) { id } }';
const CREATE_AGENT = 'mutation ($input: CreateAgentInput!) { createAgent(input: $input) { id } }';

/** Calls the gateway in-process. Returns the data, or throws. */
async function call<T>(app: FastifyInstance, key: string, query: string, variables: object = {}): Promise<T> {
  const answer = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', 'x-api-key': key, 'x-reason': 'demo data of the first start' },
    payload: JSON.stringify({ query, variables }),
  });
  const { data, errors } = answer.json<{ data: T; errors?: { message: string }[] }>();
  if (errors) throw new Error(`The demo data could not be created: ${errors[0]?.message ?? 'unknown'}`);
  return data;
}

interface Example {
  readonly slug: string;
  readonly name: string;
  readonly tool: string;
  readonly agent: string;
  readonly instruction: string;
}

async function createExample(app: FastifyInstance, masterKey: string, example: Example): Promise<DemoAccount> {
  const { slug, name, tool, agent, instruction } = example;
  const created = await call<{ createAccount: { account: { id: string }; secret: string } }>(
    app,
    masterKey,
    CREATE_ACCOUNT,
    { input: { slug, name } },
  );
  const { account, secret } = created.createAccount;
  const { createTool } = await call<{ createTool: { id: string } }>(app, secret, CREATE_TOOL, {
    input: { name: tool },
  });
  const input = {
    name: agent,
    instruction,
    framework: 'LANGGRAPH',
    model: { provider: 'anthropic', name: 'claude-sonnet' },
    toolIds: [createTool.id],
    metadata: { owner: { team: 'support', email: `team@${slug}.example` } },
  };
  const { createAgent } = await call<{ createAgent: { id: string } }>(app, secret, CREATE_AGENT, { input });
  const { createApiKey } = await call<{ createApiKey: { secret: string } }>(app, secret, CREATE_KEY, {
    input: { name: 'frontend', role: 'VIEWER', expiresInDays: 365 },
  });
  return {
    id: account.id,
    slug,
    viewerKey: createApiKey.secret,
    administratorKey: secret,
    agentId: createAgent.id,
  };
}

/** @returns null if an account already exists. */
export async function createDemo(app: FastifyInstance, masterKey: string): Promise<Demo | null> {
  const { accounts } = await call<{ accounts: { nodes: object[] } }>(app, masterKey, HAS_ACCOUNTS);
  if (accounts.nodes.length > 0) return null;
  const acme = await createExample(app, masterKey, {
    slug: 'acme',
    name: 'Acme',
    tool: 'search orders',
    agent: 'Order desk',
    instruction: 'Answer questions about orders, politely and briefly.',
  });
  const globex = await createExample(app, masterKey, {
    slug: 'globex',
    name: 'Globex',
    tool: 'read meter',
    agent: 'Meter reader',
    instruction: 'Tell customers what their meter says.',
  });
  return { acme, globex };
}
