/** Cross-origin requests: which origins are allowed, and the answers to others. */
import { makeGateway, type TestGateway } from '../../test/graph/gateway';

const TRACING = 'traceparent,tracestate,baggage,sentry-trace';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await makeGateway({ CORS_HEADERS: ['X-Feature'] });
});
afterAll(() => gateway.app.close());

const preflight = (
  { app }: TestGateway,
  origin: string,
  { method = 'POST', headers = 'content-type,x-api-key' }: { method?: string; headers?: string } = {},
) =>
  app.inject({
    method: 'OPTIONS',
    url: '/graphql',
    headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': headers },
  });

const query = ({ app }: TestGateway, origin: string) =>
  app.inject({ method: 'POST', url: '/graphql', headers: { origin }, payload: { query: '{ hello }' } });

const messageOf = (answer: Awaited<ReturnType<typeof preflight>>): string =>
  answer.json<{ errors: { message: string }[] }>().errors[0]?.message ?? '';

it('a listed origin may call, with the headers of this API and of tracing', async () => {
  const { statusCode, headers } = await preflight(gateway, 'https://app.example', {
    headers: `content-type,x-api-key,idempotency-key,last-event-id,${TRACING}`,
  });
  expect([statusCode, headers['access-control-allow-origin'], headers['vary']]).toEqual([
    204,
    'https://app.example',
    'Origin',
  ]);
  const allowed = String(headers['access-control-allow-headers']).split(', ');
  expect(allowed).toEqual(
    expect.arrayContaining(['x-api-key', 'idempotency-key', 'last-event-id', ...TRACING.split(','), 'x-feature']),
  );
  const answer = await query(gateway, 'https://app.example');
  expect(answer.headers['access-control-allow-origin']).toBe('https://app.example');
  for (const name of ['x-request-id', 'retry-after', 'ratelimit', 'ratelimit-policy'])
    expect(answer.headers['access-control-expose-headers']).toContain(name);
});

it.each([
  ['https://app.example.evil.com', 'CORS_ORIGINS'],
  ['https://xapp.example', 'CORS_ORIGINS'],
  ['http://app.example', 'CORS_ORIGINS'],
  ['https://app.example:444', 'CORS_ORIGINS'],
  ['https://studio.apollographql.com', 'CORS_ORIGINS'],
  ['http://localhost:3000', 'CORS_ORIGINS'],
  ['null', 'has no origin'],
])('the origin %s is refused with the reason', async (origin, reason) => {
  const answer = await preflight(gateway, origin);
  expect(answer.statusCode).toBe(403);
  expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  expect(messageOf(answer)).toContain(reason);
  expect((await query(gateway, origin)).headers).not.toHaveProperty('access-control-allow-origin');
});

it('a header or a method that is not allowed is named', async () => {
  const header = await preflight(gateway, 'https://app.example', { headers: 'content-type,x-unknown' });
  expect([header.statusCode, messageOf(header)]).toEqual([403, expect.stringContaining('x-unknown')]);
  expect(messageOf(header)).toContain('CORS_HEADERS');
  const method = await preflight(gateway, 'https://app.example', { method: 'DELETE' });
  expect([method.statusCode, messageOf(method)]).toEqual([403, expect.stringContaining('DELETE')]);
});

it.each(['http://localhost:3000', 'http://localhost', 'https://127.0.0.1:5173', 'http://[::1]:8080'])(
  'in development %s may call',
  async (origin) => {
    const development = await makeGateway({ ENVIRONMENT: 'development' });
    expect((await preflight(development, origin)).headers['access-control-allow-origin']).toBe(origin);
    for (const other of ['http://localhost.evil.com', 'http://xlocalhost:3000', 'http://localhost:3000.evil.com'])
      expect((await preflight(development, other)).statusCode).toBe(403);
    await development.app.close();
  },
);

it('Apollo Sandbox may call if it is enabled', async () => {
  const enabled = await makeGateway({ SANDBOX: true });
  const { headers } = await preflight(enabled, 'https://studio.apollographql.com');
  expect(headers['access-control-allow-origin']).toBe('https://studio.apollographql.com');
  await enabled.app.close();
});
