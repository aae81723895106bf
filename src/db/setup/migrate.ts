/** Brings a database up to date as its owner, and tells how to connect as each of the two roles. */
import { join } from 'node:path';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { ensureRoles, resetRolePassword, ROLE_KINDS, roleUrl, SetupError, type RoleKind } from './roles';

/** Serialises migrations of gateways that start at once. Any number will do, as long as it stays. */
const MIGRATION_LOCK = 7_267_283;
const OLDEST_SERVER = 150_000;

export interface RoleUrls {
  readonly tenantUrl: string;
  readonly operatorUrl: string;
}

async function refuseOldServer(owner: Client): Promise<void> {
  const found = await owner.query<{ number: string; version: string }>(
    "select current_setting('server_version_num') as number, current_setting('server_version') as version",
  );
  const [server] = found.rows;
  if (server && Number(server.number) < OLDEST_SERVER) {
    throw new SetupError(`The database is PostgreSQL ${server.version}; Portcullis needs 15 or later.`);
  }
}

async function runMigrations(ownerUrl: string): Promise<void> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    installExtensions: false,
    migrations: [join(__dirname, '../../../migrations/*.{js,ts}')],
    migrationsTransactionMode: 'all',
  });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations();
  } finally {
    await dataSource.destroy();
  }
}

async function connects(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  try {
    await client.connect();
    return true;
  } catch (error) {
    // 28P01 and 28000: the password or the role is not accepted. Anything else is another trouble, told as it is.
    if (error instanceof Error && 'code' in error && (error.code === '28P01' || error.code === '28000')) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function derivedUrl(owner: Client, ownerUrl: string, kind: RoleKind): Promise<string> {
  const url = roleUrl(ownerUrl, kind);
  if (!(await connects(url))) await resetRolePassword(owner, ownerUrl, kind);
  return url;
}

/**
 * Makes missing roles, runs pending migrations, one gateway at a time.
 * @param ownerUrl connects as the owner of the database: an ordinary role, with CREATEROLE if the roles are missing.
 * @param given connections to use instead of the derived ones.
 * @throws SetupError when an administrator must do something first.
 */
export async function migrate(
  ownerUrl: string,
  given: { tenantUrl?: string | undefined; operatorUrl?: string | undefined } = {},
): Promise<RoleUrls> {
  const owner = new Client({ connectionString: ownerUrl, connectionTimeoutMillis: 10_000 });
  await owner.connect();
  try {
    await refuseOldServer(owner);
    await owner.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    if (!given.tenantUrl || !given.operatorUrl) await ensureRoles(owner, ownerUrl);
    await runMigrations(ownerUrl);
    const [tenantUrl, operatorUrl] = await Promise.all(
      ROLE_KINDS.map(async (kind) => given[`${kind}Url`] ?? derivedUrl(owner, ownerUrl, kind)),
    );
    if (tenantUrl === undefined || operatorUrl === undefined) throw new SetupError('Both roles need a connection.');
    return { tenantUrl, operatorUrl };
  } finally {
    await owner.end();
  }
}
