/** Only callers allowed by its directive can run a field, which reaches no account but the one in scope. */
import { contextOf, engines, guardedSchema, run, type TestContext } from '../../../test/directives/policy';

const entered: string[] = [];
const seen: { args: unknown; scope: unknown }[] = [];

const record = (name: string, answer: unknown) => (_source: unknown, args: unknown, context: TestContext) => {
  entered.push(name);
  seen.push({ args: { ...(args as object) }, scope: context.scope });
  return answer;
};

const agentOfA = { id: '1', accountId: 'A', note: 'hidden', danger: 'done' };

const schema = guardedSchema(
  `
  type Agent @scoped {
    id: ID! accountId: ID!
    note: String @masterOnly
    danger: String @scoped(action: ADMIN)
    key: MasterKey
  }
  type MasterKey @masterOnly { id: ID! twin: MasterKey }
  type Account @scoped { id: ID! agents: [Agent!]! }
  type Viewer @scoped { kind: String account: Account }
  type Query {
    health: String @public(reason: "Probes have no key.")
    kind: String @authenticated
    viewer: Viewer @authenticated
    agent(id: ID): Agent @scoped
    own(accountId: ID, id: ID): Agent @scoped
    count: Int @scoped
    all: [Agent!]! @masterOnly
    masterKey: MasterKey @masterOnly
  }
  type Mutation { rename(id: ID): Agent @scoped(action: WRITE) }
`,
  {
    Query: {
      health: record('health', 'ok'),
      kind: record('kind', 'account'),
      viewer: record('viewer', { kind: 'account', account: { id: 'A', agents: [agentOfA] } }),
      agent: record('agent', agentOfA),
      own: record('own', agentOfA),
      count: record('count', 7),
      all: record('all', [agentOfA, { id: '2', accountId: 'B' }]),
      masterKey: record('masterKey', { id: '9', twin: { id: '10' } }),
    },
    Mutation: { rename: record('rename', agentOfA) },
    Agent: { note: record('note', 'hidden'), key: record('key', { id: '9' }) },
  },
);

beforeEach(() => {
  entered.length = 0;
  seen.length = 0;
});

describe.each(engines)('%s', (engine) => {
  const ask = (source: string, context: TestContext) => run(engine, schema, source, context);

  test.each([
    ['nobody', null, 'kind', 'UNAUTHENTICATED'],
    ['nobody', null, 'count', 'UNAUTHENTICATED'],
    ['nobody', null, 'masterKey { id }', 'UNAUTHENTICATED'],
    ['an account', 'A', 'masterKey { id }', 'FORBIDDEN'],
    ['an account', 'A', 'agent(accountId: "B") { id }', 'ACCOUNT_MISMATCH'],
    ['an account', 'A', 'own(accountId: "B") { id }', 'ACCOUNT_MISMATCH'],
  ])('%s is refused before the resolver runs', async (_name, caller, field, code) => {
    expect(await ask(`{ ${field} }`, contextOf(caller))).toMatchObject({ codes: [code] });
    expect(entered).toEqual([]);
  });

  test('every caller reads public fields', async () => {
    expect(await ask('{ health }', contextOf(null))).toMatchObject({ data: { health: 'ok' }, codes: [] });
    expect(seen).toEqual([{ args: {}, scope: undefined }]);
  });

  test('the resolver receives the resolved scope and never the account argument', async () => {
    await ask('{ agent(accountId: "A", id: "1") { id } own(id: "1", accountId: null) { id } }', contextOf('A'));
    await ask('mutation { rename(accountId: "A", id: "1") { id } }', contextOf('master'));
    expect(seen).toEqual([
      { args: { id: '1' }, scope: { account: 'A', action: 'READ' } },
      { args: { id: '1' }, scope: { account: 'A', action: 'READ' } },
      { args: { id: '1' }, scope: { account: 'A', action: 'WRITE' } },
    ]);
  });

  test('a master key writes only for an account that it names', async () => {
    expect(await ask('mutation { rename { id } }', contextOf('master'))).toMatchObject({ codes: ['BAD_USER_INPUT'] });
    expect(entered).toEqual([]);
  });

  test('a master key reads all accounts, and every use is audited', async () => {
    const context = contextOf('master');
    const { data } = await ask('{ all { id } masterKey { id twin { id } } }', context);
    expect(data).toEqual({ all: [{ id: '1' }, { id: '2' }], masterKey: { id: '9', twin: { id: '10' } } });
    expect(context.uses).toEqual(['Query.all', 'Query.masterKey']);
  });

  test("an authenticated field shows the rows of the caller's account", async () => {
    const source = '{ viewer { kind account { id agents { id } } } }';
    expect(await ask(source, contextOf('A'))).toMatchObject({
      data: { viewer: { kind: 'account', account: { id: 'A', agents: [{ id: '1' }] } } },
    });
    const context = contextOf('B');
    expect(await ask(source, context)).toMatchObject({
      data: { viewer: { kind: 'account', account: null } },
      codes: [],
    });
    expect(context.foreignRows).toEqual(['Viewer.account Account']);
  });

  test('nested @masterOnly fields and fields of @masterOnly types are refused before their resolver runs', async () => {
    const answer = await ask('{ agent { id note key { id } } }', contextOf('A'));
    expect(answer).toMatchObject({
      data: { agent: { id: '1', note: null, key: null } },
      codes: ['FORBIDDEN', 'FORBIDDEN'],
    });
    expect(entered).toEqual(['agent']);
    const master = contextOf('master');
    expect(await ask('{ agent { note key { id } } }', master)).toMatchObject({
      data: { agent: { note: 'hidden', key: { id: '9' } } },
    });
    expect(master.uses).toEqual(['Query.agent READ', 'Agent.note', 'Agent.key']);
  });

  test('a nested field requires its own action on the account of its row', async () => {
    const context = contextOf('master');
    expect(await ask('{ agent { danger } }', context)).toMatchObject({
      data: { agent: { danger: 'done' } },
      codes: [],
    });
    expect(context.uses).toEqual(['Query.agent READ', 'Agent.danger ADMIN']);
  });

  test('aliases and fragments do not bypass authorization', async () => {
    const source = '{ ...F x: __typename y: masterKey { id } } fragment F on Query { z: all { id } }';
    const answer = await ask(source, contextOf('A'));
    expect(answer.codes).toContain('FORBIDDEN');
    expect(entered).toEqual([]);
  });
});
