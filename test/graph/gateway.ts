/** A small gateway on a schema without a database, for the tests of src/graph. */
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { FastifyInstance } from 'fastify';
import { GraphQLError, GraphQLScalarType, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import { pino } from 'pino';
import { ArgumentValidationError } from 'type-graphql';
import { Caller, type AccountId } from '../../src/auth/caller';
import { PermissionTable } from '../../src/auth/grants';
import { masterAccess } from '../../src/auth/key-access';
import { DatabaseUnavailableError } from '../../src/db/database-errors';
import { badInput, GatewayError, notFound, unauthenticated } from '../../src/errors';
import { newFieldRecord, type GatewayContext, type IncomingCall } from '../../src/graph/context';
import { OpenStreams } from '../../src/graph/open-streams';
import { RateLimits } from '../../src/http/rate-limit';
import { createHttpServer, type HttpParts } from '../../src/http/server';
import { httpSettings } from './http-settings';

const typeDefs = /* GraphQL */ `
  scalar Instant
  scalar Json
  enum Kind {
    CONFIG
    A2A
  }
  interface Named {
    name: String!
  }
  union Found = Agent | Tool
  type Tool implements Named {
    name: String!
    weight: Float
  }
  type Run {
    id: ID!
    at: Instant
    agent: Agent
  }
  type RunConnection {
    nodes: [Run!]!
    totalCount: Int!
  }
  type Agent implements Named {
    id: ID!
    name: String!
    kind: Kind!
    at: Instant
    metadata: Json
    tools: [Tool!]!
    schedules: [Tool!]!
    runs(first: Int, after: String): RunConnection!
    failing: String
    failingStrict: String!
    missing: Agent
    subAgents: [Agent]
  }
  type AgentConnection {
    nodes: [Agent!]!
    totalCount: Int!
  }
  input Inner {
    count: Int = 3
    labels: [String!]
  }
  input AgentInput {
    name: String!
    kind: Kind = A2A
    at: Instant
    inner: Inner
  }
  input AgentFilter {
    name: String
    and: [AgentFilter!]
  }
  type Asked {
    field: String!
    parent: String!
    returns: String!
    path: Json
    selected: Json
  }
  type Query {
    hello(name: String = "you"): String!
    agents(first: Int, last: Int, filter: AgentFilter): AgentConnection!
    agent(id: ID!): Agent
    named: [Named!]!
    found: [Found]
    echo(input: AgentInput, at: Instant, json: Json, kind: Kind, ids: [ID!], ratio: Float): Json
    asked: Asked!
    a: Asked!
    fail(how: String!): String
    strict: String!
    number: Int
  }
  type Mutation {
    add(value: Int!): Int!
    addSlowly(value: Int!): Int!
    refuse: Int
  }
`;

const INSTANT = new Date('2026-02-03T04:05:06.000Z');

function parseInstant(value: unknown): Date {
  const date = new Date(typeof value === 'string' ? value : NaN);
  if (Number.isNaN(date.getTime())) throw new GraphQLError('Instant must be an ISO 8601 text');
  return date;
}

const agent = (id: string): Record<string, unknown> => ({
  id,
  name: `agent ${id}`,
  kind: 'CONFIG',
  at: INSTANT,
  metadata: { owner: { team: 'x' } },
});

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const FAILURES: Readonly<Record<string, () => never>> = {
  gateway: () => {
    throw notFound();
  },
  input: () => {
    throw badInput(['input', 'name'], 'The name is empty.');
  },
  sql: () => {
    const error = new Error('duplicate key value violates unique constraint "agent_name_key"; pcl_live_abc_def_ghi');
    throw Object.assign(error, { code: '23505', detail: 'Key (secret)=(hunter2) exists', query: 'insert into agent' });
  },
  coded: () => {
    throw new GraphQLError('relation "agent" does not exist', { extensions: { code: 'BAD_REQUEST' } });
  },
  database: () => {
    throw new DatabaseUnavailableError(true, new Error('ECONNREFUSED 10.1.2.3'));
  },
  commit: () => {
    throw new DatabaseUnavailableError(false, new Error('Connection terminated'));
  },
  validation: () => {
    class AgentInput {}
    const target = new AgentInput();
    const child = { property: 'team', constraints: { length: 'team is too long' }, target: {}, value: 'secret value' };
    throw new ArgumentValidationError([{ property: 'owner', target, value: 'secret value', children: [child] }]);
  },
  text: () => {
    throw 'only a text';
  },
};

const askedAbout = (_source: unknown, _args: unknown, _context: unknown, info: GraphQLResolveInfo): object => ({
  field: info.fieldName,
  parent: info.parentType.name,
  returns: String(info.returnType),
  path: info.path.key,
  selected: info.fieldNodes.flatMap(({ selectionSet }) =>
    selectionSet?.selections.map((node) => 'name' in node && node.name?.value),
  ),
});

function resolvers(): Record<string, object> {
  let sum = 0;
  return {
    Instant: new GraphQLScalarType({
      name: 'Instant',
      serialize: (value) => (value as Date).toISOString(),
      parseValue: parseInstant,
      parseLiteral: (node) => parseInstant('value' in node ? node.value : undefined),
    }),
    Named: { __resolveType: (value: object) => ('id' in value ? 'Agent' : 'Tool') },
    Found: { __resolveType: (value: object) => ('id' in value ? 'Agent' : 'Tool') },
    AgentConnection: {
      nodes: (page: { size: number }) => Array.from({ length: page.size }, (_, index) => agent(`${index}`)),
    },
    RunConnection: {
      nodes: async (page: { size: number }) => Array.from({ length: page.size }, () => ({ id: 'r', at: INSTANT })),
    },
    Agent: {
      tools: () => [{ name: 'hammer', weight: 1.5 }, Promise.resolve({ name: 'saw' })],
      schedules: async () => [],
      runs: (_agent: object, { first }: { first?: number }) => ({ size: first ?? 2, totalCount: 7 }),
      failing: () => FAILURES.gateway?.(),
      failingStrict: async () => FAILURES.gateway?.(),
      missing: () => null,
      subAgents: () => [agent('s'), notFound(), null],
    },
    Query: {
      hello: (_: unknown, { name }: { name: string }) => `hello ${name}`,
      agents: (_: unknown, { first, last }: { first?: number; last?: number }) => ({
        size: Math.min(first ?? last ?? 2, 5),
        totalCount: 5,
      }),
      agent: async (_: unknown, { id }: { id: string }) => (id === 'none' ? null : agent(id)),
      named: () => [agent('1'), { name: 'saw' }],
      found: () => [agent('1'), null, { name: 'saw', weight: 2 }],
      echo: (_: unknown, args: object) => JSON.parse(JSON.stringify(args)) as unknown,
      asked: askedAbout,
      a: askedAbout,
      fail: (_: unknown, { how }: { how: string }) => FAILURES[how]?.(),
      strict: () => null,
      number: () => 'not a number',
    },
    Mutation: {
      add: (_: unknown, { value }: { value: number }) => (sum += value),
      addSlowly: async (_: unknown, { value }: { value: number }) => {
        const before = sum;
        await tick();
        return (sum = before + value);
      },
      refuse: () => FAILURES.input?.(),
    },
  };
}

export const makeSchema = (): GraphQLSchema => makeExecutableSchema({ typeDefs, resolvers: resolvers() });

/** A context without a database. */
export const contextOf = ({ headers: _headers, body: _body, ...call }: IncomingCall): GatewayContext => ({
  ...call,
  fieldRecord: newFieldRecord(),
});

/** Keys of these tests: any text is a valid key, except `bad`, `suspended`, `broken` and `down`. */
export async function authenticate({ headers }: Pick<IncomingCall, 'headers'>): Promise<Caller | null> {
  const key = headers['x-api-key'];
  if (key === 'bad') throw unauthenticated();
  if (key === 'suspended') throw new GatewayError('ACCOUNT_SUSPENDED', 'The account acme is suspended.');
  if (key === 'broken') throw new Error('select secret_hash from api_key failed');
  if (key === 'down') throw new DatabaseUnavailableError(true, new Error('ECONNREFUSED'));
  if (key === undefined) return null;
  const account = { id: '018f0000-0000-7000-8000-000000000000' as AccountId, slug: 'acme', status: 'ACTIVE' as const };
  const access = masterAccess(new PermissionTable([]), account.id);
  const common = { kind: 'account' as const, keyId: account.id, name: 'test', endsAt: null, access };
  return Caller.verified({ ...common, secretHash: Buffer.alloc(32), account });
}

type Parts = HttpParts<GatewayContext>;

const ignore = (): void => undefined;
const nothing = async (): Promise<void> => undefined;

const NO_HOOKS: Parts['hooks'] = {
  onPrepared: ignore,
  onStep: ignore,
  onOperation: ignore,
  onDenied: ignore,
  onResponse: nothing,
};

const NO_LIMITS = { RATE_LIMIT_KEY: 0, RATE_LIMIT_ACCOUNT: 0, RATE_LIMIT_ADDRESS: 0, RATE_LIMIT_REFUSALS: 0 };

export interface TestGateway {
  readonly app: FastifyInstance;
  /** All logged lines so far, as text. */
  readonly logged: string[];
}

/** Runs every operation at once. */
export const NO_QUEUE: Parts['queue'] = {
  isLong: false,
  refuses: () => false,
  mustWait: () => false,
  wait: () => ignore,
  run: (_owner, work) => work(),
};

/** A gateway that is not listening; close `app` afterwards. */
export async function makeGateway(
  settings: Partial<Parts['settings']> = {},
  parts: Partial<Parts> = {},
): Promise<TestGateway> {
  const logged: string[] = [];
  const app = await createHttpServer({
    queue: NO_QUEUE,
    streams: new OpenStreams({ MAX_STREAMS: 0, MAX_STREAMS_PER_ACCOUNT: 0 }),
    settings: { ...httpSettings, ...settings },
    schema: makeSchema(),
    logger: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
    telemetry: { begin: () => null, end: ignore, connectionRefused: ignore },
    rateLimits: new RateLimits(NO_LIMITS, null),
    authenticate,
    knownCaller: () => null,
    createContext: (call) => contextOf(call),
    hooks: NO_HOOKS,
    beginField: (context) => ({ context, isStored: false, commit: nothing, rollback: nothing }),
    readiness: async () => ({ ready: true, reasons: [] }),
    ...parts,
  });
  return { app, logged };
}

export interface GraphqlRequest {
  readonly query?: string;
  readonly variables?: unknown;
  readonly operationName?: string;
}

export interface GraphqlAnswer {
  readonly status: number;
  readonly body: {
    readonly data?: unknown;
    readonly errors?: readonly { message: string; path?: unknown; extensions: Record<string, unknown> }[];
  };
}

/** Sends an operation with a key (null sends none). */
export async function send(
  { app }: TestGateway,
  request: GraphqlRequest,
  key: string | null = 'good',
): Promise<GraphqlAnswer> {
  const headers = key === null ? {} : { 'x-api-key': key };
  const response = await app.inject({ method: 'POST', url: '/graphql', headers, payload: { ...request } });
  return { status: response.statusCode, body: response.json<GraphqlAnswer['body']>() };
}

export const codesOf = ({ body }: GraphqlAnswer): unknown[] =>
  (body.errors ?? []).map(({ extensions }) => extensions.code);
