/** Migrates a database as its owner. @returns how to connect as each of the gateway's roles. */
import { Client } from 'pg';
import { primaryUrl } from '../primary';
import { ownerConnection } from '../session-settings';
import type { Config } from '../../config';
import { loginProblem } from '../connection-problem';
import { applyMigrations, codeOf, planMigrations, readMigrations, withRoles, type Migration } from './migrations';
import { asOwner, databaseName, withOwner } from './owner';
import { revokeFromOthers } from './revoke-from-others';
import {
  adoptRoles,
  ensureRoles,
  grantConnect,
  repairRoles,
  roleName,
  ROLE_KINDS,
  type RoleKind,
  type RoleNames,
} from './roles';
import { readPassword, REPAIR_ROLES } from './role-passwords';
import { stateOnRole } from './role-settings';
import { SetupError } from './setup-error';

export interface RoleUrls {
  readonly tenantUrl: string;
  readonly operatorUrl: string;
  readonly restrictedUrl: string;
}

const VARIABLES = {
  tenant: 'TENANT_DATABASE_URL',
  operator: 'OPERATOR_DATABASE_URL',
  restricted: 'RESTRICTED_DATABASE_URL',
} as const satisfies Record<RoleKind, keyof Config>;

/** DATA_DIR keeps the passwords of roles that the gateway creates; the others are connections to use instead. */
export type RoleSettings = Pick<Config, 'DATA_DIR' | (typeof VARIABLES)[RoleKind]>;

const CONNECT_TIMEOUT_MS = 5_000;

