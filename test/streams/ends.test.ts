/**
 * A stream ends at both of two gateways when its key ends or is restricted; a client that reconnects misses nothing.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Client as Postgres } from 'pg';
import { readEvents } from '../../src/audit/event-reader';
import { verifyChain } from '../../src/audit/verify-chain';
import { createKey, type MadeKey } from '../access/keys';
import { createTool } from '../audit/harness';
import { secretOf } from '../harness/database';
import { eventually } from '../harness/eventually';
import { createTwoTenants, startTestGateway, type TestGateway, type TwoTenants } from '../harness/gateway';
import { query } from '../harness/sql';
import { EventSource } from './event-source';

const EVENTS = 'subscription ($after: Int) { events(after: $after) { sequence hash } }';

let tenants: TwoTenants;
let second: TestGateway;
let addresses: string[];
const opened: EventSource[] = [];

beforeAll(async () => {
  tenants = await createTwoTenants();
  second = await startTestGateway({ database: tenants.database, secret: secretOf(tenants.database) });
  addresses = await Promise.all(
    [tenants, second].map(({ gateway }) => gateway.app.listen({ host: '127.0.0.1', port: 0 })),
  );
});
afterEach(() => {
  for (const source of opened.splice(0)) source.close();
});
afterAll(async () => {
  await second.close();
  await tenants.close();
});

async function open(address: string, key: string, after?: number): Promise<EventSource> {
  const source = await EventSource.open(address, { key, query: EVENTS, variables: { after } });
  opened.push(source);
  return source;
}

const openEverywhere = (key: string): Promise<EventSource[]> =>
  Promise.all(addresses.map((address) => open(address, key)));

const administrator = (input: object = {}): Promise<MadeKey> =>
  createKey(tenants, tenants.acme, { role: 'ADMINISTRATOR', ...input });

const acme = <Data>(text: string, variables: object): Promise<Data> => tenants.acme.ask<Data>(text, variables);

const name = (): string => `tool-${randomBytes(4).toString('hex')}`;

/** Each has to end within a second with the code, and must not show anything that comes later. */
async function expectEnds(sources: readonly EventSource[], code: string): Promise<void> {
  for (const source of sources) await source.until(({ isOver }) => isOver, 1_000);
  expect(sources.map(({ codes }) => codes)).toEqual(sources.map(() => [code]));
  expect(sources.map(({ sent }) => sent.at(-1)?.event)).toEqual(sources.map(() => 'complete'));
}

