/** Verifies privileges in the database: only the gateway's roles have any, and exactly those they need. */
import { OWNER, PRIVILEGES, roleOfPolicy, type Ask } from './catalog';
import { expectedSchema } from './expected-schema';
import { isHarmless, type RoleNormalizer } from './schema-dump';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const quoted = (name: string): string =>
  name === 'PUBLIC' || /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

interface Privilege {
  /** In the format of GRANT: `TABLE public.tool`. */
  readonly object: string;
  /** In the format of GRANT: `SELECT`, or `SELECT (name)`. */
  readonly privilege: string;
  readonly grantee: string;
}

/** Privileges of owners and superusers are omitted: nobody can revoke them. */
async function readPrivileges(ask: Ask): Promise<Privilege[]> {
  const rows = await ask(PRIVILEGES);
  return rows
    .filter(([, , , isOwner, isSuperuser]) => isOwner !== true && isSuperuser !== true)
    .map(([object, privilege, grantee]) => ({
      object: text(object),
      privilege: text(privilege),
      grantee: text(grantee),
    }));
}

/** One problem per role and kind of object, with the statement that fixes it. */
function otherFaults(privileges: readonly Privilege[]): string[] {
  const groups = new Map<string, Privilege[]>();
  for (const each of privileges.filter(({ object, privilege }) => !isHarmless(object, privilege))) {
    const kind = each.object.slice(0, each.object.indexOf(' '));
    const key = `${each.grantee} ${kind}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].map((group) => {
    const [{ grantee, object } = { grantee: '', object: '' }] = group;
    const kind = object.slice(0, object.indexOf(' '));
    const names = [...new Set(group.map((each) => each.object.slice(kind.length + 1)))];
    const kinds = [...new Set(group.map(({ privilege }) => privilege))];
    const who = grantee === 'PUBLIC' ? 'every role of the server (PUBLIC)' : `the role ${grantee}`;
    const what = kind === 'SCHEMA' ? 'CREATE' : 'ALL';
    return `${who} may ${kinds.join(', ')} on ${kind.toLowerCase()} ${names.join(', ')}; run: REVOKE ${what} ON ${kind} ${names.join(', ')} FROM ${quoted(grantee)} CASCADE`;
  });
}

const GRANT = /^GRANT (.+) ON (.+) TO (\S+);$/;

/** Splits at commas outside parentheses: `SELECT (a, b), INSERT`. */
const listOf = (words: string): string[] => words.split(/, (?![^(]*\))/);

/** Privileges that the gateway's roles lack, or have beyond schema/database.sql. */
function ownFaults(privileges: readonly Privilege[], role: RoleNormalizer['role'], names: readonly string[]): string[] {
  const key = (object: string, privilege: string, who: string): string => `${object}\n${privilege}\n${who}`;
  const held = new Set(privileges.map((each) => key(each.object, each.privilege, role(each.grantee))));
  const needed = new Set<string>();
  const objects = new Set<string>();
  const faults: string[] = [];
  for (const line of expectedSchema().grants) {
    const [, list = '', object = '', placeholder = ''] = GRANT.exec(line) ?? [];
    objects.add(object);
    const name = names.find((each) => role(each) === placeholder) ?? placeholder;
    for (const privilege of listOf(list)) needed.add(key(object, privilege, placeholder));
    const lacking = listOf(list).filter((privilege) => !held.has(key(object, privilege, placeholder)));
    if (lacking.length > 0)
      faults.push(
        `the role ${name} lacks ${lacking.join(', ')} on ${object}; run: GRANT ${lacking.join(', ')} ON ${object} TO ${quoted(name)}`,
      );
  }
  const excess = privileges.filter(
    ({ object, privilege, grantee }) => objects.has(object) && !needed.has(key(object, privilege, role(grantee))),
  );
  return [
    ...faults,
    ...excess.map(
      ({ object, privilege, grantee }) =>
        `the role ${grantee} may ${privilege} on ${object}, which it does not need; run: REVOKE ${privilege} ON ${object} FROM ${quoted(grantee)}`,
    ),
  ];
}

/**
 * @param names the names of the gateway's roles.
 * @returns why somebody could read or write the rows of others, or the gateway could not do its work.
 */
export async function findPrivilegeFaults(
  ask: Ask,
  { role }: RoleNormalizer,
  names: readonly string[],
): Promise<string[]> {
  const privileges = await readPrivileges(ask);
  const isOurs = ({ grantee }: Privilege): boolean => names.includes(grantee);
  return [
    ...otherFaults(privileges.filter((each) => !isOurs(each))),
    ...ownFaults(privileges.filter(isOurs), role, names),
    ...(await membershipFaults(ask)),
  ];
}

/**
 * Built-in roles whose members reach tables or the server's files. Excluded are those for monitoring, signals,
 * maintenance and checkpoints, which neither show nor change rows, and the attribute REPLICATION, which standbys need:
 * both are up to the server's administrators.
 */
const POWERFUL = [
  'pg_read_all_data',
  'pg_write_all_data',
  'pg_read_server_files',
  'pg_write_server_files',
  'pg_execute_server_program',
];

/** Roles of managed service providers. Their customers cannot change what these are members of. */
const PROVIDERS = [
  'alloydbsuperuser',
  'azure_pg_admin',
  'cloudsqlsuperuser',
  'neon_superuser',
  'rds_superuser',
  'supabase_etl_admin',
  'supabase_read_only_user',
];

const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

/**
 * Members of the owner, of the gateway's roles or of a powerful role; and the roles that the gateway's roles are
 * members of. Up to PostgreSQL 15 every member may assume the role; later versions say who may: those who may only
 * administer the role (as its creator can) do not count.
 */
const MEMBERS = `
  SELECT g.rolname::text, m.rolname::text
    FROM pg_auth_members am JOIN pg_roles g ON g.oid = am.roleid JOIN pg_roles m ON m.oid = am.member
    CROSS JOIN (SELECT ${OWNER} AS owner, ARRAY[${roleOfPolicy('tenant_rows')}, ${roleOfPolicy('operator_rows')}, ${roleOfPolicy('restricted_rows')}] AS ours) o
   WHERE (coalesce((to_jsonb(am) ->> 'inherit_option')::boolean, true) OR coalesce((to_jsonb(am) ->> 'set_option')::boolean, true))
     AND NOT m.rolsuper
     AND (m.oid = ANY (o.ours)
          OR m.oid <> o.owner AND (g.oid = o.owner OR g.oid = ANY (o.ours)
                                   OR g.rolname IN (${list(POWERFUL)}) AND m.rolname NOT IN (${list(PROVIDERS)})))
   ORDER BY 1, 2`;

async function membershipFaults(ask: Ask): Promise<string[]> {
  const members = await ask(MEMBERS);
  return members.map(
    ([group, member]) =>
      `the role ${text(member)} may do what ${text(group)} may, being its member; run: REVOKE ${quoted(text(group))} FROM ${quoted(text(member))}`,
  );
}
