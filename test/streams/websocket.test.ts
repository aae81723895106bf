/** Operations over WebSocket with graphql-ws: its own client, keys in either place, and refused handshakes. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { OpenStreams } from '../../src/graph/open-streams';
import { InFlightBudget } from '../../src/http/in-flight';
import { createKey } from '../access/keys';
import { createTool } from '../audit/harness';
import { eventually } from '../harness/eventually';
import { createTwoTenants, startTestGateway, type TwoTenants } from '../harness/gateway';
import { query } from '../harness/sql';

const EVENTS =
  'subscription ($accountId: ID, $after: Int) { events(accountId: $accountId, after: $after) { sequence resourceId } }';

let tenants: TwoTenants;
let url: string;
const clients: Client[] = [];

beforeAll(async () => {
  tenants = await createTwoTenants({ settings: { CORS_ORIGINS: ['https://app.example'] } });
  url = `${(await tenants.gateway.app.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws')}/graphql`;
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});
afterAll(() => tenants.close());

const name = (): string => `tool-${randomBytes(4).toString('hex')}`;

interface Followed {
  readonly results: {
    data?: Record<string, unknown> | null;
    errors?: readonly { extensions?: { code?: unknown } }[];
  }[];
  isOver: boolean;
  error: unknown;
}

function follow(client: Client, query: string, variables: Record<string, unknown> = {}): Followed {
  const followed: Followed = { results: [], isOver: false, error: null };
  const over = (error: unknown = null): void => void Object.assign(followed, { isOver: true, error });
  client.subscribe(
    { query, variables },
    {
      next: (result) => void followed.results.push(result as Followed['results'][number]),
      error: over,
      complete: over,
    },
  );
  return followed;
}

function clientOf(key: string, at = url, lazy = true): Client {
  const client = createClient({
    url: at,
    lazy,
    onNonLazyError: () => undefined,
    webSocketImpl: WebSocket,
    connectionParams: { 'X-API-Key': key, 'X-Reason': 'a test' },
    retryAttempts: 0,
  });
  clients.push(client);
  return client;
}

it('queries, mutations and subscriptions share a connection, each under the key of connection_init', async () => {
  const { acme, globex } = tenants;
  const client = clientOf(acme.key);
  const stream = follow(client, EVENTS, { after: 0 });
  await eventually(async () => stream.results.length > 0, 5_000);
  const created = follow(client, 'mutation ($name: String!) { createTool(input: { name: $name }) { id } }', {
    name: name(),
  });
  await eventually(async () => created.isOver, 5_000);
  await createTool(globex, name());
  const id = (created.results[0]?.data?.['createTool'] as { id: string } | undefined)?.id;
  await eventually(
    async () => stream.results.some(({ data }) => (data?.['events'] as { resourceId: string }).resourceId === id),
    5_000,
  );
  const sequences = stream.results.map(({ data }) => (data?.['events'] as { sequence: number }).sequence);
  expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  const viewer = follow(client, '{ viewer { account { id } } }');
  await eventually(async () => viewer.isOver, 5_000);
  expect(viewer.results).toEqual([{ data: { viewer: { account: { id: acme.accountId } } } }]);
});

it.each([
  ['another account', EVENTS, () => ({ accountId: tenants.globex.accountId }), 'ACCOUNT_MISMATCH'],
  ['a number that no event has', EVENTS, () => ({ after: 1_000_000 }), 'BAD_USER_INPUT'],
  ['an invalid document', 'subscription {', () => ({}), 'GRAPHQL_PARSE_FAILED'],
])('a subscription for %s is refused', async (_name, query, variables, code) => {
  const followed = follow(clientOf(tenants.acme.key), query, variables());
  await eventually(async () => followed.isOver, 5_000);
  expect(followed.results).toEqual([]);
  expect(followed.error).toMatchObject([{ extensions: { code, requestId: expect.any(String) } }]);
});

it('a revoked key ends its streams and its connection within a second', async () => {
  const key = await createKey(tenants, tenants.acme, { role: 'ADMINISTRATOR' });
  const client = clientOf(key.key);
  const closed = new Promise<{ code: number }>((resolve) => client.on('closed', (event) => resolve(event as never)));
  const stream = follow(client, EVENTS, { after: 0 });
  await eventually(async () => stream.results.length > 0, 5_000);
  await tenants.acme.ask('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: key.id });
  await eventually(async () => stream.isOver);
  expect(stream.results.at(-1)?.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  expect((await closed).code).toBe(4401);
});

it('a gateway that shuts down announces it, and its clients reconnect', async () => {
  const other = await startTestGateway({ database: tenants.database });
  const at = `${(await other.gateway.app.listen({ host: '127.0.0.1', port: 0 })).replace('http', 'ws')}/graphql`;
  const client = clientOf(tenants.acme.key, at, false);
  const closed = new Promise<{ code: number }>((resolve) => client.on('closed', (event) => resolve(event as never)));
  const stream = follow(client, EVENTS, { after: 0 });
  await eventually(async () => stream.results.length > 0, 5_000);
  await other.close();
  expect((await closed).code).toBe(1001);
  expect(stream.results.at(-1)?.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
});

/** A connection without the client of graphql-ws. */
async function connect(options: { headers?: Record<string, string>; protocol?: string; path?: string } = {}) {
  const { headers = {}, protocol = 'graphql-transport-ws', path = '' } = options;
  const socket = new WebSocket(`${url}${path}`, protocol, { headers });
  socket.on('error', () => undefined);
  const refused = new Promise<number>((resolve) =>
    socket.once('unexpected-response', (_request, answer) => resolve(answer.statusCode ?? 0)),
  );
  const status = await Promise.race([once(socket, 'open').then(() => 101), refused]);
  return { socket, status, closed: new Promise<number>((resolve) => socket.once('close', resolve)) };
}

