/** The gateway's three roles: their names, creating them, moving a database's privileges to them. */
import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { PRIVILEGES, ROLES } from '../verify/catalog';
import { keepPassword, readPassword, renewPassword, REPAIR_ROLES } from './role-passwords';
import { SetupError } from './setup-error';

export { SetupError };

/** `restricted`: for keys that are restricted to rows, instead of `tenant`. */
export type RoleKind = 'tenant' | 'operator' | 'restricted';
export type RoleNames = Readonly<Record<RoleKind, string>>;
export const ROLE_KINDS: readonly RoleKind[] = ['tenant', 'operator', 'restricted'];

/** PostgreSQL truncates longer names. */
const MAX_NAME_BYTES = 63;
/** Names of roles in use do not change: a longer suffix leaves less room only to its own role. */
const USUAL_SUFFIX = 'operator'.length;

/** A role's name in a database; roles belong to the whole server, so each database has its own. */
export function roleName(database: string, kind: RoleKind): string {
  const room = MAX_NAME_BYTES - 'portcullis__'.length - Math.max(USUAL_SUFFIX, kind.length);
  const isPlain = /^[a-z0-9_]+$/.test(database) && database.length <= room;
  const hash = createHash('sha256').update(database).digest('hex').slice(0, 16);
  return `portcullis_${isPlain ? database : hash}_${kind}`;
}

/** A name as SQL: unquoted where possible, as people write it. */
export const identifier = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/**
 * Only what everyone who may create roles may state: naming SUPERUSER, BYPASSRLS or REPLICATION takes a superuser even
 * to deny them, and a new role has none of them.
 */
const createStatement = (name: string, password: string): string =>
  `CREATE ROLE ${identifier(name)} LOGIN NOINHERIT PASSWORD ${literal(password)}`;

const passwordStatement = (name: string, password: string): string =>
  `ALTER ROLE ${identifier(name)} LOGIN PASSWORD ${literal(password)}`;

const lacksPrivilege = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '42501';

/** Runs the statements, all or none. @returns false when the owner lacks the privilege. */
async function tryAll(owner: Client, statements: readonly string[]): Promise<boolean> {
  await owner.query('SAVEPOINT roles');
  try {
    for (const statement of statements) await owner.query(statement);
    return true;
  } catch (error) {
    if (!lacksPrivilege(error)) throw error;
    await owner.query('ROLLBACK TO SAVEPOINT roles');
    return false;
  }
}

const asScript = (statements: readonly string[]): string => statements.map((each) => `  ${each};`).join('\n');

async function existing(owner: Client, names: readonly string[]): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    'SELECT rolname::text AS name FROM pg_roles WHERE rolname = ANY($1)',
    [names],
  );
  return rows.map(({ name }) => name);
}

/**
 * Creates missing roles, each with its own password, which is in the data folder before the role exists: an interrupted
 * start finds it again.
 * @throws SetupError when a role exists but its password is not stored, or with all statements for an administrator when
 *   the owner may not create roles.
 */
export async function ensureRoles(owner: Client, names: readonly string[], dataDir: string): Promise<void> {
  const there = await existing(owner, names);
  const lost = there.filter((name) => readPassword(dataDir, name) === null);
  if (lost.length > 0) throw lostPasswords(lost, dataDir);
  const statements = names
    .filter((name) => !there.includes(name))
    .map((name) => createStatement(name, keepPassword(dataDir, name)));
  if (await tryAll(owner, statements)) return;
  throw new SetupError(
    `The user in DATABASE_URL may not create the roles of the gateway. Ask an administrator who may create roles to run this, then start again (the passwords are stored in DATA_DIR, ${dataDir}):\n${asScript(statements)}`,
  );
}

/** Roles that may connect only because PUBLIC may. */
const CONNECT = `
  SELECT format('GRANT CONNECT ON DATABASE %I TO %I', d.datname, r.rolname) AS statement
    FROM pg_roles r JOIN pg_database d ON d.datname = current_database()
   WHERE r.rolname = ANY($1) AND NOT EXISTS (
           SELECT FROM aclexplode(d.datacl) a WHERE a.grantee = r.oid AND a.privilege_type = 'CONNECT')`;

/**
 * Grants CONNECT to the roles by name, so that nothing depends on what PUBLIC may do. Does nothing if the owner may not
 * grant it.
 */
