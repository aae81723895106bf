/**
 * Every statement that is sent to the database, reads and writes, names its account; all others are on a reviewed list.
 */
import { PipelineClient } from '../../src/db/pipeline/pipeline-client';
import type { PreparedQuery } from '../../src/db/pipeline/batch';
import { canAsk } from '../harness/among-shards';
import { gatewaySchema, seed, type SeededIds } from '../harness/factories';
import { createTwoTenants, type Client, type TwoTenants } from '../harness/gateway';
import { Promoter } from '../promotion/client';
import { argumentsOfRows, pathOperations } from './operations';

let tenants: TwoTenants;
let own: SeededIds;
const sent: PreparedQuery[] = [];

beforeAll(async () => {
  tenants = await createTwoTenants({ settings: { RATE_LIMIT_STORE: 'postgres', RATE_LIMIT_KEY: 1_000_000 } });
  await seed(tenants.globex, 'Foreign');
  // Flushed now, because whether old decisions are removed during a test would depend on time.
  await tenants.gateway.flushCounters();
  const batch = Object.getOwnPropertyDescriptor(PipelineClient.prototype, 'batch')?.value as PipelineClient['batch'];
  jest.spyOn(PipelineClient.prototype, 'batch').mockImplementation(function (this: PipelineClient, queries) {
    sent.push(...queries);
    return batch.call(this, queries);
  });
}, 60_000);
afterAll(async () => {
  jest.restoreAllMocks();
  await tenants.close();
});
beforeEach(() => void sent.splice(0));

