/** Subscriptions through a router, over SSE and WebSocket: each caller receives what its own key can see. */
import { randomBytes } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { createKey } from '../access/keys';
import { createTool } from '../audit/harness';
import { eventually } from '../harness/eventually';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { EventSource } from '../streams/event-source';
import { seriesOf } from '../telemetry/open-metrics';
import { idOf, startRouter, type Router } from './routed';

const WITHIN_MS = 10_000;

let tenants: TwoTenants;
let router: Router;

beforeAll(async () => {
  tenants = await createTwoTenants({ settings: { ADMIN_PORT: 0 } });
  router = await startRouter(tenants);
}, 60_000);
afterAll(async () => {
  await router?.close();
  await tenants.close();
});

interface Answered {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly extensions?: Record<string, unknown> }[];
}

/** A subscription through the router. */
interface Stream {
  readonly answers: () => readonly Answered[];
  readonly isOver: () => boolean;
  readonly close: () => void;
}

type Open = (key: string | null, query: string, variables?: Record<string, unknown>) => Promise<Stream>;

const overEvents: Open = async (key, query, variables = {}) => {
  const source = await EventSource.open(new URL(router.url).origin, { key, query, variables });
  return {
    answers: () => source.sent.flatMap(({ data }) => (data === null ? [] : [data])),
    isOver: () => source.isOver,
    close: () => source.close(),
  };
};

const overWebSocket: Open = async (key, query, variables = {}) => {
  const client = createClient({
    url: router.url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { 'X-Reason': 'a test', ...(key !== null && { 'X-API-Key': key }) },
    retryAttempts: 0,
  });
  const answers: Answered[] = [];
  let isOver = false;
  const end = (): void => void (isOver = true);
  client.subscribe({ query, variables }, { next: (answer) => void answers.push(answer), error: end, complete: end });
  return { answers: () => answers, isOver: () => isOver, close: () => void client.dispose() };
};

const EVENTS = `subscription ($accountId: ID, $after: Int) {
  events(accountId: $accountId, after: $after) { accountId sequence resourceId after }
}`;
const REVOKE = 'mutation ($id: ID!) { revokeApiKey(id: $id) { id } }';
const CHECKPOINT = 'query ($accountId: ID) { auditCheckpoint(accountId: $accountId) { sequence } }';

interface Event {
  readonly accountId: string;
  readonly resourceId: string;
  readonly after: { readonly inputSchema?: { readonly description?: string } } | null;
}

const eventsOf = (stream: Stream): Event[] =>
  stream.answers().flatMap(({ data }) => (data?.['events'] ? [data['events'] as Event] : []));

const codesOf = (stream: Stream): unknown[] =>
  stream.answers().flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions?.['code']));

const name = (): string => `tool-${randomBytes(4).toString('hex')}`;

/** The number of the account's last event, so that a stream from there contains only what the test does. */
async function lastEvent(accountId: string): Promise<number> {
  const { auditCheckpoint } = await tenants.master.ask<{ auditCheckpoint: { sequence: number } }>(CHECKPOINT, {
    accountId,
  });
  return auditCheckpoint.sequence;
}

