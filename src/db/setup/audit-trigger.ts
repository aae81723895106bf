/** The functions in the database that write one chained audit event for every changed row; docs/audit.md has the form. */
import { ROLE_NAMES } from './roles';

/** The chain of what belongs to no account, master keys for one; operators alone can read it. */
export const PLATFORM_CHAIN = '00000000-0000-0000-0000-000000000000';

/** Name of the trigger that a table has for INSERT, UPDATE and DELETE. */
export const AUDIT_TRIGGER = 'audit_row';

/** The locks of all chains: many share one, which costs a wait, so that a change of every account takes few of them. */
const LOCKS = { group: 7_267_284, count: 1024 };

/** SQL for what an event tells of its row. */
interface Told {
  readonly chain: string;
  readonly action: string;
  readonly type: string;
  readonly id: string;
  readonly before: string;
  readonly after: string;
}

/** Waits for its turn in a chain. The next statement has a new snapshot: it sees the event of whoever was before. */
const waitFor = (chain: string): string =>
  `pg_advisory_xact_lock(${LOCKS.group}, uuid_hash(${chain}) & ${LOCKS.count - 1})`;

/** The key and the request that the gateway's transaction names; NULL for anybody else's SQL, whatever it says. */
const REQUEST = `CASE WHEN session_user IN ('${ROLE_NAMES.tenant}', '${ROLE_NAMES.operator}')
                  THEN nullif(current_setting('app.request', true), '')::jsonb END`;

/**
 * Inserts the event after `e`, the last one of its chain. What is hashed is PostgreSQL's text of a JSON object, the
 * canonical form; src/audit/canonical.ts prints the same. LIMIT and OFFSET have everything computed once.
 * @param last FROM clause that gives one row `e`.
 */
const insertAfter = (last: string, told: Told, condition: string): string => `INSERT INTO public.audit_event
    SELECT ${told.chain}, t.sequence, t.at, t.actor_kind, t.actor_id, t.actor_name, t.request_id, t.address,
           t.operation_name, t.reason, ${told.action}, ${told.type}, t.row_id, t.row_before, t.row_after,
           sha256(convert_to(t.canonical, 'UTF8'))
      FROM (SELECT n.*, json_build_object(
                     'form', 'portcullis-audit-1', 'previous', encode(n.previous, 'hex'), 'accountId', ${told.chain},
                     'sequence', n.sequence, 'at', to_char(n.at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                     'actorKind', n.actor_kind, 'actorId', n.actor_id, 'actorName', n.actor_name,
                     'requestId', n.request_id, 'address', n.address, 'operationName', n.operation_name,
                     'reason', n.reason, 'action', ${told.action}, 'resourceType', ${told.type},
                     'resourceId', n.row_id, 'before', n.row_before, 'after', n.row_after)::text AS canonical
              FROM (SELECT e.hash AS previous, coalesce(e.sequence, 0) + 1 AS sequence,
                           greatest(date_trunc('milliseconds', clock_timestamp()), e.at) AS at,
                           coalesce(request ->> 'actorKind', 'database') AS actor_kind,
                           request ->> 'actorId' AS actor_id,
                           coalesce(request ->> 'actorName', session_user) AS actor_name,
                           request ->> 'requestId' AS request_id,
                           CASE WHEN request IS NULL THEN host(inet_client_addr()) ELSE request ->> 'address' END AS address,
                           request ->> 'operationName' AS operation_name, request ->> 'reason' AS reason,
                           ${told.id} AS row_id, ${told.before} AS row_before, ${told.after} AS row_after
                      ${last} LIMIT 1) AS n OFFSET 0) AS t
     WHERE ${condition}`;

const lastOf = (chain: string): string =>
  `FROM public.audit_event e WHERE e.account_id = ${chain} ORDER BY e.sequence DESC`;

/** Any event: the first of a chain too, and one that a key strayed into, which is cut to its kind, as in the log. */
const APPEND = `
DECLARE
  request jsonb := ${REQUEST};
  cleaned boolean := false;
BEGIN
  PERFORM ${waitFor('chain')};
  LOOP
    ${insertAfter(
      `FROM (SELECT 1) AS one LEFT JOIN LATERAL (SELECT e.sequence, e.at, e.hash ${lastOf('chain')} LIMIT 1) AS e ON true`,
      {
        chain: 'chain',
        action: 'row_action',
        type: 'row_type',
        id: 'row_id',
        before: 'row_before',
        after: 'row_after',
      },
      "cleaned OR strpos(t.canonical, 'pcl_') = 0",
    )};
    EXIT WHEN FOUND;
    IF cleaned THEN
      RAISE EXCEPTION 'The audit event of this change was not stored: a rule or a trigger on audit_event swallows it';
    END IF;
    request := audit_clean(request::text)::jsonb;
    row_before := audit_clean(row_before::text)::json;
    row_after := audit_clean(row_after::text)::json;
    cleaned := true;
  END LOOP;
  RETURN true;
END`;

