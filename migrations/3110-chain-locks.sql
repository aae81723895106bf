-- A hash chain's lock has 64 bits of its own (docs/adr/0500), no longer one of 1,024 that chains share: a statement across
-- accounts that takes locks in several sessions, one for each shard, can no longer wait for itself. A transaction that has
-- locked the table audit_event as a whole says so by app.chains and takes no lock for each chain: the server's table of
-- locks would overflow.
CREATE OR REPLACE FUNCTION audit_append(chain uuid, row_action text, row_type text, row_id text, row_before json, row_after json)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
DECLARE
  request jsonb := CASE WHEN gateway_role() IS NOT NULL
                  THEN nullif(current_setting('app.request', true), '')::jsonb END;
  cleaned boolean := CASE WHEN current_setting('app.chains', true) = 'locked' THEN false
                          ELSE pg_advisory_xact_lock(uuid_hash_extended(chain, 7267284)) IS NULL END;
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
  PERFORM pg_advisory_xact_lock(uuid_hash_extended(chain, 7267284));
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
       AND current_setting('app.chains', true) IS DISTINCT FROM 'locked'
       AND pg_advisory_xact_lock(uuid_hash_extended(NEW.account_id, 7267284)) IS NOT NULL THEN
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
  PERFORM pg_advisory_xact_lock(uuid_hash_extended(NEW.account_id, 7267285));
  SELECT t.sequence INTO last FROM public.run_transition t WHERE t.account_id = NEW.account_id ORDER BY t.sequence DESC LIMIT 1;
  INSERT INTO public.run_transition (account_id, sequence, run_id, agent_id, schedule_id, status, at)
  VALUES (NEW.account_id, coalesce(last, 0) + 1, NEW.id, NEW.agent_id, NEW.schedule_id, NEW.status, clock_timestamp());
  RETURN NULL;
END$function$;
