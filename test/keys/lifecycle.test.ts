/** The lifecycle of keys: in any sequence of operations, a key works exactly from its creation to its end. */
import fc from 'fast-check';
import { eventually } from '../harness/eventually';
import { createTwoTenants, type Client, type Tenant, type TwoTenants } from '../harness/gateway';
import { query as sql } from '../harness/sql';

const RUNS = 25;
const STEPS = 12;

let tenants: TwoTenants;
beforeAll(async () => {
  tenants = await createTwoTenants();
});
afterAll(() => tenants.close());

type Life = 'working' | 'grace' | 'over';
type Status = 'ACTIVE' | 'SUSPENDED' | 'CLOSED';

interface KeyModel {
  readonly id: string;
  readonly client: Client;
  readonly kind: 'PRIMARY' | 'EXPIRING';
  life: Life;
  /** Whether the key was revoked or replaced; an expired key was not. */
  ended: boolean;
}

/** The expected state of one account. */
interface Model {
  readonly accountId: string;
  readonly keys: KeyModel[];
  status: Status;
}

interface Made {
  readonly apiKey: { readonly id: string };
  readonly secret: string;
}

async function codeOf(query: string, variables: object): Promise<string> {
  const { errors } = await tenants.master.send(query, variables);
  return errors[0]?.extensions.code ?? 'OK';
}

function add(model: Model, kind: KeyModel['kind'], { apiKey, secret }: Made): void {
  model.keys.push({ id: apiKey.id, client: tenants.client(secret), kind, life: 'working', ended: false });
}

const CREATE =
  'mutation ($a: ID!) { createApiKey(accountId: $a, input: { name: "k", role: ADMINISTRATOR }) { apiKey { id } secret } }';
const ROTATE =
  'mutation ($a: ID!, $id: ID!, $g: Int!) { rotateApiKey(accountId: $a, id: $id, graceSeconds: $g) { apiKey { id } secret replaced { id replacedBy } } }';
const REVOKE = 'mutation ($a: ID!, $id: ID!) { revokeApiKey(accountId: $a, id: $id) { status } }';

async function create(model: Model): Promise<void> {
  add(
    model,
    'EXPIRING',
    (await tenants.master.ask<{ createApiKey: Made }>(CREATE, { a: model.accountId })).createApiKey,
  );
}

async function rotate(model: Model, key: KeyModel, graceSeconds: number): Promise<void> {
  const answer = await tenants.master.send<{ rotateApiKey: Made }>(ROTATE, {
    a: model.accountId,
    id: key.id,
    g: graceSeconds,
  });
  const rotatable = key.life === 'working' && !key.ended;
  expect(answer.errors.map((error) => error.extensions.code)).toEqual(rotatable ? [] : ['CONFLICT']);
  if (!rotatable) return;
  add(model, key.kind, answer.data.rotateApiKey);
  key.ended = true;
  key.life = graceSeconds > 0 ? 'grace' : 'over';
}

async function revoke(model: Model, key: KeyModel): Promise<void> {
  const last = key.kind === 'PRIMARY' && !key.ended && primariesOf(model).length === 1;
  expect(await codeOf(REVOKE, { a: model.accountId, id: key.id })).toBe(last ? 'CONFLICT' : 'OK');
  if (last) return;
  key.ended = true;
  key.life = 'over';
}

/** Makes a key expire at once. */
async function runOut(key: KeyModel): Promise<void> {
  if (key.life === 'over' || (key.kind === 'PRIMARY' && key.life === 'working')) return;
  const column = key.life === 'grace' ? 'revoked_at' : 'expires_at';
  await sql(tenants.database.superuserUrl, `UPDATE api_key SET ${column} = now() WHERE id = $1`, [key.id]);
  key.life = 'over';
}

const STATUSES = {
  suspendAccount: { from: ['ACTIVE'], to: 'SUSPENDED' },
  reactivateAccount: { from: ['SUSPENDED'], to: 'ACTIVE' },
  closeAccount: { from: ['ACTIVE', 'SUSPENDED'], to: 'CLOSED' },
  restoreAccount: { from: ['CLOSED'], to: 'ACTIVE' },
} as const;

async function changeStatus(model: Model, field: keyof typeof STATUSES): Promise<void> {
  const { from, to } = STATUSES[field];
  const allowed = model.status === to || from.some((status) => status === model.status);
  expect(await codeOf(`mutation ($id: ID!) { ${field}(id: $id) { status } }`, { id: model.accountId })).toBe(
    allowed ? 'OK' : 'CONFLICT',
  );
  if (allowed) model.status = to;
}

const primariesOf = ({ keys }: Model): KeyModel[] => keys.filter(({ kind, ended }) => kind === 'PRIMARY' && !ended);

