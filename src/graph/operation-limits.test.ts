/** Excessive operations are refused before anything runs; legitimate ones pass. */
import { getIntrospectionQuery } from 'graphql';
import { codesOf, makeGateway, send, type GraphqlRequest, type TestGateway } from '../../test/graph/gateway';

const repeat = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join(' ');

/** Twenty fragments, each spreading the next one twice: a million fields once expanded. */
const DOUBLING =
  repeat(20, (index) => `fragment F${index} on Agent { ...F${index + 1} a: missing { ...F${index + 1} } }`) +
  ' fragment F20 on Agent { id } { agent(id: 1) { ...F0 } }';

const THREE_LEVELS = (size: string): string =>
  `agents(first: ${size}) { nodes { runs(first: ${size}) { nodes { agent { runs(first: ${size}) { nodes { id } } } } } } }`;

const HOSTILE: Record<string, GraphqlRequest> = {
  'three levels of a hundred': { query: `{ ${THREE_LEVELS('100')} }` },
  'three levels of a hundred through a variable': {
    query: `query ($n: Int) { ${THREE_LEVELS('$n')} }`,
    variables: { n: 100 },
  },
  'three levels through the default of a variable': { query: `query ($n: Int = 100) { ${THREE_LEVELS('$n')} }` },
  'a page without end, hidden below an empty one': {
    query: `query ($n: Int) { agents(first: 0) { nodes { runs(first: $n) { nodes { agent { runs(first: $n) { nodes { id } } } } } } } }`,
    variables: { n: 1e308 },
  },
  'last instead of first': { query: '{ agents(first: 1, last: 20000) { nodes { id missing { id } } } }' },
  'plain lists inside plain lists': {
    query: '{ agents(first: 100) { nodes { subAgents { subAgents { subAgents { id } } } } } }',
  },
  'a level too many': { query: `{ agent(id: 1) { ${'missing { '.repeat(12)} id ${'} '.repeat(12)} } }` },
  'levels hidden in fragments': {
    query: `${repeat(7, (index) => `fragment F${index} on Agent { missing { ... { missing { ...F${index + 1} } } } }`)} fragment F7 on Agent { id } { agent(id: 1) { ...F0 } }`,
  },
  'aliases of a field': { query: `{ ${repeat(31, (index) => `a${index}: hello`)} }` },
  'aliases of __typename': { query: `{ ${repeat(31, (index) => `a${index}: __typename`)} }` },
  'root fields': { query: `{ ${repeat(21, () => 'hello')} }` },
  'root fields in a fragment': { query: `{ ...F } fragment F on Query { ${repeat(21, () => 'hello')} }` },
  directives: { query: `query ($x: Boolean = true) { agent(id: 1) { ${repeat(21, () => 'id @skip(if: $x)')} } }` },
  'fragments that double': { query: DOUBLING },
  'empty-handed spreads that double': {
    query: `${repeat(18, (index) => `fragment F${index} on Agent { ...F${index + 1} ... { ...F${index + 1} } }`)} fragment F18 on Agent { id } { agent(id: 1) { ...F0 } }`,
  },
  tokens: { query: `{ ${'hello '.repeat(1001)} }` },
  'the schema many times': {
    query: `{ ${repeat(20, (index) => `s${index}: __schema { types { name } }`)} ... { s20: __schema { types { name } } } }`,
  },
};

const HONEST: Record<string, GraphqlRequest> = {
  'a page with the lists of its rows': {
    query: '{ agents(first: 100) { nodes { id tools { name } schedules { name } runs(first: 3) { nodes { id } } } } }',
  },
  'a hundred by a hundred': {
    query: 'query ($n: Int) { agents(first: $n) { nodes { runs(first: $n) { nodes { id } } } } }',
    variables: { n: 100 },
  },
  'a fragment used often': {
    query: `fragment F on Agent { id name } { ${repeat(20, (index) => `a${index}: agent(id: ${index}) { ...F }`)} }`,
  },
  'the introspection of GraphiQL': { query: getIntrospectionQuery() },
  'the introspection of Sandbox': {
    query: getIntrospectionQuery({
      descriptions: true,
      directiveIsRepeatable: true,
      inputValueDeprecation: true,
      schemaDescription: true,
      specifiedByUrl: true,
    }),
  },
};

describe('limits', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await makeGateway();
  });
  afterAll(() => gateway.app.close());

  it.each(Object.entries(HOSTILE))('refuse %s and name the limit and the remedy', async (_name, request) => {
    const answer = await send(gateway, request);
    expect(codesOf(answer)).toEqual(['QUERY_TOO_COMPLEX']);
    expect(answer.status).toBe(400);
    expect(answer.body.data).toBeUndefined();
    expect(answer.body.errors?.[0]?.message).toMatch(/^The limit is \d+ .*, and this request has .*\. [A-Z].*\.$/);
    expect(answer.body.errors?.[0]?.extensions).toMatchObject({
      limit: expect.any(String),
      maximum: expect.any(Number),
    });
  });

  it.each(Object.entries(HONEST))('accept %s, repeatedly', async (_name, request) => {
    for (let turn = 0; turn < 3; turn++) {
      const answer = await send(gateway, request);
      expect(codesOf(answer)).toEqual([]);
      expect(answer.status).toBe(200);
    }
  });

  it('measure each request with its own variables', async () => {
    const query = `query ($n: Int) { ${THREE_LEVELS('$n')} }`;
    expect(codesOf(await send(gateway, { query, variables: { n: 2 } }))).toEqual([]);
    expect(codesOf(await send(gateway, { query, variables: { n: 100 } }))).toEqual(['QUERY_TOO_COMPLEX']);
    expect(codesOf(await send(gateway, { query, variables: { n: 2 } }))).toEqual([]);
  });

  it('do not apply to fragments that spread themselves, which validation refuses', async () => {
    const query = '{ agent(id: 1) { ...A } } fragment A on Agent { ...B } fragment B on Agent { ...A }';
    expect(codesOf(await send(gateway, { query }))).toEqual(
      ['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_VALIDATION_FAILED'].slice(0, 1),
    );
  });

  it('report at most a few validation errors', async () => {
    const answer = await send(gateway, { query: `{ ${repeat(300, (index) => `nothing${index}`)} }` });
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.length).toBeLessThanOrEqual(6);
  });

  describe('introspection', () => {
    it.each([
      ['__schema', '{ __schema { types { name } } }'],
      ['__type', '{ __type(name: "Agent") { name } }'],
      ['a fragment', '{ ...F } fragment F on Query { hello ... { s: __schema { types { name } } } }'],
    ])('through %s needs a key', async (_name, query) => {
      for (let turn = 0; turn < 2; turn++) {
        const refused = await send(gateway, { query }, null);
        expect([refused.status, codesOf(refused), refused.body.data]).toEqual([401, ['UNAUTHENTICATED'], undefined]);
        expect(codesOf(await send(gateway, { query }))).toEqual([]);
      }
    });

    it('does not include __typename, which needs no key', async () => {
      expect(await send(gateway, { query: '{ __typename }' }, null)).toEqual({
        status: 200,
        body: { data: { __typename: 'Query' } },
      });
    });
  });
});
