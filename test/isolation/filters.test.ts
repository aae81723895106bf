/** Filters, searches and cursors: with any input, an account key sees only its own rows, and filters match exactly. */
import { randomBytes } from 'node:crypto';
import { seedBulk } from '../harness/seed-bulk';
import { seed } from '../harness/factories';
import type { Answer } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { query } from '../harness/sql';

const tenants = setupTwoTenants();

beforeAll(async () => {
  for (const tenant of [tenants.globex, tenants.acme]) {
    await seed(tenant, 'Row');
    await seedBulk(tenants.database.superuserUrl, tenant.accountId, 3);
  }
}, 60_000);

interface Page {
  readonly tools: {
    readonly totalCount: number;
    readonly nodes: readonly { readonly name: string; readonly accountId: string }[];
    readonly pageInfo: { readonly startCursor: string; readonly endCursor: string };
  } | null;
}

const LIST = `query ($filter: ToolFilter, $orderBy: ToolOrder, $first: Int, $after: String, $last: Int, $before: String, $deleted: Deleted) {
  tools(filter: $filter, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before, deleted: $deleted) {
    totalCount nodes { name accountId } pageInfo { startCursor endCursor }
  }
}`;

const list = (variables: object): Promise<Answer<Page>> => tenants.acme.send<Page>(LIST, variables);
const codes = ({ errors }: Answer<Page>): string[] => errors.map(({ extensions }) => extensions.code);
const namesOf = ({ data }: Answer<Page>): string[] => (data.tools?.nodes ?? []).map(({ name }) => name);

it.each([
  ['no filter', {}],
  ['{}', { filter: {} }],
  ['null', { filter: null }],
  ['an empty condition', { filter: { name: {} } }],
  ['a condition that is null', { filter: { name: null } }],
  ['operators that are null', { filter: { name: { equals: null, in: null, contains: null }, id: { in: null } } }],
  ['no metadata conditions', { filter: { metadata: [] } }],
  ['an empty search', { filter: { name: { contains: '' } } }],
])('%s lists every row of the account and no other', async (_what, variables) => {
  const { data } = await list(variables);
  expect(data.tools?.totalCount).toBe(8);
  expect(new Set(data.tools?.nodes.map(({ accountId }) => accountId))).toEqual(new Set([tenants.acme.accountId]));
});

it.each([
  ['an empty list of names', { name: { in: [] } }],
  ['an empty list of ids', { id: { in: [] } }],
  ['invalid ids', { id: { in: ['x', "') OR true --"] } }],
  ['metadata that only another shape has', { metadata: [{ path: ['owner', 'team'], equals: 'x' }] }],
  ['a path through the account', { metadata: [{ path: ['accountId'], equals: 'x' }] }],
])('%s matches nothing', async (_what, filter) => {
  expect((await list({ filter })).data.tools).toMatchObject({ totalCount: 0, nodes: [] });
});

it.each([
  ['accountId', { accountId: { equals: 'x' } }],
  ['or', { or: [{}] }],
  ['OR', { OR: [{ name: { contains: '' } }] }],
  ['not', { not: {} }],
  ['a nested filter', { name: { or: [{ equals: 'x' }] } }],
  ['raw', { name: { raw: 'true' } }],
  ['a list of filters', [{}, {}]],
])('an escape through %s is refused', async (_what, filter) => {
  const answer = await list({ filter });
  expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
});

it.each(['name; DROP TABLE tool', 'account_id', 'accountId', 'name" ASC, (SELECT 1)', '1'])(
  'an order by %s is refused by the enum',
  async (field) => {
    expect(codes(await list({ orderBy: { field } }))).toEqual(['BAD_USER_INPUT']);
  },
);

const ODD = [
  '100%',
  'under_score',
  'back\\slash',
  "quo'te",
  'quo"te',
  "'; DROP TABLE tool; --",
  '$1',
  '%%',
  '__',
  '\\',
  '\\%',
  '(.*)',
  'ünï😀',
  '{"a":1}',
  '/slash',
];

it('%, _, backslash, quotes and SQL in a search are literal text', async () => {
  for (const name of ODD)
    await tenants.acme.ask('mutation ($name: String!) { createTool(input: { name: $name }) { id } }', { name });
  await tenants.globex.ask('mutation { createTool(input: { name: "100% of globex_\\\\" }) { id } }');
  const alive = (test: (name: string) => boolean): string[] => ODD.filter(test).sort();
  for (const text of ODD) {
    const found = async (operator: string): Promise<string[]> =>
      namesOf(await list({ filter: { name: { [operator]: operator === 'in' ? [text] : text } }, first: 100 })).sort();
    expect(await found('equals')).toEqual([text]);
    expect(await found('in')).toEqual([text]);
    expect(await found('contains')).toEqual(alive((name) => name.toLowerCase().includes(text.toLowerCase())));
    expect(await found('startsWith')).toEqual(alive((name) => name.toLowerCase().startsWith(text.toLowerCase())));
  }
  expect(await tenants.acme.ask('{ tools(filter: { name: { contains: "globex" } }) { totalCount } }')).toEqual({
    tools: { totalCount: 0 },
  });
});

