/** A client that does not read: the data waiting for it is limited, and it gets the position to resume from. */
import { connect, type Socket } from 'node:net';
import { createTool } from '../audit/harness';
import { eventually } from '../harness/eventually';
import { setupTwoTenants } from '../harness/setup-tenants';
import { query } from '../harness/sql';
import { EventSource } from './event-source';

const LARGE = 'subscription { events { sequence after } }';
const SMALL = 'subscription ($after: Int) { events(after: $after) { sequence } }';
/** Enough to exceed the buffers of sockets. */
const CHANGES = 800;
const TEXT_CHARS = 30_000;

let address: string;

const tenants = setupTwoTenants();
const { acme } = tenants;

beforeAll(async () => {
  address = await tenants.gateway.app.listen({ host: '127.0.0.1', port: 0 });
});

function subscribe(key: string): Socket {
  const body = JSON.stringify({ query: LARGE });
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\nX-API-Key: ${key}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  return socket;
}

/** Changes as many rows as events are needed, bypassing the gateway, because its speed does not matter here. */
const change = (accountId: string, count: number): Promise<unknown> =>
  query(
    tenants.database.superuserUrl,
    `DO $$ BEGIN FOR n IN 1..${count} LOOP
       UPDATE tool SET metadata = jsonb_build_object('n', n, 'text', repeat('x', ${TEXT_CHARS})) WHERE account_id = '${accountId}';
       SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;
     END LOOP; END $$`,
  );

it('gets the position to resume from, and resumes without missing an event; its neighbour misses nothing either', async () => {
  const { gateway } = tenants;
  await createTool(acme, 'changed');
  const reader = await EventSource.open(address, { key: acme.key, query: SMALL });
  const socket = subscribe(acme.key);
  const chunks: Buffer[] = [];
  // The first bytes show that the stream is open.
  await new Promise<void>((resolve) =>
    socket.once('data', (data: Buffer) => {
      chunks.push(data);
      socket.pause();
      resolve();
    }),
  );
  for (let round = 0; round < CHANGES / 100; round += 1) await change(acme.accountId, 100);
  await reader.until(({ text: read }) => read.split('\nid: ').length > CHANGES, 60_000);
  expect(gateway.app.inFlight.totalBytes).toBeLessThan(32 * 1024 * 1024);
  let end = '';
  socket.on('data', (data: Buffer) => {
    chunks.push(data);
    end = end.slice(-200) + data.toString('utf8');
  });
  socket.resume();
  await eventually(async () => end.includes('event: complete'), 60_000);
  socket.destroy();
  const text = Buffer.concat(chunks).toString('utf8');
  const [, resumeAfter = ''] = /"resumeAfter":(\d+)/.exec(text) ?? [];
  expect(text).toContain('OVERLOADED');
  const seen = [...text.matchAll(/^id: (\d+)\r?$/gm)].map(([, id]) => Number(id));
  expect(seen.at(-1)).toBe(Number(resumeAfter));
  const rest = await EventSource.open(address, {
    key: acme.key,
    query: SMALL,
    variables: { after: Number(resumeAfter) },
  });
  const all = reader.sent.map(({ id }) => Number(id));
  await rest.until(({ sent }) => seen.length + sent.length >= all.length, 60_000);
  expect([...seen, ...rest.sent.map(({ id }) => Number(id))]).toEqual(all);
  reader.close();
  rest.close();
}, 180_000);
