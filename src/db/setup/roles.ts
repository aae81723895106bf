/** The two roles the gateway works as: how to connect as each, making them, and refusing to work as anything stronger. */
import { createHmac } from 'node:crypto';
import type { Client } from 'pg';
import { StartError } from '../../start-error';

export type RoleKind = 'tenant' | 'operator';
export const ROLE_NAMES: Record<RoleKind, string> = { tenant: 'portcullis_tenant', operator: 'portcullis_operator' };
export const ROLE_KINDS: readonly RoleKind[] = ['tenant', 'operator'];

/** Something an administrator must do before the gateway can start; the message is the whole instruction. */
export class SetupError extends StartError {}

/**
 * The role's password follows from the owner's, so that one URL is enough to start. An owner without a password (trust
 * or peer authentication) gives roles without one.
 */
function rolePassword(ownerUrl: URL, name: string): string {
  const ownerPassword = decodeURIComponent(ownerUrl.password);
  return ownerPassword === '' ? '' : createHmac('sha256', ownerPassword).update(name).digest('base64url');
}

/** The owner's URL with the role's name and password instead. */
export function roleUrl(ownerUrl: string, kind: RoleKind): string {
  const url = new URL(ownerUrl);
  url.password = rolePassword(url, ROLE_NAMES[kind]);
  url.username = ROLE_NAMES[kind];
  return url.toString();
}

const ROLE_OPTIONS = 'LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS';

function roleStatement(owner: Client, verb: 'CREATE' | 'ALTER', url: string, name: string): string {
  const { password } = new URL(url);
  const secret = password === '' ? 'NULL' : owner.escapeLiteral(decodeURIComponent(password));
  return `${verb} ROLE ${name} ${ROLE_OPTIONS} PASSWORD ${secret}`;
}

const lacksPrivilege = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '42501';

async function roleExists(owner: Client, name: string): Promise<boolean> {
  const found = await owner.query('select 1 from pg_roles where rolname = $1', [name]);
  return found.rowCount === 1;
}

/**
 * Makes the roles that are missing.
 * @throws SetupError with the two statements for an administrator, when the owner may not create roles.
 */
export async function ensureRoles(owner: Client, ownerUrl: string): Promise<void> {
  const urls = ROLE_KINDS.map((kind) => [ROLE_NAMES[kind], roleUrl(ownerUrl, kind)] as const);
  for (const [name, url] of urls) {
    if (await roleExists(owner, name)) continue;
    try {
      await owner.query(roleStatement(owner, 'CREATE', url, name));
    } catch (error) {
      if (!lacksPrivilege(error)) throw error;
      const statements = urls.map(([role, connection]) => `  ${roleStatement(owner, 'CREATE', connection, role)};`);
      throw new SetupError(
        `The database has no role ${name} and DATABASE_URL may not create it. Ask an administrator to run:\n${statements.join('\n')}`,
      );
    }
  }
}

/** Gives an existing role the password that this gateway derives; for a role that another owner made. */
export async function resetRolePassword(owner: Client, ownerUrl: string, kind: RoleKind): Promise<void> {
  const name = ROLE_NAMES[kind];
  const statement = roleStatement(owner, 'ALTER', roleUrl(ownerUrl, kind), name);
  try {
    await owner.query(statement);
  } catch (error) {
    if (!lacksPrivilege(error)) throw error;
    const variable = `${kind.toUpperCase()}_DATABASE_URL`;
    throw new SetupError(
      `The role ${name} exists with a password that does not follow from DATABASE_URL. Set ${variable} to its connection, or ask an administrator to run:\n  ${statement};`,
    );
  }
}
