/** Rows of the resources that dataset D has none of, so that every list has something to choose from. */
import { Client } from 'pg';
import { SILENCE_AUDIT } from './dataset';

const ID =
  "(lpad(to_hex(1750000000000 + n), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid";
const OWNER = `jsonb_build_object('owner', jsonb_build_object('team', 'team ' || n % 7, 'email', 'team@example.org'))`;

const STATEMENTS = [
  `INSERT INTO mcp_server (account_id, id, name, transport, config, authentication, metadata)
   SELECT a.id, ${ID}, 'server ' || n, 'HTTP', '{"url": "https://mcp.example/"}', '{"type": "NO_AUTH"}', ${OWNER}
     FROM account a, generate_series(1, $1::int) n`,
  `INSERT INTO api_key (account_id, id, name, kind, secret_hash, expires_at, metadata)
   SELECT a.id, ${ID}, 'key ' || n, 'EXPIRING', ''::bytea, now() + interval '1 day', ${OWNER}
     FROM account a, generate_series(1, $1::int) n`,
];

/** @param count rows of each for each account. */
export async function fillOthers(superuserUrl: string, count: number): Promise<void> {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  try {
    await client.query('SET session_replication_role = replica');
    await client.query(`BEGIN; ${SILENCE_AUDIT}`);
    for (const statement of STATEMENTS) await client.query(statement, [count]);
    // Times as they are when rows come one by one.
    for (const table of ['tool', 'agent', 'mcp_server', 'api_key', 'schedule'])
      await client.query(
        `UPDATE ${table} SET created_at = created_at - random() * interval '30 days', updated_at = updated_at - random() * interval '30 days'`,
      );
    await client.query(SILENCE_AUDIT.replace("tgenabled = 'A'", "tgenabled = 'D'").replace('DISABLE', 'ENABLE ALWAYS'));
    await client.query('COMMIT');
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}
