/** The executor behaves like graphql-js, which is the reference here. */
import { execute, parse, validate, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { makeGateway, makeSchema, send, type GraphqlRequest, type TestGateway } from '../../../test/graph/gateway';

const OPERATIONS: Record<string, GraphqlRequest> = {
  'a default argument': { query: '{ hello }' },
  'a literal argument': { query: '{ hello(name: "A \\"quoted\\" text\\u2028") }' },
  'a null argument': { query: '{ echo(input: null, json: null, ids: null) }' },
  aliases: { query: '{ one: hello(name: "1") two: hello(name: "2") }' },
  'aliases with underscores': { query: '{ a_asked: a { path } asked { path } a { asked_a: path } }' },
  'keys that meet when joined': { query: '{ a_b: a { c: selected field } a { b_c: selected field } }' },
  'an operation without variables given': { query: 'query ($name: String) { hello(name: $name) }' },
  'a variable that is null': { query: 'query ($name: String) { hello(name: $name) }', variables: { name: null } },
  'a variable with a default': { query: 'query ($name: String = "there") { hello(name: $name) }' },
  'a default of a custom scalar': { query: 'query ($at: Instant = "2026-01-01T00:00:00Z") { echo(at: $at) }' },
  'a custom scalar': { query: 'query ($at: Instant) { echo(at: $at) }', variables: { at: '2026-01-01T00:00:00Z' } },
  'a literal of a custom scalar': { query: '{ echo(at: "2026-01-01T00:00:00Z", json: { a: [1, { b: null }] }) }' },
  'a poisoned literal': { query: '{ echo(json: { __proto__: { admin: true }, constructor: 1 }) }' },
  'an input object': {
    query:
      'query ($input: AgentInput, $kind: Kind, $ids: [ID!]) { echo(input: $input, kind: $kind, ids: $ids, ratio: 1) }',
    variables: { input: { name: 'n', inner: {}, at: '2026-01-01T00:00:00Z' }, kind: 'CONFIG', ids: 7 },
  },
  'a variable inside a literal': {
    query: 'query ($n: String!) { echo(input: { name: $n, inner: { labels: [$n] } }) }',
    variables: { n: 'x' },
  },
  'a missing variable inside a literal': {
    query: 'query ($c: Int) { echo(input: { name: "n", inner: { count: $c } }) }',
  },
  'a null variable inside a literal': {
    query: 'query ($n: String = "x") { echo(input: { name: $n }) }',
    variables: { n: null },
  },
  'a recursive input type': {
    query: 'query ($filter: AgentFilter) { agents(filter: $filter) { totalCount } }',
    variables: { filter: { and: [{ and: [{ name: 'x' }] }] } },
  },
  'a page with scalars, enums and lists': {
    query:
      '{ agents(first: 3) { totalCount nodes { id name kind at metadata tools { name weight } schedules { name } } } }',
  },
  'pages inside pages': {
    query: 'query ($n: Int!) { agents(first: 2) { nodes { runs(first: $n) { nodes { id at agent { id } } } } } }',
    variables: { n: 3 },
  },
  fragments: {
    query:
      'fragment F on Agent { id tools { ...T } } fragment T on Tool { name } { agent(id: 1) { ...F ... { name } tools { weight } } }',
  },
  'conditions on fields': {
    query:
      'query ($yes: Boolean!, $no: Boolean!) { hello @include(if: $yes) agent(id: 1) { id @skip(if: $yes) name @include(if: $no) kind } }',
    variables: { yes: true, no: false },
  },
  'conditions on fragments used twice': {
    query:
      'query ($no: Boolean!) { x: agent(id: 1) { ...F @include(if: $no) id } y: agent(id: 2) { ...F } } fragment F on Agent { name tools { name } }',
    variables: { no: false },
  },
  'an interface': { query: '{ named { __typename name ... on Agent { id } ... on Tool { weight } } }' },
  'a union with a null': { query: '{ found { __typename ... on Agent { id } ... on Tool { name } } }' },
  'type names': { query: '{ __typename agent(id: 1) { __typename kind: __typename } }' },
  'an object that is null': { query: '{ agent(id: "none") { id } }' },
  'several operations': { query: 'query A { hello(name: "a") } query B { hello(name: "b") }', operationName: 'B' },
  'an unknown operation name': { query: 'query A { hello }', operationName: 'B' },
  'an error in a nullable field': { query: '{ hello agent(id: 1) { id failing } }' },
  'an error in a field that is not nullable': { query: '{ agents(first: 2) { nodes { id failingStrict } } }' },
  'errors among the items of a list': { query: '{ agent(id: 1) { subAgents { id missing { id } } } }' },
  'null for a field that is not nullable': { query: '{ strict }' },
  'a value that its scalar refuses': { query: '{ number }' },
  'a text thrown': { query: '{ fail(how: "text") }' },
  'an error with a path in the input': { query: '{ fail(how: "input") }' },
  'an error that the database wrote': { query: '{ fail(how: "sql") }' },
  'the database gone': { query: '{ fail(how: "database") hello }' },
  'mutations one after another': {
    query: 'mutation { a: addSlowly(value: 1) b: add(value: 10) refuse c: addSlowly(value: 100) d: add(value: 1000) }',
  },
  'a variable of the wrong type': {
    query: 'query ($n: Int) { agents(first: $n) { totalCount } }',
    variables: { n: 'three' },
  },
  'a required variable missing': { query: 'query ($id: ID!) { agent(id: $id) { id } }' },
  'a required variable that is null': { query: 'query ($id: ID!) { agent(id: $id) { id } }', variables: { id: null } },
  'a defaulted variable that is null': {
    query: 'query ($id: ID = "x") { agent(id: $id) { id } }',
    variables: { id: null },
  },
  'an unknown enum value': { query: 'query ($kind: Kind) { echo(kind: $kind) }', variables: { kind: 'CONFI' } },
  'an unknown field of an input': {
    query: 'query ($i: AgentInput) { echo(input: $i) }',
    variables: { i: { name: 'n', nam: 1 } },
  },
  'a scalar that refuses its variable': { query: 'query ($at: Instant) { echo(at: $at) }', variables: { at: 'noon' } },
  'a misspelt field': { query: '{ helo }' },
  'the arguments of a resolver': {
    query: '{ asked { field parent returns path selected } again: asked { path selected } }',
  },
};

const pathOf = (error: { path?: unknown }): string => JSON.stringify(error.path ?? null);

/** Error messages are the gateway's own, and the specification leaves their order open: compare their paths. */
const comparable = ({ data, errors = [] }: { data?: unknown; errors?: readonly { path?: unknown }[] }): unknown => ({
  data: JSON.parse(JSON.stringify(data ?? null)) as unknown,
  errors: errors.map(pathOf).sort(),
});

async function reference(schema: GraphQLSchema, request: GraphqlRequest): Promise<ExecutionResult> {
  const { query = '', variables, operationName } = request;
  const document = parse(query);
  const errors = validate(schema, document);
  if (errors.length > 0) return { errors };
  const variableValues = variables as Record<string, unknown> | undefined;
  return execute({ schema, document, operationName, variableValues, contextValue: {} });
}

describe('an operation', () => {
  let gateway: TestGateway;
  const schema = makeSchema();

  beforeAll(async () => {
    gateway = await makeGateway();
  });
  afterAll(() => gateway.app.close());

  it.each(Object.entries(OPERATIONS))('with %s gets the answer of graphql-js, each time', async (_name, request) => {
    for (let run = 0; run < 3; run += 1) {
      const { body } = await send(gateway, request);
      expect(comparable(body)).toEqual(comparable(await reference(schema, request)));
    }
  });

  it('keeps response keys that are names of Object.prototype', async () => {
    const query = '{ __proto__: hello constructor: hello(name: "c") agent(id: 1) { __proto__: id toString: name } }';
    expect(JSON.stringify((await send(gateway, { query })).body.data)).toBe(
      '{"__proto__":"hello you","constructor":"hello c","agent":{"__proto__":"1","toString":"agent 1"}}',
    );
  });

  it('executes and waits for every field when another field fails', async () => {
    const finished: string[] = [];
    const slow = makeSchema();
    const query = slow.getQueryType()?.getFields();
    if (!query?.hello || !query.strict) throw new Error('The schema has changed');
    query.hello.resolve = async (_source, { name }: { name: string }) => {
      await new Promise((resolve) => setImmediate(resolve));
      finished.push(name);
      return name;
    };
    const own = await makeGateway({}, { schema: slow });
    const answer = await send(own, { query: '{ strict a: hello(name: "a") b: hello(name: "b") }' });
    expect(answer.body.data).toBeNull();
    expect(finished).toEqual(['a', 'b']);
    await own.app.close();
  });
});
