/** Access plans remove unused rights from keys and end unused keys; they are applied by hash and undone by id. */
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { eventually } from '../harness/eventually';
import type { Client, Tenant } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { createKey, delegateKey, missingPermissions } from './keys';
import { createRole, viewed } from './roles';

const NOBODY = '01a209d4-7e28-746e-9e34-45d1d013a72a';

interface Change {
  readonly action: string;
  readonly keyId: string;
  readonly role: string;
  readonly newRole: string;
  readonly newResourceTypes: readonly string[] | null;
}

interface Plan {
  readonly hash: string;
  readonly changeId: string | null;
  readonly since: string;
  readonly evidenceFrom: string | null;
  readonly unrecorded: number;
  readonly changes: readonly Change[];
}

const FIELDS = 'hash changeId since evidenceFrom unrecorded changes { action keyId role newRole newResourceTypes }';
const PLAN = `query ($since: DateTime) { plan: accessPlan(since: $since) { ${FIELDS} } }`;
const APPLY = `mutation ($planHash: String!, $since: DateTime!) {
  plan: applyAccessPlan(planHash: $planHash, since: $since) { ${FIELDS} }
}`;
const UNDO = `mutation ($changeId: ID!) { plan: undoAccessPlan(changeId: $changeId) { ${FIELDS} } }`;
const RENAME = 'mutation ($id: ID!) { renameApiKey(id: $id, name: "renamed") { id } }';
const READ = '{ agents { totalCount } tools { totalCount } }';

const world = setupTwoTenants();

const planOf = async (client: Client, since: string): Promise<Plan> =>
  (await client.ask<{ plan: Plan }>(PLAN, { since })).plan;
const apply = async (client: Client, { hash, since }: Pick<Plan, 'hash' | 'since'>): Promise<Plan> =>
  (await client.ask<{ plan: Plan }>(APPLY, { planHash: hash, since })).plan;
const undo = async (client: Client, changeId: string | null): Promise<Plan> =>
  (await client.ask<{ plan: Plan }>(UNDO, { changeId })).plan;

/** A separate account in which no other test uses keys, and the time after its keys were created. */
async function account(
  name: string,
  make: (tenant: Tenant) => Promise<void>,
): Promise<{ tenant: Tenant; since: string }> {
  const tenant = await world.createAccount(`${name}-${Date.now()}`);
  await make(tenant);
  await pause(2);
  return { tenant, since: new Date().toISOString() };
}

const isRefused = async (key: Client): Promise<boolean> => (await key.send('{ viewer { role } }')).status === 401;

it('restricts used keys and ends unused ones, and undoing restores all rights', async () => {
  const keys: Record<string, Awaited<ReturnType<typeof createKey>>> = {};
  const { tenant, since } = await account('planned', async (owner) => {
    keys.reader = await createKey(world, owner, { role: 'ADMINISTRATOR' });
    keys.parent = await createKey(world, owner, { role: 'CREATOR' });
    keys.child = await delegateKey(world, keys.parent, { role: 'CREATOR', resourceTypes: ['tools'] });
    keys.unused = await createKey(world, owner, { role: 'VIEWER' });
    keys.exact = await createKey(world, owner, { role: 'VIEWER', resourceTypes: ['agents', 'tools'] });
    const role = await createRole(owner, 'Own', ['agents:read', 'tools:read', 'tools:run']);
    keys.custom = await createKey(world, owner, { role: 'CUSTOM', customRoleId: role });
  });
  const { reader, parent, child, unused, exact, custom } = keys;
  if (!reader || !parent || !child || !unused || !exact || !custom) throw new Error('keys are missing');
  for (const key of [reader, exact, custom]) await key.ask(READ);
  await child.ask('mutation { createTool(input: { name: "made" }) { id } }');
  // Refused requests do not count as needs.
  await exact.send('mutation { createTool(input: { name: "refused" }) { id } }');

  const plan = await planOf(tenant, since);
  expect(plan).toMatchObject({ changeId: null, since, unrecorded: 0, evidenceFrom: expect.any(String) });
  expect(plan.changes).toEqual([
    {
      action: 'NARROW',
      keyId: reader.id,
      role: 'ADMINISTRATOR',
      newRole: 'VIEWER',
      newResourceTypes: ['agents', 'tools'],
    },
    { action: 'NARROW', keyId: parent.id, role: 'CREATOR', newRole: 'CREATOR', newResourceTypes: ['tools'] },
    { action: 'END', keyId: unused.id, role: 'VIEWER', newRole: 'VIEWER', newResourceTypes: null },
    { action: 'NARROW', keyId: custom.id, role: 'CUSTOM', newRole: 'VIEWER', newResourceTypes: ['agents', 'tools'] },
  ]);
  expect((await viewed(reader)).role).toBe('ADMINISTRATOR');

  const before = await Promise.all([reader, parent, child, unused, custom].map(viewed));
  const again = await planOf(tenant, since);
  // Requests made in the meantime count as use, too.
  expect(again.changes.map(({ keyId }) => keyId)).toEqual([reader.id, parent.id, custom.id]);
  const { changeId } = await apply(tenant, again);
  await eventually(async () => (await viewed(reader)).role === 'VIEWER');
  expect((await viewed(reader)).permissions).toEqual(['agents:read', 'tools:read']);
  await child.ask('mutation { createTool(input: { name: "still" }) { id } }');
  expect(missingPermissions(await parent.send(READ))).toEqual(['agents:read']);

  await undo(tenant, changeId);
  const after = (): Promise<unknown[]> => Promise.all([reader, parent, child, unused, custom].map(viewed));
  await eventually(async () => isDeepStrictEqual(await after(), before)).catch(() => undefined);
  expect(await after()).toEqual(before);
  const { errors } = await tenant.send(UNDO, { changeId });
  expect(errors).toMatchObject([{ message: 'This plan is already undone.', extensions: { code: 'CONFLICT' } }]);
}, 60_000);

