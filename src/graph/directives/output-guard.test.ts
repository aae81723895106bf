/** A row of another account is never returned, whatever the resolver returns and in whatever shape. */
import { isObjectType, type GraphQLResolveInfo } from 'graphql';
import { contextOf, engines, guardedSchema, policy, run, type TestContext } from '../../../test/directives/policy';
import { SCOPE } from '../../util/scope-tag';
import { OutputGuard, scopeOfParent } from './output-guard';

const a = () => ({ __typename: 'Agent', id: 'a', accountId: 'A' });
const b = () => ({ __typename: 'Agent', id: 'b', accountId: 'B' });

const sdl = `
  interface Row { id: ID! }
  union Any = Agent | Account | Page
  type Agent implements Row @scoped { id: ID! accountId: ID! friend: Agent friends: [Agent!]! any: [Any!]! }
  type Account @scoped { id: ID! }
  type Page @scoped { size: Int agents: [Agent!] }
  type Query {
    one: Agent @scoped
    sure: Agent! @scoped
    many: [Agent!]! @scoped
    grid: [[Agent]] @scoped
    rows: [Row!]! @scoped
    any: [Any]! @scoped
    page: Page! @scoped
  }
`;

/** A schema in which every root field returns what the test provides. */
const schemaWith = (answer: unknown, more: Record<string, unknown> = {}) => {
  const resolve = () => answer;
  const Query = Object.fromEntries(
    ['one', 'sure', 'many', 'grid', 'rows', 'any', 'page'].map((name) => [name, resolve]),
  );
  return guardedSchema(sdl, { Query, ...more } as Parameters<typeof guardedSchema>[1]);
};

