/** Verifies row level security: forced on every table, one flat policy per role, and no way around it. */
import { IN_SCHEMA, type Ask } from './catalog';
import { expectedSchema } from './expected-schema';
import { POLICIES } from './schema-dump';
import { SHARD_RESTRICTIONS } from './shard-restrictions';
import { distributedTables } from './shards';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The names of the owner and of the gateway's roles in this database. */
export interface Names {
  readonly owner: string;
  readonly tenant: string;
  readonly operator: string;
  readonly restricted: string;
}

/** The facts on which policies depend. */
interface Expected extends Names {
  readonly isDistributed: boolean;
}

/** @param answer the answer to the query ROLES; a missing role is the empty string. */
export function rolesOf(answer: readonly unknown[][]): Names {
  const [[owner, tenant, operator, restricted] = []] = answer;
  return { owner: text(owner), tenant: text(tenant), operator: text(operator), restricted: text(restricted) };
}

/** A row each: table, whether its rows belong to accounts, row level security, owner, rules, children or parents. */
const TABLES = `
  SELECT c.relname::text,
         c.relname = 'account' OR EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped),
         c.relrowsecurity AND c.relforcerowsecurity, pg_get_userbyid(c.relowner)::text,
         (SELECT string_agg(r.rulename, ', ') FROM pg_rewrite r WHERE r.ev_class = c.oid),
         (SELECT string_agg(i.inhrelid::regclass::text, ', ') FROM pg_inherits i WHERE i.inhparent = c.oid)
    FROM pg_class c WHERE ${IN_SCHEMA} AND c.relkind IN ('r', 'p') ORDER BY 1`;

interface Policy {
  readonly table: string;
  readonly name: string;
  readonly permissive: boolean;
  readonly command: string;
  readonly roles: string;
  readonly using: string | null;
  readonly check: string | null;
}

const nullable = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const readPolicy = ([table, name, permissive, command, roles, using, check]: readonly unknown[]): Policy => ({
  table: text(table),
  name: text(name),
  permissive: permissive === true,
  command: text(command),
  roles: Array.isArray(roles) ? roles.map(text).join(', ') : '',
  using: nullable(using),
  check: nullable(check),
});

const flat = (expression: string | null): string =>
  expression === null ? '' : expression.replace(/\s|::text|[()]/g, '').toLowerCase();

const own = (table: string): string =>
  `${table === 'account' ? 'id' : 'account_id'} = nullif(current_setting('app.account_id', true), '')::uuid`;

/** Whether a policy is the expected one of its role: all commands, the same condition for reads and writes. */
function isFlat(policy: Policy, condition: string): boolean {
  const { permissive, command, using, check } = policy;
  return (
    permissive &&
    command === 'ALL' &&
    flat(using) === flat(condition) &&
    (check === null || flat(check) === flat(condition))
  );
}

/** Tables without such a policy are closed to restricted keys. */
function restrictionOf(table: string, isDistributed: boolean): string | undefined {
  const amongShards = isDistributed ? SHARD_RESTRICTIONS.get(table) : undefined;
  return amongShards ?? expectedSchema().restrictions.get(table);
}

function policyFaults(table: string, isAccounts: boolean, policies: readonly Policy[], names: Expected): string[] {
  const restricted = restrictionOf(table, names.isDistributed);
  const expected: readonly (readonly [role: string, name: string, condition: string])[] = [
    ...(isAccounts ? [[names.tenant, 'tenant_rows', own(table)] as const] : []),
    [names.operator, 'operator_rows', 'true'],
    ...(restricted === undefined ? [] : [[names.restricted, 'restricted_rows', restricted] as const]),
  ];
  const faults = policies
    // The owner's policies are for its SECURITY DEFINER functions.
    .filter(({ roles }) => roles !== names.owner)
    .filter((policy) => !expected.some(([role, , condition]) => policy.roles === role && isFlat(policy, condition)))
    .map(({ name, roles, using, check }) => {
      const whose = roles === names.tenant ? "that is not the tenant's" : `for ${roles} that no migration made`;
      return `the table ${table} has a policy ${whose} (${name}: ${[using, check].filter((each) => each !== null).join(' / ')}); run: DROP POLICY ${name} ON ${table}`;
    });
  for (const [role, name, condition] of expected) {
    if (policies.some((policy) => policy.roles === role && isFlat(policy, condition))) continue;
    faults.push(
      `the table ${table} has no policy for ${role} alone; run: CREATE POLICY ${name} ON ${table} TO ${role} USING (${condition}) WITH CHECK (${condition})`,
    );
  }
  return faults;
}

