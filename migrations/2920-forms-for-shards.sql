-- Functions, policies and a foreign key in the forms that tables divided into shards take, too (docs/adr/0390): rows are
-- read by one statement and stored by the next, no SQL function and no policy of the owner reads a table, and no foreign
-- key changes rows. Events keep their form: each chain goes on where it is.

-- The chains of one lock are neighbours by hash, so that they are in one shard (docs/adr/0391).
CREATE OR REPLACE FUNCTION audit_append(chain uuid, row_action text, row_type text, row_id text, row_before json, row_after json)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
DECLARE
  request jsonb := CASE WHEN gateway_role() IS NOT NULL
                  THEN nullif(current_setting('app.request', true), '')::jsonb END;
  cleaned boolean := pg_advisory_xact_lock(7267284, uuid_hash(chain) >> 22) IS NULL;
  event record;
BEGIN
  LOOP
    SELECT s.before_salt, s.after_salt, e.sequence, e.at, e."actorKind", e."actorId", e."actorName", e."requestId", e.address,
           e."operationName", e.reason, e.before, e.after, row_to_json(e)::text AS canonical INTO event
      FROM (SELECT CASE WHEN row_before IS NOT NULL THEN uuid_send(gen_random_uuid()) END AS before_salt,
                   CASE WHEN row_after IS NOT NULL THEN uuid_send(gen_random_uuid()) END AS after_salt) AS s
      LEFT JOIN LATERAL (
        SELECT p.sequence, p.at, p.hash FROM public.audit_event p
         WHERE p.account_id = chain ORDER BY p.sequence DESC LIMIT 1) AS head ON true
     CROSS JOIN LATERAL (
       SELECT 'portcullis-audit-2' AS form, encode(head.hash, 'hex') AS previous, chain AS "accountId",
              coalesce(head.sequence, 0) + 1 AS sequence,
              to_char(greatest(date_trunc('milliseconds', clock_timestamp()), head.at), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
              coalesce(request ->> 'actorKind', 'database') AS "actorKind", request ->> 'actorId' AS "actorId",
              coalesce(request ->> 'actorName', session_user) AS "actorName", request ->> 'requestId' AS "requestId",
              CASE WHEN request IS NULL THEN host(inet_client_addr()) ELSE request ->> 'address' END AS address,
              request ->> 'operationName' AS "operationName", request ->> 'reason' AS reason,
              row_action AS action, row_type AS "resourceType", row_id AS "resourceId",
              encode(sha256(s.before_salt || convert_to(row_before::text, 'UTF8')), 'hex') AS before,
              encode(sha256(s.after_salt || convert_to(row_after::text, 'UTF8')), 'hex') AS after) AS e;
    EXIT WHEN cleaned OR strpos(concat(event.canonical, row_before, row_after), 'pcl_') = 0;
    request := audit_clean(request::text)::jsonb;
    row_before := audit_clean(row_before::text)::json;
    row_after := audit_clean(row_after::text)::json;
    cleaned := true;
  END LOOP;
  INSERT INTO public.audit_image (account_id, sequence, before_salt, before, after_salt, after)
  VALUES (chain, event.sequence, event.before_salt, row_before, event.after_salt, row_after);
  IF FOUND THEN
    INSERT INTO public.audit_event (account_id, sequence, at, actor_kind, actor_id, actor_name, request_id, address,
                                    operation_name, reason, action, resource_type, resource_id, hash, form, before_digest, after_digest)
    VALUES (chain, event.sequence, event.at::timestamptz, event."actorKind", event."actorId", event."actorName", event."requestId",
            event.address, event."operationName", event.reason, row_action, row_type, row_id,
            sha256(convert_to(event.canonical, 'UTF8')), 2, decode(event.before, 'hex'), decode(event.after, 'hex'));
    IF FOUND THEN RETURN true; END IF;
  END IF;
  RAISE EXCEPTION 'The audit event of this change was not stored: a rule or a trigger on audit_event or audit_image swallows it';
END$function$;

CREATE OR REPLACE FUNCTION audit_row()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET enable_seqscan TO 'off'
 SET enable_sort TO 'off'
AS $function$
DECLARE
  written boolean;
  old_row jsonb;
  new_row jsonb;
  row_id text;
  chain uuid;
  old_chain uuid;
  event record;
BEGIN
  -- The gateway's usual update on the shortest way; what follows it would come to the same.
  IF TG_ARGV[4] = 'usual' AND TG_OP = 'UPDATE' THEN
    IF OLD.account_id = NEW.account_id AND (OLD.deleted_at IS NULL) = (NEW.deleted_at IS NULL)
       AND pg_advisory_xact_lock(7267284, uuid_hash(NEW.account_id) >> 22) IS NOT NULL THEN
      SELECT h.before_salt, h.old_image, h.after_salt, h.new_image, e.sequence, e.at, e."actorKind", e."actorId",
             e."actorName", e."requestId", e.address, e."operationName", e.reason, e.before, e.after, row_to_json(e)::text AS canonical INTO event
        FROM (SELECT p.hash AS previous, p.sequence + 1 AS sequence,
                     greatest(date_trunc('milliseconds', clock_timestamp()), p.at) AS at,
                     CASE WHEN gateway_role() IS NOT NULL THEN nullif(current_setting('app.request', true), '')::jsonb END AS request,
                     uuid_send(gen_random_uuid()) AS before_salt, row_to_json(OLD) AS old_image,
                     uuid_send(gen_random_uuid()) AS after_salt, row_to_json(NEW) AS new_image
                FROM public.audit_event p WHERE p.account_id = NEW.account_id ORDER BY p.sequence DESC LIMIT 1) AS h
       CROSS JOIN LATERAL (
         SELECT 'portcullis-audit-2' AS form, encode(h.previous, 'hex') AS previous, NEW.account_id AS "accountId", h.sequence,
                to_char(h.at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
                coalesce(h.request ->> 'actorKind', 'database') AS "actorKind", h.request ->> 'actorId' AS "actorId",
                coalesce(h.request ->> 'actorName', session_user) AS "actorName", h.request ->> 'requestId' AS "requestId",
                h.request ->> 'address' AS address, h.request ->> 'operationName' AS "operationName",
                h.request ->> 'reason' AS reason, 'UPDATE' AS action, TG_ARGV[0] AS "resourceType", NEW.id::text AS "resourceId",
                encode(sha256(h.before_salt || convert_to(h.old_image::text, 'UTF8')), 'hex') AS before,
                encode(sha256(h.after_salt || convert_to(h.new_image::text, 'UTF8')), 'hex') AS after OFFSET 0) AS e
       WHERE strpos(concat(h.old_image, h.new_image, h.request), 'pcl_') = 0 AND h.request IS NOT NULL;
      IF FOUND THEN
        INSERT INTO public.audit_image (account_id, sequence, before_salt, before, after_salt, after)
        VALUES (NEW.account_id, event.sequence, event.before_salt, event.old_image, event.after_salt, event.new_image);
        IF FOUND THEN
          INSERT INTO public.audit_event (account_id, sequence, at, actor_kind, actor_id, actor_name, request_id, address,
                                          operation_name, reason, action, resource_type, resource_id, hash, form, before_digest, after_digest)
          VALUES (NEW.account_id, event.sequence, event.at::timestamptz, event."actorKind", event."actorId", event."actorName",
                  event."requestId", event.address, event."operationName", event.reason, 'UPDATE', TG_ARGV[0], NEW.id::text,
                  sha256(convert_to(event.canonical, 'UTF8')), 2, decode(event.before, 'hex'), decode(event.after, 'hex'));
          IF FOUND THEN RETURN NULL; END IF;
        END IF;
      END IF;
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
END$function$;

CREATE OR REPLACE FUNCTION audit_erase(chain uuid, row_type text, row_id text, why text)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET enable_seqscan TO 'off'
AS $function$
DECLARE
  erased bigint;
  seen boolean;
  summary json;
BEGIN
  IF gateway_role() IS DISTINCT FROM 'tenant' OR chain IS DISTINCT FROM nullif(current_setting('app.account_id', true), '')::uuid THEN
    RAISE insufficient_privilege USING MESSAGE = 'The history of another account''s rows is not erased';
  END IF;
  PERFORM pg_advisory_xact_lock(7267284, uuid_hash(chain) >> 22);
  SELECT count(i.sequence), count(*) > 0,
         json_build_object('events', count(i.sequence), 'first', min(i.sequence), 'last', max(i.sequence), 'form1',
           coalesce(json_object_agg(e.sequence, encode(sha256(convert_to(json_build_object(
             'form', 'portcullis-audit-1', 'previous', (
               SELECT encode(p.hash, 'hex') FROM (
                 SELECT p.sequence, p.hash FROM public.audit_event p WHERE p.account_id = chain AND p.sequence = e.sequence - 1
                 UNION ALL
                 SELECT c.sequence, c.hash FROM public.audit_checkpoint c WHERE c.account_id = chain AND c.sequence = e.sequence - 1) p LIMIT 1),
             'accountId', chain, 'sequence', e.sequence,
             'at', to_char(e.at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'actorKind', e.actor_kind, 'actorId', e.actor_id,
             'actorName', e.actor_name, 'requestId', e.request_id, 'address', e.address, 'operationName', e.operation_name,
             'reason', e.reason, 'action', e.action, 'resourceType', e.resource_type, 'resourceId', e.resource_id,
             'before', 'erased', 'after', 'erased')::text, 'UTF8')), 'hex') ORDER BY e.sequence)
             FILTER (WHERE e.form = 1 AND i.sequence IS NOT NULL), '{}'))
    INTO erased, seen, summary
    FROM public.audit_event e LEFT JOIN public.audit_image i ON i.account_id = e.account_id AND i.sequence = e.sequence
   WHERE e.account_id = chain AND e.resource_type = row_type AND e.resource_id = row_id AND e.action <> 'ERASE';
  IF NOT seen THEN RETURN NULL; END IF;
  IF erased = 0 THEN RETURN 0; END IF;
  PERFORM set_config('app.request',
    (nullif(current_setting('app.request', true), '')::jsonb || jsonb_build_object('reason', why))::text, true);
  PERFORM audit_append(chain, 'ERASE', row_type, row_id, NULL, summary);
  DELETE FROM public.audit_image i USING public.audit_event e
   WHERE i.account_id = chain AND e.account_id = chain AND e.sequence = i.sequence
     AND e.resource_type = row_type AND e.resource_id = row_id AND e.action <> 'ERASE';
  RETURN erased;
END$function$;

-- Up to which event a chain was archived; NULL when none was.
CREATE FUNCTION audit_archived_to(chain uuid)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  RETURN (SELECT max(c.sequence) FROM public.audit_checkpoint c WHERE c.account_id = chain);
END$function$;

-- Whether a later event says that the history of an event's row was erased.
CREATE FUNCTION audit_is_erased(chain uuid, number bigint)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  RETURN EXISTS (
    SELECT 1 FROM public.audit_event e JOIN public.audit_event x ON x.account_id = e.account_id AND x.resource_id = e.resource_id
     WHERE e.account_id = chain AND e.sequence = number AND e.action <> 'ERASE'
       AND x.resource_type = e.resource_type AND x.action = 'ERASE' AND x.sequence > e.sequence);
END$function$;
REVOKE ALL ON FUNCTION audit_archived_to(uuid), audit_is_erased(uuid, bigint) FROM PUBLIC;

ALTER POLICY owner_delete ON audit_event USING (sequence <= audit_archived_to(account_id));
ALTER POLICY owner_delete ON audit_image USING (
  sequence <= audit_archived_to(account_id) OR audit_is_erased(account_id, sequence));

CREATE OR REPLACE FUNCTION note_run_transition()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_sort TO 'off'
AS $function$
DECLARE
  last bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(7267285, uuid_hash(NEW.account_id) >> 22);
  SELECT t.sequence INTO last FROM public.run_transition t WHERE t.account_id = NEW.account_id ORDER BY t.sequence DESC LIMIT 1;
  INSERT INTO public.run_transition (account_id, sequence, run_id, agent_id, schedule_id, status, at)
  VALUES (NEW.account_id, coalesce(last, 0) + 1, NEW.id, NEW.agent_id, NEW.schedule_id, NEW.status, clock_timestamp());
  RETURN NULL;
END$function$;

CREATE OR REPLACE FUNCTION audit_record_denials(denials jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  INSERT INTO public.audit_denial AS d (account_id, minute, key_id, code, field, count, request_id, address)
  SELECT n."accountId", n.minute, n."keyId", n.code, n.field, n.count, audit_clean(n."requestId"), n.address
    FROM jsonb_to_recordset(denials) AS n ("accountId" uuid, minute timestamptz, "keyId" uuid, code text, field text,
                                           count bigint, "requestId" text, address text)
   ORDER BY 1, 2, 3, 4, 5
  ON CONFLICT (account_id, minute, key_id, code, field) DO UPDATE
    SET count = d.count + excluded.count, request_id = excluded.request_id, address = excluded.address;
END$function$;

CREATE OR REPLACE FUNCTION record_master_access(entry uuid, key_id uuid, key_name text, operation_name text, fields text[], reason text, address text, request_id text, every_account boolean, accounts jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  named uuid[] := ARRAY(SELECT (t.value ->> 'accountId')::uuid
                          FROM jsonb_array_elements(accounts) WITH ORDINALITY AS t (value, place) ORDER BY t.place);
  visited record;
BEGIN
  INSERT INTO public.master_access
    (id, key_id, key_name, operation_name, fields, reason, address, request_id, every_account, account_ids)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, named);
  FOR visited IN
    SELECT a.id, audit_clean(t.value ->> 'operationName') AS operation,
           ARRAY(SELECT jsonb_array_elements_text(t.value -> 'fields')) AS fields, audit_clean(t.value ->> 'reason') AS reason
      FROM public.account a JOIN jsonb_array_elements(accounts) AS t (value) ON a.id = (t.value ->> 'accountId')::uuid
     WHERE a.id = ANY (named)
       AND (gateway_role() IS DISTINCT FROM 'tenant' OR a.id = nullif(current_setting('app.account_id', true), '')::uuid)
     ORDER BY a.id
  LOOP
    INSERT INTO public.account_access
      (account_id, id, key_id, key_name, operation_name, fields, reason, address, request_id)
    VALUES (visited.id, $1, $2, $3, visited.operation, visited.fields, visited.reason, $7, $8);
  END LOOP;
END$function$;

CREATE OR REPLACE FUNCTION reaches_agent(starts uuid[], agent uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  own uuid := nullif(current_setting('app.account_id', true), '')::uuid;
  newest uuid[] := array_remove(coalesce(starts, '{}'), NULL);
  reached uuid[] := newest;
BEGIN
  WHILE newest <> '{}' LOOP
    IF agent = ANY (newest) THEN RETURN true; END IF;
    newest := ARRAY(SELECT DISTINCT l.sub_agent_id FROM public.agent_sub_agent l
      WHERE l.account_id = own AND l.agent_id = ANY (newest) AND NOT l.sub_agent_id = ANY (reached));
    reached := reached || newest;
  END LOOP;
  RETURN false;
END$function$;

-- Triggers are enabled one at a time.
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
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_row_insert', target);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_row_update', target);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_row_delete', target);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_truncate', target);
END$function$;

-- Whatever removes a schedule clears it from its runs first, so that the events of that are written in a known order.
ALTER TABLE run
  DROP CONSTRAINT run_account_id_schedule_id_fkey,
  ADD CONSTRAINT run_account_id_schedule_id_fkey FOREIGN KEY (account_id, schedule_id) REFERENCES schedule (account_id, id);
