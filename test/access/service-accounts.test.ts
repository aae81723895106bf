/** Service accounts: they have several keys, outlive them, and end all of them at once. */
import { eventually } from '../harness/eventually';
import type { Client } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { query } from '../harness/sql';
import { createKey, delegateKey, missingPermissions } from './keys';

const NOBODY = '01a209d4-7e28-746e-9e34-45d1d013a72a';
const CREATE_KEY =
  'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { principalId serviceAccount { name } } } }';
const DELETE = 'mutation ($id: ID!) { deleteServiceAccount(id: $id) { id } }';
const RESTORE = 'mutation ($id: ID!) { restoreServiceAccount(id: $id) { id } }';

const world = setupTwoTenants();

async function createHolder(client: Client, name: string): Promise<string> {
  const { made } = await client.ask<{ made: { id: string } }>(
    'mutation ($name: String!) { made: createServiceAccount(input: { name: $name, metadata: { owner: { team: "platform" } } }) { id } }',
    { name },
  );
  return made.id;
}

const works = async (key: Client): Promise<boolean> => (await key.send('{ viewer { role } }')).errors.length === 0;

describe('the keys of a service account', () => {
  it('have it as their principal, even after rotation', async () => {
    const serviceAccountId = await createHolder(world.acme, 'deploy');
    const first = await createKey(world, world.acme, { role: 'VIEWER', serviceAccountId });
    const second = await createKey(world, world.acme, { role: 'RUNNER', serviceAccountId });
    const rotate =
      'mutation ($id: ID!) { rotateApiKey(id: $id) { apiKey { principalId serviceAccountId serviceAccount { name } } } }';
    expect(await world.acme.ask(rotate, { id: first.id })).toEqual({
      rotateApiKey: {
        apiKey: { principalId: serviceAccountId, serviceAccountId, serviceAccount: { name: 'deploy' } },
      },
    });
    const { serviceAccount } = await world.acme.ask<{
      serviceAccount: { metadata: object; apiKeys: { id: string; principalId: string }[] };
    }>('query ($id: ID!) { serviceAccount(id: $id) { metadata apiKeys { id principalId } } }', {
      id: serviceAccountId,
    });
    expect(serviceAccount.metadata).toEqual({ owner: { team: 'platform' } });
    expect(serviceAccount.apiKeys.map(({ id }) => id)).toEqual(expect.arrayContaining([first.id, second.id]));
    expect(serviceAccount.apiKeys).toHaveLength(3);
    for (const { principalId } of serviceAccount.apiKeys) expect(principalId).toBe(serviceAccountId);
  });

  it('are reported as principals by the audit log', async () => {
    const serviceAccountId = await createHolder(world.acme, 'audited');
    const key = await createKey(world, world.acme, { role: 'CREATOR', serviceAccountId });
    await key.ask('mutation { createTool(input: { name: "of a service account" }) { id } }');
    const { auditEvents } = await world.acme.ask<{ auditEvents: { nodes: object[] } }>(
      'query ($id: String) { auditEvents(filter: { actorId: { equals: $id } }) { nodes { actorId principalId resourceType } } }',
      { id: key.id },
    );
    expect(auditEvents.nodes).toEqual([{ actorId: key.id, principalId: serviceAccountId, resourceType: 'Tool' }]);
  });

  it('end with it, together with the keys that they delegated, and work again when it is restored', async () => {
    const serviceAccountId = await createHolder(world.acme, 'ending');
    const key = await createKey(world, world.acme, { role: 'VIEWER', serviceAccountId });
    const child = await delegateKey(world, key, { role: 'VIEWER' });
    const other = await createKey(world, world.acme, { role: 'VIEWER' });
    for (const each of [key, child, other]) expect(await works(each)).toBe(true);
    await world.acme.ask(DELETE, { id: serviceAccountId });
    await eventually(async () => !(await works(key)) && !(await works(child)));
    expect((await key.send('{ viewer { role } }')).status).toBe(401);
    expect(await works(other)).toBe(true);
    await world.acme.ask(RESTORE, { id: serviceAccountId });
    await eventually(async () => (await works(key)) && (await works(child)));
  });

  it('end however it was deleted', async () => {
    const serviceAccountId = await createHolder(world.acme, 'by hand');
    const key = await createKey(world, world.acme, { role: 'VIEWER', serviceAccountId });
    expect(await works(key)).toBe(true);
    const url = world.database.superuserUrl;
    await query(url, 'UPDATE service_account SET deleted_at = now() WHERE id = $1', [serviceAccountId]);
    await eventually(async () => !(await works(key)));
  });

  it('are revoked when it is purged', async () => {
    const serviceAccountId = await createHolder(world.acme, 'purged');
    const key = await createKey(world, world.acme, { role: 'VIEWER', serviceAccountId });
    const former = await createKey(world, world.acme, { role: 'VIEWER', serviceAccountId });
    const revoke = 'mutation ($id: ID!) { key: revokeApiKey(id: $id) { revokedAt } }';
    const { key: revoked } = await world.acme.ask<{ key: { revokedAt: string } }>(revoke, { id: former.id });
    await world.acme.ask(DELETE, { id: serviceAccountId });
    const purge = 'mutation ($a: ID!, $id: ID) { purge(accountId: $a, type: ServiceAccount, id: $id) { purged } }';
    expect(await world.master.ask(purge, { a: world.acme.accountId, id: serviceAccountId })).toEqual({
      purge: { purged: 1 },
    });
    expect(await works(key)).toBe(false);
    expect(
      await world.acme.ask('query ($id: ID!) { apiKey(id: $id) { status serviceAccountId } }', { id: key.id }),
    ).toEqual({ apiKey: { status: 'REVOKED', serviceAccountId: null } });
    const ended = 'query ($id: ID!) { apiKey(id: $id) { revokedAt } }';
    expect(await world.acme.ask(ended, { id: former.id })).toEqual({ apiKey: revoked });
  });
});

