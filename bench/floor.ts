/** The floor: node:http, compiled queries and the gateway's SQL, nothing else. A yardstick, not a product. */
import { createServer } from 'node:http';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { parse } from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { Pool } from 'pg';
import type { PreparedQuery } from '../src/db/sql/batch';
import { PipelineClient } from '../src/db/sql/client';

const typeDefs = `
  scalar Json
  type Query { agents(first: Int!): Agents! agent(id: ID!): Agent }
  type Agents { nodes: [Agent!]! }
  type Model { provider: String! name: String! }
  type Tool { id: ID! name: String! }
  type Agent { id: ID! name: String! model: Model metadata: Json! createdAt: String! tools: [Tool!]! }`;

const COLUMNS = 'a.account_id, a.created_at, a.id, a.metadata, a.model, a.name';
const LIST = {
  name: 'list',
  text: `SELECT ${COLUMNS} FROM agent a WHERE a.account_id = $1 AND a.deleted_at IS NULL ORDER BY a.id LIMIT $2`,
};
const GET = {
  name: 'get',
  text: `SELECT ${COLUMNS} FROM agent a WHERE a.account_id = $1 AND a.deleted_at IS NULL AND a.id = $2 LIMIT 1`,
};
const TOOLS = {
  name: 'tools',
  text: `SELECT k.id, t.* FROM unnest($2::uuid[]) k(id) CROSS JOIN LATERAL (
           SELECT t.account_id, t.id, t.name FROM agent_tool l JOIN tool t ON t.account_id = l.account_id AND t.id = l.tool_id
            WHERE l.account_id = $1 AND l.agent_id = k.id AND t.deleted_at IS NULL ORDER BY t.name, t.id LIMIT $3) t`,
};

const BEGIN = { name: 'begin', text: 'BEGIN READ ONLY', values: [] };
const COMMIT = { name: 'commit', text: 'COMMIT', values: [] };

interface Agent {
  readonly [column: string]: unknown;
  readonly tools: object[];
}

const agentOf = (row: unknown[]): Agent => ({
  createdAt: row[1],
  id: row[2],
  metadata: row[3],
  model: row[4],
  name: row[5],
  tools: [],
});

const pool = new Pool({
  Client: PipelineClient,
  connectionString: process.env['TENANT_DATABASE_URL'],
  max: Number(process.env['POOL_SIZE']),
  pipeline: true,
});

async function read(account: string, query: PreparedQuery): Promise<unknown[][]> {
  const client = await pool.connect();
  if (!(client instanceof PipelineClient)) throw new Error('Another client');
  const within = { text: `SET LOCAL app.account_id = '${account}'`, values: [] };
  const [, , rows] = await client.batch([BEGIN, within, query, COMMIT]);
  client.release();
  return rows ?? [];
}

async function addTools(account: string, agents: readonly Agent[]): Promise<void> {
  const byId = new Map(agents.map((agent) => [agent.id, agent]));
  const rows = await read(account, { ...TOOLS, values: [account, agents.map(({ id }) => id), 100] });
  for (const row of rows) byId.get(row[0])?.tools.push({ id: row[2], name: row[3] });
}

interface Context {
  readonly account: string;
  readonly tools: boolean;
}

const resolvers = {
  Query: {
    agents: async (_: unknown, { first }: { first: number }, { account, tools }: Context) => {
      const nodes = (await read(account, { ...LIST, values: [account, first + 1] })).slice(0, first).map(agentOf);
      if (tools) await addTools(account, nodes);
      return { nodes };
    },
    agent: async (_: unknown, { id }: { id: string }, { account }: Context) => {
      const [row] = await read(account, { ...GET, values: [account, id] });
      return row ? agentOf(row) : null;
    },
  },
};

const schema = makeExecutableSchema({ typeDefs, resolvers });
const compiled = new Map<string, CompiledQuery>();

function queryFor(text: string): CompiledQuery {
  const known = compiled.get(text);
  if (known) return known;
  const made = compileQuery(schema, parse(text));
  if (!isCompiledQuery(made)) throw new Error(`The floor cannot compile ${text}`);
  compiled.set(text, made);
  return made;
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const asked = JSON.parse(Buffer.concat(parts).toString()) as { query: string; variables?: object };
    const { query, variables = {} } = asked;
    const context: Context = { account: String(request.headers['x-account']), tools: query.includes('tools') };
    void Promise.resolve(queryFor(query).query(undefined, context, variables)).then((result) => {
      const body = JSON.stringify(result);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      response.end(body);
    });
  });
});
server.listen(Number(process.env['PORT']), '127.0.0.1');
