/** Raw SQL in tests and benchmarks: as a superuser to prepare and inspect, as a role to attack. */
import { Client, type ClientConfig } from 'pg';

/** Runs `work` on a separate connection. */
export async function connected<Result>(
  target: string | ClientConfig,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client(target);
  // A test may terminate this connection's backend; failing the query in flight is sufficient.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Runs `work` as superuser in one transaction in which only the triggers of the audit log fire. A session setting would
 * not reach every shard.
 */
export const withoutTriggers = <Result>(
  superuserUrl: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> =>
  connected(superuserUrl, async (client) => {
    await client.query('BEGIN; SET LOCAL session_replication_role = replica');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  });

/** The rows of one statement. */
export const query = <Row extends object>(url: string, text: string, values: unknown[] = []): Promise<Row[]> =>
  connected(url, async (client) => (await client.query<Row>(text, values)).rows);

/** The statements of a text, one by one, because Citus accepts only one change of its tables at a time. */
export const statementsIn = (text: string): string[] =>
  (text.match(/(?:\$(\w*)\$[\s\S]*?\$\1\$|[^;])+/g) ?? []).filter((statement) => statement.trim() !== '');

/** The first value of a statement's first row, as text. @throws Error if there is none. */
export async function queryValue(url: string, text: string, values: unknown[] = []): Promise<string> {
  const [row] = await query<Record<string, unknown>>(url, text, values);
  if (!row) throw new Error(`No row: ${text}`);
  return String(Object.values(row)[0]);
}

export const ACCOUNT_TABLES = `
  SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     AND a.attname = 'account_id' AND NOT a.attisdropped ORDER BY c.relname`;

/** Every table with an account_id column. */
export const accountTables = async (url: string): Promise<string[]> =>
  (await query<{ name: string }>(url, ACCOUNT_TABLES)).map(({ name }) => name);

/** Tables with the counts of an account's own keys, which are stored at intervals, independently of other accounts. */
export const COUNTERS = new Set(['key_use', 'key_usage', 'access_decision']);

/** A fingerprint of every row of an account, in every table except those that count the use of its keys. */
export function fingerprint(superuserUrl: string, accountId: string): Promise<Record<string, string>> {
  return connected(superuserUrl, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(ACCOUNT_TABLES);
    const prints = tables
      .filter(({ name }) => !COUNTERS.has(name))
      .map(
        ({ name }) =>
          `SELECT '${name}' AS name, count(*) || ' ' || coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), '') AS print
             FROM ${name} t WHERE account_id = $1`,
      );
    const found = await client.query<{ name: string; print: string }>(prints.join(' UNION ALL '), [accountId]);
    return Object.fromEntries(found.rows.map(({ name, print }) => [name, print]));
  });
}
