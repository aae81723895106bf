/** The migrated database from which the database of every test file is copied. */
import { migrate, type RoleUrls } from '../../src/db/setup/migrate';
import { citusUrl, distributeDatabase } from './citus';
import { OWNER_PASSWORD, ownerUrl, withDatabase, type TestRun } from './run';
import type { Client } from 'pg';
import { asSuperuser } from './superuser';

/** A run without a template yet. */
export type Unprepared = Omit<TestRun, keyof RoleUrls>;

/** Roles are named after their database, and databases of a run after the run. */
async function rolesOf(client: Client, { id }: Unprepared): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>('select rolname as name from pg_roles where rolname ~ $1', [
    `^portcullis_portcullis_(template|test)_${id}`,
  ]);
  return rows.map(({ name }) => name);
}

/**
 * Creates the run's owner and its template database, and migrates it as that owner.
 * @param dataDir the folder for the passwords of the roles.
 */
export const prepareTemplate = (run: Unprepared, dataDir: string): Promise<RoleUrls> =>
  asSuperuser(run.superuserUrl, async (client) => {
    await client.query(`create role ${run.owner} login createrole password '${OWNER_PASSWORD}'`);
    await client.query(`create database ${run.template} owner ${run.owner}`);
    const urls = await migrate(ownerUrl(run, run.template), { DATA_DIR: dataDir });
    if (citusUrl() !== null)
      await distributeDatabase(withDatabase(run.superuserUrl, run.template), ownerUrl(run, run.template));
    return urls;
  });

/** Drops the run's databases and roles. */
export async function dropRun(run: Unprepared): Promise<void> {
  await asSuperuser(run.superuserUrl, async (client) => {
    const found = await client.query<{ name: string }>(
      'select d.datname as name from pg_database d join pg_roles o on o.oid = d.datdba where o.rolname = $1',
      [run.owner],
    );
    for (const { name } of found.rows) await client.query(`drop database if exists ${name} with (force)`);
    for (const name of await rolesOf(client, run)) await client.query(`drop role ${name}`);
    await client.query(`drop role ${run.owner}`);
  });
}
