/** The schema according to the database: the catalog queries shared by startup, readiness and the schema dump. */

/** Runs one statement and returns rows of values; the caller chooses the connection. */
export type Ask = (text: string) => Promise<unknown[][]>;

/** Objects of extensions belong to their extension, not to us, whatever schema they are in. */
const notOfExtension = (catalog: string, oid: string): string =>
  `NOT EXISTS (SELECT 1 FROM pg_depend x WHERE x.classid = '${catalog}'::regclass AND x.objid = ${oid} AND x.deptype = 'e')`;

/** The role that owns the schema's tables. */
export const OWNER = `(SELECT a.relowner FROM pg_class a WHERE a.relnamespace = 'public'::regnamespace AND a.relname = 'account')`;

const HAS_ACCOUNT = `EXISTS (
  SELECT 1 FROM pg_attribute h WHERE h.attrelid = c.oid AND h.attname = 'account_id' AND NOT h.attisdropped)`;

/**
 * Condition for a row `c` of pg_class: a relation of the product. Others in the same schema are not, unless they look
 * like a table of accounts.
 */
export const IN_SCHEMA = `c.relnamespace = 'public'::regnamespace AND (c.relowner = ${OWNER} OR ${HAS_ACCOUNT}) AND ${notOfExtension('pg_class', 'c.oid')}`;

/** Condition for a row `p` of pg_proc. */
export const NOT_OF_EXTENSION_FUNCTION = notOfExtension('pg_proc', 'p.oid');

/** Condition for a row `p` of pg_proc: a function of the product. */
const FUNCTION_IN_SCHEMA = `p.pronamespace = 'public'::regnamespace AND p.proowner = ${OWNER} AND ${NOT_OF_EXTENSION_FUNCTION}`;

/** A function's name and argument types, for a row `p` of pg_proc. */
const SIGNATURE = `quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')'`;

/** The role that a policy of this name on the table of accounts applies to; NULL when there is none. */
export const roleOfPolicy = (policy: string): string =>
  `(SELECT p.polroles[1] FROM pg_policy p JOIN pg_class a ON a.oid = p.polrelid
     WHERE a.relnamespace = 'public'::regnamespace AND a.relname = 'account' AND p.polname = '${policy}')`;

/** The owner and the gateway's three roles; a missing one is NULL. One row. */
export const ROLES = `
  SELECT pg_get_userbyid(${OWNER})::text, pg_get_userbyid(${roleOfPolicy('tenant_rows')})::text,
         pg_get_userbyid(${roleOfPolicy('operator_rows')})::text,
         pg_get_userbyid(${roleOfPolicy('restricted_rows')})::text`;

/**
 * All privileges on the schema and its objects, a row each: the object as in GRANT (`TABLE public.tool`), the privilege
 * (`SELECT`, for columns `SELECT (name)`), the grantee (`PUBLIC` for everybody), whether that is its owner (of the
 * schema: the database's or the product's owner too), and whether it is a superuser.
 */
export const PRIVILEGES = `
  SELECT o.object, a.privilege_type || o.columns, coalesce(r.rolname::text, 'PUBLIC'), a.grantee = ANY (o.owners),
         coalesce(r.rolsuper, false)
    FROM (
      SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END || ' public.' || quote_ident(c.relname) AS object,
             '' AS columns, ARRAY[c.relowner] AS owners,
             coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, c.relowner)) AS acl
        FROM pg_class c WHERE ${IN_SCHEMA} AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      UNION ALL
      SELECT 'TABLE public.' || quote_ident(c.relname), ' (' || quote_ident(t.attname) || ')', ARRAY[c.relowner], t.attacl
        FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid
       WHERE ${IN_SCHEMA} AND t.attacl IS NOT NULL AND NOT t.attisdropped
      UNION ALL
      SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END || ' public.' || ${SIGNATURE}, '', ARRAY[p.proowner],
             coalesce(p.proacl, acldefault('f', p.proowner))
        FROM pg_proc p WHERE ${FUNCTION_IN_SCHEMA}
      UNION ALL
      SELECT 'SCHEMA public', '', ARRAY[n.nspowner, d.datdba, ${OWNER}], coalesce(n.nspacl, acldefault('n', n.nspowner))
        FROM pg_namespace n, pg_database d WHERE n.nspname = 'public' AND d.datname = current_database()
    ) AS o CROSS JOIN LATERAL aclexplode(o.acl) AS a LEFT JOIN pg_roles r ON r.oid = a.grantee`;

/** Every function with its full definition. */
export const FUNCTIONS = `
  SELECT ${SIGNATURE}, pg_get_functiondef(p.oid)
    FROM pg_proc p WHERE ${FUNCTION_IN_SCHEMA} AND p.prokind IN ('f', 'p')`;
