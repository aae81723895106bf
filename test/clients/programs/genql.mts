/** genql: an operation is an object, and the client is generated from the schema, with nothing to import from a package. */
import { createClient, GenqlError } from './genql/index.js';
import { foreignId, key, report, url } from './settings.mjs';

const headers = { 'x-api-key': key };
const client = createClient({ url, headers });

const { viewer } = await client.query({ __name: 'WhoAmI', viewer: { account: { slug: true } } });
const slug: string | undefined = viewer.account?.slug;
const { agents } = await client.query({
  agents: {
    __args: { first: 1, orderBy: { field: 'name' } },
    nodes: { __scalar: true, metadata: true, tools: { name: true } },
  },
});
const [agent] = agents.nodes;
const metadata: Record<string, unknown> | undefined = agent?.metadata;
// @ts-expect-error -- an agent has no field of this name.
type _Missing = NonNullable<typeof agent>['nothing'];

const create = { createTool: { __args: { input: { name: 'by genql' } }, id: true } } as const;
const once = createClient({ url, headers: { ...headers, 'idempotency-key': 'genql-1' } });
const created = await once.mutation(create);
const repeated = await once.mutation(create);
const again = await client.mutation(create).catch((error: unknown) => error);
const codeOf = (error: unknown): unknown =>
  error instanceof GenqlError ? error.errors[0]?.extensions?.['code'] : undefined;

const unauthenticated = { 'x-api-key': 'pcl_live_x' };
const refused = await createClient({ url, headers: unauthenticated })
  .query({ viewer: { kind: true } })
  .catch((error: unknown) => error);
/** Reads what the gateway says of a request that it refuses as a whole, too. */
const fetcher = async (operation: unknown) => {
  const sent = { ...unauthenticated, 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers: sent, body: JSON.stringify(operation) });
  return answer.json();
};
const explained = await createClient({ fetcher })
  .query({ viewer: { kind: true } })
  .catch((error: unknown) => error);
const batching = createClient({ url, headers, batch: true });
const kinds = [1, 2].map(() => batching.query({ viewer: { kind: true } }));
const batched = await Promise.all(kinds).catch((error: unknown) => error);
const foreign = await client.query({ tool: { __args: { id: foreignId }, id: true } });

report({
  slug,
  listed: agents.nodes.length,
  nested: agent?.tools[0]?.name,
  metadata,
  same: created.createTool.id === repeated.createTool.id,
  again: codeOf(again),
  refused: [codeOf(refused) ?? null, String(refused).includes('UNAUTHENTICATED')],
  explained: codeOf(explained),
  batched: String(batched).includes('BAD_REQUEST'),
  foreign: foreign.tool,
});
