-- Retention: how long an account keeps what, and batches of expired rows that cost one audit event each (docs/adr/0312).

ALTER TABLE account ADD COLUMN retention jsonb NOT NULL DEFAULT '{}'
  CONSTRAINT account_retention_check CHECK (jsonb_typeof(retention) = 'object');
GRANT UPDATE (retention, version, updated_at) ON account TO {{tenant}};

-- The rows that the batch of the transaction that wrote this row removes. The owner's functions alone read and write it.
CREATE TABLE retention_batch (
  account_id uuid NOT NULL REFERENCES account (id),
  resource_type text NOT NULL,
  row_ids uuid[] NOT NULL,
  CONSTRAINT retention_batch_pkey PRIMARY KEY (account_id)
);
ALTER TABLE retention_batch ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON retention_batch TO {{tenant}}
  USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
  WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON retention_batch TO {{operator}} USING (true) WITH CHECK (true);
-- For backups.
GRANT SELECT ON retention_batch TO {{operator}};
CREATE POLICY owner_rows ON retention_batch TO {{owner}} USING (true) WITH CHECK (true);

-- Records in one event that rows are about to be removed by retention; their own triggers then add none.
-- Returns the ids; NULL when there are none.
CREATE FUNCTION audit_batch(chain uuid, row_type text, ids uuid[], oldest timestamptz, newest timestamptz)
 RETURNS uuid[]
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET enable_seqscan TO 'off'
AS $function$
BEGIN
  IF gateway_role() IS DISTINCT FROM 'operator' THEN
    RAISE insufficient_privilege USING MESSAGE = 'Rows are removed by retention as the operator role alone';
  END IF;
  IF coalesce(cardinality(ids), 0) = 0 THEN RETURN NULL; END IF;
  INSERT INTO public.retention_batch AS b (account_id, resource_type, row_ids) VALUES (chain, row_type, ids)
    ON CONFLICT (account_id) DO UPDATE SET resource_type = excluded.resource_type, row_ids = excluded.row_ids;
  PERFORM audit_append(chain, 'PURGE', row_type, '*', json_build_object(
    'rows', cardinality(ids), 'oldest', to_char(oldest, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'newest', to_char(newest, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'ids', to_json(ids)), NULL);
  RETURN ids;
END$function$;
REVOKE ALL ON FUNCTION audit_batch(uuid, text, uuid[], timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_batch(uuid, text, uuid[], timestamptz, timestamptz) TO {{operator}};

-- Whether the event of this very transaction's batch names a row.
CREATE FUNCTION audit_in_batch(account uuid, row_type text, row_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  RETURN EXISTS (SELECT 1 FROM public.retention_batch b
    WHERE b.account_id = account AND b.xmin = pg_current_xact_id()::xid
      AND b.resource_type = row_type AND row_id = ANY (b.row_ids));
END$function$;
REVOKE ALL ON FUNCTION audit_in_batch(uuid, text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_in_batch(uuid, text, uuid) TO {{tenant}}, {{operator}}, {{restricted}};

CREATE OR REPLACE FUNCTION audit_attach(target regclass, row_type text, account_column text, secrets text[], own_record jsonb)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  arguments text;
  named text;
  hidden text[];
  fixed text;
  first_key text;
  skipped text[] := ARRAY['', '', ''];
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
      format('WHEN (NOT (OLD.%1$I = %2$L AND NEW.%1$I <> %2$L AND %3$s))', own_record ->> 'column', own_record ->> 'open', fixed), ''];
  END IF;
  -- Rows that the event of a batch names, and links of such rows, which go with them.
  first_key := split_part(named, ',', 1);
  IF account_column = 'account_id' AND first_key ~ '(^|_)id$' THEN
    skipped[3] := format('WHEN (NOT audit_in_batch(OLD.account_id, %L, OLD.%I))',
      CASE WHEN first_key = 'id' THEN row_type ELSE replace(initcap(replace(left(first_key, -3), '_', ' ')), ' ', '') END, first_key);
  END IF;
  EXECUTE format('CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW %s EXECUTE FUNCTION audit_row(%s)', target, skipped[1], arguments);
  EXECUTE format('CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW %s EXECUTE FUNCTION audit_row(%s)', target, skipped[2], arguments);
  EXECUTE format('CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW %s EXECUTE FUNCTION audit_row(%s)', target, skipped[3], arguments);
  EXECUTE format('CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate()', target);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_row_insert, ENABLE ALWAYS TRIGGER audit_row_update, ENABLE ALWAYS TRIGGER audit_row_delete, ENABLE ALWAYS TRIGGER audit_truncate', target);
END$function$;

-- The same condition for the tables that are there: those whose rows the gateway may remove.
DO $$
DECLARE
  attached record;
BEGIN
  FOR attached IN
    SELECT v.target, v.row_type, v.first_key, pg_get_triggerdef(t.oid) AS definition
      FROM (VALUES ('run'::regclass, 'Run', 'id'), ('agent', 'Agent', 'id'), ('tool', 'Tool', 'id'),
                   ('mcp_server', 'McpServer', 'id'), ('schedule', 'Schedule', 'id'), ('custom_role', 'CustomRole', 'id'),
                   ('service_account', 'ServiceAccount', 'id'), ('agent_tool', 'Agent', 'agent_id'),
                   ('agent_mcp_server', 'Agent', 'agent_id'), ('agent_sub_agent', 'Agent', 'agent_id')) AS v (target, row_type, first_key)
      JOIN pg_trigger t ON t.tgrelid = v.target AND t.tgname = 'audit_row_delete'
  LOOP
    EXECUTE format('DROP TRIGGER audit_row_delete ON %s', attached.target);
    EXECUTE replace(attached.definition, ' FOR EACH ROW EXECUTE ',
      format(' FOR EACH ROW WHEN (NOT audit_in_batch(OLD.account_id, %L, OLD.%I)) EXECUTE ', attached.row_type, attached.first_key));
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_row_delete', attached.target);
  END LOOP;
END$$;

-- Removes counts of denials; those of the last 30 days stay, whoever asks.
CREATE FUNCTION audit_retire_denials(chain uuid, before timestamptz, most integer)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET enable_seqscan TO 'off'
AS $function$
DECLARE
  removed bigint;
  oldest timestamptz;
  newest timestamptz;
  denied bigint;
BEGIN
  IF gateway_role() IS DISTINCT FROM 'operator' THEN
    RAISE insufficient_privilege USING MESSAGE = 'Rows are removed by retention as the operator role alone';
  END IF;
  WITH expired AS (
    SELECT d.minute, d.key_id, d.code, d.field FROM public.audit_denial d
     WHERE d.account_id = chain AND d.minute < least(before, now() - interval '30 days')
     ORDER BY d.minute, d.id LIMIT most
  ), gone AS (
    DELETE FROM public.audit_denial d USING expired e
     WHERE d.account_id = chain AND d.minute = e.minute AND d.key_id = e.key_id AND d.code = e.code AND d.field = e.field
    RETURNING d.minute, d.count
  )
  SELECT count(*), min(g.minute), max(g.minute), sum(g.count) INTO removed, oldest, newest, denied FROM gone g;
  IF removed > 0 THEN
    PERFORM audit_append(chain, 'PURGE', 'AuditDenial', '*', json_build_object(
      'rows', removed, 'oldest', to_char(oldest, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'newest', to_char(newest, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'denials', denied), NULL);
  END IF;
  RETURN removed;
END$function$;
REVOKE ALL ON FUNCTION audit_retire_denials(uuid, timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_retire_denials(uuid, timestamptz, integer) TO {{operator}};

-- Deleted rows, the longest deleted first.
CREATE INDEX agent_deleted ON agent (account_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX tool_deleted ON tool (account_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX mcp_server_deleted ON mcp_server (account_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX schedule_deleted ON schedule (account_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX custom_role_deleted ON custom_role (account_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
CREATE INDEX service_account_deleted ON service_account (account_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
