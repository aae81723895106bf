/** Which requests are refused before they are examined, and which are not. */
import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../auth/caller';
import { authenticate, makeGateway, NO_QUEUE, type TestGateway } from '../../test/graph/gateway';
import { eventually } from '../../test/harness/eventually';
import { graphqlRequest, openSocket, parseAnswers } from '../../test/harness/raw-http';

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let gateway: TestGateway;
let port: number;
let isFull = false;
let known: Caller | null = null;
/** How often the test checked whether an operation is refused. */
let asked = 0;
/** What the running operation waits for. */
let held: Promise<void> | null = null;
/** The callers that were authenticated. */
let authenticated = 0;

let onAsked: () => void = () => undefined;

/** Text that is written when the test says so. */
const textOf = (id: string): string =>
  graphqlRequest({ query: '{ hello }' }, { 'x-api-key': 'good', 'x-request-id': id });

/** All requests come on one connection. */
function ask(headers: Readonly<Record<string, string>>, path = '/graphql'): Promise<Answer> {
  const all = { 'content-type': 'application/json', 'x-request-id': 'r-1', ...headers };
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path, method: 'POST', headers: all, agent }, (answer) => {
      let body = '';
      answer.on('data', (part: Buffer) => (body += part.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body }));
    });
    sent.on('error', reject);
    sent.end('{"query":"{ hello }"}');
  });
}

beforeAll(async () => {
  gateway = await makeGateway(
    { CORS_ORIGINS: ['https://app.example'] },
    {
      queue: {
        ...NO_QUEUE,
        isLong: true,
        refuses: () => {
          asked += 1;
          onAsked();
          return isFull;
        },
        run: async (_owner, work) => {
          await held;
          return work();
        },
      },
      authenticate: async (call) => {
        authenticated += 1;
        return authenticate(call);
      },
      knownCaller: (headers) => (headers['x-api-key'] === 'good' ? known : null),
    },
  );
  port = Number(new URL(await gateway.app.listen({ port: 0, host: '127.0.0.1' })).port);
});

beforeEach(async () => {
  known = await authenticate({ headers: { 'x-api-key': 'good' } });
  authenticated = 0;
  asked = 0;
  isFull = true;
});

afterAll(async () => {
  agent.destroy();
  await gateway.app.close();
});

it('a refused request is not examined, and gets the same answer as other refusals', async () => {
  const { status, headers, body } = await ask({ 'x-api-key': 'good' });
  expect([status, authenticated]).toEqual([503, 0]);
  expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: 'OVERLOADED', requestId: 'r-1' } }] });
  expect(headers).toMatchObject({
    'retry-after': '2',
    'x-request-id': 'r-1',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'content-type': 'application/json; charset=utf-8',
    'content-length': `${Buffer.byteLength(body)}`,
  });
  isFull = false;
  expect((await ask({ 'x-api-key': 'good' })).status).toBe(200);
});

it('a key that was not recently accepted is authenticated first', async () => {
  const answer = await ask({ 'x-api-key': 'bad' });
  expect([answer.status, authenticated]).toEqual([401, 1]);
  const withoutKey = await ask({});
  expect([withoutKey.status, authenticated]).toEqual([503, 2]);
});

it('a page of another origin gets an answer that it can read', async () => {
  const answer = await ask({ 'x-api-key': 'good', origin: 'https://app.example' });
  expect([answer.status, authenticated]).toEqual([503, 1]);
  expect(answer.headers['access-control-allow-origin']).toBe('https://app.example');
});

it('other paths are not refused', async () => {
  expect((await ask({ 'x-api-key': 'good' }, '/nothing')).status).toBe(404);
});

it('all but the first of a connection are refused before they are parsed, with the same answer', async () => {
  agent.destroy();
  let parsed = 0;
  const count = (): void => void (parsed += 1);
  gateway.app.server.on('request', count);
  const answers = [await ask({ 'x-api-key': 'good' }), await ask({ 'x-api-key': 'good' })];
  expect(parsed).toBe(1);
  isFull = false;
  expect((await ask({ 'x-api-key': 'good' })).status).toBe(200);
  isFull = true;
  answers.push(await ask({ 'x-api-key': 'good' }));
  expect(parsed).toBe(2);
  gateway.app.server.off('request', count);
  // Connection and Date are added by Node.js.
  const told = answers.map(({ status, body, headers: { date: _date, connection: _connection, ...headers } }) => {
    delete headers['keep-alive'];
    return { status, body, headers };
  });
  expect(told[0]?.status).toBe(503);
  expect(told).toEqual([told[0], told[0], told[0]]);
});

it('a request that arrives while another is answered waits, so that answers keep their order', async () => {
  const socket = await openSocket(port);
  let received = '';
  socket.on('data', (part) => (received += part.toString('latin1'))).resume();
  let parsed = 0;
  const count = (): void => void (parsed += 1);
  gateway.app.server.on('request', count);
  isFull = false;
  socket.write(textOf('first'));
  await eventually(async () => received.includes('hello'));
  let release = (): void => undefined;
  held = new Promise((resolve) => (release = resolve));
  socket.write(textOf('held'));
  await eventually(async () => parsed === 2);
  const before = asked;
  isFull = true;
  socket.write(textOf('late'));
  await eventually(async () => parsed === 3);
  // It has not been examined yet, and nothing is answered out of order.
  expect([asked, parseAnswers(received).length]).toEqual([before, 1]);
  [held, isFull] = [null, true];
  release();
  await eventually(async () => received.includes('late'));
  gateway.app.server.off('request', count);
  socket.destroy();
  const told = parseAnswers(received).map(({ status, headers }) => [status, headers['x-request-id']]);
  expect(told).toEqual([
    [200, 'first'],
    [200, 'held'],
    [503, 'late'],
  ]);
});

it('only a few of the requests that arrive together are refused in one turn of the event loop', async () => {
  let connections = 0;
  const count = (): void => void (connections += 1);
  gateway.app.server.on('connection', count);
  const sockets = await Promise.all(Array.from({ length: 480 }, () => openSocket(port)));
  await eventually(async () => connections === sockets.length);
  gateway.app.server.off('connection', count);
  const turns: number[] = [];
  onAsked = () => {
    if (turns.length === 0 || turns.at(-1) === 0) setImmediate(() => turns.push(0));
    turns.push((turns.pop() ?? 0) + 1);
  };
  for (const [index, socket] of sockets.entries()) socket.write(textOf(`together-${index}`));
  await eventually(async () => asked >= sockets.length);
  onAsked = () => undefined;
  for (const socket of sockets) socket.destroy();
  expect(turns.reduce((sum, each) => sum + each)).toBe(sockets.length);
  // A hundred when they arrive, and as many in the next turn.
  expect(Math.max(...turns)).toBeLessThanOrEqual(200);
});
