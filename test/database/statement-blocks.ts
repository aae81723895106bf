/** How many blocks a statement reads, as the gateway sends it, planned for its values and for any values. */
import { Client } from 'pg';
import { literal } from '../../bench/lists/explain-plan';
import { newId } from '../../src/db/ids';
import { PipelineClient } from '../../src/db/pipeline/pipeline-client';
import type { PreparedQuery } from '../../src/db/pipeline/batch';
import { gatewayConnection } from '../../src/db/session-settings';
import { ACCOUNT_TABLES, connected } from '../harness/sql';

/** A statement with the settings of the transaction that it was sent in. */
export interface SentStatement {
  readonly user: string;
  readonly settings: readonly string[];
  readonly query: PreparedQuery;
}

const CONTROL = /^(BEGIN|COMMIT|ROLLBACK|SELECT current_setting)/;

/** One of each text that is sent while `work` runs. */
export async function statementsSentBy(work: () => Promise<void>): Promise<SentStatement[]> {
  const sent = new Map<string, SentStatement>();
  const original = Object.getOwnPropertyDescriptor(PipelineClient.prototype, 'batch');
  if (!original) throw new Error('Statements are sent by PipelineClient.batch');
  const batch = original.value as PipelineClient['batch'];
  const settingsOf = new WeakMap<PipelineClient, readonly string[]>();
  PipelineClient.prototype.batch = function (this: PipelineClient, queries): Promise<unknown[][][]> {
    let settings = queries.some(({ text }) => text.startsWith('BEGIN')) ? [] : (settingsOf.get(this) ?? []);
    for (const query of queries) {
      if (query.text.startsWith('SET LOCAL')) settings = [...settings, query.text];
      else if (!CONTROL.test(query.text))
        sent.set(`${this.user ?? ''} ${query.text}`, { user: this.user ?? '', settings, query });
    }
    settingsOf.set(this, settings);
    return batch.call(this, queries);
  };
  try {
    await work();
  } finally {
    Object.defineProperty(PipelineClient.prototype, 'batch', original);
  }
  return [...sent.values()];
}

const RENEWED = new Set(['"id"', '"name"', '"slug"']);

/** A stored row cannot be inserted again: it gets another id and another name; and so does one that is renamed. */
function renewed({ text, values }: PreparedQuery): unknown[] {
  const names = /^INSERT INTO "\w+" \(([^)]*)\) (?:VALUES|SELECT)/.exec(text)?.[1]?.split(', ') ?? [];
  if (text.includes('record_master_access')) return [newId(), ...values.slice(1)];
  const [, set = ''] = /^UPDATE .* SET (.*) WHERE /s.exec(text) ?? [];
  for (const [, name = '', place = ''] of set.matchAll(/("\w+") = \$(\d+)/g)) names[Number(place) - 1] = name;
  return values.map((value, index) => (RENEWED.has(names[index] ?? '') ? newId() : value));
}

/** A link cannot be inserted again either and has only ids: it is deleted first. */
function removal({ text, values }: PreparedQuery): string | null {
  const [, table = '', columns = ''] = /^INSERT INTO ("\w+") \(([^)]*)\) (?:VALUES|SELECT)/.exec(text) ?? [];
  if (table === '' || columns.split(', ').includes('"id"')) return null;
  return `DELETE FROM ${table} WHERE (${columns}) = (${values.map(literal).join(', ')})`;
}

interface Explained {
  readonly 'QUERY PLAN': readonly [{ readonly Plan: Readonly<Record<string, unknown>> }];
}