/**
 * The trigger's function. Its arguments: the resource's type; the column that names the account, empty for the
 * platform's rows; the columns that name the row; those that are never recorded; whether the row is of the usual
 * shape (account_id, id, deleted_at, nothing to hide). PostgreSQL prepares every expression anew in each transaction:
 * the usual update, which is most of what happens, takes few of them and one statement.
 */
const ROW = `
DECLARE
  request jsonb;
  written boolean;
  old_row jsonb;
  new_row jsonb;
  row_id text;
  chain uuid;
  old_chain uuid;
BEGIN
  -- The usual update on the shortest way; what follows it would come to the same.
  IF TG_ARGV[4] = 'usual' AND TG_OP = 'UPDATE' THEN
    IF OLD.account_id = NEW.account_id AND (OLD.deleted_at IS NULL) = (NEW.deleted_at IS NULL)
       AND ${waitFor('NEW.account_id')} IS NOT NULL THEN
      request := ${REQUEST};
      ${insertAfter(
        lastOf('NEW.account_id'),
        {
          chain: 'NEW.account_id',
          action: "'UPDATE'",
          type: 'TG_ARGV[0]',
          id: 'NEW.id::text',
          before: 'row_to_json(OLD)',
          after: 'row_to_json(NEW)',
        },
        "strpos(t.canonical, 'pcl_') = 0",
      )};
      IF FOUND THEN RETURN NULL; END IF;
    END IF;
  END IF;
  chain := '${PLATFORM_CHAIN}';
  IF TG_OP <> 'INSERT' THEN old_row := to_jsonb(OLD) - TG_ARGV[3]::text[]; END IF;
  IF TG_OP <> 'DELETE' THEN new_row := to_jsonb(NEW) - TG_ARGV[3]::text[]; END IF;
  SELECT string_agg(coalesce(new_row, old_row) ->> n.name, '/' ORDER BY n.place) INTO row_id
    FROM unnest(string_to_array(TG_ARGV[2], ',')) WITH ORDINALITY AS n (name, place);
  IF TG_ARGV[1] <> '' THEN
    old_chain := (old_row ->> TG_ARGV[1])::uuid;
    chain := coalesce((new_row ->> TG_ARGV[1])::uuid, old_chain);
  END IF;
  IF old_chain <> chain THEN
    -- A row that changes hands: each account learns of its own half only.
    written := audit_append(old_chain, 'PURGE', TG_ARGV[0], row_id, old_row::text::json, NULL);
    old_row := NULL;
  END IF;
  written := audit_append(chain,
    CASE WHEN old_row IS NULL THEN 'CREATE'
         WHEN new_row IS NULL THEN 'PURGE'
         WHEN old_row ->> 'deleted_at' IS NULL AND new_row ->> 'deleted_at' IS NOT NULL THEN 'DELETE'
         WHEN old_row ->> 'deleted_at' IS NOT NULL AND new_row ->> 'deleted_at' IS NULL THEN 'RESTORE'
         ELSE 'UPDATE' END,
    TG_ARGV[0], row_id, old_row::text::json, new_row::text::json);
  RETURN NULL;
END`;

const REFUSE_TRUNCATE = `
BEGIN
  RAISE EXCEPTION 'TRUNCATE would leave no record of what it removes: delete the rows instead';
END`;

/**
 * Puts the triggers on a table. They are deferred to COMMIT, so that a chain is locked for that moment only and never
 * between two statements of a client; ALWAYS, so that session_replication_role does not silence them.
 */
