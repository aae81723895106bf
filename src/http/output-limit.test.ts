/** Answers that are requested but not read use little memory, whatever their number and form. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import createFastify from 'fastify';
import { contextOf, makeGateway, type TestGateway } from '../../test/graph/gateway';
import { eventually } from '../../test/harness/eventually';
import { exchange, graphqlRequest, listen, openSocket, parseAnswers } from '../../test/harness/raw-http';
import { GatewayError } from '../errors';
import { ProxyTrust } from './client-ip';
import { handleErrors } from './error-handler';
import { InFlightBudget } from './in-flight';
import { boundOutput, SLICE_BYTES } from './output-limit';
import { PIECE_BYTES } from './read-in-pieces';
import { decorate } from './request-state';

const MEGABYTE = 1024 * 1024;
const sockets: Socket[] = [];
let gateway: TestGateway;
let port: number;

async function start(...args: Parameters<typeof makeGateway>): Promise<void> {
  gateway = await makeGateway(...args);
  port = await listen(gateway.app);
}
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await gateway.app.close();
});

const until = (holds: () => boolean | Promise<boolean>): Promise<number> => eventually(async () => holds(), 10_000);

/** Sends text on a new connection that is never read. */
async function sendUnread(text: string): Promise<Socket> {
  const socket = await openSocket(port);
  sockets.push(socket);
  socket.write(text);
  return socket;
}

/** Waits until this many bytes remain in flight, because the clients' sockets accept no more. */
async function untilUnread(bytes: number): Promise<void> {
  let last = 0;
  let looks = 0;
  await until(async () => {
    await exchange(port, get('/livez', 'connection: close'));
    const { totalBytes } = gateway.app.inFlight;
    looks = totalBytes > bytes && totalBytes === last ? looks + 1 : 0;
    last = totalBytes;
    return looks === 20;
  });
}

const get = (path: string, ...headers: string[]): string =>
  `GET ${path} HTTP/1.1\r\nhost: x\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n`;

/** A small query with a four-megabyte answer. */
const LARGE = graphqlRequest(
  {
    query: `query ($json: Json) { ${Array.from({ length: 20 }, (_, index) => `a${index}: echo(json: $json)`).join(' ')} }`,
    variables: { json: 'x'.repeat(200_000) },
  },
  { 'x-api-key': 'good' },
);