it('metadata filters compare values, for generated paths and values', async () => {
  const path = ["ow'ner", 'te"am', '$.x', '__proto'];
  const metadata = { "ow'ner": { 'te"am': { '$.x': { __proto: 'red' } } } };
  await tenants.acme.ask(
    'mutation ($metadata: JSONObject!) { createTool(input: { name: "marked", metadata: $metadata }) { id } }',
    { metadata },
  );
  const found = async (equals: unknown): Promise<string[]> =>
    namesOf(await list({ filter: { metadata: [{ path, equals }] } }));
  expect(await found('red')).toEqual(['marked']);
  expect(await found("red' OR '1'='1")).toEqual([]);
  expect(await found({})).toEqual([]);
  for (const [steps, code] of [
    [[], 'BAD_USER_INPUT'],
    [Array<string>(9).fill('a'), 'BAD_USER_INPUT'],
  ] as const) {
    expect(codes(await list({ filter: { metadata: [{ path: steps, equals: 1 }] } }))).toEqual([code]);
  }
});

it('excessive numbers, times and lists are refused with an explanation', async () => {
  for (const variables of [
    { first: 0 },
    { first: 101 },
    { first: -1 },
    { first: 1.5 },
    { first: '1' },
    { first: 2, last: 2 },
    { filter: { name: { in: Array<string>(101).fill('x') } } },
    { filter: { name: { contains: 'x'.repeat(1001) } } },
    { filter: { createdAt: { after: 'yesterday' } } },
    { filter: { createdAt: { after: '2026-13-45T00:00:00Z' } } },
    { deleted: 'ALL' },
  ]) {
    expect({ variables, codes: codes(await list(variables)) }).toEqual({ variables, codes: ['BAD_USER_INPUT'] });
  }
  expect(codes(await list({ filter: { createdAt: { after: '+275760-09-13T00:00:00Z' } } }))).toEqual([
    'BAD_USER_INPUT',
  ]);
  expect(codes(await list({ filter: { name: { contains: 'nul\0l' } } }))).toEqual(['BAD_USER_INPUT']);
});

describe('a cursor', () => {
  const cursors = async (client = tenants.acme, orderBy: object | null = null): Promise<string> => {
    const { tools } = await client.ask<Page>(LIST, { first: 2, orderBy });
    return tools?.pageInfo.endCursor ?? '';
  };

  it('of another account, another list, another order or the master key is INVALID_CURSOR', async () => {
    const agents = await tenants.acme.ask<{ agents: { pageInfo: { endCursor: string } } }>(
      '{ agents(first: 1) { pageInfo { endCursor } } }',
    );
    const foreignRows = [
      await cursors(tenants.globex),
      await cursors(tenants.acme, { field: 'name' }),
      await cursors(tenants.acme, { field: 'createdAt', direction: 'DESC' }),
      agents.agents.pageInfo.endCursor,
      (await tenants.master.ask<Page>(LIST, { first: 2 })).tools?.pageInfo.endCursor ?? '',
    ];
    expect(new Set(foreignRows).size).toBe(foreignRows.length);
    for (const after of foreignRows) expect(codes(await list({ after }))).toEqual(['INVALID_CURSOR']);
    const bodies = await Promise.all(foreignRows.map(async (after) => (await list({ after })).text));
    expect(new Set(bodies).size).toBe(1);
  });

  it('of the opposite direction is INVALID_CURSOR, in every order', async () => {
    for (const field of ['name', 'createdAt', 'updatedAt'])
      for (const [direction, other] of [
        ['ASC', 'DESC'],
        ['DESC', 'ASC'],
      ]) {
        const after = await cursors(tenants.acme, { field, direction });
        expect(codes(await list({ after, orderBy: { field, direction } }))).toEqual([]);
        expect(codes(await list({ after, orderBy: { field, direction: other } }))).toEqual(['INVALID_CURSOR']);
      }
  });

  it('that was tampered with anywhere is INVALID_CURSOR', async () => {
    const good = await cursors();
    expect(codes(await list({ after: good }))).toEqual([]);
    const bytes = Buffer.from(good, 'base64url');
    const flipped = Array.from(bytes, (_, index) => {
      const copy = Buffer.from(bytes);
      copy[index] = (copy[index] ?? 0) ^ 1;
      return copy.toString('base64url');
    });
    const forged = [
      Buffer.from('["x"]').toString('base64url'),
      randomBytes(60).toString('base64url'),
      '',
      ' ',
      `${good}=`,
      `${good}A`,
      good.slice(0, -2),
      '✓',
      'null',
    ];
    for (const after of [...flipped, ...forged])
      expect({ after, codes: codes(await list({ after })) }).toEqual({ after, codes: ['INVALID_CURSOR'] });
  });

  it('reveals no data of its row when it is decoded', async () => {
    const [stored] = await query<{ id: string }>(
      tenants.database.superuserUrl,
      'SELECT id FROM tool WHERE account_id = $1 ORDER BY name LIMIT 1',
      [tenants.acme.accountId],
    );
    const cursor = await cursors(tenants.acme, { field: 'name' });
    for (const encoding of ['utf8', 'latin1', 'hex'] as const) {
      const plain = Buffer.from(cursor, 'base64url').toString(encoding).toLowerCase();
      for (const secret of ['row', 'name', tenants.acme.accountId, stored?.id ?? 'x', 'acme']) {
        expect(plain).not.toContain(secret.toLowerCase());
        expect(plain).not.toContain(Buffer.from(secret).toString('hex'));
        expect(plain).not.toContain(secret.replaceAll('-', ''));
      }
    }
  });
});