describe.each([
  ['server-sent events', overEvents],
  ['WebSocket', overWebSocket],
])('over %s', (_transport, open) => {
  const opened: Stream[] = [];
  const follow: Open = async (...asked) => {
    const stream = await open(...asked);
    opened.push(stream);
    return stream;
  };
  afterEach(() => {
    for (const stream of opened.splice(0)) stream.close();
  });

  it('each caller gets the events of its own account, although all share a router', async () => {
    const { acme, globex } = tenants;
    const followed = await Promise.all(
      [acme, globex, acme, globex].map(async (account) => {
        const stream = await follow(account.key, EVENTS, { after: await lastEvent(account.accountId) });
        return { account, stream };
      }),
    );
    const made = new Map<string, string[]>([
      [acme.accountId, []],
      [globex.accountId, []],
    ]);
    for (let round = 0; round < 5; round += 1)
      for (const account of [globex, acme]) made.get(account.accountId)?.push(await createTool(account, name()));
    await eventually(async () => followed.every(({ stream }) => eventsOf(stream).length === 5), WITHIN_MS);
    for (const { account, stream } of followed) {
      expect(eventsOf(stream).map(({ resourceId }) => resourceId)).toEqual(made.get(account.accountId));
      expect(new Set(eventsOf(stream).map(({ accountId }) => accountId))).toEqual(new Set([account.accountId]));
    }
  });

  it("a run in the stream has its agent's fields from the other subgraph", async () => {
    const { acme } = tenants;
    const agentId = idOf(router.own, 'Agent');
    const stream = await follow(acme.key, 'subscription { runs(after: 0) { run { agent { id name stars } } } }');
    await acme.ask('mutation ($agentId: ID!) { startRun(agentId: $agentId) { id } }', { agentId });
    await eventually(async () => JSON.stringify(stream.answers()).includes(agentId), WITHIN_MS);
    expect(stream.answers().map(({ data }) => data)).toContainEqual({
      runs: { run: { agent: { id: agentId, name: expect.stringContaining('own') as string, stars: 4 } } },
    });
  });

  it('another account, a master key without an account, and a missing key are refused as by the gateway itself', async () => {
    const { acme, globex, master } = tenants;
    for (const [key, accountId, code] of [
      [acme.key, globex.accountId, 'ACCOUNT_MISMATCH'],
      [master.key, null, 'BAD_USER_INPUT'],
      [null, null, 'UNAUTHENTICATED'],
    ] as const) {
      const stream = await follow(key, EVENTS, { accountId, after: 0 });
      await eventually(async () => stream.isOver(), WITHIN_MS);
      expect(codesOf(stream)).toEqual([code]);
      expect(eventsOf(stream)).toEqual([]);
    }
  });

  it('a master key follows the account that it names, whose access log shows that', async () => {
    const { globex, master } = tenants;
    const { accountId } = globex;
    const stream = await follow(master.key, EVENTS, { accountId, after: await lastEvent(accountId) });
    const id = await createTool(globex, name());
    await eventually(async () => eventsOf(stream).length > 0, WITHIN_MS);
    expect(eventsOf(stream)).toMatchObject([{ accountId, resourceId: id }]);
    const { accountAccess } = await globex.ask<{ accountAccess: { nodes: { fields: string[] }[] } }>(
      '{ accountAccess(first: 100) { nodes { fields } } }',
    );
    expect(accountAccess.nodes.flatMap(({ fields }) => fields)).toContain('events');
  });

  it('a stream ends with its key, and gives the reason', async () => {
    const { acme } = tenants;
    const key = await createKey(tenants, acme, { role: 'ADMINISTRATOR' });
    const stream = await follow(key.key, EVENTS, { after: await lastEvent(acme.accountId) });
    await createTool(acme, name());
    await eventually(async () => eventsOf(stream).length > 0, WITHIN_MS);
    await acme.ask(REVOKE, { id: key.id });
    await eventually(async () => stream.isOver(), WITHIN_MS);
    const seen = eventsOf(stream).length;
    await createTool(acme, name());
    expect(codesOf(stream)).toEqual(['UNAUTHENTICATED']);
    expect(eventsOf(stream).length).toBe(seen);
  });

  it('text of any language arrives undamaged, however its bytes are divided into chunks', async () => {
    const { acme } = tenants;
    // More than one read from a connection returns.
    const description = '寸法の大きさ'.repeat(3_300);
    const after = await lastEvent(acme.accountId);
    for (let count = 0; count < 5; count += 1) await createTool(acme, name(), { inputSchema: { description } });
    const stream = await follow(acme.key, EVENTS, { after });
    await eventually(async () => eventsOf(stream).length === 5, WITHIN_MS);
    const texts = eventsOf(stream).map(({ after: row }) => row?.inputSchema?.description === description);
    expect(texts).toEqual([true, true, true, true, true]);
  });

  it('a caller who disconnects is no longer followed', async () => {
    const streams = async (): Promise<number | undefined> =>
      seriesOf((await tenants.gateway.telemetry.metrics?.registry.metrics()) ?? '').get('portcullis_streams_open');
    await eventually(async () => (await streams()) === 0, WITHIN_MS);
    const stream = await open(tenants.acme.key, EVENTS, { after: 0 });
    await eventually(async () => (await streams()) === 1 && eventsOf(stream).length > 0, WITHIN_MS);
    stream.close();
    await eventually(async () => (await streams()) === 0, WITHIN_MS);
  });
});
