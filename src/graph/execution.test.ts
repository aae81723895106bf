/** Compiled and interpreted documents give the same answers, and no caller's text becomes code. */
import { makeExecutableSchema } from '@graphql-tools/schema';
import { makeGateway, send, type GraphqlAnswer, type GraphqlRequest, type TestGateway } from '../../test/graph/gateway';
import { createExecutor } from './execution';
import { isCompilable } from './jit/jit-safety';
import { buildSchema, parse } from 'graphql';

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
  'what a resolver is told': {
    query: '{ asked { field parent returns path selected } again: asked { path selected } }',
  },
};

/** The specification leaves the order of errors open; ids differ between requests. */
function comparable({ status, body }: GraphqlAnswer): unknown {
  const text = JSON.stringify(body.errors ?? []).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<request id>');
  const errors = (JSON.parse(text) as object[]).map((error) => JSON.stringify(error)).sort();
  return { status, data: body.data, errors };
}

describe('compiled execution', () => {
  let compiled: TestGateway;
  let interpreted: TestGateway;

  beforeAll(async () => {
    compiled = await makeGateway({ EXECUTION: 'compiled' });
    interpreted = await makeGateway({ EXECUTION: 'interpreted' });
  });
  afterAll(() => Promise.all([compiled.app.close(), interpreted.app.close()]));

  it.each(Object.entries(OPERATIONS))(
    'answers %s as graphql-js does, the first time and later',
    async (_name, request) => {
      for (let turn = 0; turn < 3; turn++) {
        expect(comparable(await send(compiled, request))).toEqual(comparable(await send(interpreted, request)));
      }
    },
  );

  it('never lets the text of a caller become code', async () => {
    const marker = '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d';
    const escaped = marker.replace('__', '\\u005f_');
    for (const text of [marker, escaped]) {
      const query = `query ($x: String = "${text}globalThis.intruder=1") { hello(name: "${text}globalThis.intruder=1") b: hello(name: $x) }`;
      for (let turn = 0; turn < 3; turn++) {
        expect((await send(compiled, { query })).body.data).toMatchObject({
          hello: `hello ${marker}globalThis.intruder=1`,
        });
      }
    }
    expect('intruder' in globalThis).toBe(false);
  });
});

describe('what is compiled', () => {
  const schema = buildSchema(
    'type Query { agents(first: Int, id: ID, text: String): [Agent] node: Node } interface Node { id: ID } type Agent implements Node { id: ID }',
  );

  it.each([
    ['a page', 'query Q($n: Int = 3) { agents(first: $n, id: 7) { id __typename } }', true],
    ['a fragment', '{ agents { ...F } } fragment F on Agent { id }', true],
    ['an alias with an underscore', '{ a_b: agents { id } }', false],
    ['an alias like __proto__', '{ __proto__: agents { id } }', false],
    ['a marker in a string', '{ agents(text: "__x") { id } }', false],
    ['a directive', '{ agents { id @skip(if: true) } }', false],
    ['an interface', '{ node { id } }', false],
    ['introspection', '{ __schema { types { name } } }', false],
    ['a text', '{ agents(text: "t") { id } }', false],
    ['two operations', 'query A { agents { id } } query B { agents { id } }', false],
  ])('%s: %s', (_name, query, expected) => {
    expect(isCompilable(schema, parse(query))).toBe(expected);
  });

  it('refuses a schema whose fields cannot be told apart', () => {
    const ambiguous = makeExecutableSchema({
      typeDefs: 'type Query { x: Ab y: A } type Ab { c: Int } type A { bc: Int }',
    });
    expect(() => createExecutor(ambiguous)).toThrow('Ab.c and A.bc cannot be told apart');
  });
});
