/** Two gateway processes on one database: keys end at both within a second, and a due firing goes to one of them. */
import { canAsk } from '../harness/among-shards';
import { createDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { createTwoTenants, type TwoTenants } from '../harness/gateway';
import { startGatewayProcess, type GatewayProcess } from '../harness/gateway-processes';
import { query } from '../harness/sql';
import { Promoter } from '../promotion/client';
import { startCarrier } from './carrier';

const REVOCATIONS = 200;
const AT_ONCE = 8;

let tenants: TwoTenants;
let processes: GatewayProcess[] = [];
let addresses: string[] = [];

beforeAll(async () => {
  tenants = await createTwoTenants();
  const { database } = tenants;
  processes = await Promise.all([startGatewayProcess(database), startGatewayProcess(database)]);
  addresses = processes.map(({ address }) => address);
});

afterAll(async () => {
  await Promise.all(processes.map((each) => each.stop()));
  await tenants.close();
});

interface Said<Data> {
  readonly data: Data;
  readonly errors?: { readonly extensions: { readonly code: string } }[];
}

async function askAt<Data>(address: string, key: string, text: string): Promise<Said<Data>> {
  const answer = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key, 'x-reason': 'a test' },
    body: JSON.stringify({ query: text }),
  });
  return (await answer.json()) as Said<Data>;
}

const codeAt = async (address: string, key: string): Promise<string> =>
  (await askAt(address, key, '{ viewer { kind } }')).errors?.[0]?.extensions.code ?? 'OK';

const codesEverywhere = (key: string): Promise<string[]> =>
  Promise.all(addresses.map((address) => codeAt(address, key)));

const isEverywhere = async (key: string, code: string): Promise<boolean> =>
  (await codesEverywhere(key)).every((found) => found === code);

interface Made {
  readonly apiKey: { readonly id: string };
  readonly secret: string;
}

const CREATE =
  'mutation ($at: DateTime) { createApiKey(input: { name: "short", role: ADMINISTRATOR, expiresAt: $at }) { apiKey { id } secret } }';

const makeKey = async (at: string | null = null): Promise<Made> =>
  (await tenants.acme.ask<{ createApiKey: Made }>(CREATE, { at })).createApiKey;

async function revoke({ apiKey }: Made): Promise<void> {
  await tenants.acme.ask('mutation ($id: ID!) { revokeApiKey(id: $id) { status } }', { id: apiKey.id });
}

describe('a key that ends', () => {
  it(`is refused by both processes within a second, ${REVOCATIONS} times`, async () => {
    const waits: number[] = [];
    const work = Array.from({ length: AT_ONCE }, async () => {
      for (let round = 0; round < REVOCATIONS / AT_ONCE; round += 1) {
        const made = await makeKey();
        expect(await codesEverywhere(made.secret)).toEqual(['OK', 'OK']);
        await revoke(made);
        waits.push(await eventually(() => isEverywhere(made.secret, 'UNAUTHENTICATED')));
      }
    });
    await Promise.all(work);
    expect(waits).toHaveLength(REVOCATIONS);
    expect(Math.max(...waits)).toBeLessThan(1_000);
    process.stdout.write(
      `${REVOCATIONS} revocations, two processes: refused by both after ${Math.max(...waits).toFixed(0)} ms at worst\n`,
    );
  });

  it('is refused by both processes when its account is suspended, and works again afterwards', async () => {
    const { master, globex } = tenants;
    expect(await codesEverywhere(globex.key)).toEqual(['OK', 'OK']);
    await master.ask('mutation ($id: ID!) { suspendAccount(id: $id) { status } }', { id: globex.accountId });
    await eventually(() => isEverywhere(globex.key, 'ACCOUNT_SUSPENDED'));
    await master.ask('mutation ($id: ID!) { reactivateAccount(id: $id) { status } }', { id: globex.accountId });
    await eventually(() => isEverywhere(globex.key, 'OK'));
  });

  it('is refused after its expiry although it is cached', async () => {
    const at = Date.now() + 1_500;
    const { secret } = await makeKey(new Date(at).toISOString());
    expect(await codesEverywhere(secret)).toEqual(['OK', 'OK']);
    await eventually(() => isEverywhere(secret, 'UNAUTHENTICATED'), at + 1_000 - Date.now());
    expect(Date.now()).toBeGreaterThan(at - 100);
  });
});

/** Rounds of changes of rights, each with every kind of change. */
const RIGHTS_ROUNDS = Number(process.env['RIGHTS_ROUNDS'] ?? 5);

