/** The cost of a request does not depend on other accounts: no statement reads more blocks if they have more rows. */
import { formatKey, newSecret } from '../../src/auth/key-format';
import { DenialRecorder } from '../../src/db/denials';
import { newId } from '../../src/db/ids';
import { canAsk } from '../harness/among-shards';
import { gatewaySchema, seed, type SeededIds } from '../harness/factories';
import type { Client, TwoTenants } from '../harness/gateway';
import { setupTwoTenants } from '../harness/setup-tenants';
import { accountTables, queryValue } from '../harness/sql';
import { createKey, delegateKey } from '../access/keys';
import { EventSource } from '../streams/event-source';
import {
  argumentOperations,
  argumentsOfRows,
  pathOperations,
  type Operation,
  type Samples,
} from '../isolation/operations';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alignedTable, withTable } from '../../src/cli/tools/tables';
import { addOtherAccounts } from './other-accounts';
import { costsOf, readsBy, statementsSentBy, type Cost, type SentStatement } from './statement-blocks';

/** Rows of other accounts in each table, a hundred per account; with OTHER_ACCOUNTS=10000 they are a million. */
const FEW_ACCOUNTS = 50;
const MORE_ACCOUNTS = Number(process.env['OTHER_ACCOUNTS'] ?? 200);
const ROWS_OF_EACH = 100;
/**
 * An index grows one level deeper, for each of about 25 rows that are looked up, and statistics are samples, so plans
 * differ slightly from run to run. Reading the smallest index from end to end would cost a hundred more.
 */
const mayRead = (before: number): number => before * 1.3 + 64;

/** Tables that only functions and triggers of the database, and the housekeeper, write to. */
const OF_FUNCTIONS = new Set(['account_access', 'audit_denial', 'retention_batch']);

const tenants = setupTwoTenants({ settings: { RATE_LIMIT_STORE: 'postgres', RATE_LIMIT_KEY: 100_000_000 } });

const PATH_DEPTH = 1;
const AT_ONCE = 20;

const rootFields = [gatewaySchema.getQueryType(), gatewaySchema.getMutationType()].flatMap((type) =>
  Object.values(type?.getFields() ?? {}),
);
const takeAccount = new Set(
  rootFields.filter(({ args }) => args.some(({ name }) => name === 'accountId')).map(({ name }) => name),
);

/** The operation for one account, as a master key sends it; null if it has no account argument. */
function forAccount({ name, query, variables }: Operation, accountId: string): Operation | null {
  if (!takeAccount.has(name.split(' ', 1)[0] ?? '') || 'accountId' in variables) return null;
  return {
    name,
    query: query
      .replace(/^(\w+) (\(([^)]*)\))?/, (_all, kind, _list, given = '') => `${kind} ($account: ID!, ${given})`)
      .replace(
        /\{ (\w+)(\(([^)]*)\))?/,
        (_all, field, _list, given = '') => `{ ${field}(accountId: $account, ${given})`,
      ),
    variables: { ...variables, account: accountId },
  };
}

const samplesOf = (own: SeededIds): Samples => ({
  ids: [...own.values()].flatMap((rows) => rows.slice(0, 1)),
  texts: ['Own 0', 'own'],
});

const pathsOf = (own: SeededIds): Operation[] =>
  pathOperations(gatewaySchema, samplesOf(own), argumentsOfRows(own), PATH_DEPTH);

/**
 * Every field with each of its arguments, and every path: with the account's key, and with a master key for the
 * account.
 */
async function everyRead({ acme, master }: TwoTenants, own: SeededIds): Promise<void> {
  const operations = [...argumentOperations(gatewaySchema, samplesOf(own)), ...pathsOf(own)];
  const send = async (operation: Operation): Promise<void> => {
    await acme.send(operation.query, operation.variables);
    const same = forAccount(operation, acme.accountId);
    if (same) await master.send(same.query, same.variables);
  };
  for (let start = 0; start < operations.length; start += AT_ONCE)
    await Promise.all(operations.slice(start, start + AT_ONCE).map(send));
}

/** Every change with each of its arguments, with both keys. Many are refused; what a refusal reads counts, too. */
async function everyChange({ acme, master }: TwoTenants): Promise<void> {
  const changesOf = (own: SeededIds): Operation[] => argumentOperations(gatewaySchema, samplesOf(own), 'mutation');
  for (const { query, variables } of changesOf(await seed(acme, 'Changed'))) await acme.send(query, variables);
  for (const change of changesOf(await seed(acme, 'Changed by an operator'))) {
    const same = forAccount(change, acme.accountId);
    if (same) await master.send(same.query, same.variables);
  }
}

