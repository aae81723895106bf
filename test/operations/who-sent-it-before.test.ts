/**
 * The answer to an operation depends on its text, its variables and its caller, never on who sent the same text before.
 */
import { randomUUID } from 'node:crypto';
import { PreparedDocuments } from '../../src/graph/prepared-documents';
import { gatewaySchema, seed } from '../harness/factories';
import { setupTwoTenants } from '../harness/setup-tenants';
import { query } from '../harness/sql';
import { argumentOperations, COUNTED, pathOperations, type Operation } from '../isolation/operations';

let ids: string[];

const tenants = setupTwoTenants();

beforeAll(async () => {
  const seeded = await seed(tenants.acme, 'own');
  ids = [...seeded.values()].flatMap((each) => each.slice(0, 1));
}, 60_000);

/** The same document with another text. */
const retold = (text: string): string => `# ${randomUUID()}\n${text}`;

interface Effects {
  readonly answer: string;
  /** How often the key was used, by purpose. */
  readonly counted: unknown;
}

const COUNTERS = `
  SELECT action || ' ' || resource AS name, count::int FROM key_usage WHERE account_id = $1 ORDER BY 1`;

async function counters(): Promise<Map<string, number>> {
  await tenants.gateway.flushCounters();
  const rows = await query<{ name: string; count: number }>(tenants.database.superuserUrl, COUNTERS, [
    tenants.acme.accountId,
  ]);
  return new Map(rows.map(({ name, count }) => [name, count]));
}

async function run(text: string, variables: object): Promise<Effects> {
  const before = await counters();
  const { text: answer } = await tenants.acme.send(text, variables);
  const after = await counters();
  const counted = [...after]
    .map(([name, count]) => [name, count - (before.get(name) ?? 0)])
    .filter(([, count]) => count !== 0);
  return { answer, counted };
}

/** Sends the text twice, and then a variant that others have sent before. */
async function compare(text: string, variables: object): Promise<void> {
  const cold = retold(text);
  const first = await run(cold, variables);
  expect(await run(cold, variables)).toEqual(first);
  const warmed = retold(text);
  for (const other of [tenants.globex, tenants.master, tenants.client(null), tenants.globex]) {
    await other.send(warmed, variables);
  }
  expect(await run(warmed, variables)).toEqual(first);
}

const isSteady = ({ name, query: text }: Operation): boolean =>
  !/\busage \{/.test(text) && ![...COUNTED, 'auditEvents', 'accountAccess'].some((field) => name.startsWith(field));

/** Evenly spread over all of them, so that every kind is included. */
const some = (operations: readonly Operation[], count: number): Operation[] => {
  const step = Math.max(1, Math.floor(operations.length / count));
  return operations.filter((_operation, index) => index % step === 0);
};

it('reading operations of every kind answer and count the same, cold and warmed by others', async () => {
  const samples = { ids: [...ids, tenants.globex.accountId, 'no-id'], texts: ['own', '%'] };
  const all = [
    ...pathOperations(gatewaySchema, samples, () => samples.ids.map((id) => ({ id }))),
    ...argumentOperations(gatewaySchema, samples),
  ].filter(isSteady);
  for (const { query: text, variables } of some(all, 60)) await compare(text, variables);
}, 120_000);

it.each([
  [
    'a refused field before one that is read',
    '{ auditCheckpoint(accountId: "") { sequence } tools { totalCount } }',
    {},
  ],
  [
    'a refused field after one that is read',
    '{ tools { totalCount } auditCheckpoint(accountId: "") { sequence } }',
    {},
  ],
  ['two refusals', '{ a: tools(accountId: "x") { totalCount } b: agents(accountId: "y") { totalCount } }', {}],
  ['a field for masters and one of the account', '{ masterKeys { totalCount } tools { totalCount } }', {}],
  ['an id that does not exist', 'query ($id: ID!) { node(id: $id) { id } tool(id: $id) { id } }', { id: randomUUID() }],
  [
    'a condition that omits a field',
    'query ($yes: Boolean!) { tools @skip(if: $yes) { totalCount } agents @include(if: $yes) { totalCount } }',
    { yes: true },
  ],
])('%s counts the same, cold and warmed by others', async (_name, text, variables) => {
  await compare(text, variables);
});

it('a mutation with a failing field stores the same, cold and warmed by others', async () => {
  const text =
    'mutation ($i: ID!, $name: String!) { first: deleteTool(id: $i) { id } second: createTool(input: { name: $name }) { id } }';
  const variables = { i: randomUUID(), name: 'second' };
  const tools = async (): Promise<unknown> =>
    query(tenants.database.superuserUrl, 'SELECT account_id, count(*) FROM tool GROUP BY 1 ORDER BY 1');
  const before = await tools();
  await compare(text, variables);
  expect(await tools()).toEqual(before);
});

describe('a text that others have sent', () => {
  /** How often a text was prepared while `work` ran. */
  async function preparations(text: string, work: () => Promise<unknown>): Promise<number> {
    const prepare = jest.spyOn(PreparedDocuments.prototype, 'prepare');
    try {
      await work();
      return prepare.mock.calls.filter((given) => given.includes(text)).length;
    } finally {
      prepare.mockRestore();
    }
  }

  it.each([
    ['a name', '{ tools(filter: { name: { equals: "a secret project" } }) { totalCount } }'],
    ['an id', `{ tool(id: "${randomUUID()}") { id } }`],
    ['a block of text', '{ tools(filter: { name: { equals: """a secret project""" } }) { totalCount } }'],
  ])(
    'with %s in it is prepared again for each account, so its time does not reveal the others',
    async (_name, text) => {
      const { acme, globex, master } = tenants;
      const own = retold(text);
      const sent = [globex, globex, master, acme, acme, tenants.client(null), globex];
      const counts: number[] = [];
      for (const client of sent) counts.push(await preparations(own, () => client.send(own)));
      expect(counts).toEqual([1, 0, 1, 1, 0, 1, 0]);
    },
  );

  it('is prepared again for each account by explainOperation and simulateAccess, too', async () => {
    const { acme, globex } = tenants;
    const own = retold('{ tools(filter: { name: { equals: "a secret project" } }) { totalCount } }');
    const explain = 'query ($document: String!) { explainOperation(document: $document) { allowed } }';
    const simulate = `query ($document: String!) {
      simulateAccess(rights: { role: VIEWER }, documents: [{ document: $document }]) { operations { operation } } }`;
    for (const client of [globex, acme])
      expect(await preparations(own, () => client.ask(explain, { document: own }))).toBe(1);
    for (const client of [globex, acme])
      expect(await preparations(own, () => client.send(simulate, { document: own }))).toBe(0);
  });

  it('is prepared once for all if only variables have values', async () => {
    const text = retold('query ($name: String) { tools(filter: { name: { equals: $name } }) { totalCount } }');
    await tenants.globex.ask(text, { name: 'a secret project' });
    expect(await preparations(text, () => tenants.acme.ask(text, { name: 'another' }))).toBe(0);
  });

  it('stays prepared for an account, however many texts another one sends', async () => {
    const text = retold('{ tools { totalCount } }');
    await tenants.acme.ask(text);
    const filler = 'x'.repeat(30_000);
    for (let count = 0; count < 40; count += 1) await tenants.globex.ask(`# ${filler} ${count}\n{ __typename }`);
    for (let count = 0; count < 600; count += 1) await tenants.globex.ask(`# ${count}\n{ __typename }`);
    expect(await preparations(text, () => tenants.acme.ask(text))).toBe(0);
  }, 60_000);
});
