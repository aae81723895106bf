/** If a key ends while an operation waits, the rest of the operation does not run. */
import { KeyCache } from '../../src/auth/key-cache';
import { Admission } from '../../src/http/admission';
import { canAsk } from '../harness/among-shards';
import { eventually } from '../harness/eventually';
import { createTwoTenants, startTestGateway, type Client, type TestGateway, type TwoTenants } from '../harness/gateway';
import { connected, query } from '../harness/sql';

/** With one connection, an account has one operation at a time. */
let tenants: TwoTenants;
/** Another gateway on the same database, whose operations wait for none of these. */
let other: TestGateway;
beforeAll(async () => {
  tenants = await createTwoTenants({ settings: { POOL_SIZE: 1 } });
  other = await startTestGateway({ database: tenants.database });
});
afterAll(async () => {
  await other.close();
  await tenants.close();
});
afterEach(() => jest.restoreAllMocks());

interface NewKey {
  readonly createApiKey: { readonly secret: string; readonly apiKey: { readonly id: string } };
}

/** A key that the gateway has seen. */
async function makeKey(name: string): Promise<{ client: Client; id: string }> {
  const { createApiKey } = await tenants.acme.ask<NewKey>(
    'mutation ($name: String!) { createApiKey(input: { name: $name, role: ADMINISTRATOR }) { secret apiKey { id } } }',
    { name },
  );
  const client = tenants.client(createApiKey.secret);
  await client.ask('{ viewer { kind } }');
  return { client, id: createApiKey.apiKey.id };
}

/** Revokes a key at the other gateway; afterwards, the first one has been notified. */
async function revoke(id: string): Promise<void> {
  const changed = jest.spyOn(KeyCache.prototype, 'changed');
  await other.master.ask('mutation ($account: ID!, $id: ID!) { revokeApiKey(accountId: $account, id: $id) { id } }', {
    account: tenants.acme.accountId,
    id,
  });
  // Both gateways run in this process.
  await eventually(async () => new Set(changed.mock.contexts).size === 2, 5_000);
}

const WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

/** Runs `work` while the table of tools is locked. */
const whileLocked = <T>(work: (untilOneWaits: () => Promise<unknown>) => Promise<T>): Promise<T> =>
  connected(tenants.database.superuserUrl, async (holder) => {
    await holder.query('BEGIN; LOCK TABLE tool IN ACCESS EXCLUSIVE MODE');
    const untilOneWaits = (): Promise<unknown> =>
      eventually(async () => (await query(tenants.database.superuserUrl, WAITING)).length > 0, 5_000);
    return work(untilOneWaits).finally(() => holder.query('ROLLBACK'));
  });

const itNotified = canAsk('notifications') ? it : it.skip;

itNotified('an operation whose key ended while it waited for its turn is refused', async () => {
  const { client, id } = await makeKey('queued');
  const run = jest.spyOn(Admission.prototype, 'run');
  const sent = await whileLocked(async (untilOneWaits) => {
    const first = tenants.acme.send('{ tools { totalCount } }');
    await untilOneWaits();
    const second = client.send('{ viewer { kind } }');
    // The first operation has the only place.
    await eventually(async () => run.mock.calls.length === 2, 5_000);
    await revoke(id);
    return { first, second };
  });
  expect((await sent.first).errors).toEqual([]);
  const refused = await sent.second;
  expect([refused.status, refused.errors[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
  expect(refused.data).toBeUndefined();
});

itNotified('a mutation whose key ended during a field runs no further field, and reports what was stored', async () => {
  const { client, id } = await makeKey('in a mutation');
  const create =
    'mutation { first: createTool(input: { name: "1" }) { id } second: createTool(input: { name: "2" }) { id } }';
  const sent = await whileLocked(async (untilOneWaits) => {
    const answer = client.send(create);
    await untilOneWaits();
    await revoke(id);
    return { answer };
  });
  const { errors } = await sent.answer;
  expect(errors).toMatchObject([
    { path: ['second'], extensions: { code: 'UNAUTHENTICATED', stored: { first: { id: expect.any(String) } } } },
  ]);
  const { tools } = await tenants.acme.ask<{ tools: { nodes: object[] } }>('{ tools { nodes { name } } }');
  expect(tools.nodes).toEqual([{ name: '1' }]);
});