describe.each(engines)('%s', (engine) => {
  test('a list that corresponds to another list item by item keeps its positions', async () => {
    const resolve = () => [b(), a(), null];
    const Query = { any: { resolve, extensions: { keepsPositions: true } }, many: () => [b(), a()] };
    const answer = await run(
      engine,
      guardedSchema(sdl, { Query }),
      '{ any { __typename } many { id } }',
      contextOf('A'),
    );
    expect(answer.data).toEqual({ any: [null, { __typename: 'Agent' }, null], many: [{ id: 'a' }] });
  });

  let context: TestContext;
  beforeEach(() => (context = contextOf('A')));

  const ask = (source: string, answer: unknown, more?: Record<string, unknown>) =>
    run(engine, schemaWith(answer, more), source, context);

  test.each([
    ['a row', '{ one { id } }', b(), { one: null }],
    ['a promise of a row', '{ one { id } }', Promise.resolve(b()), { one: null }],
    ['a list', '{ many { id } }', [b(), a(), b()], { many: [{ id: 'a' }] }],
    ['a promise of a list', '{ many { id } }', Promise.resolve([a(), b()]), { many: [{ id: 'a' }] }],
    ['a list of promises', '{ many { id } }', [Promise.resolve(b()), Promise.resolve(a())], { many: [{ id: 'a' }] }],
    ['a set', '{ many { id } }', new Set([a(), b()]), { many: [{ id: 'a' }] }],
    ['nested lists', '{ grid { id } }', [[a(), b(), null], null, [b()]], { grid: [[{ id: 'a' }, null], null, []] }],
    [
      'nested lists of promises',
      '{ grid { id } }',
      [Promise.resolve([b(), Promise.resolve(a())]), [Promise.resolve(b())]],
      { grid: [[{ id: 'a' }], []] },
    ],
    ['an interface', '{ rows { id } }', [a(), b()], { rows: [{ id: 'a' }] }],
    ['a union', '{ any { __typename } }', [null, b(), a()], { any: [null, { __typename: 'Agent' }] }],
    [
      'a carrier',
      '{ page { size agents { id } } }',
      { size: 2, agents: [a(), b()] },
      { page: { size: 2, agents: [{ id: 'a' }] } },
    ],
    [
      'a carrier with a method',
      '{ page { agents { id } } }',
      { agents: () => [a(), b()] },
      { page: { agents: [{ id: 'a' }] } },
    ],
    ['a row below a row', '{ one { friend { id } } }', { ...a(), friend: b() }, { one: { friend: null } }],
    [
      'rows below a row',
      '{ one { friends { id } } }',
      { ...a(), friends: [b(), a()] },
      { one: { friends: [{ id: 'a' }] } },
    ],
  ])('a row of another account in %s is filtered out and reported', async (_name, source, answer, data) => {
    expect(await ask(source, answer)).toEqual({ data, codes: [], messages: [] });
    expect(context.foreignRows.length).toBeGreaterThan(0);
  });

  test('a non-null row of another account is answered like a missing row', async () => {
    expect(await ask('{ sure { id } }', b())).toMatchObject({ data: null, codes: ['NOT_FOUND'] });
    expect(context.foreignRows).toEqual(['Query.sure Agent']);
  });

  test('a master key across accounts receives the rows of all accounts', async () => {
    context = contextOf('master');
    expect(await ask('{ many { id friends { id } } }', [{ ...b(), friends: [a(), b()] }])).toMatchObject({
      data: { many: [{ id: 'b', friends: [{ id: 'a' }, { id: 'b' }] }] },
    });
  });

  test('a master key that names an account receives the rows of that account only, at every depth', async () => {
    context = contextOf('master');
    const rows = [{ ...b(), friends: [a(), b()] }, a()];
    expect(await ask('{ many(accountId: "B") { id friends { id } } }', rows)).toMatchObject({
      data: { many: [{ id: 'b', friends: [{ id: 'b' }] }] },
    });
  });

  test.each([
    ['a row that does not tell its account', '{ one { id } }', { id: 'a' }, { one: null }],
    ['text where a row was due', '{ one { id } }', 'a', { one: null }],
    ['a value of unknown type', '{ any { __typename } }', [{ id: 'A' }], { any: [] }],
    [
      'a type that the union does not have',
      '{ any { __typename } }',
      [{ ...a(), __typename: 'Query', accountId: null }],
      { any: [] },
    ],
  ])('%s is filtered out', async (_name, source, answer, data) => {
    expect(await ask(source, answer)).toMatchObject({ data });
    expect(context.foreignRows).toHaveLength(1);
  });

  test('the guard checks a row by the type that its union resolves to', async () => {
    const resolveType = (value: { slug?: string }) => (value.slug ? 'Account' : 'Page');
    const answer = [{ id: 'B', slug: 'b' }, { id: 'A', slug: 'a' }, { size: 1 }];
    expect(
      await ask('{ any { __typename ... on Account { id } } }', answer, { Any: { __resolveType: resolveType } }),
    ).toMatchObject({
      data: { any: [{ __typename: 'Account', id: 'A' }, { __typename: 'Page' }] },
    });
  });

  test('a row whose type is resolved later is filtered out unless it names its account', async () => {
    const resolveType = (value: { __typename: string }) => Promise.resolve(value.__typename);
    const answer = [{ __typename: 'Account', id: 'A' }, b(), a()];
    await ask('{ any { __typename } }', answer, { Any: { __resolveType: resolveType } });
    expect(context.foreignRows).toEqual(['Query.any ', 'Query.any ']);
  });

  test('a list element that failed is reported as its own error', async () => {
    const failing = [a(), Promise.reject(new Error('lost')), b(), new Error('gone')];
    const { data, messages } = await ask('{ any { __typename } }', failing);
    expect(data).toEqual({ any: [{ __typename: 'Agent' }, null, null] });
    expect(messages.map((message) => /lost|gone/.exec(message)?.[0]).sort()).toEqual(['gone', 'lost']);
  });

  test('a value that is not a list fails where a list is expected', async () => {
    expect(await ask('{ many { id } }', a())).toMatchObject({
      data: null,
      messages: [expect.stringContaining('not a list')],
    });
  });

  test('an object shared by concurrent requests gives each caller its own rows only', async () => {
    const shared = { ...a(), friends: [a(), b()] };
    const page = { agents: [shared, { ...b(), friends: [] }] };
    // A promise interleaves the requests between the check of the page and the fields below it.
    const schema = schemaWith(Promise.resolve(page));
    const ofA = { agents: [{ id: 'a', friends: [{ id: 'a' }] }] };
    const ofB = { agents: [{ id: 'b', friends: [] }] };
    const all = { agents: [{ id: 'a', friends: [{ id: 'a' }, { id: 'b' }] }, ...ofB.agents] };
    const callers = ['A', 'master', 'B', 'master', 'A'];
    const ask = (caller: string) => run(engine, schema, '{ page { agents { id friends { id } } } }', contextOf(caller));
    const answers = await Promise.all(callers.map(ask));
    expect(answers.map(({ data }) => data)).toEqual([ofA, all, ofB, all, ofA].map((expected) => ({ page: expected })));
  });

  test("a row of another account that is tagged with the caller's scope is filtered out", async () => {
    const trusting = guardedSchema(
      'type Agent @scoped { id: ID! accountId: ID! } type Query { many: [Agent!]! @scoped }',
      {
        Query: {
          many: (_source, _args, { scope }: TestContext) => [a(), b()].map((row) => ({ ...row, [SCOPE]: scope })),
        },
      },
    );
    expect(await run(engine, trusting, '{ many { id } }', context)).toMatchObject({ data: { many: [{ id: 'a' }] } });
  });
});

