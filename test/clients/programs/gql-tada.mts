/** gql.tada: types from the schema alone, without generated documents. */
import { initGraphQLTada, type ResultOf } from 'gql.tada';
import { GraphQLClient } from 'graphql-request';
import type { introspection } from './introspection.mjs';
import { foreignId, key, report, url } from './settings.mjs';

const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { DateTime: string; JSON: unknown; JSONObject: Record<string, unknown> };
}>();

const ToolRow = graphql(`
  fragment ToolRow on Tool @_unmask {
    id
    name
    metadata
  }
`);
const ToolsAndOne = graphql(
  `
    query ToolsAndOne($id: ID!, $first: Int!) {
      tools(first: $first) {
        nodes {
          ...ToolRow
        }
      }
      tool(id: $id) {
        ...ToolRow
      }
    }
  `,
  [ToolRow],
);

type Row = ResultOf<typeof ToolsAndOne>['tools']['nodes'][number];
// @ts-expect-error -- a tool has no field of this name.
type _Missing = Row['nothing'];

const client = new GraphQLClient(url, { headers: { 'x-api-key': key } });
const { tools, tool } = await client.request(ToolsAndOne, { id: foreignId, first: 1 });
const names: string[] = tools.nodes.map(({ name }) => name);
report({ listed: names.length, foreign: tool });
