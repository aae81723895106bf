/** Start-up fails unless every root field and every type that carries rows has exactly one directive. */
import { plainSchema, policy } from '../../../test/directives/policy';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { SchemaReviewError, withDirectives } from '.';

const everything = `
  interface Node { id: ID! }
  union Found = Agent | Tool
  type Agent implements Node @scoped { id: ID! accountId: ID! name: String tools: [Tool!]! node: Node }
  type Tool implements Node @scoped { id: ID! accountId: ID! name: String }
  type AgentConnection @scoped { nodes: [Agent!]! edges: [AgentEdge!]! pageInfo: PageInfo! }
  type AgentEdge @scoped { node: Agent! cursor: String! }
  type Hit @scoped { found: Found score: Float }
  type PageInfo { hasNextPage: Boolean! }
  type Bundle @scoped { text: String! }
  type Account @scoped { id: ID! slug: String! }
  type Viewer @scoped { kind: String! account: Account }
  type AccountList @masterOnly { nodes: [Account!]! }
  type MasterKey @masterOnly { id: ID! name: String }
  type Usage @masterOnly { total: Int! }
  type Query {
    agents: AgentConnection! @scoped
    agent(id: ID!): Agent @scoped
    search: [Hit!]! @scoped(action: READ)
    exportBundle: Bundle! @scoped
    viewer: Viewer! @authenticated
    health: String! @public(reason: "Probes have no key.")
    accounts: AccountList! @masterOnly
    masterKeys: [MasterKey!]! @masterOnly
    usage: Usage @masterOnly
  }
  type Mutation {
    createAgent: Agent! @scoped(action: WRITE)
    startRun: Boolean @scoped(action: RUN)
    createMasterKey: MasterKey! @masterOnly
  }
  type Subscription { agentChanged: Agent! @scoped }
`;