/** What a key may do at a process, or that it is refused there. */
async function rightsAt(address: string, key: string): Promise<string> {
  const { data } = await askAt<{ viewer: { permissions: string[] } } | null>(
    address,
    key,
    '{ viewer { permissions } }',
  );
  return data?.viewer.permissions.join(' ') ?? 'refused';
}

const haveEverywhere = async (key: string, rights: string): Promise<boolean> =>
  (await Promise.all(addresses.map((address) => rightsAt(address, key)))).every((found) => found === rights);

describe('rights that are changed at one process', () => {
  /** Sends a mutation of the account to the first process. */
  const change = async <Made>(mutation: string, key = tenants.acme.key): Promise<Made> => {
    const { data, errors } = await askAt<{ made: Made }>(addresses[0] ?? '', key, `mutation { made: ${mutation} }`);
    if (errors) throw new Error(JSON.stringify(errors));
    return data.made;
  };
  const made = (field: string, input: string, key?: string): Promise<Made> =>
    change<Made>(`${field}(input: { name: "rights", ${input} }) { apiKey { id } secret }`, key);

  it('of a role, a service account or a key above take effect at both within a second, for all keys below', async () => {
    const waits: number[] = [];
    for (let round = 0; round < RIGHTS_ROUNDS; round += 1) {
      const permissions = '["agents:read", "tools:read", "runs:run"]';
      const { id } = await change<{ id: string }>(
        `createCustomRole(input: { name: "round ${round}", permissions: ${permissions} }) { id }`,
      );
      const role = `role: CUSTOM, customRoleId: "${id}"`;
      const { id: holder } = await change<{ id: string }>(
        `createServiceAccount(input: { name: "round ${round}" }) { id }`,
      );
      const parent = await made('createApiKey', `${role}, serviceAccountId: "${holder}"`);
      const child = await made('delegateApiKey', role, parent.secret);
      const { secret } = await made('delegateApiKey', role, child.secret);
      await eventually(() => haveEverywhere(secret, 'agents:read tools:read runs:run'));
      for (const [mutation, rights] of [
        [
          `updateCustomRole(id: "${id}", input: { permissions: ["agents:read", "tools:read"] }) { id }`,
          'agents:read tools:read',
        ],
        [`updateApiKey(id: "${parent.apiKey.id}", input: { resourceTypes: ["agents"] }) { id }`, 'agents:read'],
        [`deleteCustomRole(id: "${id}", force: true) { id }`, ''],
        [`restoreCustomRole(id: "${id}") { id }`, 'agents:read'],
        [`deleteServiceAccount(id: "${holder}") { id }`, 'refused'],
        [`restoreServiceAccount(id: "${holder}") { id }`, 'agents:read'],
        [`revokeApiKey(id: "${parent.apiKey.id}") { id }`, 'refused'],
      ] as const) {
        await change(mutation);
        waits.push(await eventually(() => haveEverywhere(secret, rights)));
      }
    }
    expect(Math.max(...waits)).toBeLessThan(1_000);
    process.stdout.write(
      `${waits.length} changes of rights, two processes: hold for a key two below after ${Math.max(...waits).toFixed(0)} ms at worst\n`,
    );
  });

  it('by the expiry of a key above take effect at both within a second', async () => {
    const at = Date.now() + 1_500;
    const parent = await made('createApiKey', `role: VIEWER, expiresAt: "${new Date(at).toISOString()}"`);
    const child = await made('delegateApiKey', 'role: VIEWER', parent.secret);
    const { secret } = await made('delegateApiKey', 'role: VIEWER', child.secret);
    expect(await codesEverywhere(secret)).toEqual(['OK', 'OK']);
    await eventually(() => isEverywhere(secret, 'UNAUTHENTICATED'), at + 1_000 - Date.now());
    expect(Date.now()).toBeGreaterThan(at - 100);
  });
});

const SCHEDULES = 20;
const ROUNDS = 5;
/** Concurrent dispatchers at a process; none gets all due schedules. */
const DISPATCHERS = 3;
const CLAIM = 'mutation { claimDueSchedules(limit: 5) { dueAt schedule { id nextRunAt lastRunAt } } }';

interface Firing {
  readonly dueAt: string;
  readonly schedule: { readonly id: string; readonly nextRunAt: string; readonly lastRunAt: string };
}

