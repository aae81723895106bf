-- Row level security for the tables of the platform, and one function that knows the names of the roles.

-- Which of the gateway's roles this session logged in as; NULL for everybody else. The one function that names them:
-- a database whose roles get other names has this function replaced (src/db/setup/roles.ts).
CREATE FUNCTION gateway_role() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE SESSION_USER WHEN {{tenant:literal}} THEN 'tenant' WHEN {{operator:literal}} THEN 'operator' END;
REVOKE ALL ON FUNCTION gateway_role() FROM PUBLIC;

CREATE OR REPLACE FUNCTION audit_append(chain uuid, row_action text, row_type text, row_id text, row_before json, row_after json) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
DECLARE
  request jsonb := CASE WHEN gateway_role() IS NOT NULL
                  THEN nullif(current_setting('app.request', true), '')::jsonb END;
  cleaned boolean := false;
BEGIN
  PERFORM pg_advisory_xact_lock(7267284, uuid_hash(chain) & 1023);
  LOOP
    INSERT INTO public.audit_event
    SELECT chain, t.sequence, t.at, t.actor_kind, t.actor_id, t.actor_name, t.request_id, t.address,
           t.operation_name, t.reason, row_action, row_type, t.row_id, t.row_before, t.row_after,
           sha256(convert_to(t.canonical, 'UTF8'))
      FROM (SELECT n.*, json_build_object(
                     'form', 'portcullis-audit-1', 'previous', encode(n.previous, 'hex'), 'accountId', chain,
                     'sequence', n.sequence, 'at', to_char(n.at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                     'actorKind', n.actor_kind, 'actorId', n.actor_id, 'actorName', n.actor_name,
                     'requestId', n.request_id, 'address', n.address, 'operationName', n.operation_name,
                     'reason', n.reason, 'action', row_action, 'resourceType', row_type,
                     'resourceId', n.row_id, 'before', n.row_before, 'after', n.row_after)::text AS canonical
              FROM (SELECT e.hash AS previous, coalesce(e.sequence, 0) + 1 AS sequence,
                           greatest(date_trunc('milliseconds', clock_timestamp()), e.at) AS at,
                           coalesce(request ->> 'actorKind', 'database') AS actor_kind,
                           request ->> 'actorId' AS actor_id,
                           coalesce(request ->> 'actorName', session_user) AS actor_name,
                           request ->> 'requestId' AS request_id,
                           CASE WHEN request IS NULL THEN host(inet_client_addr()) ELSE request ->> 'address' END AS address,
                           request ->> 'operationName' AS operation_name, request ->> 'reason' AS reason,
                           row_id AS row_id, row_before AS row_before, row_after AS row_after
                      FROM (SELECT 1) AS one LEFT JOIN LATERAL (SELECT e.sequence, e.at, e.hash FROM public.audit_event e WHERE e.account_id = chain ORDER BY e.sequence DESC LIMIT 1) AS e ON true LIMIT 1) AS n OFFSET 0) AS t
     WHERE cleaned OR strpos(t.canonical, 'pcl_') = 0;
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
END$$;

CREATE OR REPLACE FUNCTION audit_row() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET enable_seqscan TO 'off'
    SET enable_sort TO 'off'
    AS $$
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
       AND pg_advisory_xact_lock(7267284, uuid_hash(NEW.account_id) & 1023) IS NOT NULL THEN
      request := CASE WHEN gateway_role() IS NOT NULL
                  THEN nullif(current_setting('app.request', true), '')::jsonb END;
      INSERT INTO public.audit_event
    SELECT NEW.account_id, t.sequence, t.at, t.actor_kind, t.actor_id, t.actor_name, t.request_id, t.address,
           t.operation_name, t.reason, 'UPDATE', TG_ARGV[0], t.row_id, t.row_before, t.row_after,
           sha256(convert_to(t.canonical, 'UTF8'))
      FROM (SELECT n.*, json_build_object(
                     'form', 'portcullis-audit-1', 'previous', encode(n.previous, 'hex'), 'accountId', NEW.account_id,
                     'sequence', n.sequence, 'at', to_char(n.at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                     'actorKind', n.actor_kind, 'actorId', n.actor_id, 'actorName', n.actor_name,
                     'requestId', n.request_id, 'address', n.address, 'operationName', n.operation_name,
                     'reason', n.reason, 'action', 'UPDATE', 'resourceType', TG_ARGV[0],
                     'resourceId', n.row_id, 'before', n.row_before, 'after', n.row_after)::text AS canonical
              FROM (SELECT e.hash AS previous, coalesce(e.sequence, 0) + 1 AS sequence,
                           greatest(date_trunc('milliseconds', clock_timestamp()), e.at) AS at,
                           coalesce(request ->> 'actorKind', 'database') AS actor_kind,
                           request ->> 'actorId' AS actor_id,
                           coalesce(request ->> 'actorName', session_user) AS actor_name,
                           request ->> 'requestId' AS request_id,
                           CASE WHEN request IS NULL THEN host(inet_client_addr()) ELSE request ->> 'address' END AS address,
                           request ->> 'operationName' AS operation_name, request ->> 'reason' AS reason,
                           NEW.id::text AS row_id, row_to_json(OLD) AS row_before, row_to_json(NEW) AS row_after
                      FROM public.audit_event e WHERE e.account_id = NEW.account_id ORDER BY e.sequence DESC LIMIT 1) AS n OFFSET 0) AS t
     WHERE strpos(t.canonical, 'pcl_') = 0;
      IF FOUND THEN RETURN NULL; END IF;
    END IF;
  END IF;
  chain := '00000000-0000-0000-0000-000000000000';
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
END$$;

CREATE OR REPLACE FUNCTION record_master_access(entry uuid, key_id uuid, key_name text, operation_name text, fields text[], reason text, address text, request_id text, every_account boolean, accounts uuid[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $_$
    INSERT INTO public.master_access
      (id, key_id, key_name, operation_name, fields, reason, address, request_id, every_account, account_ids)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);
    INSERT INTO public.account_access
      (account_id, id, key_id, key_name, operation_name, fields, reason, address, request_id)
      SELECT a.id, $1, $2, $3, $4, $5, $6, $7, $8 FROM public.account a
       WHERE a.id = ANY($10)
         AND (public.gateway_role() IS DISTINCT FROM 'tenant'
              OR a.id = nullif(current_setting('app.account_id', true), '')::uuid)
       ORDER BY a.id;
  $_$;

GRANT EXECUTE ON FUNCTION audit_clean(text) TO {{tenant}}, {{operator}};
REVOKE ALL ON FUNCTION audit_clean(text), announce_key_change() FROM PUBLIC;

ALTER TABLE master_key ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON master_key TO {{operator}} USING (true) WITH CHECK (true);
CREATE POLICY owner_rows ON master_key TO {{owner}} USING (true) WITH CHECK (true);

ALTER TABLE master_access ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON master_access TO {{operator}} USING (true) WITH CHECK (true);
CREATE POLICY owner_rows ON master_access TO {{owner}} USING (true) WITH CHECK (true);

ALTER TABLE secrets_key ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON secrets_key TO {{operator}} USING (true) WITH CHECK (true);
CREATE POLICY owner_rows ON secrets_key TO {{owner}} USING (true) WITH CHECK (true);

ALTER TABLE operator_idempotency ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON operator_idempotency TO {{operator}} USING (true) WITH CHECK (true);

ALTER TABLE rate_limit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON rate_limit TO {{operator}} USING (true) WITH CHECK (true);