describe('a stream ends at both gateways within a second', () => {
  it('when its key is revoked', async () => {
    const key = await administrator();
    const sources = await openEverywhere(key.key);
    await acme('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: key.id });
    await expectEnds(sources, 'UNAUTHENTICATED');
  });

  it('when a key above it is revoked', async () => {
    const parent = await administrator();
    const child = await parent.ask<{ delegateApiKey: { secret: string } }>(
      'mutation { delegateApiKey(input: { name: "child", role: ADMINISTRATOR }) { secret } }',
    );
    const sources = await openEverywhere(child.delegateApiKey.secret);
    await acme('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: parent.id });
    await expectEnds(sources, 'UNAUTHENTICATED');
  });

  it('when its key expires', async () => {
    const key = await administrator({ expiresAt: new Date(Date.now() + 1_500).toISOString() });
    const sources = await openEverywhere(key.key);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await expectEnds(sources, 'UNAUTHENTICATED');
  });

  it.each([
    ['its role is taken', { role: 'VIEWER' }],
    ['it is restricted to types', { resourceTypes: ['agents'] }],
    ['it is restricted to rows', { ownerTeams: ['a'] }],
    ['it is restricted to another network', { networks: ['203.0.113.0/24'] }],
  ])('when %s', async (_name, input) => {
    const key = await administrator();
    const sources = await openEverywhere(key.key);
    await acme('mutation ($id: ID!, $input: UpdateApiKeyInput!) { updateApiKey(id: $id, input: $input) { id } }', {
      id: key.id,
      input,
    });
    await expectEnds(sources, 'FORBIDDEN');
  });

  it('when its account is suspended, and can be opened again afterwards', async () => {
    const { master, globex } = tenants;
    const sources = await openEverywhere(globex.key);
    await master.ask('mutation ($id: ID!) { suspendAccount(id: $id) { status } }', { id: globex.accountId });
    await expectEnds(sources, 'ACCOUNT_SUSPENDED');
    expect((await open(addresses[0] ?? '', globex.key)).status).toBe(403);
    await master.ask('mutation ($id: ID!) { reactivateAccount(id: $id) { status } }', { id: globex.accountId });
  });
});

interface Point {
  readonly sequence: number;
  readonly hash: string;
}

const pointsOf = (source: EventSource): Point[] => source.events.map(({ events }) => events as Point);

/** Verifies the chain of an account and compares it with the stream. */
async function expectWholeChain(points: readonly Point[]): Promise<void> {
  const client = new Postgres({ connectionString: tenants.database.superuserUrl, query_timeout: 10_000 });
  await client.connect();
  try {
    await client.query('SET TimeZone = UTC');
    const ask = async (text: string, values: readonly unknown[]): Promise<unknown[][]> =>
      (
        await client.query<unknown[]>({
          text,
          values: [...values],
          rowMode: 'array',
          types: { getTypeParser: (oid) => (oid === 1184 ? iso : oid === 20 ? Number : oid === 16 ? isTrue : String) },
        })
      ).rows;
    const { checked, problem } = await verifyChain(readEvents(ask, tenants.acme.accountId), null, {
      trustedPoints: points,
    });
    expect(problem).toBeNull();
    expect(points.map(({ sequence }) => sequence)).toEqual(Array.from({ length: checked }, (_, index) => index + 1));
  } finally {
    await client.end();
  }
}

const iso = (text: string): string => new Date(text).toISOString();
const isTrue = (text: string): boolean => text === 't';

describe('a reader that resumes at the position where a stream ended', () => {
  it('gets every event once and in order, with the hashes of the chain', async () => {
    const [here = '', there = ''] = addresses;
    const points: Point[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const writing = Array.from({ length: 5 }, () => createTool(tenants.acme, name()));
      const source = await open(turn % 2 === 0 ? here : there, tenants.acme.key, points.at(-1)?.sequence ?? 0);
      await source.until(({ events }) => events.length >= 3);
      source.close();
      points.push(...pointsOf(source));
      await Promise.all(writing);
    }
    const { auditCheckpoint: last } = await acme<{ auditCheckpoint: Point }>('{ auditCheckpoint { sequence } }', {});
    const source = await open(here, tenants.acme.key, points.at(-1)?.sequence);
    await source.until(() => (pointsOf(source).at(-1) ?? points.at(-1))?.sequence === last.sequence);
    await expectWholeChain([...points, ...pointsOf(source)]);
  });

  it('continues by itself after connections to the database were lost', async () => {
    const source = await open(addresses[0] ?? '', tenants.acme.key, 0);
    await query(
      tenants.database.superuserUrl,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'portcullis-%' AND datname = current_database()",
    );
    const made = await query<{ id: string }>(
      tenants.database.superuserUrl,
      "UPDATE tool SET name = name || '!' WHERE id = (SELECT id FROM tool WHERE account_id = $1 LIMIT 1) RETURNING id",
      [tenants.acme.accountId],
    );
    expect(made).toHaveLength(1);
    const [{ last } = { last: 0 }] = await query<{ last: number }>(
      tenants.database.superuserUrl,
      'SELECT max(sequence)::int AS last FROM audit_event WHERE account_id = $1',
      [tenants.acme.accountId],
    );
    await source.until(() => pointsOf(source).at(-1)?.sequence === last);
    expect(source.codes).toEqual([]);
    await expectWholeChain(pointsOf(source));
  });
});

it('a gateway that stops notifies its streams and stops', async () => {
  const third = await startTestGateway({ database: tenants.database, secret: secretOf(tenants.database) });
  const source = await open(await third.gateway.app.listen({ host: '127.0.0.1', port: 0 }), tenants.acme.key, 0);
  await source.until(({ events }) => events.length > 0);
  const { auditCheckpoint: last } = await acme<{ auditCheckpoint: Point }>('{ auditCheckpoint { sequence } }', {});
  await source.until(() => pointsOf(source).at(-1)?.sequence === last.sequence);
  await third.close();
  await source.until(({ isOver }) => isOver);
  expect(source.sent.at(-2)?.data?.errors).toMatchObject([
    { extensions: { code: 'UNAVAILABLE', retry: true, resumeAfter: last.sequence } },
  ]);
  expect(source.sent.at(-1)?.event).toBe('complete');
});

it('a gateway that stops does not wait for a reader that does not read', async () => {
  const other = await startTestGateway({ database: tenants.database, secret: secretOf(tenants.database) });
  const { port } = new URL(await other.gateway.app.listen({ host: '127.0.0.1', port: 0 }));
  const body = JSON.stringify({ query: 'subscription { events(after: 0) { after } }' });
  const head = [
    'POST /graphql HTTP/1.1',
    'Host: x',
    'Accept: text/event-stream',
    'Content-Type: application/json',
    `X-API-Key: ${tenants.acme.key}`,
    `Content-Length: ${body.length}`,
  ];
  await query(
    tenants.database.superuserUrl,
    `DO $$ BEGIN FOR n IN 1..200 LOOP
       UPDATE tool SET metadata = jsonb_build_object('n', n, 'text', repeat('x', 60000)) WHERE id = (
         SELECT id FROM tool WHERE account_id = '${tenants.acme.accountId}' LIMIT 1);
       SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;
     END LOOP; END $$`,
  );
  const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  await once(socket, 'data');
  socket.pause();
  // More is waiting to be sent than the connection accepts.
  await eventually(async () => other.gateway.app.inFlight.totalBytes > 60_000, 5_000);
  await other.close();
  socket.destroy();
});
