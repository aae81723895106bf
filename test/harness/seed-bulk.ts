/** Many rows of an account at once, copied in SQL from a few that were created through the API. */
import { withoutTriggers } from './sql';

/** Tables of resources are those with a deletion id. */
const RESOURCE_TABLES = `
  SELECT c.relname AS name, string_agg(quote_ident(a.attname), ',' ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
     AND EXISTS (SELECT 1 FROM pg_attribute d WHERE d.attrelid = c.oid AND d.attname = 'deletion_id' AND NOT d.attisdropped)
   GROUP BY c.relname ORDER BY c.relname`;

/** The copies' ids sort before all ids made by the clock; names begin with a blank, and times are a day earlier. */
const CHANGED: Readonly<Record<string, string>> = {
  id: "('00000000-0000-7000-8000-' || lpad(to_hex(row_number() OVER (ORDER BY n, r.id)), 12, '0'))::uuid",
  name: "' ' || left(r.name, 200) || ' ' || n",
  started_at: "r.started_at - interval '1 day' - n * interval '1 second'",
  created_at: "r.created_at - interval '1 day' - n * interval '1 second'",
};

/**
 * Adds `copies` copies of each row of the account that is not deleted to every resource's table, as superuser, without
 * triggers.
 */
export async function seedBulk(superuserUrl: string, accountId: string, copies: number): Promise<number> {
  return withoutTriggers(superuserUrl, async (client) => {
    const tables = await client.query<{ name: string; columns: string }>(RESOURCE_TABLES);
    let added = 0;
    for (const { name, columns } of tables.rows) {
      const values = columns.split(',').map((column) => CHANGED[column] ?? `r.${column}`);
      const inserted = await client.query(
        `INSERT INTO ${name} (${columns})
         SELECT ${values.join(', ')} FROM ${name} r CROSS JOIN generate_series(1, $2::int) n
          WHERE r.account_id = $1 AND r.deleted_at IS NULL ON CONFLICT DO NOTHING`,
        [accountId, copies],
      );
      added += inserted.rowCount ?? 0;
    }
    return added;
  });
}
