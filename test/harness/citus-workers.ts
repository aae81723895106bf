/**
 * The workers of the Citus in CITUS_DATABASE_URL: CITUS_WORKER_URLS names their superusers, if any:
 * `postgres://…,postgres://…`.
 */
import { rolesOf, type TestDatabase } from './database';
import { withDatabase } from './run';
import { connected, query } from './sql';

export const workerUrls = (): readonly string[] =>
  (process.env['CITUS_WORKER_URLS'] ?? '').split(',').filter((url) => url !== '');

export const hasWorkers = (): boolean => (process.env['CITUS_DATABASE_URL'] ?? '') !== '' && workerUrls().length > 0;

/** The coordinator connects to its workers without a password, which pg_hba.conf there allows. */
export interface Workers {
  /** The URLs of the database on each worker, as superuser. */
  readonly urls: readonly string[];
  drop(): Promise<void>;
}

type Database = Pick<
  TestDatabase,
  'name' | 'superuserUrl' | 'ownerUrl' | 'tenantUrl' | 'operatorUrl' | 'restrictedUrl'
>;

/**
 * Makes a database the coordinator of all workers, without shards of its own.
 * @param superusers of the workers.
 */
export async function addWorkers(database: Database, superusers = workerUrls()): Promise<Workers> {
  const { owner } = rolesOf(database);
  const { password } = new URL(database.ownerUrl);
  const urls = superusers.map((url) => withDatabase(url, database.name));
  for (const [index, url] of superusers.entries()) {
    const role = `CREATE ROLE ${owner} LOGIN CREATEROLE PASSWORD '${password}'`;
    const ifMissing = `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${owner}') THEN ${role}; END IF; END $$`;
    await query(url, ifMissing);
    await query(url, `CREATE DATABASE ${database.name} OWNER ${owner}`);
    await query(urls[index] ?? '', 'CREATE EXTENSION citus');
  }
  await connected(database.superuserUrl, async (client) => {
    const { hostname, port } = new URL(database.superuserUrl);
    await client.query('CREATE EXTENSION IF NOT EXISTS citus');
    await client.query('SELECT citus_set_coordinator_host($1, $2)', [hostname, Number(port)]);
    for (const { hostname: host, port: at } of urls.map((url) => new URL(url)))
      await client.query('SELECT citus_add_node($1, $2)', [host, Number(at)]);
  });
  const drop = async (): Promise<void> => {
    const roles = Object.values(rolesOf(database));
    for (const url of superusers) {
      await query(url, `DROP DATABASE IF EXISTS ${database.name} WITH (FORCE)`);
      for (const role of roles.filter((name) => name !== owner)) await query(url, `DROP ROLE IF EXISTS ${role}`);
      // The owner may also own databases of other tests.
      await query(url, `DROP ROLE IF EXISTS ${owner}`).catch(() => undefined);
    }
  };
  return { urls, drop };
}
