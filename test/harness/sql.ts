/** Raw SQL in tests: as a superuser to arrange and to look behind the walls, as a role to lean against them. */
import { Client } from 'pg';

/** Runs `work` on a connection of its own. */
export async function connected<Result>(url: string, work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url });
  // A test may end this connection's backend; the query in flight fails then, which is enough.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** One statement's rows. */
export const query = <Row extends object>(url: string, text: string, values: unknown[] = []): Promise<Row[]> =>
  connected(url, async (client) => (await client.query<Row>(text, values)).rows);

const ACCOUNT_TABLES = `
  SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     AND a.attname = 'account_id' AND NOT a.attisdropped ORDER BY c.relname`;

/** Every table with an account_id, whoever added it. */
export const accountTables = async (url: string): Promise<string[]> =>
  (await query<{ name: string }>(url, ACCOUNT_TABLES)).map(({ name }) => name);

/** How often an account's own keys were used; stored when the clock says so, whoever else does something. */
export const COUNTERS = new Set(['key_use', 'key_usage']);

/** A fingerprint of every row that an account has, in every table but those that count the use of its keys. */
export async function fingerprint(superuserUrl: string, accountId: string): Promise<Record<string, string>> {
  const tables = (await accountTables(superuserUrl)).filter((table) => !COUNTERS.has(table));
  return connected(superuserUrl, async (client) => {
    const prints: Record<string, string> = {};
    for (const table of tables) {
      const found = await client.query<{ print: string }>(
        `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, chr(10) ORDER BY t::text)), '') AS print
           FROM ${table} t WHERE account_id = $1`,
        [accountId],
      );
      prints[table] = found.rows[0]?.print ?? '';
    }
    return prints;
  });
}
