/** The allowed addresses of webhooks: the table of docs/webhooks.md is correct, and a name is resolved once. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { hostOf, Targets } from '../../src/webhooks/target';
import { createTwoTenants, startTestGateway, type Client, type TestGateway, type TwoTenants } from '../harness/gateway';
import { secretOf } from '../harness/database';
import { listen } from '../harness/ports';

const page = readFileSync(join(__dirname, '../../docs/webhooks.md'), 'utf8');
const table = page.slice(page.indexOf('<!-- targets -->'), page.indexOf('<!-- /targets -->'));
const rows = [...table.matchAll(/^\| `([^`]+)` +\| (?:`([^`]+)`)? *\| (yes|no) /gm)].map(
  ([, url = '', addresses = '', isSent = '']) => [url, addresses, isSent] as const,
);

/** The DNS answers of these tests. */
let answers: readonly string[][] = [];
let asked = 0;
const resolveHost = async (): Promise<readonly string[]> => answers[asked++ % answers.length] ?? [];

let tenants: TwoTenants;
let lenient: TestGateway;

beforeAll(async () => {
  tenants = await createTwoTenants({ resolveHost });
  const { database } = tenants;
  lenient = await startTestGateway({
    database,
    secret: secretOf(database),
    resolveHost,
    settings: { WEBHOOK_ALLOWED_NETWORKS: ['127.0.0.1'], WEBHOOK_TIMEOUT_SECONDS: 1 },
  });
}, 60_000);
afterAll(async () => {
  await lenient.close();
  await tenants.close();
});
beforeEach(() => {
  asked = 0;
});

const ping = async (client: Client, url: string): Promise<string> => {
  const made = await client.send<{ createWebhook: { webhook: { id: string } } }>(
    'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id } } }',
    { input: { name: `to ${url} ${String(Math.random())}`, url, enabled: false } },
  );
  if (made.errors.length > 0) return made.errors[0]?.extensions.code ?? '';
  const { testWebhook } = await client.ask<{ testWebhook: { status: string } }>(
    'mutation ($id: ID!) { testWebhook(id: $id) { status } }',
    { id: made.data.createWebhook.webhook.id },
  );
  return testWebhook.status;
};

test('the table of docs/webhooks.md is read completely', () => {
  expect(rows.length).toBe(table.split('\n').filter((line) => line.startsWith('| `')).length);
  expect(rows.length).toBeGreaterThan(40);
});

test.each(rows)('%s, which resolves to %s: events are sent: %s', async (url, addresses, isSent) => {
  answers = [addresses.split(', ')];
  if (isSent === 'no') expect(['FORBIDDEN_TARGET', 'BAD_USER_INPUT']).toContain(await ping(tenants.acme, url));
  else {
    // Tests send nothing to the Internet.
    const targets = new Targets([]);
    expect(targets.problemOf(new URL(url))).toBeNull();
    expect(addresses.split(', ').every((address) => targets.allows(address, true))).toBe(true);
    expect(hostOf(new URL(url))).toBe('public.example');
  }
});

test('a name that resolves differently a moment later is not resolved a second time', async () => {
  const reached: string[] = [];
  const server = createServer((request, response) => {
    reached.push(String(request.socket.localAddress));
    response.end();
  });
  const port = await listen(server);
  const url = `http://rebound.example:${port}/`;
  const acme = lenient.client(tenants.acme.key);
  answers = [['127.0.0.1'], ['127.0.0.2']];
  expect(await ping(acme, url)).toBe('SUCCEEDED');
  expect([asked, reached]).toEqual([1, ['127.0.0.1']]);
  // Its next answer would be an address that is not allowed.
  expect(await ping(acme, url)).toBe('FORBIDDEN_TARGET');
  expect(reached).toHaveLength(1);
  server.close();
});

test('an endless answer is read up to a limit, and a slow one is aborted', async () => {
  const server = createServer((request, response) => {
    response.writeHead(200);
    const isDrip = request.url === '/drip';
    const timer = setInterval(() => response.write(isDrip ? '.' : 'x'.repeat(8_192)), 20);
    response.on('close', () => clearInterval(timer));
  });
  const port = await listen(server);
  const acme = lenient.client(tenants.acme.key);
  expect(await ping(acme, `http://127.0.0.1:${port}/flood`)).toBe('SUCCEEDED');
  expect(await ping(acme, `http://127.0.0.1:${port}/drip`)).toBe('TIMED_OUT');
  server.closeAllConnections();
  server.close();
});

test('an endpoint without a listener is unreachable, and the log reveals nothing about the network', async () => {
  const acme = lenient.client(tenants.acme.key);
  expect(await ping(acme, 'http://127.0.0.1:1/')).toBe('UNREACHABLE');
  const { webhookDeliveries } = await acme.ask<{ webhookDeliveries: { nodes: { problem: string }[] } }>(
    '{ webhookDeliveries(first: 1) { nodes { problem } } }',
  );
  expect(webhookDeliveries.nodes[0]?.problem).not.toMatch(/127|ECONN|:1/);
});
