/** Closing the gateway: accepted requests are answered, later ones are refused in the format of the API. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { startTestGateway, type Tenant, type TestGateway } from '../harness/gateway';
import { connected } from '../harness/sql';
import { eventually } from '../harness/eventually';

let world: TestGateway;
let account: Tenant;
let port: number;

beforeAll(async () => {
  world = await startTestGateway();
  account = await world.createAccount('acme');
  await world.gateway.app.listen({ host: '127.0.0.1', port: 0 });
  port = (world.gateway.app.server.address() as AddressInfo).port;
}, 60_000);
afterAll(() => world.database.drop());

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

const head = (): string => `POST /graphql HTTP/1.1\r\nhost: x\r\nx-api-key: ${account.key}\r\n`;

function request(query: string): string {
  const body = JSON.stringify({ query });
  return `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

const WAITING = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

it('during a drain, accepted requests are answered, later ones are refused, and connections are closed', async () => {
  await connected(world.database.superuserUrl, async (client) => {
    await client.query('BEGIN');
    await client.query('LOCK TABLE tool IN ACCESS EXCLUSIVE MODE');
    const [accepted, late] = [await open(), await open()];
    accepted.write(`${head()}${request('{ tools { totalCount } }')}`);
    late.write(head());
    await connected(world.database.superuserUrl, (observer) =>
      eventually(async () => (await observer.query(WAITING)).rowCount === 1, 20_000),
    );
    const closing = world.gateway.close();
    late.write(request('{ viewer { kind } }'));
    const refusal = await text(late);
    expect(refusal).toMatch(/^HTTP\/1\.1 503 [^]*\r\nconnection: close\r\n/i);
    expect(refusal).toMatch(/\r\nretry-after: 1\r\n/i);
    const body = JSON.parse(refusal.slice(refusal.indexOf('\r\n\r\n'))) as { errors: unknown[] };
    expect(body.errors).toEqual([
      {
        message: expect.stringMatching(/shutting down and did not run the request/),
        extensions: expect.objectContaining({ code: 'UNAVAILABLE', retry: true }),
      },
    ]);
    await client.query('ROLLBACK');
    const answer = await text(accepted);
    expect(answer).toMatch(/^HTTP\/1\.1 200 [^]*\r\nconnection: close\r\n/i);
    expect(answer).toMatch(/\{"data":\{"tools":\{"totalCount":0\}\}\}/);
    await closing;
  });
  await expect(open()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
}, 60_000);
