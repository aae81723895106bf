/** The GraphQL specification on the product's own schema, over HTTP. */
import { setupTwoTenants } from '../harness/setup-tenants';
import {
  buildClientSchema,
  getIntrospectionQuery,
  specifiedDirectives,
  specifiedScalarTypes,
  type IntrospectionQuery,
} from 'graphql';

let id: string;

const tenants = setupTwoTenants();

beforeAll(async () => {
  const { createTool } = await tenants.acme.ask<{ createTool: { id: string } }>(
    'mutation { createTool(input: { name: "tool", tags: "one" }) { id } }',
  );
  id = createTool.id;
});

const introspect = async (): Promise<IntrospectionQuery> =>
  tenants.acme.ask<IntrospectionQuery>(getIntrospectionQuery());

it('introspection describes the directives and scalars of the specification', async () => {
  const schema = buildClientSchema(await introspect());
  for (const { name, args, locations } of specifiedDirectives) {
    const own = schema.getDirective(name);
    expect({ name, args: own?.args.map((argument) => argument.name), locations: own?.locations }).toEqual({
      name,
      args: args.map((argument) => argument.name),
      locations,
    });
  }
  const scalars = new Set(specifiedScalarTypes.map((type) => type.name));
  for (const name of ['String', 'Boolean', 'Int', 'ID']) expect(scalars.has(name) && schema.getType(name)).toBeTruthy();
});

it('a custom scalar names its specification', async () => {
  const { __type: type } = await tenants.acme.ask<{ __type: { specifiedByURL: string | null } }>(
    '{ __type(name: "DateTime") { specifiedByURL } }',
  );
  expect(type.specifiedByURL).toMatch(/^https:/);
});

const TABLE: Record<string, { query: string; variables?: object; operationName?: string; data: object }> = {
  '@include(if: false) leaves a field out': {
    query: 'query ($yes: Boolean!) { tools { totalCount @include(if: $yes) __typename } }',
    variables: { yes: false },
    data: { tools: { __typename: 'ToolConnection' } },
  },
  '@include(if: true) keeps it': {
    query: 'query ($yes: Boolean!) { tools { totalCount @include(if: $yes) } }',
    variables: { yes: true },
    data: { tools: { totalCount: 1 } },
  },
  '@skip on a fragment that is spread twice': {
    query:
      'query ($no: Boolean = false) { a: tools { ...F @skip(if: true) __typename } b: tools { ...F @skip(if: $no) } } fragment F on ToolConnection { totalCount }',
    data: { a: { __typename: 'ToolConnection' }, b: { totalCount: 1 } },
  },
  'all root fields may be left out': {
    query: 'query ($yes: Boolean!) { tools @skip(if: $yes) { totalCount } }',
    variables: { yes: true },
    data: {},
  },
  '__typename of the root': { query: '{ __typename }', data: { __typename: 'Query' } },
  '__typename of a mutation': { query: 'mutation { __typename }', data: { __typename: 'Mutation' } },
  '__typename under an alias, everywhere': {
    query: '{ t: __typename tools { t: __typename nodes { t: __typename } pageInfo { t: __typename } } }',
    data: { t: 'Query', tools: { t: 'ToolConnection', nodes: [{ t: 'Tool' }], pageInfo: { t: 'PageInfo' } } },
  },
  'fields of one name are merged': {
    query: '{ tools { nodes { name } } tools { nodes { name __typename } totalCount } }',
    data: { tools: { nodes: [{ name: 'tool', __typename: 'Tool' }], totalCount: 1 } },
  },
  'fragments on an interface and its types': {
    query:
      'query ($id: ID!) { node(id: $id) { ...N ... on Tool { name } ... on Agent { instruction } } } fragment N on Node { __typename }',
    variables: { id: '<id>' },
    data: { node: { __typename: 'Tool', name: 'tool' } },
  },
  'an inline fragment without a type': {
    query: '{ tools { ... { totalCount } } }',
    data: { tools: { totalCount: 1 } },
  },
  'an operation is chosen by its name': {
    query: 'query A { tools { totalCount } } query B { __typename }',
    operationName: 'B',
    data: { __typename: 'Query' },
  },
  'the default of a variable': {
    query: 'query ($n: Int = 1) { tools(first: $n) { nodes { name } } }',
    data: { tools: { nodes: [{ name: 'tool' }] } },
  },
  'null in place of a default': {
    query: 'query ($d: Deleted) { tools(deleted: $d) { totalCount } }',
    variables: {},
    data: { tools: { totalCount: 1 } },
  },
  'one value for a list of ids': {
    query: 'query ($ids: [ID!]) { tools(filter: { id: { in: $ids } }) { totalCount } }',
    variables: { ids: '<id>' },
    data: { tools: { totalCount: 1 } },
  },
  'a literal value for a list': {
    query: 'query ($id: ID!) { tools(filter: { id: { in: [$id] } }) { nodes { tags } } }',
    variables: { id: '<id>' },
    data: { tools: { nodes: [{ tags: ['one'] }] } },
  },
  'a number for an ID': { query: '{ node(id: 7) { id } }', data: { node: null } },
  'comments, commas and a block string': {
    query: '{ # comment\n node(id: """x"""),, { id } }',
    data: { node: null },
  },
};

it.each(Object.entries(TABLE))(
  '%s is answered in the same way the first time and later',
  async (_name, { query, variables = {}, operationName, data }) => {
    const given = JSON.parse(JSON.stringify(variables).replaceAll('<id>', id)) as object;
    for (let run = 0; run < 3; run += 1) {
      const answer = await tenants.gateway.app.inject({
        method: 'POST',
        url: '/graphql',
        headers: { 'x-api-key': tenants.acme.key },
        payload: { query, variables: given, ...(operationName && { operationName }) },
      });
      expect(answer.json()).toEqual({ data });
    }
  },
);

it('a nullable variable for a required value is refused with its position', async () => {
  const answer = await tenants.acme.send('query ($id: ID = "x") { node(id: $id) { id } }', { id: null });
  expect(answer.errors).toMatchObject([{ path: ['node'], extensions: { code: 'BAD_USER_INPUT', path: ['id'] } }]);
  expect(answer.data).toEqual({ node: null });
});
