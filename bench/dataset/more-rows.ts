/** Rows of the resources that dataset D lacks, so that every list has rows to choose from. */
import { createHash } from 'node:crypto';
import { insertSilently } from './dataset';
import { withoutIndexes } from './rows';

const ID =
  "(lpad(to_hex(1750000000000 + n), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid";
const OWNER = `jsonb_build_object('owner', jsonb_build_object('team', 'team ' || n % 7, 'email', 'team@example.org'))`;

/** For each account, in order of time: five keys, three events per request, and 500 rows that change. */
const INSERT_EVENTS = `
  INSERT INTO audit_event (account_id, sequence, at, actor_kind, actor_id, actor_name, request_id, action, resource_type, resource_id, hash, form)
  SELECT a.id, n, '2026-01-01'::timestamptz + n * interval '1 minute', 'account', 'key ' || n % 5, 'key', 'request ' || n / 3,
         CASE WHEN n % 10 = 0 THEN 'DELETE' ELSE 'UPDATE' END, 'Tool', md5(a.id::text || n % 500)::uuid::text, ''::bytea, 2
    FROM account a, generate_series(1, $1::int) n WHERE a.slug LIKE 'bench-%'`;

/** A row that has events. */
export const changedRow = (accountId: string, which: number): string =>
  createHash('md5')
    .update(`${accountId}${which}`)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

/** Rows of the platform, and entries of the other logs. */
const PLATFORM = [
  `INSERT INTO account (id, slug, name, created_at, updated_at)
   SELECT ${ID}, 'other-' || n, 'Other ' || n, now() - random() * interval '30 days', now() - random() * interval '30 days'
     FROM generate_series(1, $1::int) n`,
  `INSERT INTO master_key (id, name, secret_hash, expires_at, created_at, updated_at)
   SELECT ${ID}, 'master ' || n, ''::bytea, now() + interval '1 day', now() - random() * interval '30 days', now() - random() * interval '30 days'
     FROM generate_series(1, $1::int) n`,
  `INSERT INTO master_access (id, key_id, key_name, fields, address, request_id, every_account, account_ids)
   SELECT ${ID}, gen_random_uuid(), 'master', '{agents}', '::1', 'request ' || n, true, '{}' FROM generate_series(1, $1::int) n`,
  `INSERT INTO account_access (account_id, id, key_id, key_name, fields, address, request_id)
   SELECT a.id, ${ID}, gen_random_uuid(), 'master', '{agents}', '::1', 'request ' || n
     FROM account a, generate_series(1, $1::int) n WHERE a.slug LIKE 'bench-%'`,
  `INSERT INTO audit_denial (account_id, minute, key_id, code, field, count)
   SELECT a.id, '2026-01-01'::timestamptz + n * interval '1 minute', gen_random_uuid(), 'FORBIDDEN', 'accounts', 1
     FROM account a, generate_series(1, $1::int) n WHERE a.slug LIKE 'bench-%'`,
];

const STATEMENTS = [
  `INSERT INTO mcp_server (account_id, id, name, transport, config, authentication, metadata)
   SELECT a.id, ${ID}, 'server ' || n, 'HTTP', '{"url": "https://mcp.example/"}', '{"type": "NO_AUTH"}', ${OWNER}
     FROM account a, generate_series(1, $1::int) n`,
  `INSERT INTO api_key (account_id, id, name, kind, role, secret_hash, expires_at, metadata)
   SELECT a.id, ${ID}, 'key ' || n, 'EXPIRING', 'ADMINISTRATOR', ''::bytea, now() + interval '1 day', ${OWNER}
     FROM account a, generate_series(1, $1::int) n`,
];

/**
 * @param count the rows of each resource for each account, and of each list of the platform.
 * @param events the events of each account.
 */
export const fillOthers = (superuserUrl: string, count: number, events: number): Promise<void> =>
  insertSilently(superuserUrl, async (client) => {
    for (const statement of [...STATEMENTS, ...PLATFORM]) await client.query(statement, [count]);
    await withoutIndexes(client, ['audit_event'], async () => {
      await client.query(INSERT_EVENTS, [events]);
    });
    // Times as if the rows had been created one by one.
    for (const table of ['tool', 'agent', 'mcp_server', 'api_key', 'schedule'])
      await client.query(
        `UPDATE ${table} SET created_at = created_at - random() * interval '30 days', updated_at = updated_at - random() * interval '30 days'`,
      );
  });