describe('a connection', () => {
  it('has one request in progress when many are pipelined, and answers all of them as they are read', async () => {
    let started = 0;
    await start(
      {},
      {
        createContext: (call) => {
          started += 1;
          return contextOf(call);
        },
      },
    );
    const socket = await sendUnread(LARGE.repeat(20));
    await until(() => gateway.app.inFlight.totalBytes > 4 * MEGABYTE);
    for (let time = 0; time < 5; time += 1) await exchange(port, get('/livez', 'connection: close'));
    // Everything that fits into both ends' buffers has been sent; the next answer waits for its reader.
    expect(started).toBeLessThan(5);
    let bytes = 0;
    socket.on('data', (chunk) => (bytes += chunk.length));
    socket.resume();
    await until(() => bytes > 20 * 4_000_000);
    expect(started).toBe(20);
    await until(() => gateway.app.inFlight.totalBytes === 0);
  });

  it('that pipelines thousands of requests gets its answers in order', async () => {
    await start();
    const ids = Array.from({ length: 3_000 }, (_, index) => `id-${index}`);
    const last = get('/livez', 'x-request-id: last', 'connection: close');
    const text = ids.map((id) => get('/livez', `x-request-id: ${id}`)).join('');
    const answers = parseAnswers(await exchange(port, text + last));
    expect(answers.map(({ headers }) => headers['x-request-id'])).toEqual([...ids, 'last']);
  });

  it('that pipelines thousands of requests does not block other clients', async () => {
    await start();
    let made = 0;
    gateway.app.server.on('request', () => (made += 1));
    const socket = await sendUnread(get('/livez').repeat(3_000));
    socket.resume();
    await until(() => made > 0);
    await exchange(port, get('/livez', 'connection: close'));
    expect(made).toBeLessThan(3_000);
    await until(() => made === 3_001);
    await until(() => gateway.app.inFlight.totalBytes === 0);
  });

  it('that pipelines thousands of requests gets only a few of them parsed in one turn of the event loop', async () => {
    await start();
    const made: number[] = [];
    gateway.app.server.on('request', () => {
      if (!made.length) made.push(0);
      if (made.at(-1) === 0) setImmediate(() => made.push(0));
      made.push((made.pop() ?? 0) + 1);
    });
    const last = get('/livez', 'connection: close');
    const answers = parseAnswers(await exchange(port, get('/livez').repeat(3_000) + last));
    expect(answers).toHaveLength(3_001);
    expect(Math.max(...made)).toBeLessThanOrEqual(Math.ceil(PIECE_BYTES / get('/livez').length) + 1);
  });

  it('may pipeline requests with bodies', async () => {
    await start();
    const posts = Array.from({ length: 50 }, () => graphqlRequest({ query: '{ hello }' }) + get('/livez').repeat(20));
    const answers = parseAnswers(await exchange(port, posts.join('') + get('/livez', 'connection: close')));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(50 * 21 + 1).fill(200));
  });

  it('is closed when its pipelined requests fill the limit of its address', async () => {
    await start({ MAX_IN_FLIGHT_MB: 1 });
    const socket = await sendUnread(LARGE + get('/livez').repeat(1_500));
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    await until(() => gateway.app.inFlight.totalBytes === 0);
  });

  it('that is closed ends the thousands of requests that wait on it without an error for each', async () => {
    await start({ MAX_IN_FLIGHT_MB: 1 });
    const requests: IncomingMessage[] = [];
    gateway.app.server.on('request', (request: IncomingMessage) => requests.push(request));
    const socket = await sendUnread(LARGE + get('/livez').repeat(1_500));
    socket.resume();
    await new Promise((resolve) => socket.once('close', resolve));
    await until(() => gateway.app.inFlight.totalBytes === 0 && requests.every(({ destroyed }) => destroyed));
    expect(requests.length).toBeGreaterThan(50);
    expect(requests.filter(({ errored }) => errored !== null).length).toBeLessThan(2);
  });
});

it('static files that many clients do not read are in memory once', async () => {
  await start();
  const page = await exchange(port, get('/graphiql', 'connection: close'));
  const [script = ''] = /\/graphiql\/assets\/graphiql\.\w+\.js/.exec(page) ?? [];
  for (let index = 0; index < 40; index += 1) await sendUnread(get(script).repeat(20));
  await until(() => gateway.app.inFlight.totalBytes > 20 * SLICE_BYTES);
  // Five megabytes each, for eight hundred requests.
  expect(gateway.app.inFlight.totalBytes).toBeLessThan(40 * (SLICE_BYTES + 20 * 16 * 1024));
});

it('an account that does not read is refused with Retry-After, and is served once it has read', async () => {
  // A quarter is 10 MB: two answers of four, once both ends' buffers are full.
  await start({ MAX_IN_FLIGHT_MB: 40 });
  const unread = [await sendUnread(LARGE.repeat(6)), await sendUnread(LARGE.repeat(6))];
  await untilUnread(8 * MEGABYTE);
  const [refused] = parseAnswers(await exchange(port, LARGE.replace('host: x', 'host: x\r\nconnection: close')));
  expect([refused?.status, refused?.headers['retry-after']]).toEqual([503, '2']);
  expect(refused?.body).toContain('OVERLOADED');
  expect(gateway.app.inFlight.totalBytes).toBeLessThan(12 * MEGABYTE);
  for (const socket of unread) socket.resume();
  await until(() => gateway.app.inFlight.totalBytes === 0);
  await until(async () => {
    const [served] = parseAnswers(await exchange(port, LARGE.replace('host: x', 'host: x\r\nconnection: close')));
    return served?.status === 200;
  });
});

