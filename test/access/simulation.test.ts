/** simulateAccess, shadow roles and the decision log predict exactly what happens afterwards, request by request. */
import { isDeepStrictEqual } from 'node:util';
import { eventually } from '../harness/eventually';
import { gatewaySchema } from '../harness/factories';
import type { Client } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { decisions, simulate, SIMULATE } from './decisions';
import { createKey, delegateKey, missingPermissions, type MadeKey } from './keys';
import { createRole, DELETE_ROLE, viewed } from './roles';
import { shapesOfField } from './shapes';

const NOBODY = '01a209d4-7e28-746e-9e34-45d1d013a72a';
const ROUNDS = Number(process.env.SIMULATION_ROUNDS ?? 3);

const UPDATE = 'mutation ($id: ID!, $input: UpdateApiKeyInput!) { updateApiKey(id: $id, input: $input) { id } }';

const world = setupTwoTenants();

/** Every root field, omitted by a directive, so that none of them runs. */
const TRAFFIC = [gatewaySchema.getQueryType(), gatewaySchema.getMutationType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}).map((field) => {
    const kind = type === gatewaySchema.getQueryType() ? 'query' : 'mutation';
    const shapes = shapesOfField(kind, field, { ids: [NOBODY], texts: ['x'] });
    const leftOut = shapes.findLast(({ name }) => name === 'left out by @include');
    if (!leftOut) throw new Error(`${field.name} has no request`);
    return { ...leftOut, path: `${String(type?.name)}.${field.name}` };
  }),
);

/** The permissions that each request of the traffic lacked, by its root field. */
async function sendTraffic(key: Client): Promise<Map<string, readonly string[] | null>> {
  const lacked = new Map<string, readonly string[] | null>();
  for (const { path, query, variables } of TRAFFIC)
    lacked.set(path, missingPermissions(await key.send(query, variables)));
  return lacked;
}

/**
 * The permissions that a recorded operation lacked, as a refusal lists them; master-only fields are refused when they
 * run.
 */
const asRefused = (missing: readonly string[] | null): readonly string[] | null => {
  const named = missing?.filter((permission) => permission !== 'master') ?? [];
  return named.length === 0 ? null : named;
};

const pick = <T>(list: readonly T[], index: number): T => {
  const item = list[index % list.length];
  if (item === undefined) throw new Error('an empty list');
  return item;
};

const RIGHTS: readonly object[] = [
  { role: 'VIEWER' },
  { role: 'RUNNER', resourceTypes: ['runs', 'agents'] },
  { role: 'ADMINISTRATOR', ownerTeams: ['support'] },
  { role: 'CREATOR' },
  { role: 'ADMINISTRATOR', resourceTypes: ['apiKeys', 'audit'] },
  { role: 'ADMINISTRATOR', rowIds: null },
];