const DIRECTIVE = /@(scoped(\(action: \w+\))?|masterOnly|authenticated|public\(reason: "[^"]*"\))/g;

function violationsOf(sdl: string): readonly string[] {
  try {
    withDirectives(plainSchema(sdl), policy);
    return [];
  } catch (error) {
    if (error instanceof SchemaReviewError) return error.violations;
    throw error;
  }
}

const occurrences = [...everything.matchAll(DIRECTIVE)].map((match) => ({ text: match[0], index: match.index }));

/** The line around an annotation, as the name of the case. */
function place(index: number): string {
  const start = everything.lastIndexOf('\n', index) + 1;
  return everything.slice(start, everything.indexOf('\n', index)).trim().slice(0, 60);
}

const replaced = (index: number, length: number, by: string): string =>
  everything.slice(0, index) + by + everything.slice(index + length);

test('a schema with a directive on every root field and owned type is accepted', () => {
  expect(violationsOf(everything)).toEqual([]);
  expect(occurrences.length).toBeGreaterThan(20);
});

describe.each(occurrences)('$text', ({ text, index }) => {
  const name = place(index);

  test(`start-up fails without it: ${name}`, () => {
    expect(violationsOf(replaced(index, text.length, ''))).not.toEqual([]);
  });

  test.each(['@scoped', '@masterOnly', '@authenticated', '@public(reason: "Why not.")'])(
    `with %s beside it, start-up fails: ${name}`,
    (second) => {
      expect(violationsOf(replaced(index, text.length, `${text} ${second}`)).join()).toContain('Keep exactly one.');
    },
  );
});

const field = (sdl: string): string => `type Query { ok: Boolean @public(reason: "A test.") ${sdl} }`;
const row = 'type Agent @scoped { id: ID! accountId: ID! }';
const lone = field('');

test.each([
  [
    'a mutation that only reads',
    `${lone} type Mutation { go: Boolean @scoped }`,
    'Mutation.go is a mutation that only reads',
  ],
  [
    'an account argument of another type',
    field('a(accountId: String): Int @scoped'),
    'argument accountId of type String',
  ],
  ['a public field without a reason', field('a: Int @public(reason: " ")'), 'without a reason'],
  ['a directive with a wrong argument', field('a: Int @scoped(action: DANCE)'), 'cannot be read'],
  [
    'a public field that shows rows',
    `${row} ${field('a: Agent @public(reason: "A test.")')}`,
    'Query.a is @public but returns Agent',
  ],
  [
    'a scoped field that shows what is for masters',
    `type Key @masterOnly { id: ID! } ${field('a: [Key] @scoped')}`,
    'Query.a is @scoped but returns Key, which is @masterOnly',
  ],
  [
    'an authenticated field that shows what is for masters behind a union',
    `${row} type Key @masterOnly { id: ID! } union Any = Agent | Key ${field('a: Any @authenticated')}`,
    'Query.a is @authenticated but returns Key',
  ],
  ['a directive on an interface', `interface Node @scoped { name: String } ${lone}`, 'Node holds no rows itself'],
  [
    'a directive on a root type',
    'type Query @masterOnly { ok: Boolean @public(reason: "A test.") }',
    'Query holds no rows itself',
  ],
  [
    'a directive on an input field',
    `input In { a: Int @masterOnly } ${field('a(in: In): Int @scoped')}`,
    'In.a is an input field',
  ],
  [
    'an interface field whose directive is not repeated',
    `interface Node { secret: String @masterOnly } type Agent implements Node @scoped { id: ID secret: String } ${lone}`,
    'Agent.secret lacks the directive of Node.secret',
  ],
  [
    'a nested field for everybody',
    `type Agent @scoped { id: ID a: Int @public(reason: "A test.") } ${lone}`,
    'Agent.a has @public',
  ],
  [
    'a nested field with two directives',
    `type Agent @scoped { id: ID a: Int @scoped @masterOnly } ${lone}`,
    'Agent.a has @scoped and @masterOnly',
  ],
  ['a scoped field of a value', `type Page { a: Int @scoped } ${lone}`, 'Page carries no rows'],
  ['an action on a type', `type Agent @scoped(action: WRITE) { id: ID } ${lone}`, 'Agent has an action'],
  ['a type for every key', `type Agent @authenticated { id: ID } ${lone}`, 'Agent has @authenticated'],
  [
    'an annotation that nothing asks for',
    `type Page @masterOnly { a: Int } ${lone}`,
    'Page has @masterOnly but carries no rows',
  ],
  [
    'an extension that repeats a directive',
    `${row} extend type Agent @masterOnly ${lone}`,
    'Agent has @scoped and @masterOnly',
  ],
])('%s is refused', (_name, sdl, words) => {
  expect(violationsOf(sdl).join('\n')).toContain(words);
});

test('a violation includes the path by which a type contains rows', () => {
  const sdl = `${row} union Any = Agent type Edge { any: [Any] } type Page { edges: [[Edge]] } ${lone}`;
  expect(violationsOf(sdl)).toEqual([
    'Edge carries rows (Edge.any -> Any -> Agent.accountId) but has no directive. Add @scoped or @masterOnly.',
    'Page carries rows (Page.edges -> Edge.any -> Any -> Agent.accountId) but has no directive. Add @scoped or @masterOnly.',
  ]);
});

test('all violations are reported together', () => {
  const sdl = 'type Agent { accountId: ID } type Query { a: Int b: Agent } type Mutation { c: Int }';
  const error = new SchemaReviewError(violationsOf(sdl));
  expect(error.violations).toHaveLength(4);
  for (const name of ['Query.a', 'Query.b', 'Mutation.c', 'Agent carries rows']) expect(error.message).toContain(name);
});

test('a schema that does not define the directives is refused', () => {
  const schema = makeExecutableSchema({ typeDefs: 'type Query { a: Int }' });
  expect(() => withDirectives(schema, policy)).toThrow('The schema does not define @scoped');
});

test('types that refer to each other and contain no rows are accepted', () => {
  expect(violationsOf(`type A { b: B } type B { a: A } ${lone}`)).toEqual([]);
});
