/** A subgraph of somebody else: ratings of agents of any account, which it knows by their ids only. */
import { createServer } from 'node:http';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql } from 'graphql';

export const RATINGS_SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key"])
  type Agent @key(fields: "id") { id: ID! stars: Int }
  type Tool @key(fields: "id", resolvable: false) { id: ID! }
  type Rating { text: String! agent: Agent tool: Tool }
  type Query { ratings(agents: [ID!]! = [], tools: [ID!]! = []): [Rating!]! }
`;

const STARS = 4;

const executable = makeExecutableSchema({
  typeDefs: `
    scalar _Any
    union _Entity = Agent
    type Agent { id: ID! stars: Int }
    type Tool { id: ID! }
    type Rating { text: String! agent: Agent tool: Tool }
    type _Service { sdl: String! }
    type Query {
      ratings(agents: [ID!]! = [], tools: [ID!]! = []): [Rating!]!
      _service: _Service!
      _entities(representations: [_Any!]!): [_Entity]!
    }
  `,
  resolvers: {
    Query: {
      _service: () => ({ sdl: RATINGS_SDL }),
      ratings: (_root: unknown, { agents, tools }: { agents: string[]; tools: string[] }) => [
        ...agents.map((id) => ({ text: 'of an agent', agent: { id, stars: STARS } })),
        ...tools.map((id) => ({ text: 'of a tool', tool: { id } })),
      ],
      _entities: (_root: unknown, { representations }: { representations: { id: string }[] }) =>
        representations.map(({ id }) => ({ __typename: 'Agent', id, stars: STARS })),
    },
  },
});

interface Request {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

export interface Ratings {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts it on a free port of the loopback interface. */
export async function startRatings(): Promise<Ratings> {
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { query: source, variables } = JSON.parse(Buffer.concat(chunks).toString()) as Request;
      const result = await graphql({ schema: executable, source, variableValues: variables });
      response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The subgraph has no port.');
  return {
    url: `http://127.0.0.1:${address.port}/graphql`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
