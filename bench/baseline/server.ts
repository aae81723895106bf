/**
 * The baseline: node:http, prepared queries and the gateway's SQL, nothing else. For comparison only; it is not a
 * product.
 */
import { createServer } from 'node:http';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { parse } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { Pool } from 'pg';
import type { PreparedQuery } from '../../src/db/pipeline/batch';
import { PipelineClient } from '../../src/db/pipeline/pipeline-client';
import { statementsOf, type Statements } from './statements';

const typeDefs = `
  scalar JSONObject
  input Change { metadata: JSONObject! }
  type Query { agents(first: Int!): Agents! agent(id: ID!): Agent }
  type Mutation { updateAgent(id: ID!, input: Change!): Agent }
  type Agents { nodes: [Agent!]! }
  type Model { provider: String! name: String! }
  type Tool { id: ID! name: String! type: String! }
  type Schedule { id: ID! cron: String! timezone: String! enabled: Boolean! nextRunAt: String }
  type Run { id: ID! status: String! startedAt: String! finishedAt: String }
  type Agent {
    id: ID! name: String! model: Model metadata: JSONObject! createdAt: String!
    tools: [Tool!]! schedules: [Schedule!]! runs(first: Int!): [Run!]!
  }`;

const BEGIN = { name: 'begin', text: 'BEGIN READ ONLY', values: [] };
const BEGIN_WRITE = { name: 'begin_write', text: 'BEGIN', values: [] };
const COMMIT = { name: 'commit', text: 'COMMIT', values: [] };

interface Agent {
  readonly accountId: string;
  readonly id: string;
  readonly [column: string]: unknown;
  readonly tools: object[];
  readonly schedules: object[];
  readonly runs: object[];
}

const agentOf = (row: unknown[]): Agent => ({
  accountId: String(row[0]),
  createdAt: row[1],
  id: String(row[2]),
  metadata: row[3],
  model: row[4],
  name: row[5],
  tools: [],
  schedules: [],
  runs: [],
});

const pool = new Pool({
  Client: PipelineClient,
  connectionString: process.env['DATABASE_URL'],
  max: Number(process.env['POOL_SIZE']),
  pipeline: true,
});

/** An empty account means all accounts; the baseline then connects as the operator role. */
async function transaction(first: PreparedQuery, account: string, queries: PreparedQuery[]): Promise<unknown[][][]> {
  const client = await pool.connect();
  if (!(client instanceof PipelineClient)) throw new Error('The pool made another kind of client');
  const opening = account === '' ? [first] : [first, { text: `SET LOCAL app.account_id = '${account}'`, values: [] }];
  const answers = await client.batch([...opening, ...queries, COMMIT]);
  client.release();
  return answers.slice(opening.length, -1);
}

/** Tools, schedules and runs of all agents: three statements in one transaction. */
async function addDetails(account: string, sql: Statements, agents: readonly Agent[]): Promise<void> {
  const byId = new Map(agents.map((agent) => [agent.id, agent]));
  const ids = agents.map(({ id }) => id);
  const accounts = account === '' ? agents.map(({ accountId }) => accountId) : account;
  const [tools = [], schedules = [], runs = []] = await transaction(BEGIN, account, [
    { ...sql.tools, values: [accounts, ids, 100] },
    { ...sql.schedules, values: [accounts, ids, 100] },
    { ...sql.runs, values: [accounts, ids, 3] },
  ]);
  for (const [key, , id, name, type] of tools) byId.get(String(key))?.tools.push({ id, name, type });
  for (const [key, , cron, enabled, id, nextRunAt, timezone] of schedules)
    byId.get(String(key))?.schedules.push({ cron, enabled, id, nextRunAt, timezone });
  for (const [key, , finishedAt, id, startedAt, status] of runs)
    byId.get(String(key))?.runs.push({ finishedAt, id, startedAt, status });
}

interface Context {
  readonly account: string;
  readonly details: boolean;
}

interface Change {
  readonly id: string;
  readonly input: { readonly metadata: object };
}

const accountValue = (account: string): string[] => (account === '' ? [] : [account]);

const resolvers = {
  Query: {
    agents: async (_: unknown, { first }: { first: number }, { account, details }: Context) => {
      const sql = statementsOf(account !== '');
      const [rows = []] = await transaction(BEGIN, account, [
        { ...sql.list, values: [...accountValue(account), first + 1] },
      ]);
      const nodes = rows.slice(0, first).map(agentOf);
      if (details) await addDetails(account, sql, nodes);
      return { nodes };
    },
    agent: async (_: unknown, { id }: { id: string }, { account }: Context) => {
      const { get } = statementsOf(true);
      const [rows = []] = await transaction(BEGIN, account, [{ ...get, values: [account, id] }]);
      return rows[0] ? agentOf(rows[0]) : null;
    },
  },
  Mutation: {
    updateAgent: async (_: unknown, { id, input }: Change, { account }: Context) => {
      const { update } = statementsOf(true);
      const values = [account, id, JSON.stringify(input.metadata)];
      const [rows = []] = await transaction(BEGIN_WRITE, account, [{ ...update, values }]);
      return rows[0] ? agentOf(rows[0]) : null;
    },
  },
};

const schema = makeExecutableSchema({ typeDefs, resolvers });
const compiled = new Map<string, CompiledQuery>();

function queryFor(text: string): CompiledQuery {
  const cached = compiled.get(text);
  if (cached) return cached;
  const query = compileQuery(schema, parse(text));
  if (!isCompiledQuery(query)) throw new Error(`The baseline cannot compile ${text}`);
  compiled.set(text, query);
  return query;
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const operation = JSON.parse(Buffer.concat(parts).toString()) as { query: string; variables?: object };
    const { query, variables = {} } = operation;
    const account = String(request.headers['x-account'] ?? '');
    const context: Context = { account, details: query.includes('tools') };
    void Promise.resolve(queryFor(query).query(undefined, context, variables)).then((result) => {
      const body = JSON.stringify(result);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      response.end(body);
    });
  });
});
server.listen(Number(process.env['PORT']), '127.0.0.1');
