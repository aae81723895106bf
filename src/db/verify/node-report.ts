/** Queries one server about its shards; the answers of all servers are compared. */
import { literal } from '../setup/roles';
import { OWNER } from './catalog';
import { SHARD_SETTINGS } from './shards';

/** A shard's number at the end of a name. */
const plain = (name: string): string => `regexp_replace(${name}, '_' || s.shardid || '$', '')`;

/** Without parts that depend on search_path, or on the number of the shard. */
const flat = (sql: string): string => `replace(replace(${sql}, r.relname || '.', ''), 'public.', '')`;

const who = (sql: string): string => `CASE ${sql} WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(${sql})::text END`;

/**
 * What protects a relation, one text per aspect, with names that are the same on every server: compared between a table
 * on the coordinator and its shards.
 */
const PROTECTION = {
  'row level security': `r.relrowsecurity || ' ' || r.relforcerowsecurity`,
  owner: `pg_get_userbyid(r.relowner)::text`,
  privileges: `(SELECT string_agg(concat_ws(' ', ${who('a.grantor')}, ${who('a.grantee')}, a.privilege_type, a.is_grantable), ',' ORDER BY ${who('a.grantor')}, ${who('a.grantee')}, a.privilege_type)
                  FROM aclexplode(r.relacl) a)`,
  'privileges on columns': `(SELECT string_agg(concat_ws(' ', t.attname, ${who('a.grantee')}, a.privilege_type, a.is_grantable), ',' ORDER BY t.attname, ${who('a.grantee')}, a.privilege_type)
                  FROM pg_attribute t CROSS JOIN LATERAL aclexplode(t.attacl) a WHERE t.attrelid = r.oid AND NOT t.attisdropped)`,
  policies: `(SELECT string_agg(concat_ws(' ', p.polname, p.polcmd, p.polpermissive,
                     (SELECT string_agg(${who('m.role')}, ',' ORDER BY ${who('m.role')}) FROM unnest(p.polroles) AS m (role)),
                     ${flat('pg_get_expr(p.polqual, p.polrelid)')}, '/', ${flat('pg_get_expr(p.polwithcheck, p.polrelid)')}), ';' ORDER BY p.polname)
                  FROM pg_policy p WHERE p.polrelid = r.oid)`,
  triggers: `(SELECT string_agg(concat_ws(' ', ${plain('t.tgname')}, f.proname, t.tgtype, t.tgenabled, t.tgdeferrable, t.tginitdeferred,
                     t.tgattr::text, encode(t.tgargs, 'escape'),
                     ${flat("substring(pg_get_triggerdef(t.oid, true) FROM ' WHEN (.*) EXECUTE FUNCTION ')")}), ';' ORDER BY ${plain('t.tgname')})
                  FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid AND f.pronamespace = 'public'::regnamespace
                 WHERE t.tgrelid = r.oid AND NOT t.tgisinternal)`,
  'triggers of others': `(SELECT count(*) FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid AND f.pronamespace <> 'public'::regnamespace
                 WHERE t.tgrelid = r.oid AND NOT t.tgisinternal)::text`,
  rules: `(SELECT count(*) FROM pg_rewrite w WHERE w.ev_class = r.oid)::text`,
  children: `(SELECT count(*) FROM pg_inherits i WHERE r.oid IN (i.inhparent, i.inhrelid))::text`,
  'foreign keys': `(SELECT string_agg(${plain('k.conname')}, ',' ORDER BY ${plain('k.conname')}) FROM pg_constraint k WHERE k.conrelid = r.oid AND k.contype = 'f')`,
} as const;

/** In the order of the hashes. */
export const PROTECTION_KINDS = Object.keys(PROTECTION);

const HASHES = `jsonb_build_array(${Object.values(PROTECTION)
  .map((sql) => `md5(coalesce(${sql}, ''))`)
  .join(',\n    ')})`;

