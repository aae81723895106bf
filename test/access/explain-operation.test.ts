/** The explanation of an operation matches the gateway's decision when the operation is sent. */
import { getNamedType, isLeafType } from 'graphql';
import { gatewaySchema } from '../harness/factories';
import type { Client } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { createKey, missingPermissions } from './keys';
import { createRole, DELETE_ROLE } from './roles';
import { shapesOfField } from './shapes';

const NOBODY = '01a209d4-7e28-746e-9e34-45d1d013a72a';

interface Explained {
  readonly allowed: boolean;
  readonly role: string;
  readonly permissions: readonly string[];
  readonly missing: readonly string[];
  readonly fields: readonly {
    readonly path: string;
    readonly permissions: readonly string[];
    readonly isForMasters: boolean;
    readonly allowed: boolean;
  }[];
  readonly leastGrant: {
    readonly role: string;
    readonly customRoleId: string | null;
    readonly roleName: string;
    readonly resourceTypes: readonly string[];
    readonly allowsRowRestriction: boolean;
  } | null;
  readonly explanation: string;
}

const EXPLAIN = `query ($document: String!, $operationName: String) {
  explained: explainOperation(document: $document, operationName: $operationName) {
    allowed role permissions missing fields { path permissions isForMasters allowed }
    leastGrant { role customRoleId roleName resourceTypes allowsRowRestriction } explanation
  }
}`;

const world = setupTwoTenants();

const explain = async (client: Client, document: string, operationName?: string): Promise<Explained> =>
  (await client.ask<{ explained: Explained }>(EXPLAIN, { document, operationName })).explained;

/** Every root field, in operations that run none of them. */
const PROBES = [gatewaySchema.getQueryType(), gatewaySchema.getMutationType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}).map((field) => {
    const kind = type === gatewaySchema.getQueryType() ? 'query' : 'mutation';
    const shapes = shapesOfField(kind, field, { ids: [NOBODY], texts: ['x'] });
    const leftOut = shapes.find(({ name }) => name === 'left out by @include');
    if (!leftOut) throw new Error(`${field.name} has no probe`);
    return { ...leftOut, field, isLeaf: isLeafType(getNamedType(field.type)) };
  }),
);