/** Keys that read through other statements, or under another database role. */
async function everyKindOfKey(world: TwoTenants, own: SeededIds): Promise<void> {
  const { acme } = world;
  const [agent = '', tool = ''] = [own.get('Agent')?.[0], own.get('Tool')?.[0]];
  const kinds = [{ ownerTeams: ['support'] }, { rowIds: [agent, tool] }, { ownerTeams: ['support'], rowIds: [tool] }];
  const keys: Client[] = [];
  for (const rights of kinds) keys.push(await createKey(world, acme, { role: 'CREATOR', ...rights }));
  const parent = await createKey(world, acme, { role: 'ADMINISTRATOR', ratePerMinute: 100_000_000 });
  keys.push(await delegateKey(world, parent, { role: 'CREATOR', ratePerMinute: 100_000_000 }));
  for (const key of keys) {
    for (const { query, variables } of pathsOf(own)) await key.send(query, variables);
    await key.send(
      'mutation ($id: ID!, $agent: ID!) { updateTool(id: $id, input: { description: "x" }) { id } startRun(agentId: $agent) { id } }',
      { id: tool, agent },
    );
  }
}

const STREAMS = ['events(after: 0) { sequence }', 'runs(after: 0) { sequence run { id } }'];

async function everyStream({ gateway, acme, master }: TwoTenants): Promise<void> {
  const address = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  for (const field of STREAMS) {
    const named = field.replace('(', `(accountId: "${acme.accountId}", `);
    for (const [{ key }, text] of [
      [acme, field],
      [master, named],
    ] as const) {
      const source = await EventSource.open(address, { key, query: `subscription { ${text} }` });
      await source.until(({ events }) => events.length > 0);
      const before = source.events.length;
      await acme.ask('mutation ($id: ID!) { startRun(agentId: $id) { id } }', { id: await anAgentOf(acme) });
      await source.until(({ events }) => events.length > before);
      source.close();
    }
  }
}

async function anAgentOf(client: Client): Promise<string> {
  const { agents } = await client.ask<{ agents: { nodes: { id: string }[] } }>('{ agents(first: 1) { nodes { id } } }');
  return agents.nodes[0]?.id ?? '';
}

/** Plans with applying and undoing them, and the work of operators and dispatchers. */
async function everyPlan({ acme, master }: TwoTenants): Promise<void> {
  const since = new Date().toISOString();
  const { accessPlan } = await acme.ask<{ accessPlan: { hash: string } }>(
    'query ($since: DateTime!) { accessPlan(since: $since) { hash } }',
    { since },
  );
  const { applyAccessPlan: applied } = await acme.ask<{ applyAccessPlan: { changeId: string } }>(
    'mutation ($hash: String!, $since: DateTime!) { applyAccessPlan(planHash: $hash, since: $since) { changeId } }',
    { hash: accessPlan.hash, since },
  );
  await acme.ask('mutation ($id: ID!) { undoAccessPlan(changeId: $id) { changeId } }', { id: applied.changeId });
  await acme.send('mutation { updateRetention(rules: [{ kind: RUNS, days: 30 }]) { kind } }');
  const { claimDueSchedules: claimed } = await master.ask<{ claimDueSchedules: { id: string }[] }>(
    'mutation { claimDueSchedules { id } }',
  );
  await master.send('mutation ($ids: [ID!]!) { acknowledgeFirings(ids: $ids) }', {
    ids: claimed.map(({ id }) => id),
  });
}

