/** Headers required by standards, on every kind of answer. */
import { ERROR_TABLE, GatewayError, type ErrorCode } from '../errors';
import { authenticate, makeGateway, NO_QUEUE, type TestGateway } from '../../test/graph/gateway';
import { RateLimits } from './rate-limit';

const TLS = { 'x-forwarded-proto': 'https' };

let gateway: TestGateway;
beforeAll(async () => {
  const limits = { RATE_LIMIT_KEY: 3, RATE_LIMIT_ACCOUNT: 500, RATE_LIMIT_ADDRESS: 0, RATE_LIMIT_REFUSALS: 0 };
  gateway = await makeGateway(
    { TRUSTED_PROXIES: ['127.0.0.1'] },
    {
      rateLimits: new RateLimits(limits, null),
      readiness: async () => ({ ready: false, reasons: ['a test'] }),
    },
  );
});
afterAll(() => gateway.app.close());

interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'OPTIONS' | 'DELETE';
  readonly url?: string;
  readonly query?: string;
  readonly headers?: Record<string, string>;
}

const ask = ({ method = 'POST', url = '/graphql', query = '{ hello }', headers = {} }: Asked) =>
  gateway.app.inject({
    method,
    url,
    headers: { ...(method === 'POST' && { 'content-type': 'application/json' }), ...headers },
    ...(method === 'POST' && { payload: { query } }),
  });

const ANSWERS: readonly (readonly [name: string, asked: Asked])[] = [
  ['an answer', {}],
  ['a refused document', { query: '{ nothing }' }],
  ['a bad key', { headers: { 'x-api-key': 'bad' } }],
  ['a fault', { headers: { 'x-api-key': 'broken' } }],
  ['a database that is down', { headers: { 'x-api-key': 'down' } }],
  ['no such path', { method: 'GET', url: '/nowhere' }],
  ['another method', { method: 'PUT' }],
  ['a malformed URL', { method: 'GET', url: '/%zz' }],
  [
    'a preflight',
    { method: 'OPTIONS', headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' } },
  ],
  ['a page', { method: 'GET', url: '/graphiql' }],
  ['health', { method: 'GET', url: '/livez' }],
  ['readiness', { method: 'GET', url: '/readyz' }],
];

test.each(ANSWERS)(
  '%s tells browsers not to guess its type, and to use TLS where it came by TLS',
  async (_name, asked) => {
    const plain = await ask(asked);
    expect(plain.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-request-id': expect.any(String) });
    expect(plain.headers).not.toHaveProperty('strict-transport-security');
    const secure = await ask({ ...asked, headers: { ...asked.headers, ...TLS } });
    expect(secure.headers['strict-transport-security']).toBe('max-age=31536000');
  },
);

test('X-Forwarded-Proto is ignored unless a trusted proxy sent it', async () => {
  const other = await makeGateway({ TRUSTED_PROXIES: ['10.0.0.1'] });
  const answer = await other.app.inject({ url: '/livez', headers: TLS });
  expect(answer.headers).not.toHaveProperty('strict-transport-security');
  await other.app.close();
});

test('an operation beyond the queue limit is refused before its body is read, in the format of every refusal', async () => {
  const run = (): Promise<never> => Promise.reject(new Error('It was run'));
  const full = await makeGateway(
    { TRUSTED_PROXIES: ['127.0.0.1'] },
    { queue: { ...NO_QUEUE, isLong: true, refuses: () => true, run } },
  );
  const answer = await full.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { ...TLS, 'content-type': 'application/json', origin: 'https://app.example', 'x-request-id': 'r-1' },
    payload: '{ this is not read',
  });
  expect([answer.statusCode, answer.json()]).toEqual([
    503,
    {
      errors: [
        {
          message: 'Too many operations are waiting at the moment. This one was not executed; try again.',
          extensions: { code: 'OVERLOADED', retryAfterSeconds: 2, requestId: 'r-1' },
        },
      ],
    },
  ]);
  expect(answer.headers).toMatchObject({
    'retry-after': '2',
    'x-request-id': 'r-1',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'strict-transport-security': 'max-age=31536000',
    'access-control-allow-origin': 'https://app.example',
  });
  expect((await full.app.inject('/livez')).statusCode).toBe(200);
  await full.app.close();
});