describe('the explanation of an operation', () => {
  it.each([
    ['a VIEWER', { role: 'VIEWER' }],
    ['a CREATOR of tools and runs', { role: 'CREATOR', resourceTypes: ['tools', 'runs'] }],
    ['an ADMINISTRATOR', { role: 'ADMINISTRATOR' }],
    ['a key of one team', { role: 'ADMINISTRATOR', ownerTeams: ['support'] }],
  ])("matches the gateway's decision, for every operation of %s", async (_who, input) => {
    const key = await createKey(world, world.acme, input);
    for (const { query, variables } of PROBES) {
      const { allowed, missing, fields } = await explain(key, query);
      const lacked = missingPermissions(await key.send(query, variables));
      expect({ query, missing }).toEqual({ query, missing: lacked ?? [] });
      const onlyMasters = fields.some(({ isForMasters }) => isForMasters);
      expect({ query, allowed }).toEqual({ query, allowed: lacked === null && !onlyMasters });
    }
  });

  it('names the least sufficient grant: no weaker role and no fewer types are enough', async () => {
    const grants = new Map<string, { query: string; variables: object }>();
    for (const { query, variables } of PROBES) {
      const { leastGrant, permissions } = await explain(world.acme, query);
      if (leastGrant && permissions.length > 0) grants.set(JSON.stringify(leastGrant), { query, variables });
    }
    for (const [grant, { query, variables }] of grants) {
      const { role, resourceTypes } = JSON.parse(grant) as NonNullable<Explained['leastGrant']>;
      const key = await createKey(world, world.acme, { role, resourceTypes });
      expect({ query, errors: (await key.send(query, variables)).errors }).toEqual({ query, errors: [] });
      const [, ...fewer] = resourceTypes;
      const weaker = await createKey(world, world.acme, {
        role: 'ADMINISTRATOR',
        resourceTypes: [...fewer, 'apiKeys'],
      });
      if (resourceTypes[0] !== 'apiKeys')
        expect(missingPermissions(await weaker.send(query, variables))).not.toBeNull();
    }
    expect(grants.size).toBeGreaterThan(8);
  });

  it('returns the fields that decide, both as data and as a sentence', async () => {
    const viewer = await createKey(world, world.acme, { role: 'VIEWER' });
    const document = 'mutation ($id: ID!) { deleteTool(id: $id) { id agents { name } } }';
    expect(await explain(viewer, document)).toEqual({
      allowed: false,
      role: 'VIEWER',
      permissions: ['agents:read', 'tools:write'],
      missing: ['tools:write'],
      fields: [
        { path: 'Mutation.deleteTool', permissions: ['tools:write'], isForMasters: false, allowed: false },
        { path: 'Tool.agents', permissions: ['agents:read'], isForMasters: false, allowed: true },
      ],
      leastGrant: {
        role: 'CREATOR',
        customRoleId: null,
        roleName: 'CREATOR',
        resourceTypes: ['agents', 'tools'],
        allowsRowRestriction: true,
      },
      explanation:
        'Refused: this key lacks tools:write; its role is VIEWER. The least-privileged key that would be allowed has the role CREATOR on agents, tools.',
    });
    const narrow = await createKey(world, world.acme, { role: 'CREATOR', resourceTypes: ['runs'] });
    expect((await explain(narrow, document)).explanation).toContain(
      'its role has them, but the key is restricted further',
    );
    expect(await explain(viewer, '{ accounts { totalCount } }')).toMatchObject({
      allowed: false,
      leastGrant: null,
      explanation: 'Refused: only master keys may use Query.accounts.',
    });
    expect(await explain(world.master, '{ accounts { totalCount } agents { totalCount } }')).toMatchObject({
      allowed: true,
      role: 'MASTER',
      missing: [],
    });
    expect((await explain(viewer, '{ viewer { role } }')).explanation).toBe('Allowed: every key may do this.');
  });

  it('names a narrower custom role to keys that may read roles', async () => {
    const permissions = ['agents:read', 'tools:write'];
    const id = await createRole(world.acme, 'Tool mender', permissions);
    await createRole(world.acme, 'All of tools', [...permissions, 'tools:read', 'tools:run']);
    await createRole(world.globex, 'Narrower', permissions);
    const document = 'mutation ($id: ID!) { deleteTool(id: $id) { id agents { name } } }';
    const administrator = await createKey(world, world.acme, { role: 'ADMINISTRATOR', resourceTypes: ['apiKeys'] });
    const { leastGrant, explanation } = await explain(administrator, document);
    expect(leastGrant).toMatchObject({ role: 'CUSTOM', customRoleId: id, roleName: 'Tool mender' });
    expect(explanation).toContain('key that would be allowed has the role "Tool mender" on agents, tools.');
    const key = await createKey(world, world.acme, { role: 'CUSTOM', customRoleId: id });
    expect(missingPermissions(await key.send(document, { id: NOBODY }))).toBeNull();
    const viewer = await createKey(world, world.acme, { role: 'VIEWER' });
    expect((await explain(viewer, document)).leastGrant).toMatchObject({ role: 'CREATOR', customRoleId: null });
    await world.acme.ask(DELETE_ROLE, { id, force: true });
    expect((await explain(administrator, document)).leastGrant).toMatchObject({ roleName: 'All of tools' });
  });

  it('covers the named operation and the fields of its fragments', async () => {
    const viewer = await createKey(world, world.acme, { role: 'VIEWER' });
    const document = 'query A { viewer { role } } query B { ... on Query { apiKeys { totalCount } } }';
    expect((await explain(viewer, document, 'A')).allowed).toBe(true);
    expect((await explain(viewer, document, 'B')).missing).toEqual(['apiKeys:read']);
  });

  it('is the same for keys of two accounts with different rows, and runs nothing', async () => {
    await world.acme.ask('mutation { createTool(input: { name: "explained" }) { id } }');
    const document = 'mutation { createTool(input: { name: "never made" }) { id } }';
    const keys = await Promise.all(
      [world.acme, world.globex].map((tenant) => createKey(world, tenant, { role: 'VIEWER' })),
    );
    const [left, right] = await Promise.all(keys.map((key) => key.send(EXPLAIN, { document })));
    expect(left?.text).toBe(right?.text);
    const named = '{ tools(filter: { name: { equals: "never made" } }) { totalCount } }';
    await explain(world.acme, document);
    expect(await world.acme.ask(named)).toEqual({ tools: { totalCount: 0 } });
  });
});

describe('an explanation is refused', () => {
  it.each([
    ['of text that is not GraphQL', '{', undefined, 'document', 'document could not be run: Syntax Error'],
    ['of an unknown field', '{ nothing }', undefined, 'document', 'Cannot query field "nothing"'],
    ['of too many tokens', `{ ${'viewer { role } '.repeat(400)} }`, undefined, 'document', 'tokens'],
    ['of only a fragment', 'fragment A on Query { viewer { role } }', undefined, 'document', 'could not be run'],
    [
      'of an operation name that the document lacks',
      'query A { viewer { role } }',
      'B',
      'operationName',
      'Unknown operation named "B"',
    ],
    [
      'of several operations without a name',
      'query A { viewer { role } } query B { viewer { role } }',
      undefined,
      'operationName',
      'Must provide operation name',
    ],
  ])('%s', async (_what, document, operationName, argument, words) => {
    const { errors } = await world.acme.send(EXPLAIN, { document, operationName });
    expect(errors).toMatchObject([
      { message: expect.stringContaining(words), extensions: { code: 'BAD_USER_INPUT', path: [argument] } },
    ]);
  });

  it('without a key, and for many documents in one operation', async () => {
    const { errors } = await world.client(null).send(EXPLAIN, { document: '{ viewer { role } }' });
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    const many = Array.from(
      { length: 6 },
      (_, index) => `e${index}: explainOperation(document: "{ viewer { role } }") { allowed }`,
    );
    const refused = await world.acme.send(`{ ${many.join(' ')} }`);
    expect(refused.errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
  });
});