/** The role and the database of a connection. */
async function whoIs(url: string): Promise<{ role: string; database: string }> {
  const client = new Client({ ...ownerConnection(await primaryUrl(url)), connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  try {
    await client.connect();
    const { rows } = await client.query<{ role: string; database: string }>(
      'SELECT session_user::text AS role, current_database()::text AS database',
    );
    return rows[0] ?? { role: '', database: '' };
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The name of a role whose connection is a setting. */
async function givenRole(kind: RoleKind, url: string, database: string): Promise<string> {
  try {
    const given = await whoIs(url);
    if (given.database === database) return given.role;
    throw new SetupError(
      `${VARIABLES[kind]} connects to the database ${given.database}, DATABASE_URL to ${database}: both must connect to the same database.`,
    );
  } catch (error) {
    if (!/^28/.test(String(codeOf(error)))) throw error;
    throw new SetupError(`The database refused the user or password in ${VARIABLES[kind]}.`, { cause: error });
  }
}

/** @throws SetupError, before anything is changed, for a role to which no policy applies. */
function refuseOwner(owner: string, names: RoleNames): void {
  const kind = ROLE_KINDS.find((each) => names[each] === owner);
  if (kind !== undefined)
    throw new SetupError(
      `${VARIABLES[kind]} connects as ${owner}, the owner in DATABASE_URL: the gateway needs a separate role, which owns nothing. Nothing was changed.`,
    );
}

async function roleNames(database: string, settings: RoleSettings): Promise<RoleNames> {
  const name = async (kind: RoleKind): Promise<string> => {
    const url = settings[VARIABLES[kind]];
    return url === undefined ? roleName(database, kind) : givenRole(kind, url, database);
  };
  const names = {
    tenant: await name('tenant'),
    operator: await name('operator'),
    restricted: await name('restricted'),
  };
  for (const kind of ROLE_KINDS) {
    const other = ROLE_KINDS.find((each) => each !== kind && names[each] === names[kind]);
    if (other === undefined) continue;
    throw new SetupError(
      `${VARIABLES[kind]} and ${VARIABLES[other]} both connect as ${names[kind]}: each needs a separate role.`,
    );
  }
  return names;
}

/** The kinds of roles that the gateway creates and whose passwords it stores. */
const ownKinds = (settings: RoleSettings): RoleKind[] =>
  ROLE_KINDS.filter((kind) => settings[VARIABLES[kind]] === undefined);

/** The owner's URL with a role's name and password instead. */
function urlOf(ownerUrl: string, name: string, dataDir: string): string {
  const password = readPassword(dataDir, name);
  if (password === null)
    throw new SetupError(
      `DATA_DIR (${dataDir}) has no password for the role ${name}. Start the gateway first; it creates the password.`,
    );
  const url = new URL(ownerUrl);
  url.username = encodeURIComponent(name);
  url.password = password;
  return url.toString();
}

function urlsOf(ownerUrl: string, names: RoleNames, settings: RoleSettings): RoleUrls {
  const url = (kind: RoleKind): string => settings[VARIABLES[kind]] ?? urlOf(ownerUrl, names[kind], settings.DATA_DIR);
  return { tenantUrl: url('tenant'), operatorUrl: url('operator'), restrictedUrl: url('restricted') };
}

/** @throws SetupError when a role cannot log in with the stored password. */
async function refuseWrongPasswords(names: RoleNames, urls: RoleUrls, kinds: readonly RoleKind[]): Promise<void> {
  for (const kind of kinds) {
    try {
      await whoIs(urls[`${kind}Url`]);
    } catch (error) {
      const problem = loginProblem(error, { setting: `The role ${names[kind]}`, url: urls[`${kind}Url`] });
      const advice = /^28P/.test(String(codeOf(error)))
        ? ` The password in DATA_DIR was tried. If the role has another password, set ${VARIABLES[kind]}; or give the roles new passwords, after which gateways with the old ones can no longer connect: ${REPAIR_ROLES}`
        : '';
      throw problem === null ? error : new SetupError(`${problem}${advice}`, { cause: error });
    }
  }
}

/**
 * Creates missing roles and runs pending migrations, within the caller's transaction.
 * @returns the names of the roles, and those that the database no longer uses.
 */
export async function setUp(
  connection: Client,
  settings: RoleSettings,
  migrations: readonly Migration[],
): Promise<{ names: RoleNames; before: readonly string[] }> {
  const plan = await planMigrations(connection, migrations);
  const names = await roleNames(await databaseName(connection), settings);
  const current = await connection.query<{ name: string }>('SELECT current_user::text AS name');
  const owner = current.rows[0]?.name ?? '';
  refuseOwner(owner, names);
  const own = ownKinds(settings).map((kind) => names[kind]);
  await ensureRoles(connection, own, settings.DATA_DIR);
  await grantConnect(connection, own);
  const before = await adoptRoles(connection, names);
  await applyMigrations(connection, plan, migrations, (sql) => withRoles(sql, { ...names, owner }));
  if (plan.pending.length > 0) await revokeFromOthers(connection);
  return { names, before };
}

/**
 * Creates missing roles and runs pending migrations, in one transaction and one gateway at a time.
 * @param ownerUrl connects as the owner of the database: an ordinary role, with CREATEROLE if roles are missing.
 * @param log for information that may interest an administrator.
 * @throws SetupError when an administrator must act first.
 */
export async function migrate(
  ownerUrl: string,
  settings: RoleSettings,
  log: (message: string) => void = () => undefined,
): Promise<RoleUrls> {
  const migrations = readMigrations();
  const { names, before } = await asOwner(ownerUrl, (owner) => setUp(owner, settings, migrations));
  if (before.length > 0)
    log(
      `This database now uses the roles ${ROLE_KINDS.map((kind) => names[kind]).join(', ')}. It no longer needs ${before.join(' and ')}; drop them if no other database of this server uses them.`,
    );
  const urls = urlsOf(ownerUrl, names, settings);
  await refuseWrongPasswords(names, urls, ownKinds(settings));
  for (const kind of ROLE_KINDS) await stateOnRole(urls[`${kind}Url`]);
  return urls;
}

/** How to connect as the roles of a database that was already set up; for tools besides the gateway. */
export async function roleUrls(ownerUrl: string, settings: RoleSettings): Promise<RoleUrls> {
  const [tenantUrl, operatorUrl, restrictedUrl] = ROLE_KINDS.map((kind) => settings[VARIABLES[kind]]);
  if (tenantUrl !== undefined && operatorUrl !== undefined && restrictedUrl !== undefined)
    return { tenantUrl, operatorUrl, restrictedUrl };
  const names = await withOwner(ownerUrl, async (owner) => roleNames(await databaseName(owner), settings));
  return urlsOf(ownerUrl, names, settings);
}

/** How to connect as the operator role, for tools that read every account's rows and need no other role. */
export async function operatorConnection(ownerUrl: string, settings: RoleSettings): Promise<string> {
  if (settings.OPERATOR_DATABASE_URL !== undefined) return settings.OPERATOR_DATABASE_URL;
  const name = await withOwner(ownerUrl, async (owner) => roleName(await databaseName(owner), 'operator'));
  return urlOf(ownerUrl, name, settings.DATA_DIR);
}

/** Gives the gateway's roles new passwords. @throws SetupError when their connections are settings. */
export async function repair(ownerUrl: string, settings: RoleSettings): Promise<readonly string[]> {
  const kinds = ownKinds(settings);
  if (kinds.length === 0)
    throw new SetupError(
      'TENANT_DATABASE_URL, OPERATOR_DATABASE_URL and RESTRICTED_DATABASE_URL are set: change the passwords at their source.',
    );
  return asOwner(ownerUrl, async (owner) => {
    const names = await roleNames(await databaseName(owner), settings);
    const own = kinds.map((kind) => names[kind]);
    await repairRoles(owner, own, settings.DATA_DIR);
    return own;
  });
}
