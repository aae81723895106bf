/**
 * A gateway of Apollo Federation in front of Portcullis and one other subgraph: it composes them, and passes the caller's
 * key on, so that Portcullis decides about every row as if it had been asked directly.
 */
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import http from '@graphql-mesh/transport-http';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';

const { PORTCULLIS_URL, PORTCULLIS_KEY, RATINGS_URL, PORT = '4002' } = process.env;

/** The schema of a subgraph. `key` is any key of Portcullis; other subgraphs may need none. */
async function subgraph(name, url, key) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key && { 'x-api-key': key }) },
    body: JSON.stringify({ query: '{ _service { sdl } }' }),
  });
  const { data } = await answer.json();
  if (!data) throw new Error(`${url} gave no schema: HTTP ${answer.status}.`);
  return { name, url, typeDefs: parse(data._service.sdl) };
}

const { supergraphSdl, errors = [] } = composeServices(
  await Promise.all([subgraph('portcullis', PORTCULLIS_URL, PORTCULLIS_KEY), subgraph('ratings', RATINGS_URL)]),
);
if (!supergraphSdl) throw new Error(errors.map(({ message }) => message).join('\n'));

/** The key, and what belongs to a request: a master key's reason, and the key that makes a change once. */
const PASSED_ON = ['x-api-key', 'authorization', 'x-reason', 'idempotency-key'];

const gateway = createGatewayRuntime({
  supergraph: supergraphSdl,
  transports: { http },
  logging: false,
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) =>
      Object.fromEntries(
        PASSED_ON.filter((name) => request.headers.has(name)).map((name) => [name, request.headers.get(name)]),
      ),
  },
});

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit());

const server = createServer(gateway).listen(Number(PORT), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/graphql`);
});
