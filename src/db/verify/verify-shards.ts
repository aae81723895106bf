/** Verifies that every shard protects its rows as its table does: what a session sees of the table does not show it. */
import { IN_SCHEMA, type Ask } from './catalog';
import { ACCOUNTS, distributedTables, distributionColumn, ON_COORDINATOR, SHARD_SETTINGS } from './shards';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Tables of accounts, whether distributed or not. */
const ACCOUNT_TABLES = `
  SELECT c.relname::text FROM pg_class c
   WHERE ${IN_SCHEMA} AND c.relkind IN ('r', 'p') AND (c.relname = '${ACCOUNTS}' OR EXISTS (
           SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'account_id' AND NOT a.attisdropped))
     AND c.oid NOT IN (SELECT coalesce(to_regclass(shard_name(s.logicalrelid, s.shardid)), 0) FROM pg_catalog.pg_dist_shard s)
   ORDER BY 1`;

/** A row each: placements that are not on this node, by node. */
const ELSEWHERE = `
  SELECT n.nodename || ':' || n.nodeport, count(*)::int
    FROM pg_catalog.pg_dist_placement p JOIN pg_catalog.pg_dist_node n ON n.groupid = p.groupid
   WHERE p.groupid <> (SELECT l.groupid FROM pg_catalog.pg_dist_local_group l) GROUP BY 1 ORDER BY 1`;

/** A shard's number at the end of a name. */
const plain = (name: string): string => `regexp_replace(${name}, '_' || s.shardid || '$', '')`;

/** What protects a relation, as one text each, without the number of a shard: compared between a table and its shards. */
const PROTECTION = {
  'row level security': `r.relrowsecurity || ' ' || r.relforcerowsecurity`,
  owner: `r.relowner::text`,
  privileges: `(SELECT string_agg(a.grantor || ' ' || a.grantee || ' ' || a.privilege_type, ',' ORDER BY a.grantor, a.grantee, a.privilege_type)
                  FROM aclexplode(r.relacl) a)`,
  'privileges on columns': `(SELECT string_agg(t.attname || ' ' || a.grantee || ' ' || a.privilege_type, ',' ORDER BY t.attname, a.grantee, a.privilege_type)
                  FROM pg_attribute t CROSS JOIN LATERAL aclexplode(t.attacl) a WHERE t.attrelid = r.oid AND NOT t.attisdropped)`,
  policies: `(SELECT string_agg(concat_ws(' ', p.polname, p.polcmd, p.polpermissive, p.polroles::text,
                     replace(pg_get_expr(p.polqual, p.polrelid), r.relname || '.', ''),
                     replace(pg_get_expr(p.polwithcheck, p.polrelid), r.relname || '.', '')), ';' ORDER BY p.polname)
                  FROM pg_policy p WHERE p.polrelid = r.oid)`,
  triggers: `(SELECT string_agg(concat_ws(' ', ${plain('t.tgname')}, t.tgfoid, t.tgtype, t.tgenabled, t.tgdeferrable, t.tginitdeferred,
                     t.tgattr::text, encode(t.tgargs, 'escape'),
                     substring(pg_get_triggerdef(t.oid, true) FROM ' WHEN (.*) EXECUTE FUNCTION ')), ';' ORDER BY ${plain('t.tgname')})
                  FROM pg_trigger t WHERE t.tgrelid = r.oid AND NOT t.tgisinternal)`,
  rules: `(SELECT count(*) FROM pg_rewrite w WHERE w.ev_class = r.oid)::text`,
  children: `(SELECT count(*) FROM pg_inherits i WHERE r.oid IN (i.inhparent, i.inhrelid))::text`,
  'foreign keys': `(SELECT string_agg(${plain('k.conname')}, ',' ORDER BY ${plain('k.conname')}) FROM pg_constraint k WHERE k.conrelid = r.oid AND k.contype = 'f')`,
} as const;

const KINDS = Object.keys(PROTECTION);

/**
 * A row for each shard here that differs: table, shard, kind; 'missing' for one without a relation. Every kind is
 * computed once for each relation.
 */
const DIFFERING = `
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
    SELECT s.logical, s.shardid, r.oid IS NOT NULL AS is_there,
           ARRAY[${Object.values(PROTECTION)
             .map((sql) => `coalesce(${sql}, '')`)
             .join(',\n                 ')}] AS texts
      FROM relation s LEFT JOIN pg_class r ON r.oid = s.physical
  )
  SELECT h.logical::regclass::text, h.shardid::text,
         CASE WHEN h.is_there THEN (ARRAY[${KINDS.map((kind) => `'${kind}'`).join(', ')}])[n] ELSE 'missing' END
    FROM protection h JOIN protection t ON t.logical = h.logical AND t.shardid = 0
    CROSS JOIN generate_series(1, ${KINDS.length}) n
   WHERE h.shardid <> 0 AND h.texts[n] IS DISTINCT FROM t.texts[n]
   ORDER BY 1, 2, n LIMIT 20`;

const SETTINGS = Object.keys(SHARD_SETTINGS)
  .map((name) => `current_setting('${name}', true)`)
  .join(', ');

async function settingFaults(ask: Ask): Promise<string[]> {
  const [values = []] = await ask(`SELECT ${SETTINGS}`);
  return Object.entries(SHARD_SETTINGS)
    .filter(([, wanted], index) => values[index] !== wanted)
    .map(
      ([name, wanted]) =>
        `the setting ${name} is not ${wanted} in the gateway's sessions; run portcullis distribute again, then restart the gateway`,
    );
}

/**
 * Why rows in a shard would be less protected than their table, and what is left half distributed; none in a database
 * without shards.
 * @param ask with SHOW_SHARDS where the database has Citus.
 */
export async function findShardFaults(ask: Ask): Promise<string[]> {
  const distributed = await distributedTables(ask);
  if (distributed.size === 0) return [];
  const tables = (await ask(ACCOUNT_TABLES)).map(([name]) => text(name));
  const colocation = distributed.get(ACCOUNTS)?.colocation;
  const misplaced = tables.filter((table) => {
    const found = distributed.get(table);
    if (ON_COORDINATOR.has(table)) return found !== undefined;
    return found?.colocation !== colocation || found?.column !== distributionColumn(table);
  });
  const elsewhere = await ask(ELSEWHERE);
  const differing = await ask(DIFFERING);
  return [
    ...misplaced.map(
      (table) => `the table ${table} is not distributed by account as others are; run: portcullis distribute`,
    ),
    ...elsewhere.map(
      ([node, count]) =>
        `${String(count)} shards are on the node ${text(node)}, and only those of the coordinator are verified; move them back with citus_move_shard_placement()`,
    ),
    ...differing.map(([table, shard, kind]) =>
      kind === 'missing'
        ? `the shard ${text(shard)} of the table ${text(table)} is missing on this node`
        : `the shard ${text(shard)} of the table ${text(table)} differs from its table in ${text(kind)}; restore what public.${text(table)} has on ${text(table)}_${text(shard)}`,
    ),
    ...(await settingFaults(ask)),
  ];
}
