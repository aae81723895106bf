/** The stream of an account is independent of its neighbours: the same bytes and numbers. */
import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { createTool } from '../audit/harness';
import { eventually } from '../harness/eventually';
import { setupTwoTenants } from '../harness/setup-tenants';
import { EventSource } from './event-source';

const EVENTS = 'subscription ($after: Int) { events(after: $after) { sequence action resourceType } }';
const CHANGES = 5;

let address: string;

const tenants = setupTwoTenants();
const { acme, globex } = tenants;

beforeAll(async () => {
  address = await tenants.gateway.app.listen({ host: '127.0.0.1', port: 0 });
});

const name = (): string => `tool-${randomBytes(4).toString('hex')}`;

interface Reading {
  /** Everything that was received. */
  readonly text: () => string;
  readonly close: () => void;
}

async function overEvents(key: string, after: number): Promise<Reading> {
  const source = await EventSource.open(address, { key, query: EVENTS, variables: { after } });
  return { text: () => source.text, close: () => source.close() };
}

async function overWebSocket(key: string, after: number): Promise<Reading> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const frames: string[] = [];
  socket.on('message', (data: Buffer) => void frames.push(data.toString('utf8')));
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ type: 'connection_init', payload: { 'x-api-key': key } }));
  await eventually(async () => frames.length > 0, 5_000);
  const payload = { query: EVENTS, variables: { after } };
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
  return { text: () => frames.join('\n'), close: () => socket.terminate() };
}

/** The numbers of events, counted from the first. */
function fromOne(text: string): string {
  const [first] = [...text.matchAll(/"sequence":(\d+)/g)].map(([, sequence]) => Number(sequence));
  return text.replace(
    /("sequence":|^id: )(\d+)/gm,
    (_, head: string, n: string) => `${head}${Number(n) - (first ?? 0) + 1}`,
  );
}

async function streamed(open: (key: string, after: number) => Promise<Reading>): Promise<string> {
  const { auditCheckpoint: last } = await acme.ask<{ auditCheckpoint: { sequence: number } }>(
    '{ auditCheckpoint { sequence } }',
  );
  const reading = await open(acme.key, last.sequence);
  for (let each = 0; each < CHANGES; each += 1) await createTool(acme, name());
  await eventually(async () => reading.text().split('"sequence"').length > CHANGES, 5_000);
  const text = reading.text();
  reading.close();
  return fromOne(text);
}

/** While `work` runs, the neighbour changes rows, follows its own events and revokes keys. */
async function besideNeighbour<Result>(work: () => Promise<Result>): Promise<Result> {
  const source = await EventSource.open(address, { key: globex.key, query: EVENTS });
  const state = { isOver: false };
  const busy = (async () => {
    for (let round = 0; !state.isOver; round += 1) {
      await createTool(globex, name());
      const { createApiKey } = await globex.ask<{ createApiKey: { apiKey: { id: string } } }>(
        'mutation { createApiKey(input: { name: "short", role: VIEWER }) { apiKey { id } } }',
      );
      await globex.ask('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: createApiKey.apiKey.id });
    }
  })();
  try {
    return await work();
  } finally {
    state.isOver = true;
    await busy;
    expect(source.events.length).toBeGreaterThan(0);
    source.close();
  }
}

it.each([
  ['server-sent events', overEvents],
  ['a WebSocket', overWebSocket],
])('an account gets the same bytes over %s when alone and when it has a busy neighbour', async (_name, open) => {
  const alone = await streamed(open);
  expect(alone.split('"sequence"')).toHaveLength(CHANGES + 1);
  expect(await besideNeighbour(() => streamed(open))).toBe(alone);
});