describe('the result of simulateAccess', () => {
  it.each(Array.from({ length: ROUNDS }, (_, index) => [index + 1]))(
    'of recorded traffic is what then happens, request by request, to the key and a key below it (round %i)',
    async (round) => {
      const custom = await createRole(world.acme, `simulated ${round}`, ['agents:read', 'agents:write', 'tools:read']);
      const key = await createKey(world, world.acme, { role: 'ADMINISTRATOR' });
      const child = await delegateKey(world, key, { role: 'CREATOR' });
      await sendTraffic(key);
      await sendTraffic(child);
      const rights = pick([...RIGHTS, { role: 'CUSTOM', customRoleId: custom }], round * 2);
      const { operations, allowed, refused } = await simulate(world.acme, { keyId: key.id, rights });
      // The key also created the child key.
      expect(allowed + refused).toBe(2 * TRAFFIC.length + 1);
      await world.acme.ask(UPDATE, { id: key.id, input: rights });
      for (const { id, client } of [
        { id: key.id, client: key },
        { id: child.id, client: child },
      ]) {
        const simulated = new Map(
          operations
            .filter(({ keyId }) => keyId === id)
            .map(({ operation, missing }) => [operation, asRefused(missing)]),
        );
        // The gateway's key cache notices the change within a second.
        let happened = await sendTraffic(client);
        for (let turn = 0; turn < 20 && !isDeepStrictEqual(happened, simulated); turn += 1)
          happened = await sendTraffic(client);
        expect(simulated).toEqual(happened);
      }
    },
    60_000,
  );

  it('for documents matches what happens afterwards, for a key and for a role alone', async () => {
    const key = await createKey(world, world.acme, { role: 'VIEWER' });
    const creator = await createKey(world, world.acme, { role: 'CREATOR' });
    const documents = [
      { document: '{ agents(first: 1) { nodes { id tools { id } } } }' },
      {
        document: 'query A { viewer { role } } mutation B { createTool(input: { name: "x" }) { id } }',
        operationName: 'B',
      },
      { document: '{ accounts { totalCount } }' },
    ];
    const now = await simulate(world.acme, { keyId: key.id, documents });
    expect(now.operations.map(({ missing }) => missing)).toEqual([null, ['tools:write'], ['master']]);
    expect([now.role, now.allowed, now.refused]).toEqual(['VIEWER', 1, 2]);
    const then = await simulate(world.acme, { rights: { role: 'CREATOR' }, documents });
    expect(then.operations.map(({ keyId, missing }) => [keyId, missing])).toEqual([
      [null, null],
      [null, null],
      [null, ['master']],
    ]);
    const permissions = await creator.ask<{ viewer: { permissions: string[] } }>('{ viewer { permissions } }');
    expect(then.permissions).toEqual(permissions.viewer.permissions);
  });

  it('changes nothing, and counts only the operations of the key and the keys below it since then', async () => {
    const key = await createKey(world, world.acme, { role: 'VIEWER' });
    const other = await createKey(world, world.acme, { role: 'VIEWER' });
    await other.ask('{ agents { totalCount } }');
    for (let turn = 0; turn < 3; turn += 1) await key.ask('{ tools { totalCount } }');
    await key.send('mutation { createTool(input: { name: "x" }) { id } }');
    const { operations } = await simulate(world.acme, { keyId: key.id, rights: { role: 'CREATOR' } });
    expect(operations).toEqual([
      { keyId: key.id, operation: 'Query.tools', permissions: ['tools:read'], missing: null, count: 3 },
      { keyId: key.id, operation: 'Mutation.createTool', permissions: ['tools:write'], missing: null, count: 1 },
    ]);
    const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString();
    expect((await simulate(world.acme, { keyId: key.id, since: tomorrow })).operations).toEqual([]);
    expect(missingPermissions(await key.send('mutation { createTool(input: { name: "x" }) { id } }'))).toEqual([
      'tools:write',
    ]);
  });
});

