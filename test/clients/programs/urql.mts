/** urql: it sends GET unless it is told not to, and knows the types of generated documents. */
import { Client, fetchExchange } from '@urql/core';
import { CreateToolDocument, ToolsPageDocument, ViewerDocument } from 'portcullis-client/operations';
import { foreignId, key, report, url } from './settings.mjs';

const options = { url, exchanges: [fetchExchange], fetchOptions: { headers: { 'x-api-key': key } } };
const client = new Client({ ...options, preferGetMethod: false });
const getting = new Client({ ...options, preferGetMethod: true });

const viewer = await client.query(ViewerDocument, {});
const slug: string | undefined = viewer.data?.viewer.account?.slug;
const byGet = await getting.query(ViewerDocument, {});
const created = await client.mutation(CreateToolDocument, { input: { name: 'by urql' } });
const again = await client.mutation(CreateToolDocument, { input: { name: 'by urql' } });
const tools = await client.query(ToolsPageDocument, { filter: { name: { equals: 'by urql' } } });
const foreign = await client.query(ToolsPageDocument, { filter: { id: { equals: foreignId } } });

report({
  slug,
  byGet: byGet.error?.graphQLErrors[0]?.extensions['code'] ?? byGet.error?.message,
  created: created.data?.createTool.name,
  again: again.error?.graphQLErrors[0]?.extensions['code'],
  listed: tools.data?.tools.nodes.length,
  foreign: foreign.data?.tools.nodes.length ?? foreign.error?.message,
});
