/** The Citus that CITUS_DATABASE_URL names as a superuser, if set: tests then run on distributed tables. */
import type { Client } from 'pg';
import { distribute } from '../../src/db/setup/distribute';
import { SHARD_SETTINGS } from '../../src/db/verify/shards';
import { connected } from './sql';

/** Null if not set: tests then run on ordinary tables. */
export const citusUrl = (): string | null => {
  const url = process.env['CITUS_DATABASE_URL'] ?? '';
  return url === '' ? null : url;
};

/** Few, because each database of a run is a copy of all of them. */
export const TEST_SHARDS = 4;

/** Makes the database a coordinator that takes shards. @param superuserUrl a superuser's URL of that database. */
export const prepareCoordinator = (superuserUrl: string): Promise<void> =>
  connected(superuserUrl, async (client) => {
    const { hostname, port } = new URL(superuserUrl);
    await client.query('CREATE EXTENSION IF NOT EXISTS citus');
    await client.query('SELECT citus_set_coordinator_host($1, $2)', [hostname, Number(port)]);
    await client.query("SELECT citus_set_node_property($1, $2, 'shouldhaveshards', true)", [hostname, Number(port)]);
  });

/** Distributes a migrated database. */
export async function distributeDatabase(superuserUrl: string, ownerUrl: string): Promise<void> {
  await prepareCoordinator(superuserUrl);
  await distribute(ownerUrl, TEST_SHARDS, () => undefined);
}

/** A copy has the shards of its template, but not the settings of that database. */
export async function repeatSettings(client: Client, database: string): Promise<void> {
  for (const [name, value] of Object.entries(SHARD_SETTINGS))
    await client.query(`alter database ${database} set ${name} = '${value}'`);
}

/** Terminates what prevents a database from being copied: Citus has a process in each. */
export async function endConnections(client: Client, database: string): Promise<void> {
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database]);
}