describe('restrictions of networks, times and rates', () => {
  const documents = [{ document: '{ agents { totalCount } }' }];
  const refusalOf = async (client: Client): Promise<string | null> =>
    (await client.send('{ agents { totalCount } }')).errors[0]?.message ?? null;
  const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

  it('refuse a key and the keys below it in a simulation as they do afterwards', async () => {
    const key = await createKey(world, world.acme, { role: 'VIEWER' });
    const child = await delegateKey(world, key, { role: 'VIEWER', networks: ['127.0.0.0/8'] });
    const tried: readonly object[] = [{ networks: ['10.0.0.0/8'] }, { notBefore: inAnHour() }];
    for (const rights of tried) {
      const said = await simulate(world.acme, { keyId: key.id, rights, address: '127.0.0.1' });
      await world.acme.ask(UPDATE, { id: key.id, input: { networks: null, notBefore: null, ...rights } });
      // Each of them is known to have changed within a second.
      for (const [index, changed] of [key, child].entries())
        await eventually(async () => (await refusalOf(changed)) === said.refusedKeys[index]?.reason).catch(
          () => undefined,
        );
      expect(said.refusedKeys).toEqual([
        { keyId: key.id, reason: await refusalOf(key) },
        { keyId: child.id, reason: await refusalOf(child) },
      ]);
    }
  });

  it('refuse every operation of a refused key, and none of an accepted one', async () => {
    const key = await createKey(world, world.acme, { role: 'VIEWER', networks: ['127.0.0.0/8', '10.1.0.0/16'] });
    await key.ask('{ agents { totalCount } }');
    const counts = async (variables: object): Promise<number[]> => {
      const { allowed, refused, refusedKeys } = await simulate(world.acme, { keyId: key.id, ...variables });
      return [allowed, refused, refusedKeys.length];
    };
    expect(await counts({})).toEqual([1, 0, 0]);
    expect(await counts({ address: '10.1.2.3' })).toEqual([1, 0, 0]);
    expect(await counts({ address: '10.2.0.1' })).toEqual([0, 1, 1]);
    expect(await counts({ address: '2001:db8::1', documents })).toEqual([0, 1, 1]);
    expect(await counts({ address: '10.2.0.1', rights: { networks: null } })).toEqual([1, 0, 0]);
    const later = inAnHour();
    expect(await counts({ rights: { notBefore: later } })).toEqual([0, 1, 1]);
    expect(await counts({ at: later, rights: { notBefore: later } })).toEqual([1, 0, 0]);
    expect(await counts({ at: '2999-01-01T00:00:00Z' })).toEqual([0, 1, 1]);
  });

  it('report the rate of the delegation chain', async () => {
    const key = await createKey(world, world.acme, { role: 'VIEWER', ratePerMinute: 50_000 });
    const child = await delegateKey(world, key, { role: 'VIEWER' });
    const of = async (rights: object): Promise<number | null> =>
      (await simulate(world.acme, { keyId: child.id, documents, rights })).ratePerMinute;
    expect([await of({}), await of({ ratePerMinute: 10_000 }), await of({ ratePerMinute: 90_000 })]).toEqual([
      50_000, 10_000, 50_000,
    ]);
  });
});

describe('a shadow role', () => {
  let key: MadeKey;
  beforeAll(async () => {
    key = await createKey(world, world.acme, { role: 'CREATOR' });
  });

  it('refuses nothing, and predicts what the role refuses once it is assigned', async () => {
    await world.acme.ask(UPDATE, { id: key.id, input: { shadowRole: 'VIEWER' } });
    const child = await delegateKey(world, key, { role: 'CREATOR', resourceTypes: ['agents', 'tools'] });
    const [own, below] = [await sendTraffic(key), await sendTraffic(child)];
    expect(own.get('Mutation.createTool')).toBeNull();
    const logged = (id: string) => decisions(world.acme, { keyId: { equals: id }, shadowRole: { equals: 'VIEWER' } });
    const shadows = await Promise.all([logged(key.id), logged(child.id)]);
    await world.acme.ask(UPDATE, { id: key.id, input: { shadowRole: null, role: 'VIEWER' } });
    for (const changed of [key, child])
      await eventually(async () => !(await viewed(changed)).permissions.includes('agents:write'));
    const happened = [await sendTraffic(key), await sendTraffic(child)];
    shadows.forEach((shadow, index) => {
      const said = new Map(shadow.map(({ operation, shadowMissing }) => [operation, asRefused(shadowMissing)]));
      expect(said).toEqual(happened[index]);
      const real = new Map(shadow.map(({ operation, missing }) => [operation, asRefused(missing)]));
      expect(real).toEqual([own, below][index]);
    });
    expect((await logged(key.id)).length).toBe(TRAFFIC.length);
  }, 60_000);

  it('that is deleted would grant nothing, and does not prevent its deletion', async () => {
    const role = await createRole(world.acme, 'Shadow', ['agents:read']);
    const tried = await createKey(world, world.acme, { role: 'VIEWER' });
    await world.acme.ask(UPDATE, { id: tried.id, input: { shadowRole: 'CUSTOM', shadowCustomRoleId: role } });
    await tried.ask('{ agents { totalCount } tools { totalCount } }');
    await world.acme.ask(DELETE_ROLE, { id: role, force: false });
    const shadowed = async (): Promise<unknown[]> => {
      await tried.ask('{ agents { totalCount } }');
      const logged = await decisions(world.acme, { keyId: { equals: tried.id }, shadowMissing: { isSet: true } });
      return logged.map(({ operation, shadowRole, shadowMissing }) => [operation, shadowRole, shadowMissing]).sort();
    };
    // A changed role takes effect everywhere within a second.
    await eventually(async () => (await shadowed()).length > 1);
    expect(await shadowed()).toEqual([
      ['Query.agents, Query.tools', 'Shadow', ['tools:read']],
      ['Query.agents', 'none', ['agents:read']],
    ]);
  });

  it('stays with the key when the key is rotated', async () => {
    const first = await createKey(world, world.acme, { role: 'CREATOR' });
    await world.acme.ask(UPDATE, { id: first.id, input: { shadowRole: 'RUNNER' } });
    const { rotated } = await world.acme.ask<{ rotated: { apiKey: { shadowRole: string } } }>(
      'mutation ($id: ID!) { rotated: rotateApiKey(id: $id) { apiKey { shadowRole } } }',
      { id: first.id },
    );
    expect(rotated.apiKey.shadowRole).toBe('RUNNER');
  });

  it.each([
    [{ shadowRole: 'CUSTOM' }, 'shadowCustomRoleId must name a role of the account'],
    [{ shadowRole: 'VIEWER', shadowCustomRoleId: NOBODY }, 'is only for shadowRole: CUSTOM'],
    [{ shadowRole: 'CUSTOM', shadowCustomRoleId: NOBODY }, 'is not the id of any CustomRole that this key can see'],
  ])('is refused as %j', async (input, words) => {
    const { errors } = await world.acme.send(UPDATE, { id: key.id, input });
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining(words),
        extensions: { code: 'BAD_USER_INPUT', path: ['input', 'shadowCustomRoleId'] },
      },
    ]);
  });
});

