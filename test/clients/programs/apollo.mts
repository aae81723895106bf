/** Apollo Client 4: rows are normalised by their ids, errors carry codes, and a connection grows page by page. */
import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { relayStylePagination } from '@apollo/client/utilities';
import { AgentsPageDocument, CreateToolDocument, ToolByIdDocument, ViewerDocument } from 'portcullis-client/operations';
import { foreignId, key, report, url } from './settings.mjs';

const cache = new InMemoryCache({ typePolicies: { Query: { fields: { agents: relayStylePagination(['filter']) } } } });
const client = new ApolloClient({ cache, link: new HttpLink({ uri: url, headers: { 'x-api-key': key } }) });

const { data } = await client.query({ query: ViewerDocument });
const slug: string | undefined = data?.viewer.account?.slug;
const created = await client.mutate({ mutation: CreateToolDocument, variables: { input: { name: 'by Apollo' } } });
const id = created.data?.createTool.id ?? '';
const refused = await client
  .mutate({ mutation: CreateToolDocument, variables: { input: { name: 'by Apollo' } } })
  .catch((error: unknown) => error);
const mistyped = new HttpLink({ uri: url, headers: { 'x-api-key': 'pcl_live_x' } });
const unauthenticated = await new ApolloClient({ cache: new InMemoryCache(), link: mistyped })
  .query({ query: ViewerDocument })
  .catch((error: unknown) => error);
const codeOf = (error: unknown): unknown =>
  CombinedGraphQLErrors.is(error) ? error.errors[0]?.extensions?.['code'] : String(error);
const foreign = await client.query({ query: ToolByIdDocument, variables: { id: foreignId } });
const page = await client.query({ query: AgentsPageDocument, variables: { first: 1 } });

report({
  slug,
  isNormalised: Object.keys(cache.extract()).includes(`Tool:${id}`),
  refused: codeOf(refused),
  unauthenticated: codeOf(unauthenticated),
  foreign: foreign.data?.tool,
  agents: page.data?.agents.nodes.length,
});