/** What a request was refused for, and its repetition is again: what comes first, or what still refers to a row. */
const REFUSED = new Set(['23505', '23503', '23514', '42501']);
const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** @returns null for a statement that the database refused. */
async function blocksOf(client: Client, { settings, query }: SentStatement, plan: string): Promise<number | null> {
  await client.query('BEGIN');
  try {
    for (const setting of [...settings, `SET LOCAL plan_cache_mode = ${plan}`]) await client.query(setting);
    const first = removal(query);
    if (first !== null) await client.query(first);
    await client.query(`PREPARE measured AS ${query.text}`);
    const values = renewed(query);
    const execute = values.length === 0 ? 'EXECUTE measured' : `EXECUTE measured (${values.map(literal).join(', ')})`;
    const { rows } = await client.query<Explained>(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${execute}`);
    const { Plan } = rows[0]?.['QUERY PLAN'][0] ?? { Plan: {} };
    return Number(Plan['Shared Hit Blocks']) + Number(Plan['Shared Read Blocks']);
  } catch (error) {
    if (REFUSED.has(codeOf(error))) return null;
    throw new Error(`Not measured: ${query.text}`, { cause: error });
  } finally {
    await client.query('ROLLBACK');
    await client.query('DEALLOCATE ALL');
  }
}

export interface Cost {
  readonly text: string;
  /** Blocks of 8 KB, found in memory or not; null for a statement that the database refused. */
  readonly custom: number | null;
  readonly generic: number | null;
}

/** @param urlOf the connection of a role. Every statement is rolled back. */
export async function costsOf(statements: readonly SentStatement[], urlOf: (user: string) => string): Promise<Cost[]> {
  const clients = new Map<string, Client>();
  const costs: Cost[] = [];
  try {
    for (const statement of statements) {
      const { user } = statement;
      let client = clients.get(user);
      if (!client) {
        clients.set(user, (client = new Client(gatewayConnection(urlOf(user)))));
        await client.connect();
      }
      // The first execution also reads the catalogs.
      await blocksOf(client, statement, 'force_custom_plan');
      costs.push({
        text: statement.query.text,
        custom: await blocksOf(client, statement, 'force_custom_plan'),
        generic: await blocksOf(client, statement, 'force_generic_plan'),
      });
    }
    return costs;
  } finally {
    for (const client of clients.values()) await client.end();
  }
}

const SCAN = /(?:Index Scan|Index Only Scan)(?: Backward)? using (\w+)|Bitmap Index Scan on (\w+)|(Seq Scan on \w+)/g;

/**
 * What the statement reads by, also within functions and triggers: names of indexes, and tables that are read from end
 * to end. It is rolled back.
 */
export const readsBy = (superuserUrl: string, { user, settings, query }: SentStatement): Promise<string[]> =>
  connected({ ...gatewayConnection(superuserUrl) }, async (client) => {
    const plans: string[] = [];
    client.on('notice', ({ message = '' }) => void plans.push(message));
    await client.query("LOAD 'auto_explain'");
    await client.query('SET client_min_messages = notice');
    for (const setting of ['log_min_duration = 0', 'log_nested_statements = on', 'log_level = notice'])
      await client.query(`SET auto_explain.${setting}`);
    await client.query(`SET SESSION AUTHORIZATION "${user}"`);
    await client.query('BEGIN');
    for (const setting of [...settings, 'SET LOCAL plan_cache_mode = force_generic_plan']) await client.query(setting);
    const first = removal(query);
    if (first !== null) await client.query(first);
    plans.length = 0;
    await client.query(query.text, renewed(query));
    await client.query('ROLLBACK');
    const scans = [...plans.join('\n').matchAll(SCAN)].map(
      ([, index, bitmap, table]) => index ?? bitmap ?? table ?? '',
    );
    return [...new Set(scans)];
  });

/**
 * Adds rows of other accounts to every table, without triggers.
 * @throws Error naming tables with accounts that it does not know.
 */
export const addOtherAccounts = (superuserUrl: string, accounts: number, rowsOfEach: number): Promise<void> =>
  connected(superuserUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(ACCOUNT_TABLES);
    const forgotten = rows.map(({ name }) => name).filter((name) => !(name in OTHERS));
    if (forgotten.length > 0) throw new Error(`Add rows of other accounts in OTHERS for: ${forgotten.join(', ')}`);
    await client.query('SET session_replication_role = replica');
    await client.query('DROP TABLE IF EXISTS other_account');
    await client.query(
      `CREATE TEMPORARY TABLE other_account AS SELECT gen_random_uuid() AS id, n FROM generate_series(1, ${accounts}) n`,
    );
    await client.query('ANALYZE other_account');
    for (const [table, columns] of Object.entries({ ...OTHERS, ...OF_NO_ACCOUNT })) {
      // They would otherwise be audited; the database is thrown away afterwards.
      await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
      const values = Object.entries(columns);
      const source = table in OF_EACH_ACCOUNT ? 'other_account a' : EACH.replace('$1', `${rowsOfEach}`);
      await client.query(
        `INSERT INTO ${table} (${values.map(([name]) => name).join(', ')}) SELECT ${values.map(([, sql]) => sql).join(', ')} FROM ${source}`,
      );
    }
    // What earlier measurements wrote and rolled back would be read over and over otherwise.
    await client.query('VACUUM ANALYZE');
  });

const EACH = '(SELECT id FROM other_account) a CROSS JOIN generate_series(1, $1) n';
/** The same for the account and the number of the row, so that rows of other tables can refer to it. */
const idOf = (type: string): string => `md5('${type} ' || a.id || n)::uuid`;
const row = (type: string): Record<string, string> => ({ account_id: 'a.id', id: idOf(type) });
const A_HASH = `decode(md5(a.id::text || n), 'hex')`;

/** One row for each account. */
const OF_EACH_ACCOUNT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  account: { id: 'a.id', slug: "'other-' || a.id", name: "'other ' || a.n" },
  retention_batch: { account_id: 'a.id', resource_type: "'Run'", row_ids: "'{}'" },
};

/** The columns of a row of another account, with the SQL of their values: `a.id` is the account, `n` the row's number. */
const OTHERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ...OF_EACH_ACCOUNT,
  access_change: { ...row('change'), plan_hash: "'x'", changes: "'[]'" },
  access_decision: {
    account_id: 'a.id',
    day: "date_trunc('day', now()) - n % 30 * interval '1 day'",
    kind: "'kind ' || n",
    key_id: idOf('key'),
    operation: "'Query.tools'",
    permissions: `'["tools:read"]'`,
    count: '1',
    last_at: 'now()',
  },
  account_access: {
    ...row('access'),
    key_id: 'gen_random_uuid()',
    key_name: "'x'",
    fields: "'{tools}'",
    address: "''",
    request_id: "''",
  },
  agent: { ...row('agent'), name: "'agent ' || n", type: "'A2A'" },
  agent_mcp_server: { account_id: 'a.id', agent_id: idOf('agent'), mcp_server_id: idOf('server') },
  agent_sub_agent: { account_id: 'a.id', agent_id: idOf('agent'), sub_agent_id: 'gen_random_uuid()' },
  agent_tool: { account_id: 'a.id', agent_id: idOf('agent'), tool_id: idOf('tool') },
  api_key: { ...row('key'), name: "'key ' || n", kind: "'PRIMARY'", role: "'ADMINISTRATOR'", secret_hash: A_HASH },
  audit_checkpoint: { account_id: 'a.id', sequence: 'n', hash: A_HASH, at: 'now()', signature: "'x'" },
  audit_denial: {
    account_id: 'a.id',
    minute: "date_trunc('minute', now())",
    key_id: idOf('key'),
    code: "'FORBIDDEN'",
    field: "'x'",
    count: '1',
  },
  audit_event: {
    account_id: 'a.id',
    sequence: 'n',
    at: 'now()',
    actor_kind: "'database'",
    actor_name: "'x'",
    action: "'CREATE'",
    resource_type: "'Tool'",
    resource_id: `${idOf('tool')}::text`,
    hash: A_HASH,
    form: '2',
  },
  audit_image: { account_id: 'a.id', sequence: 'n', after: "'{}'" },
  configuration_import: { ...row('import'), plan_hash: "'x'", summary: "'{}'", inverse: A_HASH },
  custom_role: { ...row('role'), name: "'role ' || n", permissions: `'["tools:read"]'` },
  idempotency: { account_id: 'a.id', caller_id: idOf('key'), key: "'key ' || n", write: '1', fingerprint: A_HASH },
  key_usage: {
    account_id: 'a.id',
    key_id: idOf('key'),
    action: "'READ'",
    resource: "'Tool'",
    count: '1',
    first_at: 'now()',
    last_at: 'now()',
  },
  key_use: { ...row('key'), last_used_at: 'now()' },
  mcp_server: { ...row('server'), name: "'server ' || n", transport: "'HTTP'", config: "'{}'", authentication: "'{}'" },
  run: {
    ...row('run'),
    agent_id: idOf('agent'),
    schedule_id: idOf('schedule'),
    trigger: "'SCHEDULE'",
    status: "'STARTED'",
  },
  run_transition: {
    account_id: 'a.id',
    sequence: 'n',
    run_id: idOf('run'),
    agent_id: idOf('agent'),
    status: "'STARTED'",
    at: 'now()',
  },
  schedule: {
    ...row('schedule'),
    agent_id: idOf('agent'),
    cron: "'0 9 * * *'",
    timezone: "'UTC'",
    enabled: 'true',
    next_run_at: "now() + n * interval '1 day'",
  },
  schedule_firing: {
    ...row('firing'),
    schedule_id: idOf('schedule'),
    due_at: 'now()',
    attempt: '1',
    lease_until: "now() + n * interval '1 day'",
  },
  service_account: { ...row('service'), name: "'service ' || n" },
  tool: { ...row('tool'), name: "'tool ' || n", type: "'CUSTOM'" },
  webhook: {
    ...row('webhook'),
    name: "'webhook ' || n",
    url: "'https://example.com'",
    signing: "'{}'",
    secret: A_HASH,
  },
  webhook_delivery: {
    ...row('delivery'),
    webhook_id: idOf('webhook'),
    attempt: '1',
    status: "'SUCCEEDED'",
    duration_ms: '1',
  },
  webhook_state: { ...row('webhook'), position: 'n' },
};

/** Tables that grow with accounts, and name none. */
const OF_NO_ACCOUNT: typeof OTHERS = {
  master_access: {
    id: 'gen_random_uuid()',
    key_id: 'gen_random_uuid()',
    key_name: "'x'",
    fields: "'{}'",
    address: "''",
    request_id: "''",
    every_account: 'false',
    account_ids: "'{}'",
  },
  operator_idempotency: { caller_id: 'gen_random_uuid()', key: "'key ' || n", write: '1', fingerprint: A_HASH },
  rate_limit: { key: "'key:' || gen_random_uuid()", points: '1', expire: '1' },
};
