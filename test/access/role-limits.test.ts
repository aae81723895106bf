/** Only keys with at least the same rights can change custom roles and keys, and only if the change can be undone. */
import { setupTwoTenants } from '../harness/setup-tenants';
import { createKey, delegateKey, missingPermissions } from './keys';
import { createRole, DELETE_ROLE, RESTORE_ROLE, UPDATE_ROLE, viewed } from './roles';

const CREATE_KEY = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';
const UPDATE_KEY = 'mutation ($id: ID!, $input: UpdateApiKeyInput!) { updateApiKey(id: $id, input: $input) { role } }';
const CREATE_ROLE = 'mutation ($input: CreateCustomRoleInput!) { createCustomRole(input: $input) { id } }';
const RELEASES = ['agents:read', 'agents:write', 'tools:read'];

const world = setupTwoTenants();

describe('nobody gains rights from a role', () => {
  const KEYS = ['agents', 'apiKeys'];

  it('by creating, changing, deleting, restoring or assigning one', async () => {
    const weak = await createKey(world, world.acme, { role: 'ADMINISTRATOR', resourceTypes: KEYS });
    const created = await weak.send(CREATE_ROLE, {
      input: { name: 'Beyond', permissions: ['agents:read', 'tools:write'] },
    });
    expect(missingPermissions(created)).toEqual(['tools:write']);
    const own = await createRole(weak, 'Within', ['agents:read']);
    const widened = await weak.send(UPDATE_ROLE, { id: own, input: { permissions: ['agents:read', 'audit:read'] } });
    expect(missingPermissions(widened)).toEqual(['audit:read']);
    const strong = await createRole(world.acme, 'Strong', ['agents:read', 'tools:write']);
    for (const answer of [
      await weak.send(UPDATE_ROLE, { id: strong, input: { permissions: ['agents:read'] } }),
      await weak.send(UPDATE_ROLE, { id: strong, input: { name: 'Weak' } }),
      await weak.send(DELETE_ROLE, { id: strong, force: true }),
      await weak.send(CREATE_KEY, {
        input: { name: 'x', role: 'CUSTOM', customRoleId: strong, resourceTypes: ['tools'] },
      }),
    ])
      expect(missingPermissions(answer)).toEqual(['tools:write']);
    await world.acme.ask(DELETE_ROLE, { id: strong, force: false });
    expect(missingPermissions(await weak.send(RESTORE_ROLE, { id: strong }))).toEqual(['tools:write']);
  });

  it('by delegating a key with a role that the parent lacks', async () => {
    const strong = await createRole(world.acme, 'Stronger', ['agents:read', 'tools:write']);
    const viewer = await createKey(world, world.acme, { role: 'VIEWER' });
    const answer = await viewer.send(CREATE_KEY.replace('createApiKey', 'delegateApiKey'), {
      input: { name: 'x', role: 'CUSTOM', customRoleId: strong },
    });
    expect(missingPermissions(answer)).toEqual(['tools:write']);
  });

  it('by rotating a key whose role is stronger, or deleted', async () => {
    const weak = await createKey(world, world.acme, { role: 'ADMINISTRATOR', resourceTypes: KEYS });
    const strong = await createRole(world.acme, 'Rotated by none', ['tools:write']);
    const key = await createKey(world, world.acme, { role: 'CUSTOM', customRoleId: strong });
    const rotate = 'mutation ($id: ID!) { rotateApiKey(id: $id, graceSeconds: 0) { secret } }';
    expect(missingPermissions(await weak.send(rotate, { id: key.id }))).toEqual(['tools:write']);
    await world.acme.ask(DELETE_ROLE, { id: strong, force: true });
    expect(missingPermissions(await weak.send(rotate, { id: key.id }))).toEqual(['tools:write']);
  });

  it('beyond the networks of their key', async () => {
    const within = await createKey(world, world.acme, { role: 'ADMINISTRATOR', networks: ['127.0.0.0/8'] });
    const id = await createRole(world.acme, 'Anywhere', ['agents:read']);
    for (const input of [{ permissions: ['agents:read', 'agents:write'] }, { permissions: ['agents:write'] }])
      expect((await within.send(UPDATE_ROLE, { id, input })).errors).toMatchObject([
        { extensions: { code: 'FORBIDDEN' }, message: expect.stringContaining('restricted to networks') },
      ]);
    expect((await within.send(UPDATE_ROLE, { id, input: { description: 'Reads' } })).errors).toEqual([]);
    await world.acme.ask(DELETE_ROLE, { id, force: false });
    expect((await within.send(RESTORE_ROLE, { id })).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

describe('a key whose administration rights come from a role', () => {
  it('cannot remove them from itself', async () => {
    const all = (await viewed(world.acme)).permissions;
    const customRoleId = await createRole(world.acme, 'Key keeper', all);
    const key = await createKey(world, world.acme, { role: 'CUSTOM', customRoleId });
    const child = await delegateKey(world, key, { role: 'ADMINISTRATOR' });
    for (const own of [key, child]) {
      const narrowed = await own.send(UPDATE_ROLE, { id: customRoleId, input: { permissions: RELEASES } });
      expect(narrowed.errors).toMatchObject([
        {
          extensions: { code: 'BAD_USER_INPUT', path: ['input', 'permissions'] },
          message: expect.stringContaining('without apiKeys:admin'),
        },
      ]);
      expect((await own.send(DELETE_ROLE, { id: customRoleId, force: true })).errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', path: ['id'] }, message: expect.stringContaining('deleting it') },
      ]);
    }
    const releases = await createRole(world.acme, 'Releases', RELEASES);
    expect((await key.send(UPDATE_KEY, { id: key.id, input: { customRoleId: releases } })).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', path: ['input', 'customRoleId'] } },
    ]);
    const fewer = all.filter((permission) => !permission.startsWith('runs'));
    expect(await key.ask(UPDATE_ROLE, { id: customRoleId, input: { permissions: fewer } })).toEqual({
      updateCustomRole: { permissions: fewer },
    });
  });
});

it('an administrator that is restricted to networks or a rate creates keys within these restrictions', async () => {
  const limits = { networks: ['127.0.0.0/8'], ratePerMinute: 5_000 };
  const admin = await createKey(world, world.acme, { role: 'ADMINISTRATOR', ...limits });
  const create =
    'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { networks ratePerMinute } } }';
  const input = { name: 'x', role: 'VIEWER' };
  expect(await admin.ask(create, { input })).toEqual({ createApiKey: { apiKey: limits } });
  const narrower = { networks: ['127.0.0.1/32'], ratePerMinute: 10 };
  expect(await admin.ask(create, { input: { ...input, ...narrower } })).toEqual({ createApiKey: { apiKey: narrower } });
  expect((await admin.send(create, { input: { ...input, ratePerMinute: 5_001 } })).errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT', path: ['input', 'ratePerMinute'] } },
  ]);
});
