/** The migrated database that every test file's database is a copy of. */
import { migrate } from '../../src/db/setup/migrate';
import { OWNER_PASSWORD, ownerUrl, type TestRun } from './run';
import { asSuperuser } from './superuser';

/** Makes the run's owner and its template database, and migrates it as that owner. */
export async function prepareTemplate(run: TestRun): Promise<void> {
  await asSuperuser(run.superuserUrl, async (client) => {
    await client.query(`create role ${run.owner} login createrole password '${OWNER_PASSWORD}'`);
    await client.query(`create database ${run.template} owner ${run.owner}`);
    await migrate(ownerUrl(run, run.template));
  });
}

/** Drops the run's databases and its owner. */
export async function dropRun(run: TestRun): Promise<void> {
  await asSuperuser(run.superuserUrl, async (client) => {
    const found = await client.query<{ name: string }>(
      'select d.datname as name from pg_database d join pg_roles o on o.oid = d.datdba where o.rolname = $1',
      [run.owner],
    );
    for (const { name } of found.rows) await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`drop role ${run.owner}`);
  });
}
