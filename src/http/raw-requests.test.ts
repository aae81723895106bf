/** Malformed HTTP from callers without a key gets a refusal in this API's format, never a 500 or a logged stack. */
import { makeGateway, type TestGateway } from '../../test/graph/gateway';
import {
  exchange,
  graphqlRequest,
  listen,
  openSocket,
  parseAnswers,
  type RawAnswer,
} from '../../test/harness/raw-http';

let gateway: TestGateway;
let port: number;
beforeAll(async () => {
  gateway = await makeGateway({ TRUSTED_PROXIES: ['127.0.0.1'] });
  port = await listen(gateway.app);
});
afterAll(() => gateway.app.close());
afterEach(() => {
  expect(gateway.logged).toEqual([]);
});

const HELLO = { query: '{ hello }' };
/** A final request that closes the connection, so that all earlier answers are seen. */
const END = 'GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';
const get = (path: string, ...headers: string[]): string =>
  `GET ${path} HTTP/1.1\r\n${['host: x', ...headers].map((header) => `${header}\r\n`).join('')}\r\n`;

async function firstAnswer(text: string | Buffer): Promise<RawAnswer> {
  const [answer] = parseAnswers(await exchange(port, text));
  if (!answer) throw new Error('The connection was closed without an answer');
  return answer;
}

function expectRefusal({ status, headers, body }: RawAnswer, expected: number): void {
  expect(status).toBe(expected);
  expect(headers['content-type']).toMatch(/^application\/json/);
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['x-content-type-options']).toBe('nosniff');
  const { errors } = JSON.parse(body) as { errors: { message: string; extensions: Record<string, unknown> }[] };
  expect(errors).toHaveLength(1);
  expect(errors[0]?.extensions.code).toMatch(/^[A-Z_]+$/);
  expect(errors[0]?.extensions.requestId).toBe(headers['x-request-id']);
  expect(errors[0]?.message).not.toMatch(/HPE_|FST_|Error:|\n +at /);
}