/** Statements that begin, end or set up a transaction, including those that set all settings behind a pooler. */
const CONTROL =
  /^(BEGIN ISOLATION LEVEL READ COMMITTED|COMMIT$|ROLLBACK$|SET plan_cache_mode = |SET LOCAL (app\.(account_id|request)|synchronous_commit) = |SELECT (s\.name, current_setting\(s\.name, true\), )?set_config\(s\.name, s\.value, true\) FROM unnest\(ARRAY\[[^$]*$)/;

/** Statements that are sent at intervals. */
const PROVES_CHANNEL = /^SELECT pg_notify\(\$1, \$2\)$/;

/** The account is compared or stored as the first parameter of every statement, except those that lock by id first. */
const NAMES_ACCOUNT = [
  /\baccount_id"? = \$[12](?!\d)/,
  /^INSERT INTO "?\w+"? \("?account_id"?, /,
  /FROM "account" t WHERE t\."id" = \$1/,
  /FROM "account" t WHERE t\."id" = \$2/,
  /FROM authenticate_key_of\(\$1, \$2\)$/,
];

/** Statements without an account, each with its reason. */
const REVIEWED: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^SELECT kind, key_id, .* FROM authenticate_key\(\$1, \$2\)$/s, 'there is no account before the key is known'],
  [/^SELECT pg_advisory_xact_lock\(hashtextextended\(\$1, 0\)\)$/, 'a lock; its text ends with the account'],
  [/^INSERT INTO key_(use|usage) /, 'counts of several accounts; each joins its own key by account and id'],
  [/^(WITH .* )?INSERT INTO access_decision /s, 'decisions of several accounts; each joins its own account and key'],
  [/^DELETE FROM access_decision /, 'what is older than is kept, of all accounts'],
  [/^SELECT audit_record_denials\(/, 'counts of several accounts, each with its own'],
  [/(INTO|FROM) "rate_limit"/, 'counts keys and addresses; no row of an account'],
  [/^SELECT record_master_access\(/, 'the accounts that a master key touched are its last parameter'],
  [/^SELECT NOT pg_is_in_recovery\(\), current_setting\(/, 'asks a new session for its settings'],
  [PROVES_CHANNEL, 'proves with a random number that notifications arrive'],
];

const reasonOf = ({ text }: PreparedQuery): string | undefined =>
  REVIEWED.find(([pattern]) => pattern.test(text.trim()))?.[1];

/** Whether the rows of each joined table are also found by their account. */
const joinsByAccount = (text: string): boolean =>
  [...text.matchAll(/\bJOIN\b.*?\bON\b(.*?)(?=\bJOIN\b|\bWHERE\b|\bORDER\b|\bGROUP\b|$)/gs)].every(
    ([, condition = '']) => condition.includes('account_id'),
  );

const isControl = ({ text }: PreparedQuery): boolean => CONTROL.test(text);

function expectNamed(accountId: string): void {
  const statements = sent.filter((query) => !isControl(query) && reasonOf(query) === undefined);
  expect(statements.length).toBeGreaterThan(0);
  const texts = (wrong: (query: PreparedQuery) => boolean): string[] => [
    ...new Set(statements.filter(wrong).map(({ text }) => text)),
  ];
  expect(texts(({ text }) => !NAMES_ACCOUNT.some((pattern) => pattern.test(text)))).toEqual([]);
  expect(texts(({ text }) => !joinsByAccount(text))).toEqual([]);
  expect(texts(({ values }) => !values.slice(0, 2).includes(accountId))).toEqual([]);
}

const idOf = (type: string): string => own.get(type)?.[0] ?? '';

async function changeEverything(client: Client, accountId: string, label: string): Promise<void> {
  own = await seed(client, label, accountId);
  const ids = {
    tool: idOf('Tool'),
    agent: idOf('Agent'),
    schedule: idOf('Schedule'),
    server: idOf('McpServer'),
    run: idOf('Run'),
  };
  const at = { accountId };
  const once = { 'idempotency-key': `once-${client.key.slice(0, 20)}` };
  await client.ask(
    'mutation ($accountId: ID, $id: ID!, $tools: [ID!]) { updateAgent(accountId: $accountId, id: $id, input: { description: "x", toolIds: $tools, subAgentIds: [] }) { id tools { id } } }',
    { ...at, id: ids.agent, tools: [ids.tool] },
    once,
  );
  await client.ask(
    'mutation ($accountId: ID, $id: ID!) { updateTool(accountId: $accountId, id: $id, input: { description: "y" }) { id } }',
    { ...at, id: ids.tool },
  );
  await client.ask(
    'mutation ($accountId: ID, $id: ID!) { finishRun(accountId: $accountId, id: $id, status: SUCCESS) { id } }',
    { ...at, id: ids.run },
  );
  for (const [type, id] of [
    ['Agent', ids.agent],
    ['Tool', ids.tool],
    ['McpServer', ids.server],
  ] as const) {
    await client.ask(
      `mutation ($accountId: ID, $id: ID!) { delete${type}(accountId: $accountId, id: $id, force: true) { id } }`,
      { ...at, id },
    );
    await client.ask(`mutation ($accountId: ID, $id: ID!) { restore${type}(accountId: $accountId, id: $id) { id } }`, {
      ...at,
      id,
    });
  }
  const { createApiKey: key } = await client.ask<{ createApiKey: { apiKey: { id: string } } }>(
    'mutation ($accountId: ID) { createApiKey(accountId: $accountId, input: { name: "k", role: VIEWER }) { apiKey { id } } }',
    at,
  );
  await client.ask(
    'mutation ($accountId: ID, $id: ID!) { rotateApiKey(accountId: $accountId, id: $id, graceSeconds: 60) { apiKey { id } } }',
    { ...at, id: key.apiKey.id },
  );
  await client.ask('mutation ($accountId: ID, $id: ID!) { revokeApiKey(accountId: $accountId, id: $id) { id } }', {
    ...at,
    id: key.apiKey.id,
  });
}

it('an account key changes rows by statements that name its account', async () => {
  await changeEverything(tenants.acme, tenants.acme.accountId, 'Own');
  const acme = new Promoter(tenants.acme);
  const { importId } = await acme.apply('schemaVersion: 1\ntools:\n  - name: imported\n');
  expect((await acme.undo(importId)).errors).toEqual([]);
  await tenants.gateway.flushCounters();
  expectNamed(tenants.acme.accountId);
  if (!canAsk('texts of statements')) return;
  const asked = sent.filter((query) => !isControl(query) && !PROVES_CHANNEL.test(query.text));
  const texts = new Set(asked.map(({ text }) => text.replace(/\s+/g, ' ').trim()));
  expect([...texts].sort()).toMatchSnapshot();
}, 60_000);

it('an account key reads rows by statements that name its account', async () => {
  const ids = [...own.values()].flat();
  for (const { query: text, variables } of pathOperations(
    gatewaySchema,
    { ids, texts: ['x'] },
    argumentsOfRows(own),
    3,
  ))
    await tenants.acme.send(text, variables);
  expectNamed(tenants.acme.accountId);
}, 60_000);

it('a master key that names one account reads and changes rows by statements that name it', async () => {
  await changeEverything(tenants.master, tenants.acme.accountId, 'Other');
  const id = idOf('Tool');
  await tenants.master.ask(
    'query ($accountId: ID, $id: ID!) { tool(accountId: $accountId, id: $id) { name } agents(accountId: $accountId) { totalCount nodes { id tools { id } } } }',
    { accountId: tenants.acme.accountId, id },
  );
  const agent = { accountId: tenants.acme.accountId, id: idOf('Agent') };
  await tenants.master.ask(
    `mutation ($accountId: ID!, $id: ID!) {
      deleteAgent(accountId: $accountId, id: $id, force: true) { id }
      purge(accountId: $accountId, type: Agent, id: $id) { purged } }`,
    agent,
  );
  expectNamed(tenants.acme.accountId);
}, 60_000);
