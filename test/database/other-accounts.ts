/** Rows of other accounts in every table, to measure how they affect costs. */
import { ACCOUNT_TABLES, connected } from '../harness/sql';

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
      // Disabled to avoid audit events; the database is dropped afterwards.
      await client.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
      const values = Object.entries(columns);
      const source = table in OF_EACH_ACCOUNT ? 'other_account a' : EACH.replace('$1', `${rowsOfEach}`);
      await client.query(
        `INSERT INTO ${table} (${values.map(([name]) => name).join(', ')}) SELECT ${values.map(([, sql]) => sql).join(', ')} FROM ${source}`,
      );
    }
    // Otherwise, rows that earlier measurements wrote and rolled back would be read again and again.
    await client.query('VACUUM ANALYZE');
  });

const EACH = '(SELECT id FROM other_account) a CROSS JOIN generate_series(1, $1) n';
/** Deterministic for an account and row number, so that rows of other tables can refer to it. */
const idOf = (type: string): string => `md5('${type} ' || a.id || n)::uuid`;
const row = (type: string): Record<string, string> => ({ account_id: 'a.id', id: idOf(type) });
const A_HASH = `decode(md5(a.id::text || n), 'hex')`;

/** One row for each account. */
const OF_EACH_ACCOUNT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  account: { id: 'a.id', slug: "'other-' || a.id", name: "'other ' || a.n" },
  retention_batch: { account_id: 'a.id', resource_type: "'Run'", row_ids: "'{}'" },
};

/** The columns of a row of another account, with SQL for their values: `a.id` is the account, `n` the row's number. */
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

/** Tables that grow with the number of accounts but have no account column. */
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
