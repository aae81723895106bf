/** `node(id)`: any row of the account by its id; every other id gets the same bytes. */
import { randomUUID } from 'node:crypto';
import { seed, type SeededIds } from '../harness/factories';
import { setupTwoTenants } from '../harness/setup-tenants';

const NODE =
  'query ($id: ID!) { node(id: $id) { __typename id ... on Agent { name tools { name } } ... on Run { status } } }';

let own: SeededIds;
let foreign: SeededIds;

const tenants = setupTwoTenants();

beforeAll(async () => {
  own = await seed(tenants.acme, 'own');
  foreign = await seed(tenants.globex, 'foreign');
}, 60_000);

it('node returns a row of every type with its type', async () => {
  for (const [type, [id = '']] of own) {
    const { node } = await tenants.acme.ask<{ node: { __typename: string; id: string } }>(NODE, { id });
    expect(node).toMatchObject({ __typename: type, id });
  }
});

it('node answers a foreign, deleted, unknown and malformed id with the same bytes', async () => {
  const { createTool } = await tenants.acme.ask<{ createTool: { id: string } }>(
    'mutation { createTool(input: { name: "deleted" }) { id } }',
  );
  await tenants.acme.ask('mutation ($id: ID!) { deleteTool(id: $id) { id } }', { id: createTool.id });
  const ids = [...[...foreign.values()].flat(), createTool.id, randomUUID(), 'no-id', ''];
  const texts = await Promise.all(ids.map(async (id) => (await tenants.acme.send(NODE, { id })).text));
  expect(new Set(texts)).toEqual(new Set(['{"data":{"node":null}}\n']));
});

it('node takes as many statements for any id and any caller', async () => {
  const { database } = tenants.gateway;
  const statements = async (client: typeof tenants.master, id: string): Promise<number> => {
    const before = database.counts.statements;
    await client.send('query ($id: ID!) { node(id: $id) { __typename id } }', { id });
    return database.counts.statements - before;
  };
  const [mine = ''] = own.get('Agent') ?? [];
  const [theirs = ''] = foreign.get('Agent') ?? [];
  // The first request of a key looks the key up.
  await statements(tenants.acme, mine);
  const counts = [await statements(tenants.acme, mine), await statements(tenants.acme, theirs)];
  expect(new Set(counts).size).toBe(1);
  const across = [await statements(tenants.master, mine), await statements(tenants.master, randomUUID())];
  expect(new Set(across).size).toBe(1);
});

it('node answers a master key across accounts', async () => {
  const [theirs = ''] = foreign.get('Agent') ?? [];
  const { node } = await tenants.master.ask<{ node: unknown }>('query ($id: ID!) { node(id: $id) { id } }', {
    id: theirs,
  });
  expect(node).toEqual({ id: theirs });
});

it('node has one argument, as relay-compiler requires for @refetchable', async () => {
  const { __type } = await tenants.acme.ask<{ __type: { fields: { name: string; args: object[] }[] } }>(
    '{ __type(name: "Query") { fields { name args { name type { kind ofType { name } } } } } }',
  );
  expect(__type.fields.find(({ name }) => name === 'node')?.args).toEqual([
    { name: 'id', type: { kind: 'NON_NULL', ofType: { name: 'ID' } } },
  ]);
});

it('node serves a refetched fragment as Relay sends it', async () => {
  const [id = ''] = own.get('Agent') ?? [];
  const query = 'query R($id: ID!) { node(id: $id) { __typename ...X id } } fragment X on Agent { id name }';
  const { node } = await tenants.acme.ask<{ node: { name: string } }>(query, { id });
  expect(node.name).toContain('own');
});
