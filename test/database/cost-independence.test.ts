/** What a request costs does not depend on other accounts: none of its statements reads more blocks when they have more rows. */
import { formatKey, newSecret } from '../../src/auth/key-format';
import { DenialRecorder } from '../../src/db/denials';
import { newId } from '../../src/db/ids';
import { gatewaySchema, seed, type SeededIds } from '../harness/factories';
import type { TwoTenants } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import {
  argumentOperations,
  argumentsOfRows,
  pathOperations,
  type Operation,
  type Samples,
} from '../isolation/operations';
import { addOtherAccounts, costsOf, statementsSentBy } from './statement-blocks';

/** Rows of each table, a hundred of each account; with OTHER_ACCOUNTS=10000 they are a million. */
const FEW_ACCOUNTS = 50;
const MORE_ACCOUNTS = Number(process.env['OTHER_ACCOUNTS'] ?? 200);
const ROWS_OF_EACH = 100;
/**
 * Indexes grow a level for each of the rows that are looked up, about 25, and statistics are samples, so that plans
 * differ a little from run to run. Reading the smallest index from end to end would cost a hundred more.
 */
const mayRead = (before: number): number => before * 1.3 + 64;

const tenants = setupTwoTenants({ settings: { RATE_LIMIT_STORE: 'postgres', RATE_LIMIT_KEY: 100_000_000 } });

const PATH_DEPTH = 1;
const AT_ONCE = 20;

/** Every field with each of its arguments, and every path: by the account's key, and by a master key for the account. */
async function everyRead({ acme, master }: TwoTenants, own: SeededIds): Promise<void> {
  const ids = [...own.values()].flatMap((rows) => rows.slice(0, 1));
  const samples: Samples = { ids, texts: ['Own 0', 'own'] };
  const operations = [
    ...argumentOperations(gatewaySchema, samples),
    ...pathOperations(gatewaySchema, samples, argumentsOfRows(own), PATH_DEPTH),
  ];
  const takesAccount = new Set(
    Object.values(gatewaySchema.getQueryType()?.getFields() ?? {})
      .filter(({ args }) => args.some(({ name }) => name === 'accountId'))
      .map(({ name }) => name),
  );
  const send = async ({ name, query, variables }: Operation): Promise<void> => {
    await acme.send(query, variables);
    if (!takesAccount.has(name.split(' ', 1)[0] ?? '') || 'accountId' in variables) return;
    const forAccount = query
      .replace(/^query (\(([^)]*)\))?/, (_all, _list, declared = '') => `query ($account: ID!, ${declared})`)
      .replace(
        /\{ (\w+)(\(([^)]*)\))?/,
        (_all, field, _list, given = '') => `{ ${field}(accountId: $account, ${given})`,
      );
    await master.send(forAccount, { ...variables, account: acme.accountId });
  };
  for (let start = 0; start < operations.length; start += AT_ONCE)
    await Promise.all(operations.slice(start, start + AT_ONCE).map(send));
}

