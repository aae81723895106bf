/**
 * `_entities` returns rows by their keys, in order; the answer is the same for all rows that the caller's key cannot
 * see.
 */
import { randomUUID } from 'node:crypto';
import { isUnionType } from 'graphql';
import { decisions } from '../access/decisions';
import { createKey } from '../access/keys';
import { gatewaySchema, type SeededIds } from '../harness/factories';
import type { Answer, Client } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { seedBoth } from './seeded';

interface Representation {
  readonly __typename: string;
  readonly id: string;
}

const ENTITIES = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    __typename
    ... on Agent { id name tools { name } }
    ... on Tool { id name }
    ... on Run { id agent { name } }
    ... on Account { id slug }
  }
}`;

/** A query that requires no permission. */
const TYPES = 'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }';

let own: SeededIds;
let foreign: SeededIds;
let deleted: string;

const tenants = setupTwoTenants();

beforeAll(async () => {
  ({ own, foreign, deleted } = await seedBoth(tenants));
}, 60_000);

const idOf = (seeded: SeededIds, type: string): string => seeded.get(type)?.[0] ?? '';

const represent = (seeded: SeededIds): Representation[] =>
  [...seeded].flatMap(([type, ids]) => ids.map((id) => ({ __typename: type, id })));

const entities = (client: Client, representations: readonly unknown[]): Promise<Answer<{ _entities: unknown[] }>> =>
  client.send(ENTITIES, { representations });

it('returns rows of every type that has a key, each at the position of its representation', async () => {
  const account = { __typename: 'Account', id: tenants.acme.accountId };
  const asked = [...represent(own), account].reverse();
  const { data } = await entities(tenants.acme, asked);
  expect(data._entities).toEqual(asked.map(({ __typename }) => expect.objectContaining({ __typename }) as unknown));
  const keyed = gatewaySchema.getType('_Entity');
  const types = new Set(asked.map(({ __typename }) => __typename));
  expect(
    isUnionType(keyed) &&
      keyed
        .getTypes()
        .map(({ name }) => name)
        .sort(),
  ).toEqual([...types].sort());
  const [agent] = (await entities(tenants.acme, [{ __typename: 'Agent', id: idOf(own, 'Agent') }])).data._entities;
  expect(agent).toMatchObject({ id: idOf(own, 'Agent'), tools: [{ name: expect.stringContaining('own') }] });
});

it('answers a foreign, deleted, unknown, malformed and mistyped id with the same bytes', async () => {
  const foreignRows = [...represent(foreign), { __typename: 'Account', id: tenants.globex.accountId }];
  const missing = [deleted, idOf(own, 'Agent'), randomUUID(), 'no-id', '', "' OR 1=1 --"];
  const asked = [...foreignRows, ...missing.map((id) => ({ __typename: 'Tool', id }))];
  for (const representation of asked)
    expect((await entities(tenants.acme, [representation])).text).toBe('{"data":{"_entities":[null]}}\n');
  const mixed = await entities(tenants.acme, [...asked, { __typename: 'Tool', id: idOf(own, 'Tool').toUpperCase() }]);
  expect(mixed.data._entities.at(-1)).toMatchObject({ id: idOf(own, 'Tool') });
  expect(mixed.data._entities.slice(0, -1)).toEqual(asked.map(() => null));
  expect(tenants.log.filter(({ alarm }) => alarm !== undefined)).toEqual([]);
});

it('takes as many statements for one row as for a hundred, own or foreign', async () => {
  const { database } = tenants.gateway;
  const statements = async (representations: readonly Representation[]): Promise<number> => {
    const before = database.counts.statements;
    await tenants.acme.send('query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }', {
      r: representations,
    });
    return database.counts.statements - before;
  };
  const tool = (id: string): Representation => ({ __typename: 'Tool', id });
  const counts = [
    await statements([tool(idOf(own, 'Tool'))]),
    await statements([tool(idOf(foreign, 'Tool'))]),
    await statements(Array.from({ length: 100 }, () => tool(randomUUID()))),
  ];
  expect(new Set(counts).size).toBe(1);
});

it('serves a master key rows of all accounts, and each account finds that in its audit log', async () => {
  const asked = [own, foreign].map((seeded) => ({ __typename: 'Agent', id: idOf(seeded, 'Agent') }));
  const { data } = await entities(tenants.master, asked);
  expect(data._entities).toMatchObject(asked.map(({ id }) => ({ id })));
  const { accountAccess } = await tenants.globex.ask<{ accountAccess: { nodes: { fields: string[] }[] } }>(
    '{ accountAccess(first: 100) { nodes { fields } } }',
  );
  expect(accountAccess.nodes.flatMap(({ fields }) => fields)).toContain('_entities');
});

it('shows a key no type that it may not read, and no row outside its restriction', async () => {
  const tools = await createKey(tenants, tenants.acme, { role: 'VIEWER', resourceTypes: ['tools'] });
  const asked = ['Agent', 'Tool', 'ApiKey'].map((__typename) => ({ __typename, id: idOf(own, __typename) }));
  const { data } = await tools.send(TYPES, { representations: asked });
  expect(data).toEqual({ _entities: [null, { __typename: 'Tool' }, null] });
  const [first = '', second = ''] = own.get('Agent') ?? [];
  const single = await createKey(tenants, tenants.acme, { role: 'VIEWER', rowIds: [second] });
  const agents = [first, second].map((id) => ({ __typename: 'Agent', id }));
  const reached = await single.send(TYPES, { representations: agents });
  expect(reached.data).toEqual({ _entities: [null, { __typename: 'Agent' }] });
  const account = [{ __typename: 'Account', id: tenants.acme.accountId }];
  expect((await single.send(TYPES, { representations: account })).data).toEqual({
    _entities: [{ __typename: 'Account' }],
  });
});

it('records in the decision log which types were read, so that no plan removes them from the key; so does node', async () => {
  const key = await createKey(tenants, tenants.acme, { role: 'VIEWER' });
  const account = { __typename: 'Account', id: tenants.acme.accountId };
  await key.ask(TYPES, { representations: [{ __typename: 'Tool', id: idOf(own, 'Tool') }, account] });
  await key.ask('query ($id: ID!) { node(id: $id) { id } }', { id: idOf(own, 'Agent') });
  await tenants.gateway.flushCounters();
  const logged = await decisions(tenants.acme, { keyId: { equals: key.id } });
  expect(logged.map(({ operation, permissions }) => `${operation} ${permissions.join()}`).sort()).toEqual([
    'Query._entities ',
    'Query._entities tools:read',
    'Query.node ',
    'Query.node agents:read',
  ]);
});

it.each([
  ['no __typename', { id: 'x' }, '__typename'],
  ['an unknown type', { __typename: 'Rating', id: 'x' }, '__typename'],
  ['a type without a key', { __typename: 'PageInfo', id: 'x' }, '__typename'],
  ['a type named like a method', { __typename: 'toString', id: 'x' }, '__typename'],
  ['no id', { __typename: 'Agent' }, 'id'],
  ['a number as id', { __typename: 'Agent', id: 7 }, 'id'],
  ['an object as id', { __typename: 'Agent', id: {} }, 'id'],
])('refuses a representation with %s', async (_name, representation, field) => {
  const { errors } = await entities(tenants.acme, [{ __typename: 'Agent', id: 'x' }, representation]);
  expect(errors).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT', path: ['representations', 1, field] }, path: ['_entities'] },
  ]);
});

it('refuses a representation that is not an object, as a variable and as a literal', async () => {
  for (const value of ['x', 1, ['x'], null]) {
    const { errors } = await entities(tenants.acme, [value]);
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
    const text = `{ _entities(representations: [${JSON.stringify(value)}]) { __typename } }`;
    const literal = await tenants.acme.send(text);
    expect(literal.errors[0]?.extensions.code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/);
  }
});

it('costs as many objects as there are representations, and accepts at most 1,000', async () => {
  const id = idOf(own, 'Tool');
  const many = (count: number): Representation[] => Array.from({ length: count }, () => ({ __typename: 'Tool', id }));
  const costing =
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Agent { tools { id } runs { id } } } }';
  const refused = await tenants.acme.send(costing, { r: many(1_000) });
  expect(refused.errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX', limit: 'cost' } }]);
  const tooMany = await tenants.acme.send(ENTITIES, { representations: many(1_001) });
  expect(tooMany.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  const plain = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }';
  expect((await tenants.acme.send<{ _entities: unknown[] }>(plain, { r: many(1_000) })).data._entities).toHaveLength(
    1_000,
  );
  const literal = `{ __typename: "Tool", id: "${id}" }`;
  const answer = await tenants.gateway.app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'x-api-key': tenants.acme.key },
    payload: {
      query: `query ($r: [_Any!]! = [${literal}, ${literal}, ${literal}]) { a: _entities(representations: $r) { __typename } b: _entities(representations: [${literal}]) { __typename } }`,
      extensions: { cost: true },
    },
  });
  expect(answer.json()).toMatchObject({ extensions: { cost: { estimated: 4, actual: 4 } } });
});

it('needs a key, as _service does', async () => {
  const { errors } = await entities(tenants.client(null), represent(own));
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  const service = await tenants.client(null).send('{ _service { sdl } }');
  expect(service.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
});