async function everyKindOfRequest(world: TwoTenants): Promise<void> {
  const { acme, master, gateway, ...others } = world;
  const own = await seed(acme, 'Own');
  await everyStream(world);
  await everyKindOfKey(world, own);
  await everyRead(world, own);
  await everyPlan(world);
  await everyChange(world);
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

/** The statements that name no account, and their purposes. */
const WITHOUT_ACCOUNT: readonly (readonly [pattern: RegExp, purpose: string])[] = [
  [/authenticate_key/, 'look-up of a key'],
  [/INSERT INTO .*"?rate_limit/s, 'limits of requests'],
  [/INSERT INTO idempotency/, 'Idempotency-Key: claim'],
  [/INSERT INTO operator_idempotency/, 'Idempotency-Key of an operator: claim'],
  [/record_master_access/, 'access log of operators'],
  [/INSERT INTO key_use /, 'last use of keys'],
  [/INSERT INTO key_usage /, 'use of keys by field'],
  [/WITH given AS MATERIALIZED/, 'decision log: kinds'],
  [/INSERT INTO access_decision AS d .*NOT EXISTS/s, 'decision log: the rest'],
  [/audit_record_denials/, 'denials'],
  [/UPDATE "tool"/, 'a change'],
];

const PAGE = join(__dirname, '../../docs/performance.md');

/** Writes into the page what the statements without an account read, and how much. */
async function writePage(
  superuserUrl: string,
  sent: readonly SentStatement[],
  before: readonly Cost[],
  after: readonly Cost[],
): Promise<void> {
  const rows: string[][] = [];
  for (const [pattern, purpose] of WITHOUT_ACCOUNT) {
    const index = sent.findIndex(({ query }) => pattern.test(query.text));
    const statement = sent[index];
    if (!statement) throw new Error(`No statement for ${purpose}`);
    const scans = await readsBy(superuserUrl, statement);
    rows.push([purpose, scans.join(', '), `${before[index]?.generic ?? ''}`, `${after[index]?.generic ?? ''}`]);
  }
  const [few, many] = [FEW_ACCOUNTS, FEW_ACCOUNTS + MORE_ACCOUNTS].map((count) =>
    (count * ROWS_OF_EACH).toLocaleString('en'),
  );
  const table = alignedTable(['statement', 'reads by', `blocks beside ${few}`, `beside ${many}`], rows);
  const all = `All ${sent.length} statements of requests: at most ${most(before)} blocks beside ${few} rows of others in each table, at most ${most(after)} beside ${many}.`;
  writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8'), 'other accounts', `${all}\n\n${table}`));
}

const most = (costs: readonly Cost[]): number => Math.max(...costs.map(({ generic }) => generic ?? 0));

(canAsk('plans') ? it : it.skip)(
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
    const tables = await accountTables(database.superuserUrl);
    expect(tables.filter((table) => !texts.includes(table) && !OF_FUNCTIONS.has(table))).toEqual([]);
    const urls = [database.tenantUrl, database.operatorUrl, database.restrictedUrl];
    const users = new Map(urls.map((url) => [decodeURIComponent(new URL(url).username), url]));
    expect(new Set(sent.map(({ user }) => user))).toEqual(new Set(users.keys()));
    const urlOf = (user: string): string => users.get(user) ?? '';
    await addOtherAccounts(database.superuserUrl, FEW_ACCOUNTS, ROWS_OF_EACH);
    const before = await costsOf(sent, urlOf);
    await addOtherAccounts(database.superuserUrl, MORE_ACCOUNTS, ROWS_OF_EACH);
    const after = await costsOf(sent, urlOf);
    const ownDecisions = Number(
      await queryValue(database.superuserUrl, 'SELECT count(*) FROM access_decision WHERE account_id = $1', [
        tenants.acme.accountId,
      ]),
    );
    const grown = after.flatMap((now, index) => {
      const { custom, generic } = before[index] ?? { custom: null, generic: null };
      // The decisions, of which this test makes hundreds, may each be in a separate block, and the planner decides how
      // many are read together.
      const known = now.text.includes('access_decision') ? ownDecisions : 0;
      const isMore =
        (now.custom ?? 0) > mayRead(custom ?? 0) + known || (now.generic ?? 0) > mayRead(generic ?? 0) + known;
      return isMore ? [{ ...now, before: [custom, generic] }] : [];
    });
    const refused = after.filter(({ custom, generic }) => custom === null || generic === null).map(({ text }) => text);
    process.stdout.write(
      `statements: ${after.length}, of which ${refused.length} were refused; most blocks that one reads: ${most(before)} beside ${FEW_ACCOUNTS * ROWS_OF_EACH} rows of others in each table, ${most(after)} beside ${(FEW_ACCOUNTS + MORE_ACCOUNTS) * ROWS_OF_EACH}\n`,
    );
    if (process.env['WRITE_DOCS']) await writePage(database.superuserUrl, sent, before, after);
    expect(grown).toEqual([]);
    // Few statements, and only changes of rows by their ids.
    expect(refused.length).toBeLessThan(0.05 * after.length);
    expect(refused.filter((text) => !/^\s*(INSERT|UPDATE|DELETE) /.test(text))).toEqual([]);
  },
  240_000 + MORE_ACCOUNTS * 100,
);