it.each([
  ['no page', {}, 101],
  ['a listed page', { origin: 'https://app.example' }, 101],
  ['an unlisted page', { origin: 'https://evil.example' }, 403],
  ['a page without an origin', { origin: 'null' }, 403],
])('a handshake of %s is answered according to its origin', async (_name, headers, status) => {
  const connection = await connect({ headers });
  expect(connection.status).toBe(status);
  connection.socket.terminate();
});

it('a handshake to another path is refused', async () => {
  expect((await connect({ path: '/other' })).status).toBe(404);
});

it.each([
  ['an unknown key', [{ type: 'connection_init', payload: { 'x-api-key': 'pcl_live_x' } }], 4401],
  ['no key', [{ type: 'connection_init' }], 4401],
  [
    'an operation before connection_init',
    [{ id: '1', type: 'subscribe', payload: { query: '{ viewer { kind } }' } }],
    4401,
  ],
  ['an invalid message', ['hello'], 4400],
  ['a message that is too large', ['x'.repeat(100_000)], 1009],
  ['connection_init twice', [{ type: 'connection_init' }, { type: 'connection_init' }], 4429],
])('a connection is closed for %s', async (_name, messages, code) => {
  const { socket, closed } = await connect();
  for (const message of messages) socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  expect(await closed).toBe(code);
});

it('a key in the handshake takes precedence over the one in connection_init', async () => {
  const { socket } = await connect({ headers: { 'x-api-key': tenants.globex.key } });
  const answers: string[] = [];
  socket.on('message', (data: Buffer) => void answers.push(data.toString('utf8')));
  socket.send(JSON.stringify({ type: 'connection_init', payload: { 'x-api-key': tenants.acme.key } }));
  await eventually(async () => answers.length === 1, 5_000);
  socket.send(JSON.stringify({ id: 'a', type: 'subscribe', payload: { query: '{ viewer { account { id } } }' } }));
  await eventually(async () => answers.length === 3, 5_000);
  expect(answers).toEqual([
    '{"type":"connection_ack"}',
    `{"id":"a","type":"next","payload":{"data":{"viewer":{"account":{"id":"${tenants.globex.accountId}"}}}}}`,
    '{"id":"a","type":"complete"}',
  ]);
  socket.terminate();
});

/** A connection whose key was accepted, and the messages since then. */
async function accepted(options: { autoPong?: boolean } = {}) {
  const socket = new WebSocket(url, 'graphql-transport-ws', options);
  const messages: { id?: string; type: string; payload?: unknown }[] = [];
  socket.on('message', (data: Buffer) => void messages.push(JSON.parse(data.toString('utf8')) as { type: string }));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await once(socket, 'open');
  const send = (message: object): void => socket.send(JSON.stringify(message));
  send({ type: 'connection_init', payload: { 'x-api-key': tenants.acme.key } });
  await eventually(async () => messages.length === 1, 5_000);
  return { socket, messages, closed, send };
}

it('a connection has at most 100 open operations, and room again once one has ended', async () => {
  const { socket, messages, send } = await accepted();
  const subscribe = (id: string): void => send({ id, type: 'subscribe', payload: { query: EVENTS } });
  for (let id = 1; id <= 101; id += 1) subscribe(String(id));
  await eventually(async () => messages.some(({ type }) => type === 'error'), 10_000);
  expect(messages.slice(1)).toMatchObject([
    { type: 'error', payload: [{ extensions: { code: 'OVERLOADED', requestId: expect.stringMatching(/\.\d+$/) } }] },
  ]);
  send({ id: '1', type: 'complete' });
  // The end of an operation that has just started is noticed once it has started.
  let tries = 0;
  const ask = (): void =>
    send({ id: `after ${(tries += 1)}`, type: 'subscribe', payload: { query: '{ viewer { kind } }' } });
  ask();
  await eventually(async () => {
    const last = messages.find(({ id, type }) => id === `after ${tries}` && type !== 'next');
    if (last?.type === 'error') ask();
    return last?.type === 'complete';
  }, 10_000);
  socket.terminate();
});

