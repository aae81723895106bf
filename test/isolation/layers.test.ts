/** The first two isolation layers, each alone with the others removed; test/database tests the third. */
import { CursorCipher } from '../../src/db/cursor';
import { Database } from '../../src/db/database';
import { Repository } from '../../src/db/repository';
import { Vault } from '../../src/db/vault';
import * as statements from '../../src/db/statements/select';
import { canAsk } from '../harness/among-shards';
import { gatewaySchema, seed, type SeededIds } from '../harness/factories';
import { entities, resources } from '../../src/resources';
import { scopeOfAccount } from '../harness/scope';
import { testSettings } from '../harness/settings';
import { setupTwoTenants } from '../harness/setup-tenants';
import { accountTables, connected } from '../harness/sql';
import { Promoter } from '../promotion/client';
import { removeAccountFilter } from './without-account-filter';
import { argumentsOfRows, pathOperations } from './operations';

let foreign: SeededIds;
let own: SeededIds;
let restoreFilter = (): void => undefined;

const tenants = setupTwoTenants();
const { acme, globex, master } = tenants;

beforeAll(async () => {
  foreign = await seed(tenants.globex, 'Foreign');
  own = await seed(tenants.acme, 'Own');
  // The longer of the two audit logs is the foreign one, so the last event of both is foreign.
  const touch = 'mutation ($id: ID!) { updateTool(id: $id, input: { description: "Foreign" }) { id } }';
  for (let time = 0; time < 5; time += 1) await tenants.globex.ask(touch, { id: foreign.get('Tool')?.[0] });
}, 60_000);
afterEach(() => restoreFilter());

const rowLevelSecurity = async (state: 'ENABLE' | 'DISABLE'): Promise<void> => {
  const tables = [...(await accountTables(tenants.database.superuserUrl)), 'account'];
  await connected(tenants.database.superuserUrl, async (client) => {
    for (const table of tables) await client.query(`ALTER TABLE ${table} ${state} ROW LEVEL SECURITY`);
  });
};

/** Types whose values are computed from many rows. */
const COMPUTED_ANSWERS = [
  'AuditSnapshot',
  'AuditVerification',
  'AuditExport',
  'AuditCheckpoint',
  'ConfigurationBundle',
  'ImportPlan',
];
const EMPTY_BUNDLE = 'schemaVersion: 1\ntools: []\n';

