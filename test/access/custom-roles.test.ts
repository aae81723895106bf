/** Custom roles: what their keys may do, who may change them, and the effect of deleting them. */
import { eventually } from '../harness/eventually';
import { setupTwoTenants } from '../harness/setup-tenants';
import { query } from '../harness/sql';
import { createKey, delegateKey, missingPermissions } from './keys';
import { createRole, DELETE_ROLE, RESTORE_ROLE, UPDATE_ROLE, viewed } from './roles';

const NOBODY = '01a209d4-7e28-746e-9e34-45d1d013a72a';
const CREATE_KEY = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';
const UPDATE_KEY =
  'mutation ($id: ID!, $input: UpdateApiKeyInput!) { updateApiKey(id: $id, input: $input) { role customRoleId customRole { name } } }';
const CREATE_ROLE = 'mutation ($input: CreateCustomRoleInput!) { createCustomRole(input: $input) { id } }';
const RELEASES = ['agents:read', 'agents:write', 'tools:read'];

const world = setupTwoTenants();

const superuser = (text: string, values: unknown[]): Promise<unknown> =>
  query(world.database.superuserUrl, text, values);

describe('a key with a custom role', () => {
  it('may do exactly what the role allows, and sees its name', async () => {
    const customRoleId = await createRole(world.acme, 'Release manager', RELEASES);
    const key = await createKey(world, world.acme, { role: 'CUSTOM', customRoleId });
    expect(await viewed(key)).toEqual({ role: 'Release manager', permissions: RELEASES });
    expect((await key.send('{ agents { totalCount nodes { tools { id } } } }')).errors).toEqual([]);
    const answer = await key.send('mutation { createTool(input: { name: "x" }) { id } }');
    expect(missingPermissions(answer)).toEqual(['tools:write']);
    expect(answer.errors[0]?.message).toContain('This key lacks tools:write; its role is "Release manager".');
    expect(
      await world.acme.ask('query ($id: ID!) { apiKey(id: $id) { role customRole { name permissions } } }', {
        id: key.id,
      }),
    ).toEqual({ apiKey: { role: 'CUSTOM', customRole: { name: 'Release manager', permissions: RELEASES } } });
  });

  it('is narrowed by its own restrictions, and narrows its children', async () => {
    const customRoleId = await createRole(world.acme, 'Two types', [...RELEASES, 'runs:run']);
    const key = await createKey(world, world.acme, { role: 'CUSTOM', customRoleId, resourceTypes: ['agents', 'runs'] });
    expect((await viewed(key)).permissions).toEqual(['agents:read', 'agents:write', 'runs:run']);
    const child = await delegateKey(world, key, { role: 'CUSTOM', customRoleId, resourceTypes: ['runs'] });
    expect(await viewed(child)).toEqual({ role: 'Two types', permissions: ['runs:run'] });
    await world.acme.ask(UPDATE_ROLE, { id: customRoleId, input: { permissions: ['agents:read'] } });
    await eventually(async () => (await viewed(key)).permissions.join() === 'agents:read');
    await eventually(async () => (await viewed(child)).permissions.length === 0);
  });

  it('has the same role after rotation, and can change to a built-in role', async () => {
    const customRoleId = await createRole(world.acme, 'Rotated', RELEASES);
    const { id } = await createKey(world, world.acme, { role: 'CUSTOM', customRoleId });
    expect(
      await world.acme.ask('mutation ($id: ID!) { rotateApiKey(id: $id) { apiKey { role customRoleId } } }', { id }),
    ).toEqual({ rotateApiKey: { apiKey: { role: 'CUSTOM', customRoleId } } });
    const other = await createKey(world, world.acme, { role: 'VIEWER' });
    expect(await world.acme.ask(UPDATE_KEY, { id: other.id, input: { role: 'CUSTOM', customRoleId } })).toEqual({
      updateApiKey: { role: 'CUSTOM', customRoleId, customRole: { name: 'Rotated' } },
    });
    await eventually(async () => (await viewed(other)).role === 'Rotated');
    expect(await world.acme.ask(UPDATE_KEY, { id: other.id, input: { role: 'RUNNER' } })).toEqual({
      updateApiKey: { role: 'RUNNER', customRoleId: null, customRole: null },
    });
    await eventually(async () => (await viewed(other)).role === 'RUNNER');
  });

  it('restricted to rows has the role within its rows, and cannot see roles', async () => {
    const customRoleId = await createRole(world.acme, 'Rows', [...RELEASES, 'apiKeys:read']);
    const key = await createKey(world, world.acme, { role: 'CUSTOM', customRoleId, ownerTeams: ['support'] });
    expect((await viewed(key)).permissions).toEqual(RELEASES);
    expect(missingPermissions(await key.send('{ customRoles { totalCount } }'))).toEqual(['apiKeys:read']);
    expect(await key.ask('query ($id: ID!) { node(id: $id) { id } }', { id: customRoleId })).toEqual({ node: null });
    for (const id of [customRoleId, NOBODY])
      expect(
        (
          await key.send(CREATE_KEY.replace('createApiKey', 'delegateApiKey'), {
            input: { name: 'x', role: 'CUSTOM', customRoleId: id },
          })
        ).errors,
      ).toMatchObject([
        { extensions: { code: 'FORBIDDEN' }, message: expect.stringContaining('concerns the whole account') },
      ]);
  });
});