const ATTACH = `
DECLARE
  arguments text;
  named text;
  hidden text[];
  fixed text;
  skipped text[] := ARRAY['', ''];
BEGIN
  SELECT string_agg(a.attname, ',' ORDER BY k.place) INTO named
    FROM pg_index i CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
   WHERE i.indrelid = target AND i.indisprimary AND (a.attname <> 'account_id');
  -- Hashes and ciphertexts are bytes: no column of bytes is ever recorded.
  SELECT coalesce(array_agg(a.attname::text ORDER BY a.attnum), '{}') INTO hidden FROM pg_attribute a
   WHERE a.attrelid = target AND a.attnum > 0 AND (a.attname = ANY (secrets) OR a.atttypid = 'bytea'::regtype);
  arguments := format('%L, %L, %L, %L, %L', row_type, account_column, named, hidden,
    CASE WHEN account_column = 'account_id' AND named = 'id' AND hidden = '{}' AND EXISTS (
      SELECT 1 FROM pg_attribute a WHERE a.attrelid = target AND a.attname = 'deleted_at') THEN 'usual' ELSE '' END);
  IF own_record IS NOT NULL THEN
    SELECT string_agg(format('OLD.%1$I IS NOT DISTINCT FROM NEW.%1$I', a.attname), ' AND ') INTO fixed FROM pg_attribute a
     WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped
       AND a.attname <> own_record ->> 'column' AND NOT own_record -> 'closing' ? a.attname;
    skipped := ARRAY[
      format('WHEN (NEW.%I IS DISTINCT FROM %L)', own_record ->> 'column', own_record ->> 'open'),
      format('WHEN (NOT (OLD.%1$I = %2$L AND NEW.%1$I <> %2$L AND %3$s))', own_record ->> 'column', own_record ->> 'open', fixed)];
  END IF;
  EXECUTE format('CREATE CONSTRAINT TRIGGER ${AUDIT_TRIGGER}_insert AFTER INSERT ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW %s EXECUTE FUNCTION audit_row(%s)', target, skipped[1], arguments);
  EXECUTE format('CREATE CONSTRAINT TRIGGER ${AUDIT_TRIGGER}_update AFTER UPDATE ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW %s EXECUTE FUNCTION audit_row(%s)', target, skipped[2], arguments);
  EXECUTE format('CREATE CONSTRAINT TRIGGER ${AUDIT_TRIGGER}_delete AFTER DELETE ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row(%s)', target, arguments);
  EXECUTE format('CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate()', target);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER ${AUDIT_TRIGGER}_insert, ENABLE ALWAYS TRIGGER ${AUDIT_TRIGGER}_update, ENABLE ALWAYS TRIGGER ${AUDIT_TRIGGER}_delete, ENABLE ALWAYS TRIGGER audit_truncate', target);
END`;

/** Keys that strayed into a text are cut to their kind, as in the log. */
const CLEAN = `
  SELECT CASE WHEN strpos(value, 'pcl_') = 0 THEN value
              ELSE regexp_replace(value, 'pcl_(live|master)_[0-9A-Za-z_]+', 'pcl_\\1_...', 'g') END`;

/** What start-up compares with the database: a function that was replaced writes no record worth the name. */
export const AUDIT_FUNCTIONS = {
  audit_clean: CLEAN,
  audit_append: APPEND,
  audit_row: ROW,
  audit_refuse_truncate: REFUSE_TRUNCATE,
} as const;

/**
 * What the recording function works with, whatever its session set. A session keeps the plan it made while a chain was
 * short: without the last two, one made by a scan of all events would cost each event as much as there are events
 * before it.
 */
export const AUDIT_SETTINGS = [
  ['search_path', 'pg_catalog, public, pg_temp'],
  ['TimeZone', 'UTC'],
  ['enable_seqscan', 'off'],
  ['enable_sort', 'off'],
] as const;

const PINNED = AUDIT_SETTINGS.map(([name, value]) => `SET ${name} = '${value.split(', ').join("', '")}'`).join(' ');

/** Statements that make the functions, or bring those of an earlier release up to this one; for migrations. */
export const createAuditFunctions: readonly string[] = [
  `CREATE OR REPLACE FUNCTION audit_clean(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
   AS $body$${CLEAN}$body$`,
  `CREATE OR REPLACE FUNCTION audit_append(chain uuid, row_action text, row_type text, row_id text, row_before json, row_after json)
   RETURNS boolean LANGUAGE plpgsql AS $body$${APPEND}$body$`,
  `CREATE OR REPLACE FUNCTION audit_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER ${PINNED} AS $body$${ROW}$body$`,
  `CREATE OR REPLACE FUNCTION audit_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $body$${REFUSE_TRUNCATE}$body$`,
  `CREATE OR REPLACE FUNCTION audit_attach(target regclass, row_type text, account_column text, secrets text[], own_record jsonb)
   RETURNS void LANGUAGE plpgsql AS $body$${ATTACH}$body$`,
  ...[
    'audit_append(uuid, text, text, text, json, json)',
    'audit_row()',
    'audit_refuse_truncate()',
    'audit_attach(regclass, text, text, text[], jsonb)',
  ].map((name) => `REVOKE ALL ON FUNCTION ${name} FROM PUBLIC`),
];
