/** What a client encounters before GraphQL: bodies, methods, origins, request ids and the other paths. */
import { connect, type AddressInfo } from 'node:net';
import type { InjectOptions } from 'fastify';
import { makeGateway, type GraphqlAnswer, type TestGateway } from '../../test/graph/gateway';

describe('the HTTP server', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await makeGateway();
  });
  afterAll(() => gateway.app.close());

  const call = (request: InjectOptions) => gateway.app.inject({ url: '/graphql', ...request });
  const json = (payload: string, headers: Record<string, string> = {}) =>
    call({ method: 'POST', payload, headers: { 'content-type': 'application/json', ...headers } });
  const refusal = async (answer: ReturnType<typeof call>) => {
    const { statusCode, headers, payload } = await answer;
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['content-type']).toContain('json');
    const { errors } = JSON.parse(payload) as GraphqlAnswer['body'];
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.message.length).toBeGreaterThan(10);
    return [statusCode, errors?.[0]?.extensions.code];
  };

  it.each([
    ['application/json', 'application/json; charset=utf-8'],
    ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
    ['application/graphql-response+json, application/json;q=0.9', 'application/graphql-response+json; charset=utf-8'],
    ['*/*', 'application/json; charset=utf-8'],
  ])('answers in the requested media type: %s', async (accept, type) => {
    const { statusCode, headers, payload } = await json('{"query":"{ hello }"}', { accept });
    expect([statusCode, headers['content-type'], headers['cache-control']]).toEqual([200, type, 'no-store']);
    expect(JSON.parse(payload)).toEqual({ data: { hello: 'hello you' } });
  });

  it('explains what is wrong with a body that cannot be parsed', async () => {
    expect(await refusal(json('{"query": "{ hello }"'))).toEqual([400, 'BAD_REQUEST']);
    expect(await refusal(json(''))).toEqual([400, 'BAD_REQUEST']);
    expect(await refusal(json('"{ hello }"'))).toEqual([400, 'BAD_REQUEST']);
    expect(await refusal(json('{"query": 7}'))).toEqual([400, 'BAD_REQUEST']);
    expect(await refusal(json('{"query":"{ hello }","variables":{"a":{"__proto__":{"b":1}}}}'))).toEqual([
      400,
      'BAD_USER_INPUT',
    ]);
    expect(await refusal(json('{"query":"{ hello"}'))).toEqual([400, 'GRAPHQL_PARSE_FAILED']);
    expect(await refusal(json('{"query":"{ hello }"}', { accept: 'text/css' }))).toEqual([406, 'BAD_REQUEST']);
  });

  it('refuses several operations in one body', async () => {
    expect(await refusal(json('[{"query":"{ hello }"},{"query":"{ hello }"}]'))).toEqual([400, 'BAD_REQUEST']);
  });

  it('refuses a body beyond 256 KB, with and without Content-Length', async () => {
    const keys = Array.from({ length: 200_000 }, (_, index) => `"k${index}":1`).join(',');
    expect(await refusal(json(`{"query":"{ hello }","variables":{${keys}}}`))).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    expect(await refusal(json(JSON.stringify({ query: `{ hello(name: "${'x'.repeat(10_000_000)}") }` })))).toEqual([
      413,
      'PAYLOAD_TOO_LARGE',
    ]);
  });

  it('refuses what a form on another site could send', async () => {
    const payload = '{"query":"mutation { add(value: 1) }"}';
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      expect(await refusal(call({ method: 'POST', payload, headers: { 'content-type': type } }))).toEqual([
        415,
        'BAD_REQUEST',
      ]);
    }
    expect(await refusal(call({ method: 'POST' }))).toEqual([400, 'BAD_REQUEST']);
    expect(await refusal(call({ method: 'GET', url: '/graphql?query={hello}' }))).toEqual([400, 'BAD_REQUEST']);
  });

  it('answers a query by GET with a preflight header, and never a mutation', async () => {
    const headers = { 'apollo-require-preflight': 'yes' };
    const answer = await call({
      method: 'GET',
      url: '/graphql?query=query($n:String){hello(name:$n)}&variables={"n":"x"}',
      headers,
    });
    expect([answer.statusCode, answer.headers['cache-control'], answer.json()]).toEqual([
      200,
      'no-store',
      { data: { hello: 'hello x' } },
    ]);
    const mutation = call({ method: 'GET', url: '/graphql?query=mutation{add(value:1)}', headers });
    expect(await refusal(mutation)).toEqual([405, 'BAD_REQUEST']);
    expect((await mutation).headers.allow).toBe('POST');
    expect(await refusal(call({ method: 'DELETE', headers }))).toEqual([405, 'BAD_REQUEST']);
  });

  it('stores no persisted queries, and forbids caching the refusal', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
    const { headers, payload } = await json(JSON.stringify({ extensions }));
    expect(headers['cache-control']).toBe('no-store');
    expect(payload).toContain('PersistedQueryNotSupported');
  });

  it('returns a valid request id and replaces an invalid one', async () => {
    const idFor = async (id: string) =>
      (await json('{"query":"{ hello }"}', { 'x-request-id': id })).headers['x-request-id'];
    expect(await idFor('trace-1.a_B')).toBe('trace-1.a_B');
    for (const id of ['', 'a b', 'x'.repeat(65), 'a"b', 'ü']) expect(await idFor(id)).toMatch(/^[0-9a-f-]{36}$/);
    expect((await json('nonsense')).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('shows Apollo Sandbox to browsers only if it is enabled', async () => {
    const page = { method: 'GET' as const, url: '/graphql', headers: { accept: 'text/html' } };
    expect((await gateway.app.inject(page)).statusCode).toBe(400);
    const welcoming = await makeGateway({ SANDBOX: true });
    const answer = await welcoming.app.inject(page);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/html']);
    // If Sandbox cannot be loaded, the pages that can are one click away.
    for (const place of ['/console', '/graphiql', '/']) expect(answer.payload).toContain(`<a href="${place}">`);
    expect(answer.payload).toContain('#embeddableSandbox:empty { display: none; }');
    expect(answer.payload).toContain('"runTelemetry":false');
    await welcoming.app.close();
  });

  it('answers /livez, and /readyz with reasons', async () => {
    expect((await call({ method: 'GET', url: '/livez' })).json()).toEqual({ status: 'ok' });
    expect((await call({ method: 'GET', url: '/readyz' })).json()).toEqual({ ready: true, reasons: [] });
    const reasons = ['The database cannot be reached.'];
    const waiting = await makeGateway({}, { readiness: async () => ({ ready: false, reasons }) });
    const answer = await waiting.app.inject('/readyz');
    expect([answer.statusCode, answer.json()]).toEqual([503, { ready: false, reasons }]);
    expect((await waiting.app.inject('/livez')).statusCode).toBe(200);
    await waiting.app.close();
  });

  it('answers an unknown path with an error in the format of this API', async () => {
    for (const url of ['/graphql%', '/%E0%A4%A'])
      expect(await refusal(call({ method: 'GET', url }))).toEqual([400, 'BAD_REQUEST']);
  });

  it('names /graphql on every other path', async () => {
    const lost = await call({ method: 'GET', url: '/grapqhl' });
    expect(lost.statusCode).toBe(404);
    for (const place of ['/graphql', '/graphiql', '/livez', '/readyz']) expect(lost.payload).toContain(place);
  });

  it('closes a slow request, and does not answer a client that disconnects', async () => {
    const { server } = gateway.app;
    expect(server.requestTimeout).toBeGreaterThan(0);
    expect(server.headersTimeout).toBeGreaterThan(0);
    expect(server.timeout).toBeGreaterThan(0);
    await gateway.app.listen({ port: 0, host: '127.0.0.1' });
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.write(
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"query"',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect((await json('{"query":"{ hello }"}')).statusCode).toBe(200);
    expect(gateway.logged).toEqual([]);
  });

  it.each([
    ['of a list', `[${'1,'.repeat(200_000)}1]`, 413],
    ['of brackets', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, 413],
    ['of digits', '1'.repeat(400_000), 413],
    ['of many texts', `["a"${',""'.repeat(200_000)}]`, 413],
    ['of a text', JSON.stringify('say "x"\n'.repeat(50_000)), 200],
    ['that is not JSON', `"${'x'.repeat(400_000)}`, 400],
  ])('a large body %s is refused unless it is mostly text', async (_what, value, status) => {
    const payload = `{"query":"{ hello }","variables":{"v":${value}}}`;
    const headers = { 'content-type': 'application/json', 'x-api-key': 'good' };
    const { statusCode } = await gateway.app.inject({ method: 'POST', url: '/graphql', headers, payload });
    expect(statusCode).toBe(status);
  });
});