describe('with row level security off', () => {
  beforeAll(() => rowLevelSecurity('DISABLE'));
  afterAll(() => rowLevelSecurity('ENABLE'));

  it('the directives alone filter out every row of another account and raise the alarm', async () => {
    restoreFilter = removeAccountFilter();
    const ids = [...foreign.values()].flat();
    for (const { names } of resources) {
      for (const id of foreign.get(names.type) ?? []) {
        expect(await tenants.acme.ask(`query ($id: ID!) { ${names.singular}(id: $id) { id } }`, { id })).toEqual({
          [names.singular]: null,
        });
      }
    }
    const plan = `query { planImport(bundle: ${JSON.stringify(EMPTY_BUNDLE)}) { accountId changes { name } } }`;
    const operations = pathOperations(gatewaySchema, { ids, texts: ['x'] }, argumentsOfRows(foreign), 3);
    for (const { query: text, variables } of [...operations, { query: plan, variables: {} }]) {
      const answer = await tenants.acme.send(text, variables);
      for (const id of ids) expect(answer.text).not.toContain(id);
      expect(answer.text).not.toContain(tenants.globex.accountId);
      expect(answer.text).not.toContain('Foreign');
    }
    const alarms = tenants.log.filter(({ alarm }) => alarm === 'cross_account_row');
    const alarmed = new Set(alarms.map(({ typeName }) => typeName));
    for (const { names } of resources) expect(alarmed).toContain(names.type);
    // Answers that are computed from many rows name their account, too.
    for (const type of COMPUTED_ANSWERS) expect(alarmed).toContain(type);
    for (const alarm of alarms) for (const id of ids) expect(JSON.stringify(alarm)).not.toContain(id);
  }, 60_000);

  it('without their account condition, the statements count the rows of both accounts, so the filter is indeed removed', async () => {
    const counted = async (): Promise<number> =>
      (await tenants.acme.ask<{ tools: { totalCount: number } }>('{ tools { totalCount } }')).tools.totalCount;
    const filtered = await counted();
    restoreFilter = removeAccountFilter();
    expect(await counted()).toBe(2 * filtered);
  });

  it('the repository alone reads and writes no row of another account', async () => {
    const database = await Database.open({
      tenantUrl: tenants.database.tenantUrl,
      operatorUrl: tenants.database.operatorUrl,
      restrictedUrl: tenants.database.restrictedUrl,
      poolSize: 2,
      entities,
      preparesStatements: testSettings.PREPARED_STATEMENTS,
      vault: new Vault(Buffer.alloc(32)),
      onError: () => undefined,
    });
    try {
      const { accountId } = tenants.acme;
      const scope = scopeOfAccount(database, accountId);
      for (const { entity, names } of resources) {
        const rows = new Repository(scope, entity, new CursorCipher(Buffer.alloc(32)));
        const [theirs = ''] = foreign.get(names.type) ?? [];
        const [mine = ''] = own.get(names.type) ?? [];
        expect(await rows.get(theirs, [])).toBeNull();
        expect(await rows.get(mine, [])).toMatchObject({ id: mine });
        const request = {
          columns: [],
          order: { property: 'id', direction: 'ASC' },
          size: 100,
          backwards: false,
          cursor: null,
        } as const;
        for (const deleted of ['EXCLUDE', 'INCLUDE'] as const) {
          const page = await rows.list({ ...request, deleted, predicates: [] });
          expect(page.rows.length).toBeGreaterThan(0);
          expect(new Set(page.rows.map((row) => row.accountId))).toEqual(new Set([accountId]));
          expect(await page.count()).toEqual({ count: page.rows.length, isExact: true });
          const named = await rows.list({
            ...request,
            deleted,
            predicates: [{ property: 'id', operator: 'in', value: [theirs] }],
          });
          expect([named.rows, await named.count()]).toEqual([[], { count: 0, isExact: true }]);
        }
        await scope.write(async (transaction) => {
          expect(await transaction.lockRows(entity, [theirs], { lock: 'UPDATE', deleted: true })).toEqual([]);
          await expect(transaction.lockRow(entity, theirs)).rejects.toMatchObject({ code: 'NOT_FOUND' });
          const forged = { ...(await transaction.lockRow(entity, mine)), id: theirs };
          await expect(transaction.update(entity, forged, { metadata: { taken: true } })).rejects.toMatchObject({
            code: 'NOT_FOUND',
          });
        });
      }
    } finally {
      await database.close();
    }
  });

  it('an export, a plan and an import read the rows of their own account only', async () => {
    const acme = new Promoter(tenants.acme);
    const names = [...(await acme.yaml()).matchAll(/^ {2}- name: (.*)$/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => name?.startsWith('Own') !== true)).toEqual([]);
    const agent =
      '  - name: Foreign 0\n    framework: LANGCHAIN\n    model: { provider: p, name: n }\n    tools: [Foreign 1]\n';
    const bundle = `schemaVersion: 1\ncomplete: [agents, schedules]\nagents:\n${agent}`;
    const { changes, missing } = await acme.plan(bundle, { prune: true });
    // Nothing of the other account's agent is updated or pruned: its name is free here, and its tool does not exist.
    expect(changes.filter(({ name }) => name.includes('Foreign')).map(({ action }) => action)).toEqual(['CREATE']);
    expect(changes.filter(({ action }) => action === 'DELETE').every(({ name }) => name.startsWith('Own'))).toBe(true);
    expect(missing.map(({ path }) => path)).toEqual(['agents[0].tools[0]']);
    const before = await tenants.fingerprint(tenants.globex.accountId);
    const { importId } = await acme.apply(bundle.replace('[Foreign 1]', '[Own 1]'), { prune: true });
    expect((await acme.undo(importId)).errors).toEqual([]);
    const theirs = await new Promoter(tenants.globex).apply('schemaVersion: 1\ntools:\n  - name: theirs\n');
    expect((await acme.undo(theirs.importId)).errors[0]?.extensions.code).toBe('NOT_FOUND');
    expect((await new Promoter(tenants.globex).undo(theirs.importId)).errors).toEqual([]);
    const {
      audit_event: _events,
      audit_image: _images,
      configuration_import: _imports,
      tool: _tools,
      ...rest
    } = await tenants.fingerprint(tenants.globex.accountId);
    expect(before).toMatchObject(rest);
  });

  it('every operation of an account key runs with statements that name its account, and none without', async () => {
    const batch = jest.spyOn(Database.prototype, 'batch');
    const ids = [...own.values()].flat();
    for (const { query: text, variables } of pathOperations(
      gatewaySchema,
      { ids, texts: ['x'] },
      argumentsOfRows(own),
      4,
    ))
      await tenants.acme.send(text, variables);
    const ran = batch.mock.calls.flatMap(([role, accountId, queries]) =>
      queries.map((one) => ({ role, accountId, text: one.text, values: one.values })),
    );
    batch.mockRestore();
    expect(ran.length).toBeGreaterThan(20);
    for (const { role, accountId, text, values } of ran) {
      expect([role, accountId, values[0]]).toEqual(['tenant', tenants.acme.accountId, tenants.acme.accountId]);
      expect(text).toMatch(/"?account_id"? = \$1|FROM "account" t WHERE t\."id" = \$1/);
    }
  }, 60_000);
});

