/** The clock and the random ids of a database, made to repeat: its functions are replaced before the schema is created. */
import type { Client } from 'pg';
import { connected } from '../harness/sql';
import { timeOf } from './frozen-process';

/** PostgreSQL itself calls these by their number; the schema and the statements of the product call them by name. */
const CLOCKS = ['now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp'];

/** Works on an empty database, as a superuser. */
export const freezeDatabase = (superuserUrl: string): Promise<void> =>
  connected(superuserUrl, async (client) => {
    await client.query('SET allow_system_table_mods = on');
    await client.query(`CREATE TABLE pg_catalog.frozen_clock AS SELECT '${isoOf(0)}'::timestamptz AS at`);
    await client.query('CREATE SEQUENCE pg_catalog.frozen_draws');
    for (const name of CLOCKS) {
      await client.query(`ALTER FUNCTION pg_catalog.${name}() RENAME TO machine_${name}`);
      await client.query(
        `CREATE FUNCTION pg_catalog.${name}() RETURNS timestamptz LANGUAGE plpgsql STABLE SECURITY DEFINER
         SET search_path = pg_catalog AS 'BEGIN RETURN (SELECT at FROM pg_catalog.frozen_clock); END'`,
      );
    }
    await client.query('ALTER FUNCTION pg_catalog.gen_random_uuid() RENAME TO machine_gen_random_uuid');
    await client.query(
      `CREATE FUNCTION pg_catalog.gen_random_uuid() RETURNS uuid LANGUAGE plpgsql VOLATILE SECURITY DEFINER
       SET search_path = pg_catalog AS 'BEGIN RETURN md5(concat(now(), '' '', nextval(''frozen_draws'')))::uuid; END'`,
    );
  });

const isoOf = (step: number): string => new Date(timeOf(step)).toISOString();

/** Begins a step: the clock stands at it, and ids are drawn as whenever it began before. */
export const beginStep = async (client: Client, step: number): Promise<void> => {
  await client.query(
    `UPDATE pg_catalog.frozen_clock SET at = '${isoOf(step)}'; SELECT setval('pg_catalog.frozen_draws', 1)`,
  );
};