async function everyKindOfRequest({ acme, master, gateway, ...others }: TwoTenants): Promise<void> {
  const own = await seed(acme, 'Own');
  await everyRead({ acme, master, gateway, ...others }, own);
  const { exportConfiguration: exported } = await acme.ask<{ exportConfiguration: { yaml: string } }>(
    '{ exportConfiguration { yaml } }',
  );
  const bundle = exported.yaml.replace('complete:', '# changed\ncomplete:').replaceAll('Own', 'Other');
  const { planImport } = await acme.ask<{ planImport: { hash: string } }>(
    'query ($bundle: String!) { planImport(bundle: $bundle) { hash } }',
    { bundle },
  );
  await acme.send(
    'mutation ($bundle: String!, $hash: String!) { applyImport(bundle: $bundle, planHash: $hash) { id } }',
    { bundle, hash: planImport.hash },
  );
  const [key = ''] = own.get('ApiKey') ?? [];
  await acme.send('mutation ($id: ID!) { rotateApiKey(id: $id) { secret } }', { id: key });
  await acme.send('mutation ($id: ID!) { revokeApiKey(id: $id) { id } }', { id: key });
  const [agent = ''] = own.get('Agent') ?? [];
  const [tool = ''] = own.get('Tool') ?? [];
  const unknown = formatKey({ kind: 'account', keyId: newId(), secret: newSecret() });
  expect((await others.client(unknown).send('{ tools { totalCount } }')).status).toBe(401);
  await acme.ask(
    '{ viewer { warnings } agents(first: 5) { totalCount nodes { id tools { id } schedules { id } } } tools { nodes { name } } staleApiKeys { id } auditEvents(first: 2) { nodes { id } } }',
  );
  await acme.ask('query ($id: ID!) { agent(id: $id) { name } }', { id: agent });
  const update =
    'mutation ($id: ID!, $tools: [ID!]!) { updateAgent(id: $id, input: { description: "x", toolIds: $tools }) { id } }';
  await acme.ask(update, { id: agent, tools: [tool] }, { 'idempotency-key': 'once' });
  await acme.ask('mutation ($id: ID!) { deleteTool(id: $id, force: true) { id } restoreTool(id: $id) { id } }', {
    id: tool,
  });
  await acme.send('{ accounts { totalCount } }');
  await master.ask('query ($accountId: ID) { tools(accountId: $accountId) { nodes { name } } }', {
    accountId: acme.accountId,
  });
  await master.ask(
    'mutation ($accountId: ID!, $id: ID!) { updateTool(accountId: $accountId, id: $id, input: { description: "y" }) { id } }',
    { accountId: acme.accountId, id: tool },
    { 'idempotency-key': 'once' },
  );
  await master.ask(
    'mutation { createAccount(input: { slug: "made", name: "made" }) { account { id } } }',
    {},
    { 'idempotency-key': 'operator' },
  );
  await gateway.flushCounters();
  const denials = new DenialRecorder(gateway.database, (error) => expect(error).toBeUndefined());
  const denied = { code: 'FORBIDDEN', field: 'Query.accounts', requestId: 'test', address: '' };
  denials.record({ ...denied, accountId: acme.accountId, keyId: newId() });
  await denials.close();
}

it(
  'statements of a request read no more blocks when other accounts have thousands of rows',
  async () => {
    const { database } = tenants;
    const sent = await statementsSentBy(() => everyKindOfRequest(tenants));
    const texts = sent.map(({ query }) => query.text).join('\n');
    for (const part of [
      'authenticate_key',
      'rate_limit',
      'idempotency',
      'operator_idempotency',
      'record_master_access',
      'key_use',
      'audit_record_denials',
      'INSERT INTO "tool"',
      'UPDATE "agent"',
      'agent_tool',
    ])
      expect(texts).toContain(part);
    const urlOf = (user: string): string =>
      decodeURIComponent(new URL(database.operatorUrl).username) === user ? database.operatorUrl : database.tenantUrl;
    await addOtherAccounts(database.superuserUrl, FEW_ACCOUNTS, ROWS_OF_EACH);
    const before = await costsOf(sent, urlOf);
    await addOtherAccounts(database.superuserUrl, MORE_ACCOUNTS, ROWS_OF_EACH);
    const after = await costsOf(sent, urlOf);
    const grown = after.filter(({ custom, generic }, index) => {
      const [was] = before.slice(index);
      return custom > mayRead(was?.custom ?? 0) || generic > mayRead(was?.generic ?? 0);
    });
    const most = (costs: typeof after): number => Math.max(...costs.map(({ generic }) => generic));
    process.stdout.write(
      `statements: ${after.length}; most blocks that one reads: ${most(before)} beside ${FEW_ACCOUNTS * ROWS_OF_EACH} rows of others in each table, ${most(after)} beside ${(FEW_ACCOUNTS + MORE_ACCOUNTS) * ROWS_OF_EACH}\n`,
    );
    expect(grown).toEqual([]);
  },
  240_000 + MORE_ACCOUNTS * 100,
);