export async function grantConnect(owner: Client, names: readonly string[]): Promise<void> {
  const { rows } = await owner.query<{ statement: string }>(CONNECT, [names]);
  for (const { statement } of rows) await owner.query(statement);
}

const lostPasswords = (names: readonly string[], dataDir: string): SetupError =>
  new SetupError(
    `The database has the role ${names.join(' and the role ')}, but DATA_DIR (${dataDir}) has no password for it. ` +
      `Copy ${names.map((name) => `${name}.password`).join(' and ')} from the installation that created it, or set ` +
      `TENANT_DATABASE_URL, OPERATOR_DATABASE_URL and RESTRICTED_DATABASE_URL, or give the roles new passwords, after which gateways ` +
      `with the old ones can no longer connect: ${REPAIR_ROLES}`,
  );

/**
 * Gives the roles new passwords, on purpose; creates missing ones.
 * @throws SetupError with all statements for an administrator when the owner may not.
 */
export async function repairRoles(owner: Client, names: readonly string[], dataDir: string): Promise<void> {
  const there = await existing(owner, names);
  const statements = names.map((name) =>
    (there.includes(name) ? passwordStatement : createStatement)(name, renewPassword(dataDir, name)),
  );
  if (await tryAll(owner, statements)) return;
  throw new SetupError(
    `The user in DATABASE_URL may not change these roles. Ask an administrator who may change them to run this; the new passwords are stored in DATA_DIR (${dataDir}):\n${asScript(statements)}`,
  );
}

/**
 * The roles that the database's policies name; null before there are any. A database from a release without a
 * `restricted` role names none.
 */
export async function currentRoles(
  owner: Client,
): Promise<(Omit<RoleNames, 'restricted'> & { readonly restricted: string | null }) | null> {
  const { rows } = await owner.query<(string | null)[]>({ text: ROLES, rowMode: 'array' });
  const [, tenant, operator, restricted = null] = rows[0] ?? [];
  return tenant && operator ? { tenant, operator, restricted } : null;
}

const POLICIES = `
  SELECT format('ALTER POLICY %I ON public.%I TO %I', p.polname, c.relname, $2::text) AS statement
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
   WHERE c.relnamespace = 'public'::regnamespace AND p.polroles = ARRAY[(SELECT oid FROM pg_roles WHERE rolname = $1)]`;

/** The one function that knows the roles' names; migrations/2010-closed-tables.sql explains its purpose. */
const gatewayRole = (names: RoleNames, kinds: readonly RoleKind[]): string => `
  CREATE OR REPLACE FUNCTION public.gateway_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE SESSION_USER ${kinds.map((kind) => `WHEN ${literal(names[kind])} THEN '${kind}'`).join(' ')} END`;

/**
 * Moves all privileges in this database from one role to another. The old role remains, without privileges here: other
 * databases of the server may use it.
 */
async function moveRole(owner: Client, from: string, to: string): Promise<void> {
  const policies = await owner.query<{ statement: string }>(POLICIES, [from, to]);
  const privileges = await owner.query<unknown[]>({ text: PRIVILEGES, rowMode: 'array' });
  const held = privileges.rows.filter(([, , grantee]) => grantee === from);
  const statements = [
    ...policies.rows.map(({ statement }) => statement),
    ...held.map(([object, privilege]) => `GRANT ${String(privilege)} ON ${String(object)} TO ${identifier(to)}`),
    ...new Set(held.map(([object]) => `REVOKE ALL ON ${String(object)} FROM ${identifier(from)}`)),
  ];
  for (const statement of statements) await owner.query(statement);
}

/**
 * Makes the database's policies, grants and functions name these roles. @returns the roles that they no longer name.
 */
export async function adoptRoles(owner: Client, names: RoleNames): Promise<readonly string[]> {
  const before = await currentRoles(owner);
  if (!before) return [];
  const kinds = ROLE_KINDS.filter((kind) => before[kind] !== null);
  const left: string[] = [];
  for (const kind of kinds) {
    const from = before[kind];
    if (from === null || from === names[kind]) continue;
    await moveRole(owner, from, names[kind]);
    left.push(from);
  }
  if (left.length === 0) return [];
  const { rowCount } = await owner.query("SELECT 1 WHERE to_regproc('public.gateway_role') IS NOT NULL");
  if (rowCount === 1) await owner.query(gatewayRole(names, kinds));
  return left;
}
