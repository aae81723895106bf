/** Delegated keys never have more rights than the keys above them, and never outlive them. */
import fc from 'fast-check';
import { eventually } from '../harness/eventually';
import { setupTwoTenants } from '../harness/setup-tenants';
import { query } from '../harness/sql';
import { createKey, delegateKey, type MadeKey } from './keys';

const world = setupTwoTenants();

const TYPES = ['agents', 'tools', 'mcpServers', 'schedules', 'runs', 'apiKeys', 'audit'];

interface Viewed {
  readonly viewer: { readonly permissions: readonly string[] };
}

const permissionsOf = async (key: MadeKey): Promise<readonly string[]> =>
  (await key.ask<Viewed>('{ viewer { permissions } }')).viewer.permissions;

const works = async (key: MadeKey): Promise<boolean> => (await key.send('{ viewer { role } }')).errors.length === 0;

const rights = fc.record({
  role: fc.constantFrom('VIEWER', 'RUNNER', 'CREATOR', 'ADMINISTRATOR'),
  resourceTypes: fc.option(fc.subarray(TYPES, { minLength: 1 })),
});

describe('a delegated key', () => {
  it('has no more rights than the key above it, for generated chains of keys', async () => {
    let made = 0;
    await fc.assert(
      fc.asyncProperty(rights, fc.array(rights, { minLength: 1, maxLength: 5 }), async (first, line) => {
        let parent: MadeKey;
        try {
          parent = await createKey(world, world.acme, first);
        } catch {
          return; // Refused, because the first key would have no permission at all.
        }
        for (const input of line) {
          let child: MadeKey;
          try {
            child = await delegateKey(world, parent, input);
          } catch {
            continue; // Refused, because it requests more rights than the key above has.
          }
          const above = await permissionsOf(parent);
          const own = await permissionsOf(child);
          expect(own.filter((permission) => !above.includes(permission))).toEqual([]);
          expect(own.length).toBeGreaterThan(0);
          made += 1;
          parent = child;
        }
      }),
      { numRuns: 40 },
    );
    expect(made).toBeGreaterThan(5);
  });

  it('is refused a role, a type, a network or a lifetime beyond that of the key above', async () => {
    const parent = await createKey(world, world.acme, {
      role: 'RUNNER',
      resourceTypes: ['agents', 'runs'],
      networks: ['127.0.0.0/8'],
      expiresInDays: 10,
    });
    const delegate = 'mutation ($input: CreateApiKeyInput!) { delegateApiKey(input: $input) { secret } }';
    const codeOf = async (input: object): Promise<string | undefined> =>
      (await parent.send(delegate, { input: { name: 'x', role: 'VIEWER', ...input } })).errors[0]?.extensions.code;
    expect(await codeOf({ role: 'CREATOR' })).toBe('FORBIDDEN');
    expect(await codeOf({ resourceTypes: ['tools'] })).toBe('FORBIDDEN');
    expect(await codeOf({ networks: ['0.0.0.0/0'] })).toBe('BAD_USER_INPUT');
    expect(await codeOf({ expiresInDays: 11 })).toBe('BAD_USER_INPUT');
    expect(await codeOf({ networks: ['127.0.0.1'], expiresInDays: 9 })).toBeUndefined();
    expect(await codeOf({})).toBeUndefined();
  });

  it('can be five levels deep and no deeper', async () => {
    let key = await createKey(world, world.acme, { role: 'VIEWER' });
    for (let depth = 1; depth <= 5; depth += 1) key = await delegateKey(world, key, { role: 'VIEWER' });
    const sixth = await key.send('mutation { delegateApiKey(input: { name: "sixth", role: VIEWER }) { secret } }');
    expect(sixth.errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT' }, message: expect.stringContaining('delegated at most 5 times') },
    ]);
  });

  it('cannot be created by a master key', async () => {
    const answer = await world.master.send(
      'mutation ($id: ID!) { delegateApiKey(accountId: $id, input: { name: "x", role: VIEWER }) { secret } }',
      { id: world.acme.accountId },
    );
    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('loses the rights that a key above loses, and ends with it', async () => {
    const first = await createKey(world, world.acme, { role: 'CREATOR' });
    const second = await delegateKey(world, first, { role: 'CREATOR' });
    const third = await delegateKey(world, second, { role: 'CREATOR' });
    expect(await permissionsOf(third)).toContain('tools:write');
    await world.acme.ask(
      'mutation ($id: ID!) { updateApiKey(id: $id, input: { role: VIEWER, resourceTypes: ["agents"] }) { role } }',
      { id: first.id },
    );
    await eventually(async () => (await permissionsOf(third)).join() === 'agents:read');
    await world.acme.ask('mutation ($id: ID!) { revokeApiKey(id: $id) { status } }', { id: first.id });
    await eventually(async () => !(await works(third)) && !(await works(second)));
  });

  it('is refused once a key above is deleted or the chain is circular', async () => {
    const first = await createKey(world, world.acme, { role: 'VIEWER' });
    const second = await delegateKey(world, first, { role: 'VIEWER' });
    expect(await works(second)).toBe(true);
    await query(world.database.superuserUrl, 'UPDATE api_key SET deleted_at = now() WHERE id = $1', [first.id]);
    await eventually(async () => !(await works(second)));
    const [left, right] = [
      await createKey(world, world.acme, { role: 'VIEWER' }),
      await createKey(world, world.acme, { role: 'VIEWER' }),
    ];
    await query(world.database.superuserUrl, 'UPDATE api_key SET parent_id = $1 WHERE id = $2', [left.id, right.id]);
    await query(world.database.superuserUrl, 'UPDATE api_key SET parent_id = $1 WHERE id = $2', [right.id, left.id]);
    await eventually(async () => !(await works(left)) && !(await works(right)));
  });

  it('is refused if its stored rights are unreadable', async () => {
    const key = await createKey(world, world.acme, { role: 'ADMINISTRATOR' });
    for (const value of ['"agents"', '[]', '["dragons"]', '[1]']) {
      await query(world.database.superuserUrl, 'UPDATE api_key SET resource_types = $1 WHERE id = $2', [value, key.id]);
      await eventually(async () => (await permissionsOf(key)).length === 0);
    }
    await query(world.database.superuserUrl, 'UPDATE api_key SET resource_types = NULL, networks = $1 WHERE id = $2', [
      '["anywhere"]',
      key.id,
    ]);
    await eventually(async () => !(await works(key)));
  });
});

it('a rotated key has the rights, the principal and the keys above of the key that it replaces', async () => {
  const first = await createKey(world, world.acme, {
    role: 'CREATOR',
    resourceTypes: ['tools'],
    networks: ['127.0.0.0/8'],
  });
  const rotate =
    'mutation ($id: ID!) { rotateApiKey(id: $id) { apiKey { id role resourceTypes networks principalId parentId } } }';
  interface Rotated {
    readonly rotateApiKey: { readonly apiKey: { readonly id: string } };
  }
  const once = await world.acme.ask<Rotated>(rotate, { id: first.id });
  const rotated = {
    role: 'CREATOR',
    resourceTypes: ['tools'],
    networks: ['127.0.0.0/8'],
    principalId: first.id,
    parentId: null,
  };
  expect(once.rotateApiKey.apiKey).toMatchObject(rotated);
  expect(
    (await world.acme.ask<Rotated>(rotate, { id: once.rotateApiKey.apiKey.id })).rotateApiKey.apiKey,
  ).toMatchObject(rotated);
});
