/** Sets the gateway's settings on its roles, so that a pooler's sessions start with them. */
import { Client } from 'pg';
import { primaryUrl } from '../primary';
import { ownerConnection, ROLE_SETTINGS, WITH_CITUS } from '../session-settings';
import { HAS_CITUS } from '../verify/shards';
import { SETUP_LOCK } from './owner';
import { literal } from './roles';

const CONNECT_TIMEOUT_MS = 5_000;

/** In PostgreSQL's format: `name=value`. */
const STORED = `
  SELECT quote_ident(d.datname) AS database, coalesce(s.setconfig, '{}') AS settings, ${HAS_CITUS} AS "hasCitus"
    FROM pg_database d LEFT JOIN pg_db_role_setting s ON s.setdatabase = d.oid AND s.setrole = current_user::regrole
   WHERE d.datname = current_database()`;

const withoutSpaces = (text: string): string => text.replaceAll(' ', '');

/** Each item of a list separately: together they would be one name. */
const valueOf = (value: string): string => value.split(/, ?/).map(literal).join(', ');

/**
 * As each role itself, which may always change its own defaults; settings already present are left alone.
 * @param url connects as the role.
 */
export async function stateOnRole(url: string): Promise<void> {
  const client = new Client({ ...ownerConnection(await primaryUrl(url)), connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined);
  await client.connect();
  try {
    // Gateways that start at once would change the same row.
    await client.query(`BEGIN READ WRITE; SELECT pg_advisory_xact_lock(${SETUP_LOCK})`);
    const { rows } = await client.query<{ database: string; settings: string[]; hasCitus: boolean }>(STORED);
    const stored = new Set(rows[0]?.settings.map(withoutSpaces));
    const settings = rows[0]?.hasCitus === true ? { ...ROLE_SETTINGS, ...WITH_CITUS } : ROLE_SETTINGS;
    const missing = Object.entries(settings).filter(([name, value]) => !stored.has(withoutSpaces(`${name}=${value}`)));
    const target = `ROLE CURRENT_USER IN DATABASE ${rows[0]?.database ?? ''}`;
    const statements = missing.map(([name, value]) => `ALTER ${target} SET ${name} = ${valueOf(value)}`);
    await client.query([...statements, 'COMMIT'].join('; '));
  } finally {
    await client.end();
  }
}