it.each<[string, number, string]>([
  ['no HTTP at all', 400, 'hello\r\n\r\n'],
  ['a TLS handshake', 400, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ['an unknown method', 400, 'BREW /graphql HTTP/1.1\r\nhost: x\r\n\r\n'],
  ['HTTP/2 without TLS', 400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a version that does not exist', 400, 'GET / HTTP/9.9\r\nhost: x\r\n\r\n'],
  ['no Host', 400, `GET / HTTP/1.1\r\nconnection: close\r\n\r\n`],
  ['two Hosts', 400, `GET / HTTP/1.1\r\nhost: x\r\nhost: y\r\nconnection: close\r\n\r\n`],
  ['a space before a colon', 400, 'GET / HTTP/1.1\r\nhost : x\r\n\r\n'],
  ['a header without a name', 400, 'GET / HTTP/1.1\r\nhost: x\r\n: y\r\n\r\n'],
  ['NUL in a header', 400, 'GET / HTTP/1.1\r\nhost: x\r\na: \0\r\n\r\n'],
  ['a header folded over two lines', 400, 'GET / HTTP/1.1\r\nhost: x\r\na: b\r\n c\r\n\r\n'],
  ['headers beyond 16 KB', 431, get('/', `a: ${'x'.repeat(20_000)}`)],
  ['a URL beyond 16 KB', 431, get(`/${'x'.repeat(20_000)}`)],
  ['more than 100 headers', 431, get('/', ...Array.from({ length: 101 }, (_, index) => `a${index}: b`))],
  ['a Content-Length that is not a number', 400, 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: ten\r\n\r\n'],
  ['a negative Content-Length', 400, 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n'],
  ['two Content-Lengths', 400, 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx'],
  [
    'a Content-Length and chunks',
    400,
    'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  [
    'chunks that are none',
    400,
    'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n\r\n',
  ],
  ['a transfer coding that is unknown', 400, 'POST /graphql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: gzip\r\n\r\n'],
  ['an expectation that is unknown', 417, get('/livez', 'expect: miracles', 'connection: close')],
  ['two keys in two headers of one name', 400, get('/graphql', 'x-api-key: a', 'X-Api-Key: b', 'connection: close')],
  [
    'two Authorizations',
    400,
    get('/graphql', 'authorization: Bearer a', 'authorization: Bearer b', 'connection: close'),
  ],
  ['a percent sign alone', 400, get('/graphql%', 'connection: close')],
  ['a path that is not UTF-8', 400, get('/%E0%A4%A', 'connection: close')],
  ['a path of another server', 404, get('/wp-login.php', 'connection: close')],
  ['an absolute URL of a path that is none', 404, get('http://elsewhere/nothing', 'connection: close')],
  ['a URL that is no path', 400, 'GET nothing HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'],
  ['CONNECT', 405, 'CONNECT example.com:443 HTTP/1.1\r\nhost: x\r\n\r\n'],
  ['TRACE', 405, 'TRACE /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'],
  ['PROPFIND', 405, 'PROPFIND / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'],
  ['a body that is not UTF-8', 400, graphqlRequest({ query: '{ hello(name: "\xff") }' }, { connection: 'close' })],
])('%s is refused with %i', async (what, status, text) => {
  const bytes = what.includes('not UTF-8') || what.includes('TLS') ? Buffer.from(text, 'latin1') : text;
  expectRefusal(await firstAnswer(what === 'a body that is not UTF-8' ? latin1Body() : bytes), status);
});

/** Like graphqlRequest, with one byte in another encoding. */
function latin1Body(): Buffer {
  const body = Buffer.from('{"query":"{ hello(name: \\"\xff\\") }"}', 'latin1');
  const head = `POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

it.each<[string, string]>([
  ['a GET by HTTP/1.0', 'GET /livez HTTP/1.0\r\n\r\n'],
  ['an absolute URL', get('http://x/livez', 'connection: close')],
  ['an upgrade that is not taken up', get('/livez', 'connection: upgrade, close', 'upgrade: websocket')],
  [
    'an upgrade to HTTP/2',
    get('/livez', 'connection: Upgrade, HTTP2-Settings, close', 'upgrade: h2c', 'http2-settings: AA'),
  ],
  ['empty lines before the request', `\r\n\r\n${get('/livez', 'connection: close')}`],
  ['a header sent twice that may be', get('/livez', 'accept: a', 'accept: b', 'connection: close')],
])('%s is answered', async (_what, text) => {
  expect((await firstAnswer(text)).status).toBe(200);
});

it('100 Continue is sent after a request was admitted, and not before', async () => {
  const expecting = { expect: '100-continue', connection: 'close' };
  const admitted = parseAnswers(await exchange(port, graphqlRequest(HELLO, { ...expecting, 'x-api-key': 'good' })));
  expect(admitted.map(({ status }) => status)).toEqual([100, 200]);
  const refused = parseAnswers(await exchange(port, graphqlRequest(HELLO, { ...expecting, 'x-api-key': 'bad' })));
  expect(refused.map(({ status }) => status)).toEqual([401]);
  const keepingAlive = await firstAnswer(
    'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 10\r\nexpect: 100-continue\r\nx-api-key: bad\r\n\r\n',
  );
  expect([keepingAlive.status, keepingAlive.headers.connection]).toEqual([401, 'close']);
});

it('malformed data is refused after the answers to earlier requests', async () => {
  const answers = parseAnswers(await exchange(port, `${get('/livez')}${get('/livez')}nonsense\r\n\r\n`));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 400]);
});

it('malformed data that arrives in many chunks is refused once, after the answers to earlier requests', async () => {
  const text = `${get('/livez')}${get('/livez')}${'nonsense\r\n\r\n'.repeat(5_000)}`;
  const answers = parseAnswers(await exchange(port, text));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 400]);
});

it('headers and a body in many pieces arrive complete', async () => {
  const name = 'n'.repeat(10_000);
  const request = graphqlRequest({ query: `{ hello(name: "${name}") }` }, { a: 'x'.repeat(10_000) });
  const answers = parseAnswers(await exchange(port, `${request.repeat(3)}${END}`));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(answers[2]?.body).toContain(`hello ${name}`);
});

it.each([
  ['gzip', 415],
  ['br', 415],
  ['x-nothing', 415],
  ['identity', 200],
])('a body with the content encoding %s answers %i', async (encoding, status) => {
  const answer = await firstAnswer(graphqlRequest(HELLO, { 'content-encoding': encoding, connection: 'close' }));
  expect(answer.status).toBe(status);
  if (status === 415) expect(answer.headers['accept-encoding']).toBe('identity');
});

it.each([
  ['application/json; charset=utf-8', 200],
  ['application/json; charset="UTF-8"', 200],
  ['Application/JSON', 200],
  ['application/json; charset=utf-16', 415],
  ['application/json; charset=latin1', 415],
  ['application/graphql', 415],
  ['text/plain', 415],
  ['application/x-www-form-urlencoded', 415],
  ['multipart/form-data; boundary=x', 415],
  ['nonsense', 415],
])('a body with the content type %s answers %i', async (type, status) => {
  const answer = await firstAnswer(graphqlRequest(HELLO, { 'content-type': type, connection: 'close' }));
  if (status === 200) expect(answer.status).toBe(200);
  else expectRefusal(answer, status);
});

it.each([
  ['/graphql', 'DELETE', 'GET, POST, OPTIONS'],
  ['/graphql', 'PUT', 'GET, POST, OPTIONS'],
  ['/graphql', 'HEAD', 'GET, POST, OPTIONS'],
  ['/livez', 'POST', 'GET, HEAD, OPTIONS'],
  ['/readyz', 'DELETE', 'GET, HEAD, OPTIONS'],
  ['/graphiql', 'POST', 'GET, HEAD, OPTIONS'],
  ['/', 'PATCH', 'GET, HEAD, OPTIONS'],
])('%s lists its methods when it is requested with %s', async (path, method, allow) => {
  const request = `${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`;
  const text = await exchange(port, request);
  const [answer] = parseAnswers(method === 'HEAD' ? text.replace(/content-length: \d+/i, 'content-length: 0') : text);
  expect([answer?.status, answer?.headers.allow]).toEqual([405, allow]);
  const options = await firstAnswer(`OPTIONS ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  expect([options.status, options.headers.allow]).toEqual([204, allow]);
});

it.each(['/', '/livez', '/readyz', '/graphiql'])('HEAD %s answers as GET does, without the body', async (path) => {
  const [head, body] = (await exchange(port, `HEAD ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)).split(
    '\r\n\r\n',
  );
  const whole = await firstAnswer(get(path, 'connection: close'));
  expect(body).toBe('');
  expect(head).toMatch(/^HTTP\/1.1 200/);
  expect(head?.toLowerCase()).toContain(`content-length: ${whole.body.length}`);
});

it('Strict-Transport-Security is sent if a trusted proxy reports that the client used HTTPS', async () => {
  const secure = await firstAnswer(get('/livez', 'x-forwarded-proto: https', 'connection: close'));
  expect(secure.headers['strict-transport-security']).toMatch(/^max-age=\d+/);
  expect((await firstAnswer(get('/livez', 'connection: close'))).headers).not.toHaveProperty(
    'strict-transport-security',
  );
});

it('a client that disconnects in the middle of a body is not logged', async () => {
  const text =
    'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"query"';
  const socket = await openSocket(port);
  socket.end(text);
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
  expect((await firstAnswer(END)).status).toBe(200);
});
