/** The rows of the dataset's accounts: generated in PostgreSQL, with indexes created last. */
import type { Client } from 'pg';

/** The number of rows; from `agents` on, per account. */
export interface Size {
  readonly accounts: number;
  readonly agents: number;
  readonly tools: number;
  readonly toolsOfAgent: number;
  /** A multiple of the number of agents, as is the number of runs. */
  readonly schedules: number;
  readonly runs: number;
}

/** Time-ordered ids like those of the gateway, made in the database. */
const ID_FUNCTION = `
  CREATE FUNCTION bench_id(ordinal bigint) RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT (lpad(to_hex(1750000000000 + ordinal), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
            || '8' || substr(md5(random()::text), 1, 15))::uuid
  $$`;

const INSERT_TOOLS = `
  INSERT INTO tool (account_id, id, name, type, description, input_schema, metadata)
  SELECT a.id, bench_id(n), 'tool ' || n, 'CUSTOM', 'Does the thing number ' || n,
         '{"type": "object", "properties": {"query": {"type": "string"}}}',
         jsonb_build_object('owner', jsonb_build_object('team', 'team ' || n % 7, 'email', 'team@example.org'))
    FROM account a, generate_series(1, $1::int) n`;

const INSERT_AGENTS = `
  INSERT INTO agent (account_id, id, name, type, framework, instruction, model, config, metadata)
  SELECT a.id, bench_id(n), 'agent ' || n, 'CONFIG', 'LANGGRAPH', repeat('Answer politely and briefly. ', 20),
         '{"provider": "openai", "name": "gpt"}', '{"temperature": 0.2}',
         jsonb_build_object('owner', jsonb_build_object('team', 'team ' || n % 7, 'email', 'team@example.org'), 'n', n)
    FROM account a, generate_series(1, $1::int) n`;

const INSERT_LINKS = `
  INSERT INTO agent_tool (account_id, agent_id, tool_id)
  SELECT a.account_id, a.id, t.id
    FROM (SELECT account_id, id, row_number() OVER (PARTITION BY account_id ORDER BY id) AS n FROM agent) a
    JOIN (SELECT account_id, id, row_number() OVER (PARTITION BY account_id ORDER BY id) AS n FROM tool) t
      ON t.account_id = a.account_id AND (t.n + a.n) % ($1::int / $2::int) = 0`;

const INSERT_SCHEDULES = `
  INSERT INTO schedule (account_id, id, agent_id, cron, timezone, input, enabled, next_run_at)
  SELECT a.account_id, bench_id(n), a.id, '0 9 * * 1-5', 'Europe/Berlin', '{"topic": "the day"}', true, now() + interval '1 day'
    FROM agent a, generate_series(1, $1::int) n`;

/** In order of time, for the agents of an account in rotation. */
const INSERT_RUNS = `
  INSERT INTO run (account_id, id, agent_id, trigger, status, input, output, started_at, finished_at)
  SELECT g.account_id, bench_id(n), g.ids[1 + n % array_length(g.ids, 1)], 'MANUAL',
         CASE WHEN n % 10 = 0 THEN 'FAILED' ELSE 'SUCCESS' END, '{"question": "What is new?"}',
         jsonb_build_object('answer', 'Nothing is new, and that is number ' || n),
         '2026-01-01'::timestamptz + n * interval '1 minute', '2026-01-01'::timestamptz + n * interval '1 minute' + interval '3 seconds'
    FROM (SELECT account_id, array_agg(id ORDER BY id) AS ids FROM agent GROUP BY account_id) g, generate_series(1, $1::int) n`;

const TABLES = ['tool', 'agent', 'agent_tool', 'schedule', 'run'];

/** Indexes that belong to no constraint. */
const INDEXES = `
  SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
   WHERE c.relname = ANY ($1) AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)`;

/** Runs `work` without indexes on the tables and creates them again afterwards. */
export async function withoutIndexes(
  client: Client,
  tables: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(INDEXES, [tables]);
  for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
  await work();
  await client.query("SET maintenance_work_mem = '512MB'");
  for (const { definition } of indexes) await client.query(definition);
}

/** For all existing accounts. */
export const insertRows = (client: Client, size: Size): Promise<void> =>
  withoutIndexes(client, TABLES, () => insertAll(client, size));

async function insertAll(client: Client, size: Size): Promise<void> {
  await client.query(ID_FUNCTION);
  await client.query(INSERT_TOOLS, [size.tools]);
  await client.query(INSERT_AGENTS, [size.agents]);
  await client.query(INSERT_LINKS, [size.tools, size.toolsOfAgent]);
  await client.query(INSERT_SCHEDULES, [size.schedules / size.agents]);
  await client.query(INSERT_RUNS, [size.runs]);
  await client.query('DROP FUNCTION bench_id');
}
