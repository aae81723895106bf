/** Keys restricted by type, network and time, and the restrictions that a new key may have. */
import { eventually } from '../harness/eventually';
import { setupTwoTenants } from '../harness/setup-tenants';
import { createKey, delegateKey, missingPermissions, type MadeKey } from './keys';

const IN_AN_HOUR = new Date(Date.now() + 3_600_000).toISOString();

const world = setupTwoTenants();

interface Reply {
  readonly status: number;
  readonly codes: readonly string[];
  readonly message: string;
}

async function from(address: string, { key }: Pick<MadeKey, 'key'>, query = '{ viewer { role } }'): Promise<Reply> {
  const answer = await world.gateway.app.inject({
    method: 'POST',
    url: '/graphql',
    remoteAddress: address,
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    payload: JSON.stringify({ query }),
  });
  const { errors = [] } = answer.json<{ errors?: { message: string; extensions: { code: string } }[] }>();
  return {
    status: answer.statusCode,
    codes: errors.map(({ extensions }) => extensions.code),
    message: errors[0]?.message ?? '',
  };
}

describe('a key that is restricted to networks', () => {
  it.each([
    [['10.0.0.0/8'], '10.1.2.3', true],
    [['10.0.0.0/8'], '::ffff:10.1.2.3', true],
    [['10.0.0.0/8'], '11.1.2.3', false],
    [['10.0.0.0/8'], '2001:db8::1', false],
    [['2001:db8::/32', '192.0.2.7'], '2001:db8:1::9', true],
    [['2001:db8::/32', '192.0.2.7'], '192.0.2.7', true],
    [['2001:db8::/32', '192.0.2.7'], '192.0.2.8', false],
  ])('%j, used from %s: works is %s', async (networks, address, works) => {
    const key = await createKey(world, world.acme, { role: 'VIEWER', networks });
    const reply = await from(address, key);
    if (works) expect(reply).toMatchObject({ status: 200, codes: [] });
    else {
      expect(reply).toMatchObject({ status: 403, codes: ['FORBIDDEN'] });
      expect(reply.message).toContain('may not be used from');
    }
  });

  it('is refused before anything runs, and counts as a denial', async () => {
    const key = await createKey(world, world.acme, { role: 'ADMINISTRATOR', networks: ['10.0.0.0/8'] });
    const create = 'mutation { createTool(input: { name: "from elsewhere" }) { id } }';
    expect((await from('192.0.2.1', key, create)).codes).toEqual(['FORBIDDEN']);
    const { tools } = await world.acme.ask<{ tools: { totalCount: number } }>(
      '{ tools(filter: { name: { equals: "from elsewhere" } }) { totalCount } }',
    );
    expect(tools.totalCount).toBe(0);
  });
});

it('a key with notBefore is refused before that time', async () => {
  const later = new Date(Date.now() + 86_400_000).toISOString();
  const early = new Date(Date.now() - 86_400_000).toISOString();
  const [waiting, ready] = await Promise.all(
    [later, early].map((notBefore) => createKey(world, world.acme, { role: 'VIEWER', notBefore })),
  );
  expect(await waiting?.send('{ viewer { role } }')).toMatchObject({
    status: 403,
    errors: [{ extensions: { code: 'FORBIDDEN' }, message: expect.stringContaining('is not valid yet') }],
  });
  expect(await ready?.ask('{ viewer { role } }')).toEqual({ viewer: { role: 'VIEWER' } });
});

it('the viewer returns the role and the remaining permissions', async () => {
  const key = await createKey(world, world.acme, { role: 'CREATOR', resourceTypes: ['agents'] });
  expect(await key.ask('{ viewer { role permissions } }')).toEqual({
    viewer: { role: 'CREATOR', permissions: ['agents:read', 'agents:run', 'agents:write'] },
  });
});

it('the viewer of a key that may not read keys has no warnings about other keys', async () => {
  const names = { role: 'VIEWER', name: 'twice' };
  const older = await createKey(world, world.acme, names);
  const newer = await createKey(world, world.acme, names);
  expect(await older.ask('{ viewer { warnings } }')).toEqual({ viewer: { warnings: [] } });
  const admin = { role: 'ADMINISTRATOR', name: 'twice' };
  const [first, second] = [await createKey(world, world.acme, admin), await createKey(world, world.acme, admin)];
  const { viewer } = await first.ask<{ viewer: { warnings: string[] } }>('{ viewer { warnings } }');
  expect(viewer.warnings.join()).toContain(second.id);
  expect(viewer.warnings.join()).not.toContain(newer.id);
});