function expectedCode({ status }: Model, { life }: KeyModel): string {
  if (life === 'over') return 'UNAUTHENTICATED';
  return status === 'ACTIVE' ? 'OK' : 'ACCOUNT_SUSPENDED';
}

/** Every key works exactly if the model says so, and the list of keys says the same. */
async function check(model: Model): Promise<void> {
  for (const key of model.keys) {
    const expected = expectedCode(model, key);
    await eventually(async () => {
      const { errors } = await key.client.send('{ viewer { key { id } } }');
      return (errors[0]?.extensions.code ?? 'OK') === expected;
    });
  }
  const { apiKeys } = await tenants.master.ask<{ apiKeys: { nodes: { id: string; status: string; kind: string }[] } }>(
    'query ($a: ID!) { apiKeys(accountId: $a, first: 100) { nodes { id status kind } } }',
    { a: model.accountId },
  );
  const active = new Set(apiKeys.nodes.filter(({ status }) => status === 'ACTIVE').map(({ id }) => id));
  expect(new Map(model.keys.map(({ id, life }) => [id, life !== 'over']))).toEqual(
    new Map(model.keys.map(({ id }) => [id, active.has(id)])),
  );
  expect(apiKeys.nodes.some(({ kind, status }) => kind === 'PRIMARY' && status === 'ACTIVE')).toBe(true);
}

const index = fc.nat(9);
const step = fc.oneof(
  fc.constant({ do: 'create' } as const),
  fc.record({ do: fc.constant('rotate' as const), index, grace: fc.constantFrom(0, 3_600) }),
  fc.record({ do: fc.constant('revoke' as const), index }),
  fc.record({ do: fc.constant('runOut' as const), index }),
  fc.record({
    do: fc.constant('status' as const),
    field: fc.constantFrom(...(Object.keys(STATUSES) as (keyof typeof STATUSES)[])),
  }),
);

async function take(model: Model, given: typeof step extends fc.Arbitrary<infer Step> ? Step : never): Promise<void> {
  if (given.do === 'create') return create(model);
  if (given.do === 'status') return changeStatus(model, given.field);
  const key = model.keys[given.index % model.keys.length];
  if (!key) return;
  if (given.do === 'rotate') return rotate(model, key, given.grace);
  return given.do === 'revoke' ? revoke(model, key) : runOut(key);
}

let accounts = 0;

async function newModel(): Promise<Model> {
  accounts += 1;
  const tenant: Tenant = await tenants.createAccount(`life-${accounts}`);
  const { viewer } = await tenant.ask<{ viewer: { key: { id: string } } }>('{ viewer { key { id } } }');
  const primary = { id: viewer.key.id, client: tenant, kind: 'PRIMARY', life: 'working', ended: false } as const;
  return { accountId: tenant.accountId, keys: [{ ...primary }], status: 'ACTIVE' };
}