/** Relations that do not exist are omitted; the caller compares their number. */
const RELATIONS = `
  WITH relation AS (
    SELECT c.oid AS logical, 0::bigint AS shardid, c.oid AS physical
      FROM pg_class c WHERE c.oid IN (SELECT logicalrelid FROM pg_catalog.pg_dist_partition WHERE partmethod = 'h')
       AND c.relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT d.logicalrelid, d.shardid, to_regclass(shard_name(d.logicalrelid, d.shardid))
      FROM pg_catalog.pg_dist_shard d JOIN pg_catalog.pg_dist_placement p ON p.shardid = d.shardid
      JOIN pg_class c ON c.oid = d.logicalrelid AND c.relnamespace = 'public'::regnamespace
     WHERE p.groupid = (SELECT l.groupid FROM pg_catalog.pg_dist_local_group l)
  ), protection AS MATERIALIZED (
    SELECT (SELECT n.relname::text FROM pg_class n WHERE n.oid = s.logical) AS name, s.shardid, ${HASHES} AS hashes
      FROM relation s JOIN pg_class r ON r.oid = s.physical
  )`;

/** The complete functions of the owner: the server of a shard runs its own copies in the shard's triggers. */
const FUNCTIONS = `
  SELECT jsonb_agg(jsonb_build_array(p.proname || '(' || oidvectortypes(p.proargtypes) || ')', md5(concat(pg_get_functiondef(p.oid),
           (SELECT string_agg(concat_ws(' ', ${who('a.grantee')}, a.privilege_type), ',' ORDER BY ${who('a.grantee')})
              FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a))))
           ORDER BY p.proname)
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = ${OWNER} AND p.prokind IN ('f', 'p')
     AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = 'pg_proc'::regclass AND x.objid = p.oid AND x.deptype = 'e')`;

const roles = (names: readonly string[]): string => `
  SELECT jsonb_agg(jsonb_build_array(r.rolname, concat_ws(' ', r.rolsuper, r.rolbypassrls, r.rolinherit, r.rolcreaterole, r.rolreplication, r.rolcanlogin,
           (SELECT string_agg(pg_get_userbyid(m.roleid) || '/' || pg_get_userbyid(m.member), ',' ORDER BY pg_get_userbyid(m.roleid), pg_get_userbyid(m.member))
              FROM pg_auth_members m WHERE r.oid IN (m.roleid, m.member)))) ORDER BY r.rolname)
    FROM pg_roles r WHERE r.oid = ${OWNER} OR r.rolname IN (${names.map(literal).join(', ')})`;

/**
 * Settings that sessions of our roles start with: session_replication_role bypasses foreign keys; others give an
 * account, a request or a restriction, or refuse changes. The gateway overrides the latter in its own sessions, but not
 * in those between servers.
 */
const stored = (names: readonly string[]): string => `
  SELECT coalesce(jsonb_agg(jsonb_build_array(split_part(c.setting, '=', 1),
           CASE s.setrole WHEN 0 THEN 'the database' ELSE pg_get_userbyid(s.setrole)::text END) ORDER BY c.setting), '[]')
    FROM pg_db_role_setting s CROSS JOIN unnest(s.setconfig) AS c (setting)
   WHERE (c.setting LIKE 'session_replication_role=%' AND c.setting <> 'session_replication_role=origin'
          OR c.setting LIKE 'app.%=_%' OR c.setting = 'default_transaction_read_only=on')
     AND s.setdatabase IN (0, (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))
     AND (s.setrole = 0 OR pg_get_userbyid(s.setrole) IN (${names.map(literal).join(', ')}))`;

const SETTINGS = Object.keys(SHARD_SETTINGS)
  .map((name) => `current_setting(${literal(name)}, true)`)
  .join(', ');

/** One row with one column: the report as JSON. @param names the names of the gateway's roles. */
export const nodeReport = (names: readonly string[]): string => `${RELATIONS}
  SELECT jsonb_build_object(
    'tables', (SELECT coalesce(jsonb_agg(jsonb_build_array(name, hashes) ORDER BY name), '[]') FROM protection WHERE shardid = 0),
    'shards', (SELECT coalesce(jsonb_agg(jsonb_build_array(g.name, g.hashes, g.count, g.example) ORDER BY g.name), '[]') FROM (
      SELECT name, hashes, count(*) AS count, min(shardid)::text AS example FROM protection WHERE shardid <> 0 GROUP BY 1, 2) g),
    'functions', coalesce((${FUNCTIONS}), '[]'),
    'roles', coalesce((${roles(names)}), '[]'),
    'settings', jsonb_build_array(${SETTINGS}),
    'stored', (${stored(names)}))::text`;
