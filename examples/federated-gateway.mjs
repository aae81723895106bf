/**
 * A gateway of Apollo Federation in front of Portcullis and one other subgraph. It composes them and passes on the
 * caller's key, so that Portcullis decides about every row as for a direct request. Clients use HTTP, with server-sent
 * events, and WebSocket.
 */
import { createServer } from 'node:http';
import { createGatewayRuntime, getGraphQLWSOptions, useCustomFetch } from '@graphql-hive/gateway-runtime';
import http from '@graphql-mesh/transport-http';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';

const { PORTCULLIS_URL, PORTCULLIS_KEY, RATINGS_URL, REFUSE_EARLY = 'false', PORT = '4002' } = process.env;

const ask = async (url, headers, query) => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return { status: answer.status, ...(await answer.json()) };
};

/** The schema of a subgraph. `key` is any key of Portcullis; other subgraphs may need none. */
async function subgraph(name, url, key) {
  const { status, data } = await ask(url, key ? { 'x-api-key': key } : {}, '{ _service { sdl } }');
  if (!data) throw new Error(`${url} gave no schema: HTTP ${status}.`);
  return { name, url, typeDefs: parse(data._service.sdl) };
}

const { supergraphSdl, errors = [] } = composeServices(
  await Promise.all([subgraph('portcullis', PORTCULLIS_URL, PORTCULLIS_KEY), subgraph('ratings', RATINGS_URL)]),
);
if (!supergraphSdl) throw new Error(errors.map(({ message }) => message).join('\n'));

/** The headers to pass on: the key, a master key's reason, and the key that makes a change idempotent. */
const PASSED_ON = ['x-api-key', 'authorization', 'x-reason', 'idempotency-key'];

const passedOn = (headers) =>
  Object.fromEntries(PASSED_ON.filter((name) => headers.has(name)).map((name) => [name, headers.get(name)]));

/**
 * Text instead of bytes, for server-sent events: the runtime decodes each chunk of a stream separately, which damages a
 * character whose bytes are split between two chunks.
 */
async function fetchText(url, options) {
  const answer = await fetch(url, options);
  if (!answer.headers.get('content-type')?.includes('text/event-stream')) return answer;
  return new Response(answer.body.pipeThrough(new TextDecoderStream()), answer);
}

/** Refuses what the key may not do according to `@requiresScopes`, before Portcullis is queried. */
const genericAuth = {
  mode: 'protect-granular',
  resolveUserFn: async ({ request }) =>
    (await ask(PORTCULLIS_URL, passedOn(request.headers), '{ viewer { kind permissions } }')).data?.viewer,
  extractScopes: (viewer) => [...(viewer?.permissions ?? []), ...(viewer?.kind === 'MASTER' ? ['master'] : [])],
};

const gateway = createGatewayRuntime({
  supergraph: supergraphSdl,
  transports: { http },
  // Subscriptions, too: with GET, their variables would be in URLs, which are logged.
  transportEntries: { portcullis: { options: { method: 'POST' } } },
  plugins: () => [useCustomFetch(fetchText)],
  logging: false,
  propagateHeaders: { fromClientToSubgraphs: ({ request }) => passedOn(request.headers) },
  ...(REFUSE_EARLY === 'true' && { genericAuth }),
});

const server = createServer(gateway);

/** With WebSocket, the key comes with the handshake or, from browsers, with `connection_init`. */
function requestOf({ connectionParams, extra }) {
  const headers = new Headers();
  for (const given of [extra.request.headers, connectionParams ?? {}])
    for (const [name, value] of Object.entries(given))
      if (PASSED_ON.includes(name.toLowerCase()) && typeof value === 'string') headers.set(name, value);
  return { request: new Request(`http://${extra.request.headers.host}/graphql`, { headers }) };
}

useServer(getGraphQLWSOptions(gateway, requestOf), new WebSocketServer({ server, path: '/graphql' }));

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit());

server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}/graphql`);
});