describe('keys', () => {
  it(`work exactly while they are valid, and no sequence revokes the last PRIMARY key (${RUNS} sequences)`, async () => {
    let steps = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: STEPS }), async (sequence) => {
        const model = await newModel();
        for (const one of sequence) await take(model, one);
        steps += sequence.length;
        await check(model);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    process.stdout.write(`${RUNS} sequences of key operations, ${steps} operations\n`);
  });

  it('keep one PRIMARY key when both are revoked concurrently', async () => {
    const { acme, master, database } = tenants;
    for (let round = 0; round < 10; round += 1) {
      const tenant = await tenants.createAccount(`race-${round}`);
      const second = await tenant.ask<{ createApiKey: Made }>(
        'mutation { createApiKey(input: { name: "second", role: ADMINISTRATOR }) { apiKey { id } secret } }',
      );
      // No operation creates a second PRIMARY key next to the first; an administrator could.
      const changed = "UPDATE api_key SET kind = 'PRIMARY', expires_at = NULL WHERE id = $1";
      await sql(database.superuserUrl, changed, [second.createApiKey.apiKey.id]);
      const { viewer } = await tenant.ask<{ viewer: { key: { id: string } } }>('{ viewer { key { id } } }');
      const codes = await Promise.all(
        [viewer.key.id, second.createApiKey.apiKey.id].map((id) => codeOf(REVOKE, { a: tenant.accountId, id })),
      );
      expect([...codes].sort()).toEqual(['CONFLICT', 'OK']);
    }
    expect(await acme.send(REVOKE, { a: tenants.globex.accountId, id: master.key })).toMatchObject({
      errors: [{ extensions: { code: 'ACCOUNT_MISMATCH' } }],
    });
  });

  it('expire at the time that their creator chooses, within a year', async () => {
    const { acme } = tenants;
    const create =
      'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { expiresAt kind } } }';
    const days = async (input: object): Promise<number> => {
      const made = await acme.ask<{ createApiKey: { apiKey: { expiresAt: string } } }>(create, { input });
      return Math.round((Date.parse(made.createApiKey.apiKey.expiresAt) - Date.now()) / 86_400_000);
    };
    expect(await days({ role: 'ADMINISTRATOR', name: 'usual' })).toBe(90);
    expect(await days({ role: 'ADMINISTRATOR', name: 'short', expiresInDays: 1 })).toBe(1);
    expect(
      await days({ role: 'ADMINISTRATOR', name: 'at', expiresAt: new Date(Date.now() + 5 * 86_400_000).toISOString() }),
    ).toBe(5);
    const refused = [
      [{ role: 'ADMINISTRATOR', name: 'x', expiresInDays: 366 }, ['input', 'expiresInDays']],
      [{ role: 'ADMINISTRATOR', name: 'x', expiresInDays: 0 }, ['input', 'expiresInDays']],
      [{ role: 'ADMINISTRATOR', name: 'x', expiresAt: '2001-01-01T00:00:00Z' }, ['input', 'expiresAt']],
      [{ role: 'ADMINISTRATOR', name: 'x', expiresAt: '2999-01-01T00:00:00Z' }, ['input', 'expiresAt']],
      [
        {
          role: 'ADMINISTRATOR',
          name: 'x',
          expiresInDays: 3,
          expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
        },
        ['input', 'expiresAt'],
      ],
      [{ role: 'ADMINISTRATOR', name: ' ' }, ['input', 'name']],
    ] as const;
    for (const [input, path] of refused) {
      const { errors } = await acme.send(create, { input });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path } }]);
    }
  });

  it('can be renamed and remain valid, and are rotated with the same name, kind and lifetime', async () => {
    const { acme } = tenants;
    const { createApiKey } = await acme.ask<{ createApiKey: Made }>(
      'mutation { createApiKey(input: { name: "ci", role: ADMINISTRATOR, expiresInDays: 30 }) { apiKey { id } secret } }',
    );
    const { id } = createApiKey.apiKey;
    const renamed = await acme.ask(
      'mutation ($id: ID!) { renameApiKey(id: $id, name: "ci of web", expectedVersion: 1) { name version status } }',
      { id },
    );
    expect(renamed).toEqual({ renameApiKey: { name: 'ci of web', version: 2, status: 'ACTIVE' } });
    const { rotateApiKey } = await acme.ask<{
      rotateApiKey: { secret: string; apiKey: Record<string, string>; replaced: Record<string, string> };
    }>(
      'mutation ($id: ID!) { rotateApiKey(id: $id, graceSeconds: 60) { secret apiKey { id name kind expiresAt } replaced { status replacedBy revokedAt revokedBy } } }',
      { id },
    );
    const { apiKey, replaced } = rotateApiKey;
    expect(apiKey).toMatchObject({ name: 'ci of web', kind: 'EXPIRING' });
    expect(Math.round((Date.parse(apiKey['expiresAt'] ?? '') - Date.now()) / 86_400_000)).toBe(30);
    expect(replaced).toMatchObject({ status: 'ACTIVE', replacedBy: apiKey['id'], revokedBy: null });
    for (const grace of [-1, 604_801]) {
      const { errors } = await acme.send(
        'mutation ($id: ID!, $g: Int!) { rotateApiKey(id: $id, graceSeconds: $g) { secret } }',
        { id, g: grace },
      );
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['graceSeconds'] } }]);
    }
  });

  it('show when they were last used, to the minute, without a change of their row', async () => {
    const { acme, gateway } = tenants;
    const { createApiKey } = await acme.ask<{ createApiKey: Made }>(
      'mutation { createApiKey(input: { name: "counted", role: ADMINISTRATOR }) { apiKey { id } secret } }',
    );
    const { id } = createApiKey.apiKey;
    const query =
      'query ($id: ID!) { apiKey(id: $id) { version updatedAt lastUsedAt usage { action resource count } } }';
    const before = await acme.ask<{ apiKey: { updatedAt: string } }>(query, { id });
    expect(before).toMatchObject({ apiKey: { lastUsedAt: null, usage: [], version: 1 } });
    const client = tenants.client(createApiKey.secret);
    for (let time = 0; time < 3; time += 1) await client.ask('{ agents { nodes { id } } }');
    await client.ask('mutation { createTool(input: { name: "used" }) { id } }');
    await gateway.flushCounters();
    const after = await acme.ask<{ apiKey: { lastUsedAt: string; usage: object[] } }>(query, { id });
    expect(after.apiKey).toMatchObject({ version: 1, updatedAt: before.apiKey.updatedAt });
    expect(Math.abs(Date.now() - Date.parse(after.apiKey.lastUsedAt))).toBeLessThan(60_000);
    expect(new Set(after.apiKey.usage)).toEqual(
      new Set([
        { action: 'READ', resource: 'Agent', count: 3 },
        { action: 'WRITE', resource: 'Tool', count: 1 },
      ]),
    );
  });
});