describe('a simulation is refused', () => {
  it.each([
    [{}, 'Name a key with keyId', ['rights', 'role']],
    [{ rights: { role: 'VIEWER' } }, 'or give documents', ['documents']],
    [{ rights: { role: 'CUSTOM' } }, 'must name a role of the account', ['rights', 'customRoleId']],
    [{ rights: { role: 'VIEWER', resourceTypes: ['x'] } }, 'is not a resource type', ['rights', 'resourceTypes', 0]],
    [
      { rights: { role: 'VIEWER' }, documents: [{ document: '{' }] },
      'documents.0.document could not be run: Syntax Error',
      ['documents', 0, 'document'],
    ],
    [
      { rights: { role: 'VIEWER' }, documents: [{ document: '{ viewer { role } }', operationName: 'A' }] },
      'Unknown operation named "A"',
      ['documents', 0, 'operationName'],
    ],
    [
      { rights: { role: 'VIEWER' }, documents: Array.from({ length: 5 }, () => ({ document: '{ viewer { role } }' })) },
      'at most 4 documents, not 5',
      ['documents'],
    ],
    [
      { rights: { role: 'VIEWER', networks: ['10.0.0.1/8'] }, documents: [{ document: '{ viewer { role } }' }] },
      'has host bits',
      ['rights', 'networks'],
    ],
    [
      { rights: { role: 'VIEWER' }, documents: [{ document: '{ viewer { role } }' }], address: 'nowhere' },
      'address "nowhere" is not an IPv4 or IPv6 address',
      ['address'],
    ],
  ])('%j', async (variables, words, path) => {
    const { errors } = await world.acme.send(SIMULATE, variables);
    expect(errors).toMatchObject([
      { message: expect.stringContaining(words), extensions: { code: 'BAD_USER_INPUT', path } },
    ]);
  });

  it('for an unknown key', async () => {
    for (const keyId of [NOBODY, 'no id']) {
      const { errors } = await world.acme.send(SIMULATE, { keyId });
      expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    }
  });
});
