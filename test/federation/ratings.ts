/** Another team's subgraph: ratings of agents of any account, which it knows only by their ids. */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { graphql } from 'graphql';
import { listen } from '../harness/ports';

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
      const { query: source, variables } = (await json(request)) as Request;
      const result = await graphql({ schema: executable, source, variableValues: variables });
      response.setHeader('content-type', 'application/json').end(JSON.stringify(result));
    })();
  });
  return {
    url: `http://127.0.0.1:${await listen(server)}/graphql`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