const RETRIED = (Object.keys(ERROR_TABLE) as ErrorCode[]).filter((code) =>
  [429, 503].includes(ERROR_TABLE[code].status),
);

test.each(RETRIED)('%s always says when to retry', (code) => {
  expect(new GatewayError(code, 'A test.').extensions).toMatchObject({ retryAfterSeconds: 2 });
  expect(new GatewayError(code, 'A test.', { retryAfterSeconds: 9 }).extensions).toMatchObject({
    retryAfterSeconds: 9,
  });
});

test.each<readonly [string, number, Asked]>([
  ['a database that is down', 503, { headers: { 'x-api-key': 'down' } }],
  ['a field whose database is down', 503, { query: '{ fail(how: "database") }' }],
  ['a change that may be stored', 503, { query: '{ fail(how: "commit") }' }],
  ['readiness', 503, { method: 'GET', url: '/readyz' }],
])('%s answers %d with Retry-After', async (_name, status, asked) => {
  const answer = await ask(asked);
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([status, expect.stringMatching(/^[1-9]\d*$/)]);
});

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/: lists of strings with parameters (RFC 9651). */
test('RateLimit and RateLimit-Policy state the limit and what is left of it, and 429 the time to retry', async () => {
  const headers = { 'x-api-key': 'limited' };
  const answers = [await ask({ headers }), await ask({ headers }), await ask({ headers }), await ask({ headers })];
  expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 429]);
  for (const answer of answers) expect(answer.headers['ratelimit-policy']).toBe('"key";q=3;w=60, "account";q=500;w=60');
  const left = answers.map(({ headers: { ratelimit } }) => /^"key";r=(\d+);t=\d+/.exec(String(ratelimit))?.[1]);
  expect(left).toEqual(['2', '1', '0', '0']);
  expect(answers[0]?.headers['ratelimit']).toMatch(/, "account";r=\d+;t=\d+$/);
  expect(answers[3]?.headers['retry-after']).toMatch(/^[1-9]\d*$/);
});

test('RateLimit has one field for each limit, however often a caller uses it', async () => {
  const settings = { RATE_LIMIT_KEY: 9, RATE_LIMIT_ACCOUNT: 0, RATE_LIMIT_ADDRESS: 0, RATE_LIMIT_REFUSALS: 0 };
  const limits = new RateLimits(settings, null);
  const caller = await authenticate({ headers: { 'x-api-key': 'limited' } });
  for (let event = 0; event < 3; event += 1) await limits.spend(caller, '192.0.2.1', 1);
  expect(limits.headersFor(caller)['ratelimit']).toMatch(/^"key";r=6;t=\d+$/);
});

test.each([
  ['/graphql', 'GET, POST, OPTIONS'],
  ['/livez', 'GET, HEAD, OPTIONS'],
  ['/readyz', 'GET, HEAD, OPTIONS'],
])('%s answers 405 with Allow to other methods', async (url, allow) => {
  for (const method of ['PUT', 'DELETE'] as const) {
    const answer = await ask({ method, url });
    expect([answer.statusCode, answer.headers.allow]).toEqual([405, allow]);
  }
});

test('the origin "null" is not an allowed origin', async () => {
  for (const method of ['POST', 'OPTIONS'] as const) {
    const headers = { origin: 'null', ...(method === 'OPTIONS' && { 'access-control-request-method': 'POST' }) };
    const answer = await ask({ method, headers });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    if (method === 'OPTIONS') expect(answer.statusCode).toBe(403);
  }
});
