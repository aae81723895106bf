/**
 * An account that requests large answers and does not read them affects only itself, not the process or its neighbours.
 */
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { InFlightBudget } from '../../src/http/in-flight';
import { eventually } from '../harness/eventually';
import { exchange, graphqlRequest, listen, openSocket, parseAnswers } from '../harness/raw-http';
import { query } from '../harness/sql';

const MEGABYTE = 1024 * 1024;
const IN_FLIGHT_MB = 16;
const SOCKETS = 20;
const CREATE = 'mutation ($input: CreateAgentInput!) { createAgent(input: $input) { id } }';
const LARGE = '{ agents(first: 20) { nodes { instruction config } } }';

const sockets: Socket[] = [];
let tenants: TwoTenants;
let port: number;

beforeAll(async () => {
  tenants = await createTwoTenants({ settings: { MAX_IN_FLIGHT_MB: IN_FLIGHT_MB } });
  const large = { instruction: 'y'.repeat(90_000), config: { text: 'x'.repeat(50_000) } };
  for (let number = 0; number < 20; number += 1)
    await tenants.acme.ask(CREATE, { input: { name: `large ${number}`, type: 'LANGFLOW', ...large } });
  port = await listen(tenants.gateway.app);
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => tenants.close());

const inFlight = (): number => tenants.gateway.app.inFlight.totalBytes;

async function askWithoutReading(text: string): Promise<void> {
  const socket = await openSocket(port);
  sockets.push(socket);
  socket.write(graphqlRequest({ query: text }, { 'x-api-key': tenants.acme.key }).repeat(5));
}

/** The first socket's answers exceed the buffers of both ends; there is no room for those of the others. */
async function fillWithoutReading(): Promise<void> {
  await askWithoutReading(LARGE);
  await eventually(async () => inFlight() > MEGABYTE, 10_000);
  for (let index = 1; index < SOCKETS; index += 1) await askWithoutReading(LARGE);
}

it('an account that does not read is limited to a quarter of the process, while others are served', async () => {
  const account = (IN_FLIGHT_MB / 4) * MEGABYTE;
  await fillWithoutReading();
  for (let time = 0; time < 10; time += 1) {
    expect((await tenants.globex.send('{ agents { totalCount } }')).status).toBe(200);
    // Requests count a little, and so do answers that are refused.
    expect(inFlight()).toBeLessThan(account + SOCKETS * 4 * 16 * 1024);
  }
  for (const socket of sockets) socket.resume();
  await eventually(async () => inFlight() === 0, 10_000);
  await eventually(async () => (await tenants.acme.send(LARGE)).status === 200, 10_000);
}, 60_000);

it('stalled connections of an account are closed to make room for its next requests', async () => {
  await fillWithoutReading();
  await eventually(async () => (await tenants.acme.send(LARGE)).status === 200, 15_000);
}, 60_000);

it('a change whose answer would have no room is not made, and the error says so', async () => {
  const { agents } = await tenants.acme.ask<{ agents: { nodes: { id: string }[] } }>('{ agents { nodes { id } } }');
  const start = 'mutation ($id: ID!) { startRun(agentId: $id) { agent { instruction tools { id } } } }';
  const reserve = jest.spyOn(InFlightBudget.prototype, 'reserve').mockReturnValueOnce(false);
  const send = () => tenants.acme.send(start, { id: agents.nodes[0]?.id });
  const runs = () => query(tenants.database.superuserUrl, 'SELECT id FROM run');
  const refused = await send();
  expect([refused.status, refused.errors[0]?.extensions.code]).toEqual([503, 'OVERLOADED']);
  expect(refused.errors[0]?.message).toContain('and it was not made');
  expect(await runs()).toEqual([]);
  expect((await send()).errors).toEqual([]);
  expect(await runs()).toHaveLength(1);
  // Room for the whole answer was requested.
  expect(reserve.mock.lastCall?.[1]).toBeGreaterThan(90_000);
  reserve.mockRestore();
});

it('a stored change is answered even without room for its answer: a new secret is not lost', async () => {
  const { inFlight: budget } = tenants.gateway.app;
  await eventually(async () => inFlight() === 0, 10_000);
  const create = 'mutation { createApiKey(input: { name: "edge", role: VIEWER }) { secret } }';
  const request = graphqlRequest({ query: create }, { 'x-api-key': tenants.acme.key, connection: 'close' });
  const admitted = budget.open(new IncomingMessage(new Socket()), 'elsewhere');
  const used = admitted.bytes + request.length - request.indexOf('\r\n\r\n') - 4;
  // Room for the request, and ten more bytes.
  budget.assign(admitted, tenants.acme.accountId);
  budget.add(admitted, (IN_FLIGHT_MB / 4) * MEGABYTE - admitted.bytes - used - 10);
  const [answer] = parseAnswers(await exchange(port, request));
  budget.add(admitted, -admitted.bytes);
  expect(answer?.status).toBe(200);
  expect(answer?.body).toContain('pcl_live_');
});