describe('creating a key is refused', () => {
  const NAMED = { name: 'x' };
  it.each<[string, object, string, readonly (string | number)[], string]>([
    ['without a known role', { role: 'OWNER' }, 'BAD_USER_INPUT', ['input', 'role'], 'does not exist in'],
    [
      'for an unknown type',
      { role: 'VIEWER', resourceTypes: ['agents', 'dragons'] },
      'BAD_USER_INPUT',
      ['input', 'resourceTypes', 1],
      'choose from agents',
    ],
    [
      'for an empty list of types',
      { role: 'VIEWER', resourceTypes: [] },
      'BAD_USER_INPUT',
      ['input', 'resourceTypes'],
      'must name a resource type',
    ],
    [
      'for types on which its role may do nothing',
      { role: 'VIEWER', resourceTypes: ['apiKeys'] },
      'BAD_USER_INPUT',
      ['input', 'resourceTypes'],
      'leaves nothing',
    ],
    [
      'for a network with host bits',
      { role: 'VIEWER', networks: ['10.1.2.3/8'] },
      'BAD_USER_INPUT',
      ['input', 'networks'],
      'write 10.0.0.0/8',
    ],
    [
      'for networks that overlap',
      { role: 'VIEWER', networks: ['10.0.0.0/8', '10.1.0.0/16'] },
      'BAD_USER_INPUT',
      ['input', 'networks'],
      'lies within',
    ],
    [
      'for an empty list of networks',
      { role: 'VIEWER', networks: [] },
      'BAD_USER_INPUT',
      ['input', 'networks'],
      'must name a network',
    ],
    [
      'for a rate of 0',
      { role: 'VIEWER', ratePerMinute: 0 },
      'BAD_USER_INPUT',
      ['input', 'ratePerMinute'],
      'at least 1',
    ],
    [
      'for a network that is listed twice',
      { role: 'VIEWER', networks: ['10.0.0.0/8', '10.0.0.0/8'] },
      'BAD_USER_INPUT',
      ['input', 'networks'],
      '10.0.0.0/8 is named twice',
    ],
    [
      'with a start after its end',
      { role: 'VIEWER', notBefore: '2999-01-01T00:00:00Z' },
      'BAD_USER_INPUT',
      ['input', 'notBefore'],
      'it would never work',
    ],
  ])('%s', async (_title, input, code, path, words) => {
    const answer = await world.acme.send(
      'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
      {
        input: { ...NAMED, ...input },
      },
    );
    expect(answer.errors).toMatchObject([{ extensions: { code, path }, message: expect.stringContaining(words) }]);
  });

  it('with more rights than those of the key that creates it', async () => {
    const admin = await createKey(world, world.acme, { role: 'ADMINISTRATOR', resourceTypes: ['apiKeys', 'agents'] });
    const create = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { resourceTypes } } }';
    const wider = await admin.send(create, { input: { ...NAMED, role: 'VIEWER', resourceTypes: ['agents', 'tools'] } });
    expect(missingPermissions(wider)).toEqual(['tools:read']);
    const narrow = await admin.send(create, { input: { ...NAMED, role: 'ADMINISTRATOR' } });
    expect(narrow).toMatchObject({
      errors: [],
      data: { createApiKey: { apiKey: { resourceTypes: ['agents', 'apiKeys'] } } },
    });
  });
});

