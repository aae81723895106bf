/** Roles in bundles: who may export them, who may import them, and that an import never extends rights. */
import { Promoter } from '../promotion/client';
import { setupTwoTenants } from '../harness/setup-tenants';
import { createKey, missingPermissions, type MadeKey } from './keys';
import { createRole, DELETE_ROLE, UPDATE_ROLE, viewed } from './roles';

/** A key that applies imports and has fewer rights than an administrator. */
let weak: MadeKey;

const PROMOTED = ['agents', 'tools', 'mcpServers', 'schedules', 'promotion'];
const bundleOf = (...permissions: string[]): string =>
  `schemaVersion: 1\ncustomRoles: [{ name: Imported, permissions: [${permissions.map((each) => `"${each}"`).join(', ')}] }]`;

const world = setupTwoTenants();
const { acme } = world;

beforeAll(async () => {
  weak = await createKey(world, world.acme, { role: 'ADMINISTRATOR', resourceTypes: [...PROMOTED, 'apiKeys'] });
});

describe('an export', () => {
  it('contains the roles for keys that may read them, and omits them for others', async () => {
    await createRole(world.globex, 'Releases', ['agents:read']);
    const viewer = await createKey(world, world.globex, { role: 'VIEWER' });
    const whole = await new Promoter(world.globex).bundle();
    expect(whole.json).toMatchObject({ customRoles: [{ name: 'Releases', permissions: ['agents:read'] }] });
    const partial = await new Promoter(viewer).bundle();
    expect(partial.yaml).not.toContain('Releases');
    expect(partial.json).toMatchObject({ complete: ['agents', 'mcpServers', 'schedules', 'tools'] });
    const named = await viewer.send('{ exportConfiguration(include: ["customRoles"]) { yaml } }');
    expect(missingPermissions(named)).toEqual(['apiKeys:read']);
    const copied = await new Promoter(world.acme).apply(whole.yaml);
    expect(copied.summary).toMatchObject({ create: 1 });
    expect((await new Promoter(world.acme).bundle({ include: ['customRoles'] })).yaml).toContain('Releases');
  });
});

describe('an import', () => {
  it('with roles is planned by keys that may read keys, and applied by keys that manage them', async () => {
    const viewer = await createKey(world, world.acme, { role: 'VIEWER' });
    const other = await createKey(world, world.acme, { role: 'ADMINISTRATOR', resourceTypes: PROMOTED });
    const bundle = bundleOf('agents:read');
    for (const text of [bundle, 'schemaVersion: 1\ncomplete: [customRoles]'])
      expect(missingPermissions(await new Promoter(viewer).tryPlan(text))).toEqual(['apiKeys:read']);
    const { hash } = await new Promoter(world.acme).plan(bundle);
    expect(missingPermissions(await new Promoter(other).tryApply(bundle, hash))).toEqual(['apiKeys:admin']);
    const tools = 'schemaVersion: 1\ntools: [{ name: without roles }]';
    const planned = await new Promoter(world.acme).plan(tools);
    expect((await new Promoter(other).tryApply(tools, planned.hash)).errors).toEqual([]);
  });

  it('creates and changes no role beyond the rights of the key that applies it', async () => {
    for (const [name, stored] of [
      ['create', null],
      ['update', ['agents:read']],
      ['narrow', ['audit:read']],
    ] as const) {
      if (stored) await createRole(world.acme, name, stored);
      const wanted = name === 'narrow' ? '"agents:read"' : '"agents:read", "audit:read"';
      const bundle = `schemaVersion: 1\ncustomRoles: [{ name: ${name}, permissions: [${wanted}] }]`;
      const { hash } = await new Promoter(weak).plan(bundle);
      expect(missingPermissions(await new Promoter(weak).tryApply(bundle, hash))).toEqual(['audit:read']);
      expect((await new Promoter(world.acme).tryApply(bundle, hash)).errors).toEqual([]);
    }
    const prune = 'schemaVersion: 1\ncomplete: [customRoles]';
    const { hash } = await new Promoter(weak).plan(prune, { prune: true });
    expect(missingPermissions(await new Promoter(weak).tryApply(prune, hash, { prune: true }))).toEqual(['audit:read']);
  });

  it('is not undone by a key that would gain or remove more rights than it has', async () => {
    const acme = new Promoter(world.acme);
    const strong = await acme.apply(bundleOf('audit:read'));
    const narrowed = await acme.apply(bundleOf('agents:read'));
    for (const importId of [narrowed.importId, strong.importId])
      expect((await new Promoter(weak).undo(importId)).errors).not.toEqual([]);
    expect(missingPermissions(await new Promoter(weak).undo(narrowed.importId))).toEqual(['audit:read']);
    const keyless = await createKey(world, world.acme, { role: 'ADMINISTRATOR', resourceTypes: PROMOTED });
    expect(missingPermissions(await new Promoter(keyless).undo(narrowed.importId))).toEqual(['apiKeys:admin']);
    const undoPlan = 'query ($id: ID!) { undoPlan(importId: $id) { importId } }';
    expect(missingPermissions(await keyless.send(undoPlan, { id: narrowed.importId }))).toEqual(['apiKeys:read']);
    expect((await acme.undo(narrowed.importId)).errors).toEqual([]);
  });

  it('reports unknown permissions with their position, already in the plan', async () => {
    const { errors } = await new Promoter(world.acme).tryPlan(bundleOf('agents:read', 'dragons:read'));
    expect(errors).toMatchObject([
      {
        extensions: { code: 'BAD_USER_INPUT', line: 2, path: ['bundle', 'customRoles', 0, 'permissions', 1] },
        message: expect.stringContaining('"dragons:read" is not a permission'),
      },
    ]);
  });

  it('deletes no role that a key has, and does not remove the administration rights of the key that applies it', async () => {
    const customRoleId = await createRole(acme, 'Kept by a key', ['agents:read']);
    const key = await createKey(world, acme, { role: 'CUSTOM', customRoleId });
    const prune = 'schemaVersion: 1\ncomplete: [customRoles]';
    const { hash, applicable, conflicts } = await new Promoter(acme).plan(prune, { prune: true });
    expect({ applicable, conflicts }).toMatchObject({
      applicable: false,
      conflicts: [{ message: expect.stringContaining('1 row(s) refer to a CustomRole that this import would delete') }],
    });
    expect((await new Promoter(acme).tryApply(prune, hash, { prune: true })).errors).toMatchObject([
      { extensions: { code: 'IN_USE', references: [{ resourceType: 'ApiKey', id: key.id }] } },
    ]);
    expect((await viewed(key)).permissions).toEqual(['agents:read']);
    const all = (await viewed(acme)).permissions;
    await acme.ask(UPDATE_ROLE, { id: customRoleId, input: { permissions: all } });
    const bundle = 'schemaVersion: 1\ncustomRoles: [{ name: Kept by a key, permissions: ["agents:read"] }]';
    const planned = await new Promoter(acme).plan(bundle);
    const own = await createKey(world, acme, { role: 'CUSTOM', customRoleId });
    expect((await new Promoter(own).tryApply(bundle, planned.hash)).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' }, message: expect.stringContaining('without apiKeys:admin') },
    ]);
    await acme.ask(DELETE_ROLE, { id: customRoleId, force: true });
  });
});
