/** Documents that are small to send and expensive to process, with an account's key. */
import { repeat, times, type Attack } from './attack';
import type { Attacker, Body } from './attacker';

const REQUESTS = 40;
const CONNECTIONS = 8;

const sent =
  (bodyOf: (attacker: Attacker, index: number) => Body) =>
  (attacker: Attacker): Promise<string[]> =>
    attacker.flood(REQUESTS, CONNECTIONS, (index) => attacker.send(bodyOf(attacker, index)));

/** All requests have the same document. */
interface HostileDocument extends Body {
  readonly name: string;
}

const document = (name: string, query: string, variables: Body['variables'] = {}): HostileDocument => ({
  name,
  query,
  variables,
});

const nestedList = (levels: number): string => `${'['.repeat(levels)}1${']'.repeat(levels)}`;
const subAgents = (levels: number): string => `${'subAgents { '.repeat(levels)}id${' }'.repeat(levels)}`;
const INTROSPECTION =
  '__schema { types { name fields { name args { name type { name ofType { name ofType { name } } } } type { name } } } }';

/** test/operations/hostile-documents counts the cost of each of them. */
export const HOSTILE_DOCUMENTS: readonly HostileDocument[] = [
  document(
    'fragments that double 20 times',
    `${repeat(20, (index) => `fragment F${index} on Agent { ...F${index + 1} ...F${index + 1} }`)} fragment F20 on Agent { id } { agents { nodes { ...F0 } } }`,
  ),
  document(
    'fragments in a circle',
    `${repeat(50, (index) => `fragment F${index} on Agent { ...F${(index + 1) % 50} }`)} { agents { nodes { ...F0 } } }`,
  ),
  document('300 times one field at one place', `{ tools { ${'totalCount '.repeat(300)} } }`),
  document(
    '200 fields of one name and other arguments',
    `{ ${repeat(200, (index) => `tools(first: ${index + 1}) { totalCount }`)} }`,
  ),
  document(
    'fields that overlap in 30 fragments',
    `${repeat(30, (index) => `fragment F${index} on Agent { tools { id name } schedules { id } }`)} { agents { nodes { ${repeat(30, (index) => `...F${index}`)} } } }`,
  ),
  document('300 aliases', `{ tools { ${repeat(300, (index) => `a${index}: totalCount`)} } }`),
  document('240 root fields', `{ ${repeat(240, () => 'viewer { kind }')} }`),
  document('1,000 times __typename', `{ ${'__typename '.repeat(1_000)}}`),
  document('32 KB of comments', `{ viewer { kind } } #${'x'.repeat(32_000)}`),
  document('200 KB of comments', `{ viewer { kind } } #${'x'.repeat(200_000)}`),
  document('200 KB of brackets', '{'.repeat(200_000)),
  document('100 levels of fields', `{ agents { nodes { ${subAgents(100)} } } }`),
  document(
    'a literal 400 levels deep',
    `{ tools(filter: { metadata: [{ path: ["a"], equals: ${nestedList(400)} }] }) { totalCount } }`,
  ),
  document('900 directives', `query ($y: Boolean!) { viewer { kind ${'@skip(if: $y) '.repeat(900)} } }`, { y: false }),
  document('200 variables', `query (${repeat(200, (index) => `$v${index}: Int`)}) { viewer { kind } }`),
  document('200 fields that the schema lacks', `{ ${repeat(200, (index) => `nothing${index}`)} }`),
  document('20 times the schema', `{ ${repeat(20, (index) => `a${index}: ${INTROSPECTION}`)} }`),
  document(
    'the schema in 12 levels',
    `{ __schema { types { fields { type { ${'fields { type { '.repeat(12)}name${' } }'.repeat(12)} } } } } }`,
  ),
  document(
    'pages in pages that cost too much',
    'query ($n: Int) { agents(first: $n) { nodes { subAgents { subAgents { tools { id } } } } } }',
    { n: 100 },
  ),
  document(
    '20 pages of 20, each with its tools and schedules',
    `{ ${repeat(20, (index) => `a${index}: agents(first: 20) { nodes { tools { name } schedules { id } } }`)} }`,
  ),
  document('an id of 200 KB', 'query ($id: ID!) { agent(id: $id) { id } }', { id: 'x'.repeat(200_000) }),
  document('a cursor of 200 KB', 'query ($after: String) { agents(after: $after) { nodes { id } } }', {
    after: 'A'.repeat(200_000),
  }),
  document(
    'a search for 1,000 wildcards',
    'query ($text: String) { agents(filter: { name: { contains: $text } }) { totalCount } }',
    { text: '%_'.repeat(500) },
  ),
  document(
    '10,000 names in a filter',
    'query ($names: [String!]) { agents(filter: { name: { in: $names } }) { totalCount } }',
    { names: times(10_000, (index) => `n${index}`) },
  ),
  document(
    '20,000 conditions',
    'query ($all: [MetadataFilter!]) { agents(filter: { metadata: $all }) { totalCount } }',
    { all: times(5_000, () => ({ path: ['a'], equals: 1 })) },
  ),
  document(
    '20,000 keys of a variable',
    'query ($v: JSON!) { agents(filter: { metadata: [{ path: ["a"], equals: $v }] }) { totalCount } }',
    { v: Object.fromEntries(times(20_000, (index) => [`k${index}`, 1])) },
  ),
  document('operation names of 8 KB', `query ${'N'.repeat(8_000)} { viewer { kind } }`),
];

export const DOCUMENTS: readonly Attack[] = [
  ...HOSTILE_DOCUMENTS.map(({ name, ...body }) => ({ name, run: sent(() => body) })),
  {
    name: 'a new document each time',
    run: sent((_attacker, index) => ({
      query: `query Q${index} { ${repeat(19, (alias) => `a${index}x${alias}: viewer { kind }`)} }`,
    })),
  },
];
