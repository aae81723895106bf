/** graphql-request: typed documents, and errors with their codes. */
import { ClientError, GraphQLClient } from 'graphql-request';
import { CreateToolDocument, ToolByIdDocument, ViewerDocument } from 'portcullis-client/operations';
import { foreignId, key, report, url } from './settings.mjs';

const client = new GraphQLClient(url, { headers: { 'x-api-key': key } });

const { viewer } = await client.request(ViewerDocument);
const slug: string | undefined = viewer.account?.slug;
const created = await client.request(
  CreateToolDocument,
  { input: { name: 'by graphql-request' } },
  { 'idempotency-key': 'graphql-request-1' },
);
const again = await client.request(
  CreateToolDocument,
  { input: { name: 'by graphql-request' } },
  { 'idempotency-key': 'graphql-request-1' },
);
const refused = await client.request(CreateToolDocument, { input: { name: '' } }).catch((error: unknown) => error);
const foreign = await client.request(ToolByIdDocument, { id: foreignId });

report({
  slug,
  same: created.createTool.id === again.createTool.id,
  refused: refused instanceof ClientError && refused.response.errors?.[0]?.extensions['code'],
  foreign: foreign.tool,
});
