/** The stream of an account's audit log over server-sent events: whose events, in which order, until when. */
import { randomBytes } from 'node:crypto';
import { Admission } from '../../src/http/admission';
import { shedError } from '../../src/http/refusal';
import { createTool } from '../audit/harness';
import { eventually } from '../harness/eventually';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { createKey } from '../access/keys';
import { EventSource, type Subscribe } from './event-source';

const EVENTS =
  'subscription ($accountId: ID, $after: Int, $filter: AuditEventFilter) { events(accountId: $accountId, after: $after, filter: $filter) { sequence accountId action resourceType resourceId hash } }';

let tenants: TwoTenants;
let address: string;
const opened: EventSource[] = [];

beforeAll(async () => {
  tenants = await createTwoTenants({ settings: { MAX_STREAMS_PER_ACCOUNT: 6 } });
  address = await tenants.gateway.app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => {
  for (const source of opened.splice(0)) source.close();
});
afterAll(() => tenants.close());

async function open(key: string | null, variables: object = {}, more: Partial<Subscribe> = {}): Promise<EventSource> {
  const source = await EventSource.open(address, { key, query: EVENTS, variables, ...more });
  opened.push(source);
  return source;
}

interface Event {
  readonly sequence: number;
  readonly accountId: string;
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
}

const eventsOf = (source: EventSource): Event[] => source.events.map(({ events }) => events as Event);
const name = (): string => `tool-${randomBytes(4).toString('hex')}`;

async function lastSequence(key = tenants.acme.key): Promise<number> {
  const { auditCheckpoint } = await tenants
    .client(key)
    .ask<{ auditCheckpoint: { sequence: number } }>('{ auditCheckpoint { sequence } }');
  return auditCheckpoint.sequence;
}

it('an account gets its own events, in order, with their numbers as ids', async () => {
  const { acme, globex } = tenants;
  const before = await lastSequence();
  const source = await open(acme.key);
  expect({ status: source.status, type: source.type }).toEqual({
    status: 200,
    type: 'text/event-stream; charset=utf-8',
  });
  await createTool(globex, name());
  const ids = [await createTool(acme, name()), await createTool(acme, name())];
  await createTool(globex, name());
  await source.until(({ events }) => events.length === 2);
  expect(eventsOf(source)).toMatchObject(
    ids.map((resourceId, index) => ({
      sequence: before + 1 + index,
      accountId: acme.accountId,
      action: 'CREATE',
      resourceType: 'Tool',
      resourceId,
    })),
  );
  expect(source.sent.map(({ event, id }) => [event, id])).toEqual([
    ['next', `${before + 1}`],
    ['next', `${before + 2}`],
  ]);
});

it('a master key follows one account at a time, which is recorded for the account', async () => {
  const { acme, master, globex } = tenants;
  const all = await open(master.key);
  await all.until(({ isOver }) => isOver);
  expect(all.codes).toEqual(['BAD_USER_INPUT']);
  const source = await open(master.key, { accountId: acme.accountId });
  await createTool(globex, name());
  const id = await createTool(acme, name());
  await source.until(({ events }) => events.length === 1);
  expect(eventsOf(source)).toMatchObject([{ accountId: acme.accountId, resourceId: id }]);
  const { accountAccess } = await acme.ask<{ accountAccess: { nodes: object[] } }>(
    '{ accountAccess(first: 5, filter: { operationName: { equals: "events" } }) { nodes { fields reason } } }',
  );
  expect(accountAccess.nodes).toEqual([{ fields: ['events'], reason: 'a test' }]);
});

it.each([
  ['the id of another account', () => ({ accountId: tenants.globex.accountId }), 'ACCOUNT_MISMATCH'],
  ['a number that no event has', () => ({ after: 1_000_000 }), 'BAD_USER_INPUT'],
  ['a negative number', () => ({ after: -1 }), 'BAD_USER_INPUT'],
])('%s is refused before the stream begins', async (_name, variables, code) => {
  const source = await open(tenants.acme.key, variables());
  await source.until(({ isOver }) => isOver);
  expect(source.codes).toEqual([code]);
  expect(source.sent.map(({ event }) => event)).toEqual(['next', 'complete']);
});

it('a filter for another account or its rows returns nothing of that account', async () => {
  const { acme, globex } = tenants;
  const id = await createTool(globex, name());
  const source = await open(acme.key, { after: 0, filter: { resourceId: { equals: id } } });
  const named = await open(acme.key, { after: 0, filter: { resourceType: { in: ['Tool', 'Agent'] } } });
  await createTool(globex, name());
  const own = await createTool(acme, name());
  await named.until((each) => eventsOf(each).some(({ resourceId }) => resourceId === own));
  expect(source.events).toEqual([]);
  expect(new Set(eventsOf(named).map(({ accountId }) => accountId))).toEqual(new Set([acme.accountId]));
  expect(new Set(eventsOf(named).map(({ resourceType }) => resourceType))).toEqual(new Set(['Tool']));
});

it.each([
  ['equals', { resourceType: { equals: 'Tool' }, action: { equals: 'CREATE' } }],
  ['in', { action: { in: ['CREATE', 'UPDATE'] } }],
  ['contains', { resourceType: { contains: 'OO' } }],
  ['startsWith', { resourceType: { startsWith: 't' } }],
  ['times', { at: { after: '2020-01-01T00:00:00Z', before: '2100-01-01T00:00:00Z' } }],
  ['a null', { operationName: { contains: 'createtool' } }],
])('a filter by %s matches the same events as in a list', async (_name, filter) => {
  const { acme } = tenants;
  await createTool(acme, name());
  const { auditEvents } = await acme.ask<{ auditEvents: { nodes: { sequence: number }[] } }>(
    'query ($filter: AuditEventFilter) { auditEvents(first: 100, direction: ASC, filter: $filter) { nodes { sequence } } }',
    { filter },
  );
  const listed = auditEvents.nodes.map(({ sequence }) => sequence);
  expect(listed.length).toBeGreaterThan(0);
  const source = await open(acme.key, { after: 0, filter });
  await source.until(({ events }) => events.length >= listed.length);
  expect(eventsOf(source).map(({ sequence }) => sequence)).toEqual(listed);
});

it('keys without the right, or restricted to rows, are refused', async () => {
  const viewer = await createKey(tenants, tenants.acme, { role: 'VIEWER' });
  const source = await open(viewer.key);
  await source.until(({ isOver }) => isOver);
  expect(source.codes).toEqual(['FORBIDDEN']);
  expect(source.events).toEqual([]);
  expect((await open(null)).status).toBe(401);
});

it("a gateway that is too busy for an account's operations still sends its events, in order", async () => {
  const { acme, master } = tenants;
  const source = await open(acme.key);
  const run = Object.getOwnPropertyDescriptor(Admission.prototype, 'run')?.value as Admission['run'];
  const spy = jest.spyOn(Admission.prototype, 'run').mockImplementation(function <T>(
    this: Admission,
    owner: string,
    work: () => Promise<T>,
  ) {
    // The master key makes the changes.
    return owner === acme.accountId ? Promise.reject(shedError()) : (run.call(this, owner, work) as Promise<T>);
  });
  try {
    const ids: string[] = [];
    for (const each of [name(), name(), name()]) {
      const text =
        'mutation ($accountId: ID, $name: String!) { createTool(accountId: $accountId, input: { name: $name }) { id } }';
      const made = await master.ask<{ createTool: { id: string } }>(text, { accountId: acme.accountId, name: each });
      ids.push(made.createTool.id);
    }
    await expect(acme.ask('{ me { keyId } }')).rejects.toThrow('OVERLOADED');
    await source.until(({ events }) => events.length === ids.length);
    expect(eventsOf(source).map(({ resourceId }) => resourceId)).toEqual(ids);
    expect(source.isOver).toBe(false);
  } finally {
    spy.mockRestore();
  }
});

it('an account can open no more streams than the limit, and a closed one makes room', async () => {
  const { acme, globex } = tenants;
  const first = await open(acme.key);
  for (let each = 1; each < 6; each += 1) await open(acme.key);
  const refused = await open(acme.key);
  expect(refused.status).toBe(503);
  expect((await open(globex.key)).status).toBe(200);
  first.close();
  await eventually(async () => (await open(acme.key)).status === 200);
});

it('subscriptions are refused where only one answer is possible', async () => {
  const { errors } = await tenants.acme.send(EVENTS);
  expect(errors).toMatchObject([
    { message: expect.stringContaining('text/event-stream'), extensions: { code: 'BAD_REQUEST' } },
  ]);
});

it('queries and mutations can be sent over server-sent events, too', async () => {
  const source = await open(tenants.acme.key, {}, { query: '{ viewer { kind } }' });
  await source.until(({ isOver }) => isOver);
  expect(source.sent).toEqual([
    { event: 'next', id: null, data: { data: { viewer: { kind: 'ACCOUNT' } } } },
    { event: 'complete', id: null, data: null },
  ]);
});

describe('an EventSource, which sends GET and reconnects with the last id', () => {
  const get = (headers: Record<string, string>, query = EVENTS): Promise<Response> =>
    fetch(`${address}/graphql?${new URLSearchParams({ query, variables: '{"after":0}' }).toString()}`, {
      headers: { accept: 'text/event-stream', ...headers },
    });

  it('resumes after its last event, even if the document has another position', async () => {
    const { acme } = tenants;
    const last = await lastSequence();
    const answer = await get({ 'x-api-key': acme.key, 'last-event-id': `${last - 1}` });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('data:')) text += (await reader?.read())?.value ?? '';
    await reader?.cancel();
    expect(text).toContain(`id: ${last}\n`);
    expect(text).not.toContain(`id: ${last - 1}\n`);
  });

  it.each([
    ['without a header that needs a preflight', {}, EVENTS, 400],
    ['with a mutation', { 'apollo-require-preflight': '1' }, 'mutation { cancelRun(id: "1") { id } }', 200],
    ['with an invalid id', { 'apollo-require-preflight': '1', 'last-event-id': '1;2' }, EVENTS, 200],
  ])('is refused %s', async (_name, headers: Record<string, string>, query, status) => {
    const answer = await get(
      Object.keys(headers).length === 0 ? {} : { ...headers, 'x-api-key': tenants.acme.key },
      query,
    );
    expect(answer.status).toBe(status);
    expect(await answer.text()).toMatch(/BAD_REQUEST|BAD_USER_INPUT/);
  });
});
