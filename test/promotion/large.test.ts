/** Large bundles: the supported size, who may send them, and the limits. */
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FairSemaphore } from '../../src/db/fair-semaphore';
import { bundleQueue } from '../../src/promotion/bundle/parse-thread';
import { eventually } from '../harness/eventually';
import type { Client } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { query } from '../harness/sql';
import { Promoter } from './client';

const tenants = setupTwoTenants();

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** About 900 rows and half a megabyte. */
const large = (): string =>
  JSON.stringify({
    schemaVersion: 1,
    complete: ['agents', 'mcpServers', 'tools'],
    tools: numbers(300).map((index) => ({ name: `Tool ${index}`, description: 'd'.repeat(500) })),
    mcpServers: numbers(300).map((index) => ({
      name: `Server ${index}`,
      config: { url: `https://m${index}.example`, note: 'n'.repeat(400) },
    })),
    agents: numbers(300).map((index) => ({
      name: `Agent ${index}`,
      instruction: 'i'.repeat(700),
      framework: 'LANGGRAPH',
      model: { provider: 'openai', name: 'gpt' },
      tools: numbers(index % 7).map((step) => `Tool ${(index + step) % 300}`),
      mcpServers: numbers(index % 3).map((step) => `Server ${(index + step) % 300}`),
    })),
  });

it('900 rows are planned and applied with as many statements as 9', async () => {
  const promoter = new Promoter(tenants.acme);
  const bundle = large();
  expect(Buffer.byteLength(bundle)).toBeGreaterThan(500_000);
  const before = tenants.gateway.database.counts;
  const plan = await promoter.plan(bundle);
  const after = tenants.gateway.database.counts;
  expect([after.batches - before.batches, after.statements - before.statements]).toEqual([1, 9]);
  expect(plan.summary).toEqual({ create: 900, update: 0, unchanged: 0, delete: 0 });
  const { data } = await promoter.tryApply(bundle, plan.hash);
  expect(data.applyImport.summary.create).toBe(900);
  expect((await promoter.plan(bundle, { prune: true })).summary).toEqual({
    create: 0,
    update: 0,
    unchanged: 900,
    delete: 0,
  });
  const rows = await query<{ account: string }>(
    tenants.database.superuserUrl,
    'SELECT DISTINCT account_id AS account FROM agent',
  );
  expect(rows).toEqual([{ account: tenants.acme.accountId }]);
}, 180_000);

it('an account with fields at their limits is exported and imported completely', async () => {
  const [from, to] = await Promise.all(['large-from', 'large-to'].map((slug) => tenants.createAccount(slug)));
  if (!from || !to) throw new Error('no accounts');
  const instruction = 'You answer questions about orders. '.repeat(2_800).slice(0, 95_000);
  const agents = numbers(24).map((index) => ({
    name: `agent ${index}`,
    framework: 'LANGGRAPH',
    model: { provider: 'p', name: 'm' },
    instruction,
  }));
  await new Promoter(from).apply(JSON.stringify({ schemaVersion: 1, agents }));
  const { yaml, warnings } = await new Promoter(from).bundle();
  expect([Buffer.byteLength(yaml) > 2_200_000, warnings]).toEqual([true, []]);
  const { summary } = await new Promoter(to).apply(yaml);
  expect(summary.create).toBe(24);
  expect(await new Promoter(to).yaml()).toBe(yaml);
}, 180_000);

