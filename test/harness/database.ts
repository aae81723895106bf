/** A separate database for each test file, copied from the template of the run. */
import { createHash, randomBytes } from 'node:crypto';
import { migrate } from '../../src/db/setup/migrate';
import { citusUrl, distributeDatabase, endConnections, repeatSettings } from './citus';
import { currentRun, newFolder, ownerUrl, throughPooler, withDatabase } from './run';
import { asSuperuser } from './superuser';

export type Roles = Readonly<Record<'owner' | 'tenant' | 'operator' | 'restricted', string>>;

export interface TestDatabase {
  readonly name: string;
  /** Connects as the owner, an ordinary role that may create roles, like DATABASE_URL in production. */
  readonly ownerUrl: string;
  readonly tenantUrl: string;
  readonly operatorUrl: string;
  readonly restrictedUrl: string;
  /** Connects as superuser, for tests that remove protections. */
  readonly superuserUrl: string;
  /** Drops the database and closes its connections. */
  drop(): Promise<void>;
}

/** The template of an empty database. */
const EMPTY = 'template0';

async function make(template: string): Promise<TestDatabase> {
  const run = currentRun();
  const name = `portcullis_test_${run.id}_${randomBytes(5).toString('hex')}`;
  await asSuperuser(run.superuserUrl, async (client) => {
    const isDistributed = citusUrl() !== null && template !== EMPTY;
    if (isDistributed) await endConnections(client, template);
    await client.query(`create database ${name} template ${template} owner ${run.owner}`);
    if (isDistributed) await repeatSettings(client, name);
  });
  const owner = ownerUrl(run, name);
  return {
    name,
    ownerUrl: owner,
    tenantUrl: throughPooler(withDatabase(run.tenantUrl, name)),
    operatorUrl: throughPooler(withDatabase(run.operatorUrl, name)),
    restrictedUrl: throughPooler(withDatabase(run.restrictedUrl, name)),
    superuserUrl: withDatabase(run.superuserUrl, name),
    drop: async () => {
      await asSuperuser(run.superuserUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** A migrated database. Databases that a test does not drop are dropped at the end of the run. */
export const createDatabase = (): Promise<TestDatabase> => make(currentRun().template);

/** A copy of another test's database, which must have no connections in the meantime. */
export async function copyDatabase(original: TestDatabase): Promise<TestDatabase> {
  // A pooler keeps the sessions of closed connections.
  await asSuperuser(currentRun().superuserUrl, (client) =>
    client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [original.name]),
  );
  return make(original.name);
}

/** A database with separate roles, for tests that change the roles or their memberships. */
export async function createDatabaseWithRoles(): Promise<TestDatabase> {
  const database = await createEmptyDatabase();
  const dataDir = newFolder();
  const urls = await migrate(database.ownerUrl, { DATA_DIR: dataDir });
  if (citusUrl() !== null) {
    await distributeDatabase(database.superuserUrl, database.ownerUrl);
    // Like the next start of a gateway: it stores the settings for shards on the roles.
    await migrate(database.ownerUrl, { DATA_DIR: dataDir });
  }
  return {
    ...database,
    tenantUrl: throughPooler(urls.tenantUrl),
    operatorUrl: throughPooler(urls.operatorUrl),
    restrictedUrl: throughPooler(urls.restrictedUrl),
  };
}

/** An empty database, for tests of the migrations themselves, which create separate roles for it. */
export const createEmptyDatabase = (): Promise<TestDatabase> => make(EMPTY);

/** The settings with which a program connects to a database of the run. */
export const settingsOf = ({
  ownerUrl: url,
  tenantUrl,
  operatorUrl,
  restrictedUrl,
}: TestDatabase): Record<string, string> => ({
  DATABASE_URL: url,
  TENANT_DATABASE_URL: tenantUrl,
  OPERATOR_DATABASE_URL: operatorUrl,
  RESTRICTED_DATABASE_URL: restrictedUrl,
});

const userOf = (url: string): string => decodeURIComponent(new URL(url).username);

/** The names of a database's roles. */
export const rolesOf = (
  database: Pick<TestDatabase, 'ownerUrl' | 'tenantUrl' | 'operatorUrl' | 'restrictedUrl'>,
): Roles => ({
  owner: userOf(database.ownerUrl),
  tenant: userOf(database.tenantUrl),
  operator: userOf(database.operatorUrl),
  restricted: userOf(database.restrictedUrl),
});

/** The secret of a database's gateways, which must all have the same. */
export const secretOf = ({ name }: Pick<TestDatabase, 'name'>): Buffer => createHash('sha256').update(name).digest();