describe('answers on a connection', () => {
  const AGENTS = '{ agents(first: 20) { nodes { instruction } } }';
  const START = 'mutation ($id: ID!) { startRun(agentId: $id) { agent { instruction tools { id } } } }';
  const CREATE = 'mutation ($input: CreateAgentInput!) { createAgent(input: $input) { id } }';
  const codes = ({ results }: Followed): unknown[] =>
    results.flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions?.code));
  const runs = () => query(tenants.database.superuserUrl, 'SELECT id FROM run');
  let id: string;

  beforeAll(async () => {
    for (let index = 0; index < 15; index += 1) {
      const input = { name: `agent ${index}`, type: 'LANGFLOW', instruction: 'y'.repeat(90_000) };
      id = (await tenants.acme.ask<{ createAgent: { id: string } }>(CREATE, { input })).createAgent.id;
    }
  });
  afterEach(() => jest.restoreAllMocks());

  async function ask(text: string, variables: Record<string, unknown> = {}): Promise<Followed> {
    const followed = follow(clientOf(tenants.acme.key), text, variables);
    await eventually(async () => followed.isOver, 10_000);
    return followed;
  }

  it('have at most 1 MB, and the error says that POST allows more', async () => {
    const refused = await ask(AGENTS);
    expect(refused.error).toMatchObject([
      { message: expect.stringContaining('1 MB'), extensions: { code: 'QUERY_TOO_COMPLEX', limit: 'answer' } },
    ]);
    expect((await tenants.acme.send(AGENTS)).status).toBe(200);
  });

  it('count as bytes in flight until they have been sent', async () => {
    const hold = jest.spyOn(InFlightBudget.prototype, 'hold');
    const answered = await ask(AGENTS.replace('20', '10'));
    expect(codes(answered)).toEqual([]);
    expect(hold.mock.lastCall?.[1]).toBeGreaterThan(900_000);
    expect(tenants.gateway.app.inFlight.totalBytes).toBeLessThan(100_000);
  });

  it('are discarded if there is no room; changes are then not made', async () => {
    const hold = jest.spyOn(InFlightBudget.prototype, 'hold');
    hold.mockReturnValueOnce(null);
    expect(codes(await ask('{ viewer { kind } }'))).toEqual(['OVERLOADED']);
    hold.mockReturnValueOnce(null);
    expect(codes(await ask(START, { id }))).toEqual(['OVERLOADED']);
    expect(await runs()).toHaveLength(0);
    hold.mockReturnValueOnce(() => undefined).mockReturnValueOnce(null);
    expect(codes(await ask(START, { id }))).toEqual([]);
    expect(await runs()).toHaveLength(1);
  });

  it('end a stream if there is no room for its next event', async () => {
    jest.spyOn(InFlightBudget.prototype, 'hold').mockReturnValue(null);
    expect(codes(await ask(EVENTS, { after: 0 }))).toEqual(['OVERLOADED']);
  });
});

describe('an idle connection', () => {
  it('is closed if connection_init does not arrive in time', async () => {
    // Only the library's timer is set while this is in place.
    const timers: (() => void)[] = [];
    const machine = globalThis.setTimeout;
    const spy = jest.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms: number) => {
      if (ms === 5_000) timers.push(run);
      return machine(run, ms);
    }) as typeof setTimeout);
    const { closed } = await connect();
    await eventually(async () => timers.length === 1, 5_000);
    spy.mockRestore();
    timers[0]?.();
    expect(await closed).toBe(4408);
  });

  /** The keep-alives of another connection, sent when the test says so. */
  async function withKeepAlives(options: { autoPong?: boolean }) {
    const beats: (() => void)[] = [];
    const keepAlive = jest.spyOn(OpenStreams.prototype, 'keepAlive').mockImplementation((send) => {
      beats.push(send);
      return () => undefined;
    });
    const connection = await accepted(options);
    keepAlive.mockRestore();
    return { ...connection, beat: () => beats[0]?.() };
  }

  it('is closed after five minutes without an operation, during which it is kept alive', async () => {
    const { socket, closed, beat } = await withKeepAlives({});
    for (let beats = 0; beats < 20; beats += 1) {
      const pinged = once(socket, 'ping');
      beat();
      await pinged;
      // Once this is answered, the gateway has our pong.
      socket.ping();
      await once(socket, 'pong');
    }
    beat();
    expect(await closed).toBe(1001);
  });

  it('is closed if it does not answer', async () => {
    const { closed, beat } = await withKeepAlives({ autoPong: false });
    beat();
    beat();
    expect(await closed).toBe(1006);
  });
});