describe('a role is refused', () => {
  it.each([
    [
      'with an unknown type',
      { permissions: ['agents:read', 'dragons:read'] },
      ['permissions', 1],
      'is not a permission: write a resource type (agents, tools',
    ],
    [
      'with an unknown action',
      { permissions: ['agents:fly'] },
      ['permissions', 0],
      'with an action (read, run, write, admin)',
    ],
    [
      'with something that is not a permission',
      { permissions: ['agents'] },
      ['permissions', 0],
      '"agents" is not a permission',
    ],
    [
      'with the same permission twice',
      { permissions: ['agents:read', 'agents:read'] },
      ['permissions', 1],
      'is listed twice',
    ],
    ['without a permission', { permissions: [] }, ['permissions'], 'must name a permission'],
    ['with the name of a built-in role', { name: 'Viewer' }, ['name'], 'the name of a built-in role'],
    ['with a reserved name', { name: 'NONE' }, ['name'], 'the name of a built-in role'],
  ])('%s', async (_title, input, path, words) => {
    const answer = await world.acme.send(CREATE_ROLE, { input: { name: 'x', permissions: ['agents:read'], ...input } });
    expect(answer.errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', path: ['input', ...path] }, message: expect.stringContaining(words) },
    ]);
  });

  it('if its name is taken, unless the role of that name is deleted', async () => {
    const id = await createRole(world.acme, 'Taken', RELEASES);
    const again = { input: { name: 'Taken', permissions: RELEASES } };
    expect((await world.acme.send(CREATE_ROLE, again)).errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }]);
    await world.acme.ask(DELETE_ROLE, { id, force: false });
    expect((await world.acme.send(CREATE_ROLE, again)).errors).toEqual([]);
  });

  it('for keys that may not manage keys, for reading and for writing', async () => {
    const creator = await createKey(world, world.acme, { role: 'CREATOR' });
    const customRoleId = await createRole(world.acme, 'Auditor', ['apiKeys:read', 'apiKeys:write']);
    const reader = await createKey(world, world.acme, { role: 'CUSTOM', customRoleId });
    const role = { input: { name: 'x', permissions: ['apiKeys:read'] } };
    expect(missingPermissions(await creator.send('{ customRoles { totalCount } }'))).toEqual(['apiKeys:read']);
    expect((await reader.send('{ customRoles { totalCount nodes { permissions } } }')).errors).toEqual([]);
    for (const key of [creator, reader]) {
      expect(missingPermissions(await key.send(CREATE_ROLE, role))).toContain('apiKeys:admin');
      for (const [mutation, variables] of [
        [UPDATE_ROLE, { input: {} }],
        [DELETE_ROLE, { force: true }],
        [RESTORE_ROLE, {}],
      ] as const)
        expect(missingPermissions(await key.send(mutation, { id: customRoleId, ...variables }))).toContain(
          'apiKeys:admin',
        );
    }
  });

  it('for a key, with the same error, if it is unknown, deleted or of another account', async () => {
    const foreign = await createRole(world.globex, 'Foreign', RELEASES);
    const deleted = await createRole(world.acme, 'Deleted', RELEASES);
    await world.acme.ask(DELETE_ROLE, { id: deleted, force: false });
    const { id } = await createKey(world, world.acme, { role: 'VIEWER' });
    const texts = new Set<string>();
    for (const customRoleId of [NOBODY, foreign, deleted, 'no id']) {
      const input = { role: 'CUSTOM', customRoleId };
      for (const answer of [
        await world.acme.send(CREATE_KEY, { input: { name: 'x', ...input } }),
        await world.acme.send(UPDATE_KEY, { id, input }),
      ]) {
        expect(answer.errors).toMatchObject([
          { extensions: { code: 'BAD_USER_INPUT', path: ['input', 'customRoleId'] } },
        ]);
        texts.add(answer.errors[0]?.message ?? '');
      }
    }
    expect(texts.size).toBe(1);
  });

  it.each([
    ['CUSTOM without a role', { role: 'CUSTOM' }, 'must name a role of the account'],
    ['a role id with a role other than CUSTOM', { role: 'VIEWER', customRoleId: NOBODY }, 'is only for role: CUSTOM'],
  ])('for a key: %s', async (_title, input, words) => {
    const { id } = await createKey(world, world.acme, { role: 'VIEWER' });
    for (const answer of [
      await world.acme.send(CREATE_KEY, { input: { name: 'x', ...input } }),
      await world.acme.send(UPDATE_KEY, { id, input }),
    ])
      expect(answer.errors).toMatchObject([
        {
          extensions: { code: 'BAD_USER_INPUT', path: ['input', 'customRoleId'] },
          message: expect.stringContaining(words),
        },
      ]);
  });
});

