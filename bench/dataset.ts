/** Dataset D, written straight in SQL: the same rows for every server. */
import { Client } from 'pg';
import { formatKey, hashSecret, newSecret } from '../src/auth/key';
import { newId } from '../src/db/ids';

/** How much of everything; per account from `agents` on. */
export interface Size {
  readonly accounts: number;
  readonly agents: number;
  readonly tools: number;
  readonly toolsOfAgent: number;
}

export const SIZE_D: Size = { accounts: 200, agents: 100, tools: 30, toolsOfAgent: 3 };

export interface BenchAccount {
  readonly id: string;
  readonly key: string;
  /** Some of its agents. */
  readonly agentIds: readonly string[];
}

const AGENTS_KEPT = 20;

/** Time-ordered ids as the gateway makes them, made where the rows are. */
const ID_FUNCTION = `
  CREATE FUNCTION bench_id(ordinal bigint) RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT (lpad(to_hex(1750000000000 + ordinal), 12, '0') || '7' || substr(md5(random()::text), 1, 3)
            || '8' || substr(md5(random()::text), 1, 15))::uuid
  $$`;

const INSERT_ACCOUNTS = `
  INSERT INTO account (id, slug, name)
  SELECT id, 'bench-' || n, 'Bench ' || n FROM unnest($1::uuid[]) WITH ORDINALITY AS given (id, n)`;

const INSERT_KEYS = `
  INSERT INTO api_key (account_id, id, name, kind, secret_hash)
  SELECT account_id, id, 'primary', 'PRIMARY', secret_hash
    FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) AS given (account_id, id, secret_hash)`;

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

const AGENT_IDS = `
  SELECT account_id, (array_agg(id ORDER BY id))[1:${AGENTS_KEPT}] AS ids FROM agent GROUP BY account_id`;

async function insertAccounts(client: Client, count: number): Promise<Omit<BenchAccount, 'agentIds'>[]> {
  const accounts = Array.from({ length: count }, () => {
    const [keyId, secret] = [newId(), newSecret()];
    return { id: newId(), keyId, hash: hashSecret(secret), key: formatKey({ kind: 'account', keyId, secret }) };
  });
  const ids = accounts.map(({ id }) => id);
  await client.query(INSERT_ACCOUNTS, [ids]);
  await client.query(INSERT_KEYS, [ids, accounts.map(({ keyId }) => keyId), accounts.map(({ hash }) => hash)]);
  return accounts.map(({ id, key }) => ({ id, key }));
}

/**
 * Fills a migrated, empty database.
 * @param superuserUrl of that database; triggers and policies are passed by, for speed.
 */
export async function buildDataset(superuserUrl: string, size: Size): Promise<BenchAccount[]> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query('SET session_replication_role = replica');
    await client.query(ID_FUNCTION);
    const accounts = await insertAccounts(client, size.accounts);
    await client.query(INSERT_TOOLS, [size.tools]);
    await client.query(INSERT_AGENTS, [size.agents]);
    await client.query(INSERT_LINKS, [size.tools, size.toolsOfAgent]);
    await client.query('DROP FUNCTION bench_id');
    await client.query('VACUUM ANALYZE');
    const found = await client.query<{ account_id: string; ids: string[] }>(AGENT_IDS);
    const agentIds = new Map(found.rows.map((row) => [row.account_id, row.ids]));
    return accounts.map((account) => ({ ...account, agentIds: agentIds.get(account.id) ?? [] }));
  } finally {
    await client.end();
  }
}