describe('a service account is refused', () => {
  it('for a key, with the same error, if it is unknown, deleted or of another account', async () => {
    const foreign = await createHolder(world.globex, 'foreign');
    const deleted = await createHolder(world.acme, 'deleted');
    await world.acme.ask(DELETE, { id: deleted });
    const messages = new Set<string>();
    for (const serviceAccountId of [NOBODY, foreign, deleted, 'no id']) {
      const { errors } = await world.acme.send(CREATE_KEY, { input: { name: 'x', role: 'VIEWER', serviceAccountId } });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['input', 'serviceAccountId'] } }]);
      messages.add(errors[0]?.message ?? '');
    }
    expect(messages.size).toBe(1);
  });

  it('for a delegated key', async () => {
    const serviceAccountId = await createHolder(world.acme, 'not delegated');
    const key = await createKey(world, world.acme, { role: 'VIEWER', serviceAccountId });
    const { errors } = await key.send(
      'mutation ($input: CreateApiKeyInput!) { delegateApiKey(input: $input) { secret } }',
      { input: { name: 'x', role: 'VIEWER', serviceAccountId } },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['input', 'serviceAccountId'] } }]);
  });

  it('for keys that may not manage keys, and for keys restricted to rows', async () => {
    const id = await createHolder(world.acme, 'hidden');
    const creator = await createKey(world, world.acme, { role: 'CREATOR' });
    const ofRows = await createKey(world, world.acme, { role: 'ADMINISTRATOR', ownerTeams: ['platform'] });
    for (const key of [creator, ofRows]) {
      expect(missingPermissions(await key.send('{ serviceAccounts { totalCount } }'))).toEqual(['apiKeys:read']);
      expect(missingPermissions(await key.send(DELETE, { id }))).toContain('apiKeys:admin');
      expect(await key.ask('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({ node: null });
    }
  });

  it('when its own key deletes it, and when a restricted administrator restores it', async () => {
    const serviceAccountId = await createHolder(world.acme, 'own');
    const own = await createKey(world, world.acme, { role: 'ADMINISTRATOR', serviceAccountId });
    const child = await delegateKey(world, own, { role: 'ADMINISTRATOR' });
    for (const key of [own, child])
      expect((await key.send(DELETE, { id: serviceAccountId })).errors).toMatchObject([
        { extensions: { code: 'BAD_USER_INPUT', path: ['id'] }, message: expect.stringContaining('"own"') },
      ]);
    const weak = await createKey(world, world.acme, { role: 'ADMINISTRATOR', resourceTypes: ['apiKeys'] });
    const within = await createKey(world, world.acme, { role: 'ADMINISTRATOR', networks: ['127.0.0.0/8'] });
    expect((await weak.send(DELETE, { id: serviceAccountId })).errors).toEqual([]);
    expect(missingPermissions(await weak.send(RESTORE, { id: serviceAccountId }))).toContain('agents:write');
    expect((await within.send(RESTORE, { id: serviceAccountId })).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
    expect((await world.acme.send(RESTORE, { id: serviceAccountId })).errors).toEqual([]);
  });
});