describe('a role that is in use', () => {
  it('is deleted only by force; its keys may do nothing until it is restored', async () => {
    const customRoleId = await createRole(world.acme, 'In use', RELEASES);
    const key = await createKey(world, world.acme, { role: 'CUSTOM', customRoleId });
    expect((await world.acme.send(DELETE_ROLE, { id: customRoleId, force: false })).errors).toMatchObject([
      { extensions: { code: 'IN_USE', references: [{ resourceType: 'ApiKey', id: key.id }], total: 1 } },
    ]);
    expect(await viewed(key)).toEqual({ role: 'In use', permissions: RELEASES });
    await world.acme.ask(DELETE_ROLE, { id: customRoleId, force: true });
    await eventually(async () => (await viewed(key)).permissions.length === 0);
    expect(await viewed(key)).toEqual({ role: 'none', permissions: [] });
    expect(missingPermissions(await key.send('{ agents { totalCount } }'))).toEqual(['agents:read']);
    expect((await world.acme.send(UPDATE_KEY, { id: key.id, input: { role: 'CUSTOM' } })).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', path: ['input', 'customRoleId'] } },
    ]);
    await world.acme.ask(RESTORE_ROLE, { id: customRoleId });
    await eventually(async () => (await viewed(key)).role === 'In use');
  });

  it('by ended keys only is deleted', async () => {
    const customRoleId = await createRole(world.acme, 'Was in use', RELEASES);
    const { id } = await createKey(world, world.acme, { role: 'CUSTOM', customRoleId });
    await world.acme.ask('mutation ($id: ID!) { revokeApiKey(id: $id) { status } }', { id });
    const { deleteCustomRole } = await world.acme.ask<{ deleteCustomRole: { deletedAt: string | null } }>(DELETE_ROLE, {
      id: customRoleId,
      force: false,
    });
    expect(deleteCustomRole.deletedAt).not.toBeNull();
    const purge = 'mutation ($a: ID!, $id: ID) { purge(accountId: $a, type: CustomRole, id: $id) { purged } }';
    expect(await world.master.ask(purge, { a: world.acme.accountId, id: customRoleId })).toEqual({
      purge: { purged: 1 },
    });
    expect(await world.acme.ask('query ($id: ID!) { apiKey(id: $id) { role customRoleId } }', { id })).toEqual({
      apiKey: { role: 'CUSTOM', customRoleId: null },
    });
  });

  it('grants nothing once it is deleted or unreadable, for whatever reason', async () => {
    const customRoleId = await createRole(world.acme, 'Fragile', RELEASES);
    const key = await createKey(world, world.acme, { role: 'CUSTOM', customRoleId });
    const change = 'UPDATE custom_role SET permissions = $2 WHERE id = $1';
    for (const value of [
      '["dragons:read"]',
      '["agents:read", "dragons:read"]',
      '["agents:fly"]',
      '"agents:read"',
      '[1]',
      '{}',
      '[]',
      'null',
    ]) {
      await superuser(change, [customRoleId, JSON.stringify(RELEASES)]);
      await eventually(async () => (await viewed(key)).permissions.length > 0);
      await superuser(change, [customRoleId, value]);
      await eventually(async () => (await viewed(key)).permissions.length === 0);
    }
    await superuser(change, [customRoleId, JSON.stringify(RELEASES)]);
    await eventually(async () => (await viewed(key)).permissions.length > 0);
    await superuser('UPDATE custom_role SET deleted_at = now() WHERE id = $1', [customRoleId]);
    await eventually(async () => (await viewed(key)).permissions.length === 0);
    await superuser('UPDATE custom_role SET deleted_at = NULL WHERE id = $1', [customRoleId]);
    await eventually(async () => (await viewed(key)).permissions.length > 0);
    await superuser('UPDATE api_key SET custom_role_id = NULL WHERE id = $1', [key.id]);
    await eventually(async () => (await viewed(key)).permissions.length === 0);
    await superuser('DELETE FROM custom_role WHERE id = $1', [customRoleId]);
    expect(await viewed(key)).toEqual({ role: 'none', permissions: [] });
  });
});