test('a row of a @masterOnly type needs no account', async () => {
  const schema = guardedSchema(
    'type Access @masterOnly { id: ID! accountId: ID } type Query { access: [Access!]! @masterOnly }',
    { Query: { access: () => [{ id: '1', accountId: null }] } },
  );
  expect(await run('interpreted', schema, '{ access { id } }', contextOf('master'))).toMatchObject({
    data: { access: [{ id: '1' }] },
  });
});

test('fields of a value that passed no output guard are not resolved', () => {
  const friend = jest.fn(a);
  const type = schemaWith(null, { Agent: { friend } }).getType('Agent');
  if (!isObjectType(type)) throw new Error('The schema has no type Agent.');
  const context = contextOf('A');
  const info = { parentType: type } as GraphQLResolveInfo;
  expect(type.getFields().friend?.resolve?.(a(), {}, context, info)).toBeNull();
  expect(() => type.getFields().friends?.resolve?.(a(), {}, context, info) as unknown).toThrow('Nothing with this id');
  expect(friend).not.toHaveBeenCalled();
  expect(context.foreignRows).toEqual(['Agent.friend Agent', 'Agent.friends Agent']);
});

describe('the output guard', () => {
  const plan = {
    fieldPath: 'Query.many',
    lists: 1,
    nullable: false,
    keepsPositions: false,
    typeNameOf: () => 'Agent',
    requiresAccountId: () => true,
  };
  const outputGuard = new OutputGuard(plan, policy);
  const context = contextOf('A');
  const scope = { account: 'A', action: 'ALL' } as const;
  // The plan above does not use it.
  const info = {} as GraphQLResolveInfo;

  test('returns the same list, with its rows tagged, when all rows are allowed', () => {
    const rows = [a(), a()];
    expect(outputGuard.filter(rows, scope, context, info)).toBe(rows);
    expect(rows.map(scopeOfParent)).toEqual([scope, scope]);
    expect(scopeOfParent(rows[0])).toBe(scope);
    expect(outputGuard.filter(rows, scope, context, info)).toBe(rows);
  });

  test('returns synchronous values synchronously', () => {
    expect(outputGuard.filterResult([a(), b()], scope, context, info)).toEqual([{ ...a(), [SCOPE]: scope }]);
  });

  test('leaves null for a foreign row where positions matter, also in lists of promises', async () => {
    const inPlace = new OutputGuard({ ...plan, keepsPositions: true }, policy);
    const expected = [null, { ...a(), [SCOPE]: scope }, null];
    expect(inPlace.filterResult([b(), a(), null], scope, context, info)).toEqual(expected);
    const promised = [Promise.resolve(b()), Promise.resolve(a()), null];
    expect(await inPlace.filterResult(promised, scope, context, info)).toEqual(expected);
  });

  test('returns a tagged copy of a frozen row', () => {
    const frozen = Object.freeze(a());
    const [copy] = outputGuard.filter([frozen], scope, context, info) as object[];
    expect(copy).toMatchObject(frozen);
    expect(copy).not.toBe(frozen);
    expect([scopeOfParent(copy), scopeOfParent(frozen)]).toEqual([scope, undefined]);
  });

  test('tags rows without changing their JSON', () => {
    const rows = [a()];
    outputGuard.filter(rows, scope, context, info);
    expect(JSON.parse(JSON.stringify(rows))).toEqual([a()]);
  });
});
