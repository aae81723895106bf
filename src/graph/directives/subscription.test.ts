/** A subscription only delivers events of the caller's account, and checks the key for every event. */
import { parse, subscribe, type ExecutionResult, type GraphQLResolveInfo } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { unauthenticated } from '../../errors';
import { contextOf, engines, guardedSchema, run, type Engine, type TestContext } from '../../../test/directives/policy';

const a = (id: string) => ({ id, accountId: 'A' });
const b = (id: string) => ({ id, accountId: 'B' });

interface Feed {
  readonly events: unknown[];
  closed: boolean;
  readonly seen: unknown[];
}

const sdl = `
  type Agent @scoped { id: ID! accountId: ID! friend: Agent }
  type Query { ok: Boolean @public(reason: "A test.") }
  type Subscription {
    changed(filter: String): Agent! @scoped
    batch: [Agent!]! @scoped
    audit: Agent @masterOnly
    tick: Int @public(reason: "A test.")
  }
`;

function schemaOf(feed: Feed) {
  const source = (_source: unknown, args: object, context: TestContext): AsyncIterableIterator<unknown> => {
    feed.seen.push({ args: { ...args }, scope: context.scope });
    const rest = [...feed.events];
    return {
      next: () =>
        Promise.resolve(rest.length > 0 ? { done: false, value: rest.shift() } : { done: true, value: undefined }),
      return: () => {
        feed.closed = true;
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  };
  const resolve = (event: unknown): unknown => event;
  const field = { subscribe: source, resolve };
  return guardedSchema(sdl, {
    Subscription: { changed: field, batch: field, audit: field, tick: { subscribe: source } },
  });
}

type Started = AsyncIterableIterator<ExecutionResult> | ExecutionResult;

async function start(engine: Engine, feed: Feed, source: string, contextValue: TestContext): Promise<Started> {
  const schema = schemaOf(feed);
  const document = parse(source);
  if (engine === 'interpreted') return subscribe({ schema, document, contextValue }) as Promise<Started>;
  const compiled = compileQuery(schema, document);
  if (!isCompiledQuery(compiled) || !compiled.subscribe) throw new Error('The document does not compile.');
  return compiled.subscribe({}, contextValue, {}) as Promise<Started>;
}

const codesOf = ({ errors = [] }: ExecutionResult): unknown[] => errors.map((error) => error.extensions?.code);

async function collect(started: Started): Promise<ExecutionResult[]> {
  if (!(Symbol.asyncIterator in started)) return [started];
  const results: ExecutionResult[] = [];
  for await (const result of started) results.push(result);
  return results;
}

const dataOf = (results: ExecutionResult[]): unknown => JSON.parse(JSON.stringify(results.map(({ data }) => data)));

describe.each(engines)('%s', (engine) => {
  const feedOf = (...events: unknown[]): Feed => ({ events, closed: false, seen: [] });

  test('events of another account are not delivered, with any filter', async () => {
    const feed = feedOf(b('1'), a('2'), Promise.resolve(b('3')), { ...a('4'), friend: b('5') });
    const context = contextOf('A');
    const started = await start(engine, feed, 'subscription { changed(filter: "B") { id friend { id } } }', context);
    expect(dataOf(await collect(started))).toEqual([
      { changed: { id: '2', friend: null } },
      { changed: { id: '4', friend: null } },
    ]);
    expect(context.foreignRows).toHaveLength(3);
    expect(feed.seen).toEqual([{ args: { filter: 'B' }, scope: { account: 'A', action: 'READ' } }]);
  });

  test('rows of other accounts are removed from a batch, and an empty batch is not delivered', async () => {
    const feed = feedOf([a('1'), b('2')], [b('3')], []);
    const results = await collect(await start(engine, feed, 'subscription { batch { id } }', contextOf('A')));
    expect(dataOf(results)).toEqual([{ batch: [{ id: '1' }] }, { batch: [] }]);
  });

  test.each([
    ['nobody', null, 'subscription { changed { id } }', 'UNAUTHENTICATED'],
    ['an account that names another', 'A', 'subscription { changed(accountId: "B") { id } }', 'ACCOUNT_MISMATCH'],
    ['an account', 'A', 'subscription { audit { id } }', 'FORBIDDEN'],
  ])('%s is refused before the stream opens', async (_name, caller, source, code) => {
    const feed = feedOf(a('1'));
    const results = await collect(await start(engine, feed, source, contextOf(caller)));
    expect(results.map(codesOf)).toEqual([[code]]);
    expect(feed.seen).toEqual([]);
  });

  test('revoking a key between two events ends the stream with the reason', async () => {
    const feed = feedOf(a('1'), a('2'), a('3'));
    const context = contextOf('A');
    const started = await start(engine, feed, 'subscription { changed { id } }', context);
    if (!(Symbol.asyncIterator in started)) throw new Error('The subscription did not start.');
    expect(dataOf([(await started.next()).value as ExecutionResult])).toEqual([{ changed: { id: '1' } }]);
    context.caller = null;
    const results = await collect(started);
    expect(results.map(codesOf)).toEqual([[unauthenticated().code]]);
    expect(feed.closed).toBe(true);
  });

  test('a caller who disconnects closes the source at once', async () => {
    const feed = feedOf(a('1'), a('2'));
    const started = await start(engine, feed, 'subscription { changed { id } }', contextOf('A'));
    if (!(Symbol.asyncIterator in started)) throw new Error('The subscription did not start.');
    await started.return?.();
    expect(feed.closed).toBe(true);
  });

  test('a public stream needs no key', async () => {
    const feed = feedOf({ tick: 1 }, { tick: 2 });
    expect(dataOf(await collect(await start(engine, feed, 'subscription { tick }', contextOf(null))))).toEqual([
      { tick: 1 },
      { tick: 2 },
    ]);
  });

  test('a subscription that is executed as a query returns nothing', async () => {
    const answer = await run(engine, schemaOf(feedOf()), 'subscription { changed { id } }', contextOf('A'));
    expect(JSON.stringify(answer.data ?? null)).toBe('null');
  });
});

test("a value that did not pass the stream's guard is refused", () => {
  const schema = schemaOf({ events: [], closed: false, seen: [] });
  const resolve = schema.getSubscriptionType()?.getFields().changed?.resolve;
  const forged = { value: b('1'), failed: false };
  expect(() => resolve?.(forged, {}, contextOf('A'), {} as GraphQLResolveInfo) as unknown).toThrow(
    'through its event stream only',
  );
});