it('ends an unused key within a second, with the keys below it, and undoing brings them back', async () => {
  const keys: Client[] = [];
  const { tenant, since } = await account('unused', async (owner) => {
    const key = await createKey(world, owner, { role: 'CREATOR' });
    keys.push(key, await delegateKey(world, key, { role: 'VIEWER' }));
  });
  const { changeId, changes } = await apply(tenant, await planOf(tenant, since));
  expect(changes.map(({ action }) => action)).toEqual(['END', 'END']);
  for (const key of keys) await eventually(() => isRefused(key));
  const { auditEvents } = await tenant.ask<{ auditEvents: { nodes: { resourceType: string }[] } }>(
    '{ auditEvents(first: 3) { nodes { resourceType } } }',
  );
  expect(auditEvents.nodes.map(({ resourceType }) => resourceType)).toEqual(['AccessChange', 'ApiKey', 'ApiKey']);
  await undo(tenant, changeId);
  for (const key of keys) await eventually(async () => !(await isRefused(key)));
});

it('does not change new keys, or keys above the key of the request', async () => {
  const { tenant, since } = await account('alone', async () => undefined);
  const administrator = await createKey(world, tenant, { role: 'ADMINISTRATOR' });
  await createKey(world, tenant, { role: 'VIEWER' });
  const below = await delegateKey(world, administrator, { role: 'ADMINISTRATOR' });
  await administrator.ask(READ);
  expect((await planOf(below, since)).changes).toEqual([]);
  expect((await planOf(tenant, since)).changes.map(({ keyId }) => keyId)).toEqual([administrator.id, below.id]);
});

describe('a plan is refused', () => {
  it('if a key was changed since, if the usage of keys has changed, or if it is undone too late', async () => {
    const keys: Awaited<ReturnType<typeof createKey>>[] = [];
    const { tenant, since } = await account('stale', async (owner) => {
      for (let turn = 0; turn < 2; turn += 1) keys.push(await createKey(world, owner, { role: 'CREATOR' }));
    });
    const [first, second] = keys;
    if (!first || !second) throw new Error('keys are missing');
    for (const key of keys) await key.ask(READ);
    const plan = await planOf(tenant, since);
    const variables = { planHash: plan.hash, since };
    await first.ask('mutation { createTool(input: { name: "more" }) { id } }');
    expect((await tenant.send(APPLY, variables)).errors).toMatchObject([{ extensions: { code: 'PLAN_OUTDATED' } }]);
    const renewed = await planOf(tenant, since);
    await tenant.ask(RENAME, { id: second.id });
    expect((await tenant.send(APPLY, { planHash: renewed.hash, since })).errors).toMatchObject([
      { extensions: { code: 'PLAN_OUTDATED' } },
    ]);
    const { changeId } = await apply(tenant, await planOf(tenant, since));
    await tenant.ask(RENAME, { id: first.id });
    expect((await tenant.send(UNDO, { changeId })).errors).toMatchObject([
      {
        message: expect.stringContaining('The key "test" has been changed since') as unknown,
        extensions: { code: 'PLAN_OUTDATED' },
      },
    ]);
  });

  it('for keys with more rights than the key of the request', async () => {
    const keys: Awaited<ReturnType<typeof createKey>>[] = [];
    const { tenant, since } = await account('stronger', async (owner) => {
      keys.push(await createKey(world, owner, { role: 'CREATOR' }));
      keys.push(await createKey(world, owner, { role: 'ADMINISTRATOR', resourceTypes: ['apiKeys'] }));
    });
    const [strong, keeper] = keys;
    if (!strong || !keeper) throw new Error('keys are missing');
    await strong.ask(READ);
    const { hash } = await planOf(keeper, since);
    const { errors } = await keeper.send(APPLY, { planHash: hash, since });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect((await viewed(strong)).role).toBe('CREATOR');
    // Nor can it restore rights that it does not have.
    const { changeId } = await apply(tenant, await planOf(tenant, since));
    expect((await keeper.send(UNDO, { changeId })).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('for another account like an unknown plan, for a future time, and for keys without apiKeys:admin', async () => {
    const { tenant, since } = await account('theirs', async (owner) => {
      await createKey(world, owner, { role: 'VIEWER' });
    });
    const { changeId } = await apply(tenant, await planOf(tenant, since));
    const [foreign, unknown] = await Promise.all(
      [changeId, NOBODY].map((id) => world.acme.send(UNDO, { changeId: id })),
    );
    expect(foreign?.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    expect(foreign?.text).toBe(unknown?.text);
    const future = new Date(Date.now() + 3_600_000).toISOString();
    expect((await world.acme.send(PLAN, { since: future })).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', path: ['since'] } },
    ]);
    const viewer = await createKey(world, world.acme, { role: 'VIEWER' });
    expect(missingPermissions(await viewer.send(PLAN))).toEqual(['apiKeys:read']);
    expect(missingPermissions(await viewer.send(APPLY, { planHash: 'x', since }))).toEqual(['apiKeys:admin']);
    expect(missingPermissions(await viewer.send(UNDO, { changeId: NOBODY }))).toEqual(['apiKeys:admin']);
  });
});