it('an account plans one bundle at a time, and another account does not wait for all of them', async () => {
  const tools = numbers(300).map((index) => ({ name: `Tool ${index}`, description: `About ${index}` }));
  const bundle = JSON.stringify({ schemaVersion: 1, tools });
  const order: string[] = [];
  const send = async (caller: Client, name: string): Promise<string | undefined> => {
    const { errors } = await new Promoter(caller).tryPlan(bundle);
    const code = errors[0]?.extensions.code;
    if (code === undefined) order.push(name);
    return code;
  };
  const running = jest.spyOn(FairSemaphore.prototype, 'run');
  /** Accounts whose bundles wait to be read, or whose plans wait to be made. */
  const asked = (isToBeRead: boolean): string[] =>
    running.mock.calls
      .filter((_, call) => (running.mock.contexts[call] === bundleQueue) === isToBeRead)
      .map(([account]) => account);
  let read: () => void = () => undefined;
  // Nothing is read before several have arrived, however fast the first of them is.
  const unread = bundleQueue.run('', () => new Promise<void>((resolve) => (read = resolve)));
  try {
    const plans = [...numbers(7).map(() => send(tenants.acme, 'acme')), send(tenants.globex, 'globex')];
    const { accountId } = tenants.acme;
    const both = [accountId, tenants.globex.accountId];
    await eventually(
      async () =>
        both.every((account) => asked(true).includes(account)) &&
        asked(false).filter((account) => account === accountId).length > 1,
      60_000,
    );
    expect(asked(true).sort()).toEqual(['', ...both].sort());
    read();
    expect(await Promise.all(plans)).toEqual(plans.map(() => undefined));
  } finally {
    read();
    await unread;
    running.mockRestore();
  }
  expect(order).toHaveLength(8);
  expect(order.indexOf('globex')).toBeLessThan(3);
}, 180_000);

/** Sends a body over a socket, in chunks or with its length announced. */
async function post(payload: string, headers: Record<string, string>): Promise<{ status: number; code: unknown }> {
  const { port } = tenants.gateway.app.server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const call = request(
      { port, path: '/graphql', method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
      (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () => {
          const { errors = [] } = JSON.parse(text) as { errors?: { extensions: { code: string } }[] };
          resolve({ status: answer.statusCode ?? 0, code: errors[0]?.extensions.code });
        });
      },
    );
    call.on('error', reject);
    call.end(payload);
  });
}

describe('over HTTP', () => {
  beforeAll(() => tenants.gateway.app.listen({ port: 0, host: '127.0.0.1' }));

  const body = (bundle: string, field = 'planImport'): string =>
    JSON.stringify({
      query:
        field === 'planImport'
          ? 'query ($bundle: String!) { planImport(bundle: $bundle) { hash } }'
          : `{ ${field} { totalCount } }`,
      variables: { bundle },
    });
  const announced = (payload: string): Record<string, string> => ({
    'content-length': `${Buffer.byteLength(payload)}`,
  });

  it.each([
    ['no key', (): Record<string, string> => ({}), 413, 'PAYLOAD_TOO_LARGE'],
    ['an invalid key', (): Record<string, string> => ({ 'x-api-key': 'pcl_live_x' }), 401, 'UNAUTHENTICATED'],
    ['a valid key', (): Record<string, string> => ({ 'x-api-key': tenants.acme.key }), 200, undefined],
  ])('a body beyond 256 KB with %s', async (_who, key, status, code) => {
    const payload = body(large());
    expect(await post(payload, { ...key(), ...announced(payload) })).toEqual({ status, code });
  });

  it('a body beyond 256 KB is accepted for bundles only, with Content-Length', async () => {
    const other = body(large(), 'tools');
    const key = { 'x-api-key': tenants.acme.key };
    expect(await post(other, { ...key, ...announced(other) })).toEqual({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    const payload = body(large());
    expect(await post(payload, { ...key, 'transfer-encoding': 'chunked' })).toEqual({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    });
    const small = body('schemaVersion: 1');
    expect(await post(small, { ...key, 'transfer-encoding': 'chunked' })).toEqual({ status: 200, code: undefined });
  });

  it('50 MB are refused by Content-Length, and a bundle of 9 MB with an explanation', async () => {
    const key = { 'x-api-key': tenants.acme.key };
    const length = `${50 * 1024 * 1024}`;
    const { port } = tenants.gateway.app.server.address() as AddressInfo;
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': length, ...key };
      const call = request({ port, path: '/graphql', method: 'POST', headers }, (answer) => {
        resolve(answer.statusCode);
        call.destroy();
      });
      call.on('error', reject);
      // Only the first bytes: the server does not wait for the rest.
      call.write('{"query":"');
    });
    expect(status).toBe(413);
    const payload = body(`schemaVersion: 1 # ${'x'.repeat(9 * 1024 * 1024)}`);
    expect(await post(payload, { ...key, ...announced(payload) })).toEqual({ status: 200, code: 'BAD_USER_INPUT' });
  });
});