describe('a restricted administrator', () => {
  it('cannot rotate or change a key with more rights', async () => {
    const admin = await createKey(world, world.acme, { role: 'ADMINISTRATOR', resourceTypes: ['apiKeys'] });
    const strong = await createKey(world, world.acme, { role: 'CREATOR' });
    const rotate = 'mutation ($id: ID!) { rotateApiKey(id: $id, graceSeconds: 0) { secret } }';
    const update = 'mutation ($id: ID!) { updateApiKey(id: $id, input: { role: VIEWER }) { role } }';
    for (const mutation of [rotate, update])
      expect(missingPermissions(await admin.send(mutation, { id: strong.id }))).toContain('agents:write');
    expect(await strong.ask('{ viewer { role } }')).toEqual({ viewer: { role: 'CREATOR' } });
  });

  it('restricted to a network cannot rotate an unrestricted key', async () => {
    const admin = await createKey(world, world.acme, { role: 'ADMINISTRATOR', networks: ['127.0.0.0/8'] });
    const anywhere = await createKey(world, world.acme, { role: 'VIEWER' });
    const within = await createKey(world, world.acme, { role: 'VIEWER', networks: ['127.0.0.1'] });
    const rotate = 'mutation ($id: ID!) { rotateApiKey(id: $id, graceSeconds: 0) { apiKey { role networks } } }';
    expect((await admin.send(rotate, { id: anywhere.id })).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(await admin.ask(rotate, { id: within.id })).toEqual({
      rotateApiKey: { apiKey: { role: 'VIEWER', networks: ['127.0.0.1/32'] } },
    });
  });
});

describe('an administrator that is restricted to a rate', () => {
  it('cannot rotate or change a key with a higher rate', async () => {
    const admin = await createKey(world, world.acme, { role: 'ADMINISTRATOR', ratePerMinute: 100_000 });
    const rotate = 'mutation ($id: ID!) { key: rotateApiKey(id: $id, graceSeconds: 0) { apiKey { ratePerMinute } } }';
    const rename = 'mutation ($id: ID!) { key: updateApiKey(id: $id, input: { role: VIEWER }) { ratePerMinute } }';
    for (const ratePerMinute of [null, 100_001]) {
      const { id } = await createKey(world, world.acme, { role: 'VIEWER', ratePerMinute });
      for (const mutation of [rotate, rename])
        expect((await admin.send(mutation, { id })).errors).toMatchObject([
          { extensions: { code: 'FORBIDDEN' }, message: expect.stringContaining('restricted to a rate') },
        ]);
    }
    const within = await createKey(world, world.acme, { role: 'VIEWER', ratePerMinute: 100_000 });
    expect(await admin.ask(rotate, { id: within.id })).toEqual({ key: { apiKey: { ratePerMinute: 100_000 } } });
  });
});

describe('changing the rights of a key', () => {
  const UPDATE =
    'mutation ($id: ID!, $input: UpdateApiKeyInput!) { updateApiKey(id: $id, input: $input) { role resourceTypes networks } }';

  it('takes effect within a second', async () => {
    const key = await createKey(world, world.acme, { role: 'CREATOR' });
    await key.ask('mutation { createTool(input: { name: "before" }) { id } }');
    await world.acme.ask(UPDATE, { id: key.id, input: { role: 'VIEWER', resourceTypes: ['tools'] } });
    await eventually(async () => {
      const refused = missingPermissions(await key.send('mutation { createTool(input: { name: "after" }) { id } }'));
      return refused?.join() === 'tools:write';
    });
    expect(missingPermissions(await key.send('{ agents { totalCount } }'))).toEqual(['agents:read']);
    expect(await world.acme.ask(UPDATE, { id: key.id, input: { resourceTypes: null } })).toEqual({
      updateApiKey: { role: 'VIEWER', resourceTypes: null, networks: null },
    });
  });

  it('is refused for the PRIMARY key', async () => {
    const { apiKeys } = await world.acme.ask<{ apiKeys: { nodes: { id: string }[] } }>(
      '{ apiKeys(filter: { kind: { equals: PRIMARY } }) { nodes { id } } }',
    );
    const answer = await world.acme.send(UPDATE, { id: apiKeys.nodes[0]?.id, input: { role: 'VIEWER' } });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }]);
    expect(await world.acme.ask('{ viewer { role } }')).toEqual({ viewer: { role: 'ADMINISTRATOR' } });
  });

  it.each([
    ['a weaker role', { role: 'CREATOR' }, 'role', 'without apiKeys:admin'],
    ['types without keys', { resourceTypes: ['agents', 'audit'] }, 'resourceTypes', 'without apiKeys:admin'],
    ['a team', { ownerTeams: ['support'] }, 'ownerTeams', 'without apiKeys:admin'],
    ['a network that excludes the caller', { networks: ['192.0.2.0/24'] }, 'networks', 'exclude 127.0.0.1'],
    ['a later start', { notBefore: IN_AN_HOUR }, 'notBefore', 'disable it until then'],
    ['a rate that is too low', { ratePerMinute: 1 }, 'ratePerMinute', 'too low a rate to manage keys'],
  ])(
    'is refused to the key itself, and to its child, where it would end their administration: %s',
    async (_title, input, field, words) => {
      const own = await createKey(world, world.acme, { role: 'ADMINISTRATOR' });
      const child = await delegateKey(world, own, { role: 'ADMINISTRATOR' });
      for (const key of [own, child]) {
        const answer = await key.send(UPDATE, { id: own.id, input });
        expect(answer.errors).toMatchObject([
          { extensions: { code: 'BAD_USER_INPUT', path: ['input', field] }, message: expect.stringContaining(words) },
        ]);
        expect(answer.errors[0]?.message).toContain('Use the key of another administrator.');
      }
      expect((await world.acme.send(UPDATE, { id: own.id, input })).errors).toEqual([]);
    },
  );

  it('is refused if the key would start after its end', async () => {
    const key = await createKey(world, world.acme, { role: 'VIEWER' });
    const parent = await createKey(world, world.acme, { role: 'VIEWER' });
    const late = { notBefore: '2999-01-01T00:00:00Z' };
    const delegate = 'mutation ($input: CreateApiKeyInput!) { delegateApiKey(input: $input) { secret } }';
    for (const { errors } of [
      await world.acme.send(UPDATE, { id: key.id, input: late }),
      await parent.send(delegate, { input: { name: 'x', role: 'VIEWER', ...late } }),
    ])
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['input', 'notBefore'] } }]);
  });

  it('is allowed to the key itself if it remains an administrator of keys', async () => {
    const own = await createKey(world, world.acme, { role: 'ADMINISTRATOR' });
    const input = { resourceTypes: ['agents', 'apiKeys'], networks: ['127.0.0.0/8'] };
    expect(await own.ask(UPDATE, { id: own.id, input })).toEqual({
      updateApiKey: { role: 'ADMINISTRATOR', ...input },
    });
  });
});
