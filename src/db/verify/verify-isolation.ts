/** Verifies at startup and for readiness that the gateway may serve from the database as this role. */
import { ROLE_KINDS, type RoleKind } from '../setup/roles';
import { findAuditFaults } from './verify-audit';
import { ROLES, OWNER, type Ask } from './catalog';
import { findPolicyFaults, rolesOf, type Names } from './verify-policies';
import { findPrivilegeFaults } from './verify-privileges';
import { roleNormalizer } from './schema-dump';

const SESSION = `
  SELECT current_user::text, r.rolsuper, r.rolbypassrls, r.rolinherit, r.rolcreaterole, r.rolreplication,
         pg_has_role(current_user, ${OWNER}, 'MEMBER')
    FROM pg_roles r WHERE r.rolname = current_user`;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

async function roleFaults(kind: RoleKind, names: Names, ask: Ask): Promise<string[]> {
  const [[name, superuser, bypasses, inherits, creates, replicates, owns] = []] = await ask(SESSION);
  const faults: string[] = [];
  const fault = (isFault: unknown, words: string): void => {
    if (isFault === true)
      faults.push(`the ${kind} connection uses the role ${text(name)}, which ${words}; connect as ${names[kind]}`);
  };
  fault(superuser, 'is a superuser and sees past row level security');
  fault(bypasses, 'has BYPASSRLS');
  fault(inherits, 'inherits the rights of other roles (it must be NOINHERIT)');
  fault(creates, 'may create roles (it must be NOCREATEROLE)');
  fault(replicates, 'may read every change (it must be NOREPLICATION)');
  fault(owns, 'owns tables');
  fault(name !== names[kind], `is not the ${kind} role of this database`);
  return faults;
}

const NOT_SET_UP = 'the database has no roles for the gateway; start it with DATABASE_URL, which runs the migrations';

/** Reasons why the gateway must not serve from this database as this role; empty when there are none. */
export async function findFaults(kind: RoleKind, ask: Ask): Promise<string[]> {
  const names = rolesOf(await ask(ROLES));
  if (ROLE_KINDS.some((each) => names[each] === '')) return [NOT_SET_UP];
  const faults = await roleFaults(kind, names, ask);
  // Everything else is the same for all of them.
  if (kind !== 'tenant') return faults;
  const normalizer = await roleNormalizer(ask);
  return [
    ...faults,
    ...(await findPrivilegeFaults(
      ask,
      normalizer,
      ROLE_KINDS.map((each) => names[each]),
    )),
    ...(await findPolicyFaults(ask, names)),
    ...(await findAuditFaults(ask, normalizer)),
  ];
}