it('a master key that names an account works under the tenant role: row level security alone limits it to that account', async () => {
  const { log } = tenants;
  const alarms = log.filter(({ alarm }) => alarm === 'cross_account_row').length;
  const count = 'query ($accountId: ID) { tools(accountId: $accountId) { totalCount nodes { accountId } } }';
  const before = await master.ask(count, { accountId: acme.accountId });
  const [foreignTool = ''] = foreign.get('Tool') ?? [];
  restoreFilter = removeAccountFilter();
  expect(await master.ask(count, { accountId: acme.accountId })).toEqual(before);
  const update =
    'mutation ($accountId: ID, $id: ID!) { updateTool(accountId: $accountId, id: $id, input: { source: "taken" }) { id } }';
  const { errors } = await master.send(update, { accountId: acme.accountId, id: foreignTool });
  if (canAsk('locks of rows without their account'))
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
  // Rows returned to the operator role would have been filtered out, with an alarm.
  expect(log.filter(({ alarm }) => alarm === 'cross_account_row')).toHaveLength(alarms);
  const all = await master.ask<{ tools: { nodes: { accountId: string }[] } }>(count, {});
  expect(new Set(all.tools.nodes.map(({ accountId }) => accountId))).toContain(globex.accountId);
});

it('operations that the directives refuse send no statement', async () => {
  const batch = jest.spyOn(Database.prototype, 'batch');
  const transaction = jest.spyOn(Database.prototype, 'unitOfWork');
  const { errors } = await tenants.acme.send('{ accounts { totalCount } }');
  const named = await tenants.acme.send('query ($id: ID) { tools(accountId: $id) { totalCount } }', {
    id: tenants.globex.accountId,
  });
  const anonymous = await tenants.client(null).send('{ tools { totalCount } }');
  expect([errors, named.errors, anonymous.errors].map(([first]) => first?.extensions.code)).toEqual([
    'FORBIDDEN',
    'ACCOUNT_MISMATCH',
    'UNAUTHENTICATED',
  ]);
  expect([batch.mock.calls, transaction.mock.calls]).toEqual([[], []]);
  jest.restoreAllMocks();
});

it('the statements of a repository all name the account', () => {
  const table = tenants.gateway.database.table(resources[0]?.entity ?? Object);
  const shape = {
    predicates: [{ property: 'name', operator: 'contains', value: '' }],
    deleted: 'EXCLUDE',
    oneAccount: true,
  } as const;
  const order = { property: 'name', direction: 'ASC' } as const;
  const list = {
    ...shape,
    filtered: [],
    lead: null,
    readsWholeOrder: true,
    columns: ['name'],
    order,
    seeks: true,
  } as const;
  expect([
    statements.getStatement(table, ['name'], true, 'EXCLUDE').text,
    statements.listStatement(table, list).text,
    statements.listStatement(table, { ...list, seeks: false, deleted: 'ONLY' }).text,
    statements.listStatement(table, { ...list, predicates: [], filtered: shape.predicates }).text,
    statements.countStatement(table, list).text,
  ]).toMatchSnapshot();
});
