/** A database of its own for each test file, copied from the run's template. */
import { createHash, randomBytes } from 'node:crypto';
import { roleUrl } from '../../src/db/setup/roles';
import { currentRun, ownerUrl, withDatabase } from './run';
import { asSuperuser } from './superuser';

export interface TestDatabase {
  readonly name: string;
  /** As the owner, an ordinary role that may create roles: what DATABASE_URL is in production. */
  readonly ownerUrl: string;
  readonly tenantUrl: string;
  readonly operatorUrl: string;
  /** As superuser; for tests that take walls down. */
  readonly superuserUrl: string;
  /** Drops the database, connections and all. */
  drop(): Promise<void>;
}

async function make(template: string): Promise<TestDatabase> {
  const run = currentRun();
  const name = `portcullis_test_${run.id}_${randomBytes(5).toString('hex')}`;
  await asSuperuser(run.superuserUrl, (client) =>
    client.query(`create database ${name} template ${template} owner ${run.owner}`),
  );
  const owner = ownerUrl(run, name);
  return {
    name,
    ownerUrl: owner,
    tenantUrl: roleUrl(owner, 'tenant'),
    operatorUrl: roleUrl(owner, 'operator'),
    superuserUrl: withDatabase(run.superuserUrl, name),
    drop: async () => {
      await asSuperuser(run.superuserUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** A migrated database. Whatever is not dropped by its test is dropped at the end of the run. */
export const createDatabase = (): Promise<TestDatabase> => make(currentRun().template);

/** A copy of another test's database, which must have no connections meanwhile. */
export const copyDatabase = (original: TestDatabase): Promise<TestDatabase> => make(original.name);

/** An empty database, for tests of the migrations themselves. */
export const createEmptyDatabase = (): Promise<TestDatabase> => make('template0');

/** What gateways of a database have as their secret: they all need the same. */
export const secretOf = ({ name }: Pick<TestDatabase, 'name'>): Buffer => createHash('sha256').update(name).digest();
