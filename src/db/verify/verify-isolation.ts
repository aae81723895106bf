/** Start-up's and readiness' question to the database: would row level security hold for this role? */
import { ROLE_NAMES, type RoleKind } from '../setup/roles';
import { findAuditFaults, findAuditPrivileges } from './verify-audit';

type Ask = (text: string) => Promise<unknown[][]>;

const ROLE = `
  SELECT current_user::text, r.rolsuper, r.rolbypassrls, r.rolinherit,
         pg_has_role(current_user, '${ROLE_NAMES.operator}', 'MEMBER'),
         (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = 'public' AND pg_has_role(current_user, c.relowner, 'MEMBER'))
    FROM pg_roles r WHERE r.rolname = current_user`;

/**
 * Every table with an account_id, and account itself, with its row level security: all that its policies let this role,
 * or a role it can become, see or write.
 */
const TABLES = `
  SELECT c.relname::text, c.relrowsecurity, c.relforcerowsecurity,
         (SELECT string_agg(DISTINCT regexp_replace(coalesce(pg_get_expr(e.expression, c.oid), 'true'), '\\s|::text|[()]', '', 'g'), ' OR ')
            FROM pg_policy p CROSS JOIN LATERAL (VALUES (p.polqual), (coalesce(p.polwithcheck, p.polqual))) e(expression)
           WHERE p.polrelid = c.oid
             AND EXISTS (SELECT 1 FROM unnest(p.polroles) r WHERE r = 0 OR pg_has_role(current_user, r, 'MEMBER')))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
     AND (c.relname = 'account' OR EXISTS (
           SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped))`;

/** Views run as their owner and see past row level security. */
const VIEWS = `
  SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = 'public' AND c.relkind IN ('v', 'm')
     AND (has_any_column_privilege(current_user, c.oid, 'SELECT, INSERT, UPDATE') OR has_table_privilege(current_user, c.oid, 'DELETE'))
     AND NOT coalesce('security_invoker=true' = ANY(c.reloptions) OR 'security_invoker=on' = ANY(c.reloptions), false)`;

const TENANT_POLICY = /^(account_id|id)=NULLIFcurrent_setting'app\.account_id',true,''::uuid$/;

async function roleFaults(role: RoleKind, ask: Ask): Promise<string[]> {
  const [[name, superuser, bypasses, inherits, operates, owned] = []] = await ask(ROLE);
  const faults: string[] = [];
  const fault = (true_: unknown, words: string): void => {
    if (true_)
      faults.push(
        `the ${role} connection uses the role ${String(name)}, which ${words}; connect as ${ROLE_NAMES[role]}`,
      );
  };
  fault(superuser, 'is a superuser and sees past row level security');
  fault(bypasses, 'has BYPASSRLS');
  fault(inherits, 'inherits the rights of other roles (it must be NOINHERIT)');
  fault(Number(owned) > 0, 'owns tables');
  fault(role === 'tenant' && operates, `is a member of ${ROLE_NAMES.operator}`);
  fault(role === 'operator' && !operates, `is no ${ROLE_NAMES.operator}`);
  return faults;
}

function tableFaults([name, enabled, forced, policy]: readonly unknown[]): string[] {
  const table = String(name);
  if (!enabled || !forced)
    return [
      `the table ${table} has no forced row level security; run: ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`,
    ];
  if (typeof policy === 'string' && !TENANT_POLICY.test(policy))
    return [`the table ${table} has a policy that is not the tenant's: ${policy}`];
  return [];
}

/** Why the gateway must not serve as this role; empty when all is well. */
export async function findFaults(role: RoleKind, ask: Ask): Promise<string[]> {
  const faults = [...(await roleFaults(role, ask)), ...(await findAuditPrivileges(ask))];
  if (role === 'operator') return faults;
  const [tables, views, audit] = await Promise.all([ask(TABLES), ask(VIEWS), findAuditFaults(ask)]);
  const viewFaults = views.map(
    ([name]) => `the view ${String(name)} shows rows past row level security; make it security_invoker or revoke it`,
  );
  return [...faults, ...tables.flatMap(tableFaults), ...viewFaults, ...audit];
}