function tableFaults(row: readonly unknown[], policies: readonly Policy[], names: Expected): string[] {
  const [name, isAccounts, isForced, owner, rules, children] = row;
  const table = text(name);
  if (isForced !== true)
    return [
      `the table ${table} has no forced row level security; run: ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY`,
    ];
  const faults = policyFaults(table, isAccounts === true, policies, names);
  if (owner !== names.owner)
    faults.push(`the table ${table} belongs to ${text(owner)}; run: ALTER TABLE ${table} OWNER TO ${names.owner}`);
  if (rules !== null)
    faults.push(
      `the table ${table} has a rule that could divert what is written (${text(rules)}); drop it and start the gateway again`,
    );
  if (children !== null)
    faults.push(
      `the table ${table} has children whose rows would be in no audit log (${text(children)}); run: ALTER TABLE … NO INHERIT`,
    );
  return faults;
}

/**
 * Views, and views of views, show rows as their owner sees them; materialized ones show them to anyone who may read
 * them. A view that only its owner may read is the owner's own business.
 */
const VIEWS = `
  WITH RECURSIVE reached AS (
    SELECT c.oid FROM pg_class c WHERE ${IN_SCHEMA} AND c.relkind IN ('r', 'p')
    UNION
    SELECT w.ev_class FROM reached r JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.oid
      AND d.classid = 'pg_rewrite'::regclass JOIN pg_rewrite w ON w.oid = d.objid
  )
  SELECT DISTINCT v.oid::regclass::text, coalesce(g.rolname::text, 'PUBLIC'), v.relkind = 'm'
    FROM reached r JOIN pg_class v ON v.oid = r.oid AND v.relkind IN ('v', 'm')
    CROSS JOIN LATERAL (
      SELECT a.grantee FROM aclexplode(v.relacl) a
      UNION SELECT a.grantee FROM pg_attribute t CROSS JOIN LATERAL aclexplode(t.attacl) a WHERE t.attrelid = v.oid
    ) a LEFT JOIN pg_roles g ON g.oid = a.grantee
   WHERE a.grantee <> v.relowner AND NOT coalesce(g.rolsuper, false)
     AND NOT (v.relkind = 'v' AND coalesce('security_invoker=true' = ANY (v.reloptions) OR 'security_invoker=on' = ANY (v.reloptions), false))
   ORDER BY 1, 2`;

/** How rows could be read or written past row level security; empty when all is well. */
export async function findPolicyFaults(ask: Ask, names: Names): Promise<string[]> {
  const policies = (await ask(POLICIES)).map(readPolicy);
  const tables = await ask(TABLES);
  const views = await ask(VIEWS);
  const expected = { ...names, isDistributed: (await distributedTables(ask)).size > 0 };
  return [
    ...tables.flatMap((row) =>
      tableFaults(
        row,
        policies.filter(({ table }) => table === row[0]),
        expected,
      ),
    ),
    ...views.map(([view, who, isMaterialised]) =>
      isMaterialised === true
        ? `the materialised view ${text(view)} shows rows past row level security; run: REVOKE ALL ON ${text(view)} FROM ${text(who)}`
        : `the view ${text(view)} shows rows past row level security; run: ALTER VIEW ${text(view)} SET (security_invoker = true), or: REVOKE ALL ON ${text(view)} FROM ${text(who)}`,
    ),
  ];
}