it('an account whose answer had no room is refused before its next operation runs, however small it is', async () => {
  await start({ MAX_IN_FLIGHT_MB: 40 });
  for (let index = 0; index < 2; index += 1) await sendUnread(LARGE.repeat(6));
  await untilUnread(8 * MEGABYTE);
  const small = graphqlRequest({ query: '{ hello }' }, { 'x-api-key': 'good' });
  const ask = async (text: string): Promise<string | undefined> =>
    parseAnswers(await exchange(port, text.replace('host: x', 'host: x\r\nconnection: close')))[0]?.body;
  // Refused for two seconds: a slow machine needs another try.
  await until(async () => {
    await ask(LARGE);
    return (await ask(small))?.includes('Nothing was executed') === true;
  });
  expect(await ask(graphqlRequest({ query: '{ hello }' }, {}))).toContain('hello you');
});

it('a client that disconnects while its answer is being made causes no fault of the gateway', async () => {
  const app = createFastify();
  const toGatewayError = jest.fn(() => new GatewayError('INTERNAL', 'a fault'));
  const rateLimits = { chargeRefusal: () => undefined };
  handleErrors(app, { toGatewayError, rateLimits, proxies: new ProxyTrust([]) });
  const failure = Object.assign(new Error('Premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' });
  app.get('/', async ({ raw }) => {
    raw.socket.destroy();
    throw failure;
  });
  app.get('/livez', async () => {
    throw failure;
  });
  port = await listen(app);
  expect(await exchange(port, get('/'))).toBe('');
  expect(toGatewayError).not.toHaveBeenCalled();
  await exchange(port, get('/livez', 'connection: close'));
  expect(toGatewayError).toHaveBeenCalledTimes(1);
  await app.close();
});

it.each([
  ['a query is dropped', false, 503],
  ['a change leaves all the same', true, 200],
])('if there is no room, the answer to %s', async (_what, mustBeAnswered, status) => {
  const app = createFastify();
  const budget = new InFlightBudget(1);
  decorate(app, budget);
  boundOutput(app, budget);
  app.get('/', async (request) => {
    request.inFlight = Object.assign(budget.open(request.raw, 'a1'), { mustBeAnswered });
    return 'x'.repeat(MEGABYTE);
  });
  expect((await app.inject('/')).statusCode).toBe(status);
  await app.close();
});

it('slowly arriving bodies count as bytes in flight', async () => {
  await start({ MAX_IN_FLIGHT_MB: 1 });
  const announced = `POST /graphql HTTP/1.1\r\nhost: x\r\nx-api-key: good\r\ncontent-type: application/json\r\ncontent-length: 200000\r\n\r\n{`;
  await sendUnread(announced);
  await until(() => gateway.app.inFlight.totalBytes > 200_000);
  let text = '';
  const socket = await sendUnread(announced);
  socket.on('data', (chunk) => (text += String(chunk)));
  socket.resume();
  // A request with room waits for its body and answers nothing.
  await until(() => text !== '' || gateway.app.inFlight.totalBytes > 400_000);
  expect(parseAnswers(text)[0]?.status).toBe(503);
});

describe('connections of an address', () => {
  it('are limited, and another is accepted when one has ended', async () => {
    await start({ MAX_CONNECTIONS_PER_ADDRESS: 3 });
    const open = [await sendUnread(''), await sendUnread(''), await sendUnread('')];
    const [refused] = parseAnswers(await exchange(port, get('/livez')));
    expect([refused?.status, refused?.headers['retry-after']]).toEqual([503, '2']);
    open[0]?.destroy();
    await until(async () => (await exchange(port, get('/livez', 'connection: close'))).includes('200 OK'));
  });

  it('are not counted for a trusted proxy', async () => {
    await start({ MAX_CONNECTIONS_PER_ADDRESS: 1, TRUSTED_PROXIES: ['127.0.0.0/8'] });
    await sendUnread('');
    expect(await exchange(port, get('/livez', 'connection: close'))).toContain('200 OK');
  });
});
