/** Measures retention at 10 million runs: the cost of a batch, and whether partitions would make it cheaper. */
import { Client, type QueryResult } from 'pg';
import { removeAudited, retentionOrigin } from '../../src/db/statements/retention';
import { ofWholeOrder } from '../../src/db/statements/predicate';
import { ONE_OF_EACH } from '../dataset/dataset';
import type { Benchmark, Table } from '../harness/benchmark';
import type { Harness } from '../harness/harness';
import { timed } from '../harness/measure';
import { settings } from '../harness/settings';
import { percentile } from '../harness/statistics';

const PAGE = 'docs/operations/retention.md';
const SETTINGS = settings({ runs: 10_000_000 });
const ACCOUNTS = 100;
const DAYS = 100;
const KEPT_DAYS = 90;
const BATCH_ROWS = 1_000;
const BATCHES = 50;
const SINGLE_BATCHES = 5;
const POSTGRES = { max_wal_size: '8GB', maintenance_work_mem: '512MB' };

const ACCOUNT_ID = (n: string): string => `('0190a000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
const AGENT_ID = (n: string): string => `('0190b000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
const accountId = (n: number): string => `0190a000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
const FIRST_ACCOUNT = accountId(1);
/** Batches rotate between accounts, like those of the housekeeper. */
const accountOf = (batch: number): string => accountId(1 + (batch % ACCOUNTS));

const PARENTS = `
  INSERT INTO account (id, slug, name) SELECT ${ACCOUNT_ID('n')}, 'retained-' || n, 'Retained' FROM generate_series(1, ${ACCOUNTS}) n;
  INSERT INTO agent (account_id, id, name, type, config)
  SELECT ${ACCOUNT_ID('n')}, ${AGENT_ID('n')}, 'agent', 'LANGFLOW', '{}' FROM generate_series(1, ${ACCOUNTS}) n;`;

/** The columns of a run; ids begin with the start time, like UUIDs of version 7. */
const rowsOf = (runs: number): string => `
  SELECT ${ACCOUNT_ID(`1 + i % ${ACCOUNTS}`)}, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
           || '7000' || '8000' || lpad(to_hex(i), 12, '0'))::uuid,
         ${AGENT_ID(`1 + i % ${ACCOUNTS}`)}, 'MANUAL', 'SUCCESS', '{"question": "What is the weather like today?"}'::jsonb,
         '{"answer": "Sunny, with a light breeze from the west and 21 degrees."}'::jsonb, at, at + interval '20 s'
    FROM (SELECT i, now() - ${DAYS} * interval '1 day' * (1 - i::float8 / ${runs}) AS at FROM generate_series(1, ${runs}) i) i`;

const COLUMNS = 'account_id, id, agent_id, trigger, status, input, output, started_at, finished_at';

const share = (times: readonly number[], part: number): string => percentile(times, part).toFixed(1);

async function connect(harness: Harness, url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  harness.defer(() => client.end());
  return client;
}

interface Index {
  readonly name: string;
  readonly definition: string;
}

async function indexesOf(admin: Client): Promise<Index[]> {
  const { rows } = await admin.query<Index>(
    "SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i WHERE i.indrelid = 'run'::regclass AND NOT i.indisprimary",
  );
  return rows;
}

/** The indexes that the reads compared below need. */
const READ = ['run_by_started_at', 'run_by_status'];

interface Measured {
  readonly times: readonly number[];
  readonly rows: number;
  readonly events: number;
}

async function eventsIn(admin: Client): Promise<number> {
  const { rows } = await admin.query<{ n: string }>('SELECT count(*) AS n FROM audit_event');
  return Number(rows[0]?.n);
}

/** Runs several batches. @param work one transaction. @returns the number of rows that it removed. */
async function measure(admin: Client, batches: number, work: (batch: number) => Promise<number>): Promise<Measured> {
  const before = await eventsIn(admin);
  const times: number[] = [];
  let rows = 0;
  for (let batch = 0; batch < batches; batch += 1)
    times.push(await timed(async () => void (rows += await work(batch))));
  times.sort((left, right) => left - right);
  return { times, rows, events: (await eventsIn(admin)) - before };
}

const line = (name: string, { times, rows, events }: Measured): string[] => [
  name,
  String(rows),
  share(times, 0.5),
  share(times, 0.95),
  Math.round((rows * 1_000) / times.reduce((sum, time) => sum + time, 0)).toLocaleString('en'),
  String(events),
];

/** @returns the result of the last one. */
async function transaction(
  client: Client,
  statements: readonly { text: string; values: readonly unknown[] }[],
): Promise<QueryResult<Record<string, unknown>> | null> {
  await client.query('BEGIN');
  let result: QueryResult<Record<string, unknown>> | null = null;
  for (const { text, values } of statements) result = await client.query<Record<string, unknown>>(text, [...values]);
  await client.query('COMMIT');
  return result;
}

const ROW_BY_ROW =
  'DELETE FROM run WHERE account_id = $1 AND id IN (SELECT id FROM run WHERE account_id = $1 AND id::text <> $3 ORDER BY started_at LIMIT $2)';

async function run(harness: Harness): Promise<readonly Table[]> {
  const { superuserUrl, operatorUrl } = await harness.createCluster(ONE_OF_EACH, POSTGRES);
  const admin = await connect(harness, superuserUrl);
  const operator = await connect(harness, operatorUrl);
  await admin.query(PARENTS);
  await admin.query('ALTER TABLE run DISABLE TRIGGER ALL');
  const indexes = await indexesOf(admin);
  for (const { name } of indexes) await admin.query(`DROP INDEX ${name}`);
  const loadMs = await timed(async () => {
    await admin.query(`INSERT INTO run (${COLUMNS}) ${rowsOf(SETTINGS.runs)}`);
    for (const { definition } of indexes) await admin.query(definition);
  });
  await admin.query('ALTER TABLE run ENABLE TRIGGER ALL');
  await admin.query(
    'ALTER TABLE run ENABLE ALWAYS TRIGGER audit_row_insert, ENABLE ALWAYS TRIGGER audit_row_update, ENABLE ALWAYS TRIGGER audit_row_delete, ENABLE ALWAYS TRIGGER audit_truncate',
  );
  await admin.query('VACUUM ANALYZE run');
  const { rows: sizes } = await admin.query<{ whole: string }>(
    "SELECT pg_size_pretty(pg_total_relation_size('run')) AS whole",
  );
  const kept = { from: 'run', time: 'started_at', conditions: [ofWholeOrder('t.id')], key: ['id'] };
  const remove = removeAudited(kept, 'Run');
  const batches = await measure(admin, BATCHES, async (batch) => {
    const batchOf = remove(accountOf(batch), KEPT_DAYS, BATCH_ROWS);
    const result = await transaction(operator, [retentionOrigin('bench'), batchOf]);
    return Number(result?.rows[0]?.['count']);
  });
  const single = await measure(admin, SINGLE_BATCHES, async (batch) => {
    const values = [accountOf(batch), BATCH_ROWS, ''];
    return (await transaction(operator, [{ text: ROW_BY_ROW, values }]))?.rowCount ?? 0;
  });
  const vacuumMs = await timed(() => admin.query('VACUUM run'));
  const partitioned = await partitions(admin);
  return [
    {
      summary: `${SETTINGS.runs.toLocaleString('en')} runs of ${ACCOUNTS} accounts over ${DAYS} days, ${sizes[0]?.whole ?? ''} with indexes, loaded in ${(loadMs / 1_000).toFixed(0)} s; batches of ${BATCH_ROWS} runs of one account, each a transaction. VACUUM afterwards: ${(vacuumMs / 1_000).toFixed(1)} s`,
      head: ['removal', 'runs', 'ms a batch', 'p95', 'runs a second', 'audit events'],
      rows: [line('retention', batches), line('row by row, each with its event', single)],
      page: PAGE,
    },
    partitioned,
  ];
}

/** Compares the same rows in partitions of ten days, with the same indexes: the cost of a page and of a new run. */
async function partitions(admin: Client): Promise<Table> {
  await admin.query(
    'CREATE TABLE parted (LIKE run INCLUDING DEFAULTS, PRIMARY KEY (account_id, id, started_at)) PARTITION BY RANGE (started_at)',
  );
  for (let part = 0; part <= DAYS / 10; part += 1)
    await admin.query(
      `DO $$ BEGIN EXECUTE format('CREATE TABLE parted_${part} PARTITION OF parted FOR VALUES FROM (%L) TO (%L)',
         date_trunc('day', now()) - interval '${DAYS + 10 - part * 10} days', date_trunc('day', now()) - interval '${DAYS - part * 10} days'); END $$`,
    );
  await admin.query('CREATE TABLE parted_rest PARTITION OF parted DEFAULT');
  await admin.query('INSERT INTO parted SELECT * FROM run');
  for (const { name, definition } of await indexesOf(admin))
    if (READ.includes(name)) await admin.query(definition.replace(/INDEX \S+ ON public\.run /, 'INDEX ON parted '));
  await admin.query('VACUUM ANALYZE parted');
  const { rows: found } = await admin.query<{ id: string }>(
    'SELECT id FROM run WHERE account_id = $1 ORDER BY account_id, id OFFSET 100 LIMIT 1',
    [FIRST_ACCOUNT],
  );
  const run = found[0]?.id ?? '';
  const rows: string[][] = [];
  for (const [name, table] of [
    ['one table', 'run'],
    ['partitions of ten days', 'parted'],
  ] as const) {
    const measured = async (kind: string, text: string): Promise<number[]> => {
      const times: number[] = [];
      for (let turn = 0; turn < 300; turn += 1)
        times.push(await timed(() => admin.query({ text, name: `${table} ${kind}` })));
      return times.sort((left, right) => left - right);
    };
    const page = await measured(
      'page',
      `SELECT t.id FROM ${table} t WHERE t.account_id = '${FIRST_ACCOUNT}' AND t.id::text <> '' ORDER BY t.started_at DESC, t.id DESC LIMIT 20`,
    );
    const byId = await measured(
      'by id',
      `SELECT t.status FROM ${table} t WHERE t.account_id = '${FIRST_ACCOUNT}' AND t.id = '${run}'`,
    );
    const byStatus = await measured(
      'by status',
      `SELECT t.id FROM ${table} t WHERE t.account_id = '${FIRST_ACCOUNT}' AND t.status = 'FAILED' ORDER BY t.started_at DESC, t.id DESC LIMIT 20`,
    );
    rows.push([name, share(page, 0.5), share(byId, 0.5), share(byStatus, 0.5)]);
  }
  const dropMs = await timed(() => admin.query('ALTER TABLE parted DETACH PARTITION parted_1; DROP TABLE parted_1'));
  return {
    summary: `the same runs in one table and in partitions by start. Dropping a partition, which removes the runs of all accounts alike and audits none: ${dropMs.toFixed(0)} ms`,
    head: ['runs in', 'page of 20, ms', 'one run by id, ms', 'page by status without rows, ms'],
    rows,
    page: PAGE,
    part: 'partitions',
  };
}

export const benchmark: Benchmark = {
  description: 'removal of expired runs among 10 million, and the same runs in partitions',
  run,
};