describe('due schedules', () => {
  const bundle = [
    'schemaVersion: 1',
    'agents: [{ name: a, framework: LANGCHAIN, model: { provider: p, name: n } }]',
    'schedules:',
    ...Array.from({ length: SCHEDULES }, (_, at) => `  - { agent: a, cron: ${at} 9 * * *, timezone: Europe/Berlin }`),
  ].join('\n');

  it('are dispatched once each to concurrent dispatchers of both processes', async () => {
    const { acme, globex, master, database } = tenants;
    for (const tenant of [acme, globex]) await new Promoter(tenant).apply(bundle);
    const due = "UPDATE schedule SET next_run_at = now() - interval '1 minute' RETURNING id";
    const fromEach = addresses.map(() => 0);
    for (let round = 0; round < ROUNDS; round += 1) {
      const ids = (await query<{ id: string }>(database.superuserUrl, due)).map(({ id }) => id);
      expect(ids).toHaveLength(2 * SCHEDULES);
      const handed: Firing[] = [];
      const dispatch = async (address: string, at: number): Promise<void> => {
        for (let found = 1; found > 0;) {
          const { data } = await askAt<{ claimDueSchedules: Firing[] }>(address, master.key, CLAIM);
          found = data.claimDueSchedules.length;
          handed.push(...data.claimDueSchedules);
          fromEach[at] = (fromEach[at] ?? 0) + found;
        }
      };
      await Promise.all(addresses.flatMap((one, at) => Array.from({ length: DISPATCHERS }, () => dispatch(one, at))));
      expect(handed.map(({ schedule }) => schedule.id).sort()).toEqual(ids.sort());
      for (const { dueAt, schedule } of handed)
        expect(schedule.nextRunAt > dueAt && schedule.lastRunAt > dueAt).toBe(true);
    }
    process.stdout.write(`${ROUNDS * 2 * SCHEDULES} firings, handed out by two processes: ${fromEach.join(' and ')}\n`);
    expect(Math.min(...fromEach)).toBeGreaterThan(0);
  });
});

(canAsk('notifications') ? describe : describe.skip)('without notifications from the database', () => {
  it('a revoked key is still refused within a second', async () => {
    const deaf = await createTwoTenants({
      database: tenants.database,
      settings: { LISTEN_DATABASE_URL: 'postgres://127.0.0.1:9/none' },
    });
    try {
      const made = await makeKey();
      const client = deaf.client(made.secret);
      await client.ask('{ viewer { kind } }');
      await revoke(made);
      await eventually(async () => (await client.send('{ viewer { kind } }')).status === 401);
      const { warnings } = (await deaf.gateway.app.inject('/readyz')).json<{ warnings: string[] }>();
      expect(warnings).toEqual([
        expect.stringContaining('keys are looked up every half second: their connection was lost'),
      ]);
    } finally {
      await deaf.close();
    }
  });

  it('a connection that answers but delivers no notifications is detected and reported by /readyz', async () => {
    const elsewhere = await createDatabase();
    const deaf = await createTwoTenants({
      database: tenants.database,
      settings: { LISTEN_DATABASE_URL: elsewhere.tenantUrl },
    });
    try {
      const made = await makeKey();
      const client = deaf.client(made.secret);
      await client.ask('{ viewer { kind } }');
      await revoke(made);
      await eventually(async () => (await client.send('{ viewer { kind } }')).status === 401);
      const readiness = async (): Promise<{ ready: boolean; warnings?: string[] }> =>
        (await deaf.gateway.app.inject('/readyz')).json();
      await eventually(async () => (await readiness()).warnings !== undefined, 5_000);
      expect(await readiness()).toEqual({
        ready: true,
        reasons: [],
        warnings: [expect.stringContaining('keys are looked up every half second: Notifications do not arrive')],
      });
    } finally {
      await deaf.close();
      await elsewhere.drop();
    }
  });

  it('a connection that is open but dead is detected in time', async () => {
    const carrier = await startCarrier(tenants.database.tenantUrl);
    const other = await createTwoTenants({
      database: tenants.database,
      settings: { LISTEN_DATABASE_URL: carrier.url },
    });
    try {
      const made = await makeKey();
      const client = other.client(made.secret);
      await client.ask('{ viewer { kind } }');
      carrier.freeze();
      await client.ask('{ viewer { kind } }');
      await revoke(made);
      await eventually(async () => (await client.send('{ viewer { kind } }')).status === 401);
    } finally {
      carrier.close();
      await other.close();
    }
  });
});
