-- The schema that the migrations make, for reading and for comparison: npm run schema writes it.

CREATE OR REPLACE FUNCTION public.agent_is_reached(account uuid, row_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
BEGIN
  RETURN EXISTS (SELECT 1 FROM public.agent p WHERE p.account_id = account AND p.id = row_id);
END$function$;

CREATE OR REPLACE FUNCTION public.announce_key_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
  BEGIN
    IF TG_TABLE_NAME !~ '_[0-9]+$' THEN PERFORM pg_notify('portcullis_keys', OLD.id::text); END IF;
    RETURN NULL;
  END
  $function$;

CREATE OR REPLACE FUNCTION public.audit_append(chain uuid, row_action text, row_type text, row_id text, row_before json, row_after json)
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

CREATE OR REPLACE FUNCTION public.audit_archived_to(chain uuid)
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  RETURN (SELECT max(c.sequence) FROM public.audit_checkpoint c WHERE c.account_id = chain);
END$function$;

CREATE OR REPLACE FUNCTION public.audit_attach(target regclass, row_type text, account_column text, secrets text[], own_record jsonb)
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

CREATE OR REPLACE FUNCTION public.audit_batch(chain uuid, row_type text, ids uuid[], oldest timestamp with time zone, newest timestamp with time zone)
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

CREATE OR REPLACE FUNCTION public.audit_clean(value text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  SELECT CASE WHEN strpos(value, 'pcl_') = 0 THEN value
              ELSE regexp_replace(value, 'pcl_(live|master)_[0-9A-Za-z_]+', 'pcl_\1_...', 'g') END$function$;

CREATE OR REPLACE FUNCTION public.audit_erase(chain uuid, row_type text, row_id text, why text)
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

CREATE OR REPLACE FUNCTION public.audit_in_batch(account uuid, row_type text, row_id uuid)
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

CREATE OR REPLACE FUNCTION public.audit_is_erased(chain uuid, number bigint)
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

CREATE OR REPLACE FUNCTION public.audit_record_denials(denials jsonb)
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

CREATE OR REPLACE FUNCTION public.audit_refuse_truncate()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  RAISE EXCEPTION 'TRUNCATE would leave no record of what it removes: delete the rows instead';
END$function$;

CREATE OR REPLACE FUNCTION public.audit_retire_denials(chain uuid, before timestamp with time zone, most integer)
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

CREATE OR REPLACE FUNCTION public.audit_row()
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

CREATE OR REPLACE FUNCTION public.authenticate_key(wanted uuid, of_account uuid DEFAULT NULL::uuid)
 RETURNS TABLE(kind text, key_id uuid, name text, secret_hash bytea, remaining_ms double precision, account_id uuid, account_slug text, account_status text, line jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  wanted_key public.api_key;
  ends timestamptz;
  link public.api_key;
  link_role public.custom_role;
  shadow public.custom_role;
BEGIN
  IF of_account IS NULL THEN
    SELECT * INTO wanted_key FROM public.api_key k
     WHERE k.id = wanted AND k.account_id::text <> '' AND k.deleted_at IS NULL LIMIT 1;
  ELSE
    SELECT * INTO wanted_key FROM public.api_key k
     WHERE k.account_id = of_account AND k.id = wanted AND k.deleted_at IS NULL;
  END IF;
  IF wanted_key.id IS NULL THEN
    IF of_account IS NOT NULL THEN RETURN; END IF;
    RETURN QUERY
    SELECT 'master', m.id, m.name, m.secret_hash,
           CASE WHEN isfinite(least(m.expires_at, m.revoked_at))
                THEN extract(epoch FROM least(m.expires_at, m.revoked_at) - clock_timestamp())::double precision * 1000
                WHEN least(m.expires_at, m.revoked_at) < clock_timestamp() THEN -1 END,
           NULL::uuid, NULL::text, NULL::text, NULL::jsonb
      FROM public.master_key m WHERE m.id = wanted;
    RETURN;
  END IF;
  link := wanted_key;
  line := '[]';
  LOOP
    link_role := NULL;
    IF link.custom_role_id IS NOT NULL THEN
      SELECT * INTO link_role FROM public.custom_role r
       WHERE r.account_id = link.account_id AND r.id = link.custom_role_id AND r.deleted_at IS NULL;
    END IF;
    shadow := NULL;
    IF link.shadow_custom_role_id IS NOT NULL THEN
      SELECT * INTO shadow FROM public.custom_role r
       WHERE r.account_id = link.account_id AND r.id = link.shadow_custom_role_id AND r.deleted_at IS NULL;
    END IF;
    IF link.service_account_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM public.service_account s
       WHERE s.account_id = link.account_id AND s.id = link.service_account_id AND s.deleted_at IS NULL) THEN
      RETURN;
    END IF;
    line := line || jsonb_build_array(jsonb_build_object(
      'id', link.id, 'role', link.role, 'customRoleId', link.custom_role_id, 'roleName', link_role.name,
      'serviceAccountId', link.service_account_id, 'permissions', link_role.permissions, 'resourceTypes', link.resource_types, 'networks', link.networks,
      'ownerTeams', link.owner_teams, 'rowIds', link.row_ids, 'ratePerMinute', link.rate_per_minute,
      'shadowRole', link.shadow_role, 'shadowCustomRoleId', link.shadow_custom_role_id,
      'shadowRoleName', shadow.name, 'shadowPermissions', shadow.permissions,
      'startsInMs', CASE WHEN isfinite(link.not_before) THEN extract(epoch FROM link.not_before - clock_timestamp()) * 1000
                         WHEN link.not_before > clock_timestamp() THEN 1e15 END));
    ends := least(ends, link.expires_at, link.revoked_at);
    EXIT WHEN link.parent_id IS NULL;
    IF jsonb_array_length(line) > 5 THEN RETURN; END IF;
    SELECT * INTO link FROM public.api_key k
     WHERE k.account_id = link.account_id AND k.id = link.parent_id AND k.deleted_at IS NULL;
    IF NOT FOUND THEN RETURN; END IF;
  END LOOP;
  RETURN QUERY
  SELECT 'account', wanted_key.id, wanted_key.name, wanted_key.secret_hash,
         CASE WHEN isfinite(ends) THEN extract(epoch FROM ends - clock_timestamp())::double precision * 1000
              WHEN ends < clock_timestamp() THEN -1 END,
         a.id, a.slug, a.status, line
    FROM public.account a WHERE a.id = wanted_key.account_id;
END
$function$;

CREATE OR REPLACE FUNCTION public.authenticate_key_of(of_account uuid, wanted uuid)
 RETURNS TABLE(kind text, key_id uuid, name text, secret_hash bytea, remaining_ms double precision, account_id uuid, account_slug text, account_status text, line jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  RETURN QUERY SELECT * FROM authenticate_key(wanted, of_account);
END$function$;

CREATE OR REPLACE FUNCTION public.current_replication_mark()
 RETURNS uuid
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
    RETURN (SELECT mark FROM public.replication_mark WHERE only_row);
END
$function$;

CREATE OR REPLACE FUNCTION public.distribute_with_accounts(target regclass)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
DECLARE
  distributed boolean := false;
BEGIN
  IF to_regclass('pg_catalog.pg_dist_partition') IS NULL THEN RETURN; END IF;
  EXECUTE 'SELECT EXISTS (SELECT FROM pg_catalog.pg_dist_partition WHERE logicalrelid = ''public.account''::regclass)' INTO distributed;
  IF distributed THEN
    EXECUTE format('SELECT pg_catalog.create_distributed_table(%L, ''account_id'', colocate_with => ''public.account'')', target);
  END IF;
END$function$;

CREATE OR REPLACE FUNCTION public.existing_accounts(named uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
AS $function$
DECLARE
  existing uuid[];
BEGIN
  SELECT array_agg(a.id) INTO existing FROM public.account a WHERE a.id = ANY (named);
  RETURN coalesce(existing, '{}');
END$function$;

CREATE OR REPLACE FUNCTION public.gateway_role()
 RETURNS text
 LANGUAGE sql
 STABLE PARALLEL SAFE
RETURN CASE SESSION_USER WHEN '{{tenant}}'::name THEN 'tenant'::text WHEN '{{operator}}'::name THEN 'operator'::text WHEN '{{restricted}}'::name THEN 'restricted'::text ELSE NULL::text END;

CREATE OR REPLACE FUNCTION public.linking_agents(link text, targets uuid[])
 RETURNS bigint
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  own uuid := nullif(current_setting('app.account_id', true), '')::uuid;
BEGIN
  CASE link
  WHEN 'agent_tool' THEN
    RETURN (SELECT count(DISTINCT a.id) FROM public.agent_tool l
              JOIN public.agent a ON a.account_id = l.account_id AND a.id = l.agent_id AND a.deleted_at IS NULL
             WHERE l.account_id = own AND l.tool_id = ANY (targets));
  WHEN 'agent_mcp_server' THEN
    RETURN (SELECT count(DISTINCT a.id) FROM public.agent_mcp_server l
              JOIN public.agent a ON a.account_id = l.account_id AND a.id = l.agent_id AND a.deleted_at IS NULL
             WHERE l.account_id = own AND l.mcp_server_id = ANY (targets));
  WHEN 'agent_sub_agent' THEN
    RETURN (SELECT count(DISTINCT a.id) FROM public.agent_sub_agent l
              JOIN public.agent a ON a.account_id = l.account_id AND a.id = l.agent_id AND a.deleted_at IS NULL
             WHERE l.account_id = own AND l.sub_agent_id = ANY (targets) AND NOT a.id = ANY (targets));
  END CASE;
END
$function$;

CREATE OR REPLACE FUNCTION public.mcp_server_is_reached(account uuid, row_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
BEGIN
  RETURN EXISTS (SELECT 1 FROM public.mcp_server p WHERE p.account_id = account AND p.id = row_id);
END$function$;

CREATE OR REPLACE FUNCTION public.note_run_transition()
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

CREATE OR REPLACE FUNCTION public.reaches_agent(starts uuid[], agent uuid)
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

CREATE OR REPLACE FUNCTION public.record_master_access(entry uuid, key_id uuid, key_name text, operation_name text, fields text[], reason text, address text, request_id text, every_account boolean, accounts jsonb, existing uuid[] DEFAULT NULL::uuid[])
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
  IF existing IS NULL THEN existing := ARRAY(SELECT a.id FROM public.account a WHERE a.id = ANY (named)); END IF;
  FOR visited IN
    SELECT a.id, audit_clean(t.value ->> 'operationName') AS operation,
           ARRAY(SELECT jsonb_array_elements_text(t.value -> 'fields')) AS fields, audit_clean(t.value ->> 'reason') AS reason
      FROM unnest(existing) AS a (id) JOIN jsonb_array_elements(accounts) AS t (value) ON a.id = (t.value ->> 'accountId')::uuid
     WHERE gateway_role() IS DISTINCT FROM 'tenant' OR a.id = nullif(current_setting('app.account_id', true), '')::uuid
     ORDER BY a.id
  LOOP
    INSERT INTO public.account_access
      (account_id, id, key_id, key_name, operation_name, fields, reason, address, request_id)
    VALUES (visited.id, $1, $2, $3, visited.operation, visited.fields, visited.reason, $7, $8);
  END LOOP;
END$function$;

CREATE OR REPLACE FUNCTION public.tool_is_reached(account uuid, row_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
BEGIN
  RETURN EXISTS (SELECT 1 FROM public.tool p WHERE p.account_id = account AND p.id = row_id);
END$function$;

CREATE TABLE access_change (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    plan_hash text NOT NULL,
    changes jsonb NOT NULL,
    undone_at timestamp(3) with time zone,
    CONSTRAINT access_change_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT access_change_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
ALTER TABLE access_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_change FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON access_change FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant_rows ON access_change FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON access_change DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('AccessChange', 'account_id', 'id', '{}', '');
ALTER TABLE access_change ENABLE ALWAYS TRIGGER audit_row_delete;
CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON access_change DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('AccessChange', 'account_id', 'id', '{}', '');
ALTER TABLE access_change ENABLE ALWAYS TRIGGER audit_row_insert;
CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON access_change DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('AccessChange', 'account_id', 'id', '{}', '');
ALTER TABLE access_change ENABLE ALWAYS TRIGGER audit_row_update;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON access_change FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE access_change ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE access_decision (
    account_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    day timestamp(3) with time zone NOT NULL,
    kind text NOT NULL,
    key_id uuid,
    operation text NOT NULL,
    permissions jsonb NOT NULL,
    missing jsonb,
    shadow_role text,
    shadow_missing jsonb,
    count bigint NOT NULL,
    last_at timestamp(3) with time zone NOT NULL,
    CONSTRAINT access_decision_pkey PRIMARY KEY (account_id, day, kind),
    CONSTRAINT access_decision_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
    CONSTRAINT access_decision_account_id_key_id_fkey FOREIGN KEY (account_id, key_id) REFERENCES api_key(account_id, id) ON DELETE CASCADE
);
CREATE INDEX access_decision_all_by_day ON public.access_decision USING btree (day, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX access_decision_by_day ON public.access_decision USING btree (account_id, day, id);
CREATE INDEX access_decision_by_key ON public.access_decision USING btree (account_id, key_id, day);
ALTER TABLE access_decision ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_decision FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON access_decision FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant_rows ON access_decision FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE TABLE account (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    status text NOT NULL DEFAULT 'ACTIVE'::text,
    metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp(3) with time zone,
    retention jsonb NOT NULL DEFAULT '{}'::jsonb,
    CONSTRAINT account_pkey PRIMARY KEY (id),
    CONSTRAINT account_slug_key UNIQUE (slug),
    CONSTRAINT account_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT account_retention_check CHECK ((jsonb_typeof(retention) = 'object'::text)),
    CONSTRAINT account_slug_check CHECK ((slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text)),
    CONSTRAINT account_status_check CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'SUSPENDED'::text, 'CLOSED'::text])))
);
CREATE INDEX account_by_created_at ON public.account USING btree (created_at, id);
CREATE INDEX account_by_name ON public.account USING btree (name, id);
CREATE INDEX account_by_slug ON public.account USING btree (slug, id);
CREATE INDEX account_by_updated_at ON public.account USING btree (updated_at, id);
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
ALTER TABLE account FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON account FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_rows ON account FOR ALL TO {{owner}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY restricted_rows ON account FOR ALL TO {{restricted}}
    USING ((id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE POLICY tenant_rows ON account FOR ALL TO {{tenant}}
    USING ((id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE TRIGGER announce_change AFTER DELETE OR UPDATE ON account FOR EACH ROW EXECUTE FUNCTION announce_key_change();
CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON account DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('Account', 'id', 'id', '{}', '');
ALTER TABLE account ENABLE ALWAYS TRIGGER audit_row_delete;
CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON account DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('Account', 'id', 'id', '{}', '');
ALTER TABLE account ENABLE ALWAYS TRIGGER audit_row_insert;
CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON account DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('Account', 'id', 'id', '{}', '');
ALTER TABLE account ENABLE ALWAYS TRIGGER audit_row_update;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON account FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE account ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE account_access (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    key_id uuid NOT NULL,
    key_name text NOT NULL,
    operation_name text,
    fields text[] NOT NULL,
    reason text,
    address text NOT NULL,
    request_id text NOT NULL,
    CONSTRAINT account_access_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT account_access_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX account_access_by_id ON public.account_access USING btree (id, account_id) WHERE ((account_id)::text <> ''::text);
ALTER TABLE account_access ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_access FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON account_access FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_rows ON account_access FOR ALL TO {{owner}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant_rows ON account_access FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON account_access FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE account_access ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE agent (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp(3) with time zone,
    deletion_id uuid,
    name text NOT NULL,
    description text,
    instruction text,
    type text NOT NULL,
    framework text,
    model jsonb,
    config jsonb,
    tool_configs jsonb,
    a2a_profile jsonb,
    version_label text,
    owner_team text GENERATED ALWAYS AS (
CASE
    WHEN ((jsonb_typeof(((metadata -> 'owner'::text) -> 'team'::text)) = 'string'::text) AND (octet_length(((metadata -> 'owner'::text) ->> 'team'::text)) <= 1024)) THEN ((metadata -> 'owner'::text) ->> 'team'::text)
    ELSE NULL::text
END) STORED,
    CONSTRAINT agent_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT agent_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT agent_type_check CHECK ((type = ANY (ARRAY['CONFIG'::text, 'A2A'::text, 'LANGFLOW'::text]))),
    CONSTRAINT agent_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX agent_all_by_created_at ON public.agent USING btree (created_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX agent_all_by_name ON public.agent USING btree (name, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX agent_all_by_owner_email ON public.agent USING btree ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64) IS NOT NULL));
CREATE INDEX agent_all_by_owner_team ON public.agent USING btree ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64) IS NOT NULL));
CREATE INDEX agent_all_by_updated_at ON public.agent USING btree (updated_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX agent_by_created_at ON public.agent USING btree (account_id, created_at, id);
CREATE INDEX agent_by_deletion ON public.agent USING btree (account_id, deletion_id) WHERE (deletion_id IS NOT NULL);
CREATE INDEX agent_by_id ON public.agent USING btree (id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX agent_by_name ON public.agent USING btree (account_id, name, id);
CREATE INDEX agent_by_owner_team ON public.agent USING btree (account_id, owner_team, id) WHERE (owner_team IS NOT NULL);
CREATE INDEX agent_by_updated_at ON public.agent USING btree (account_id, updated_at, id);
CREATE INDEX agent_deleted ON public.agent USING btree (account_id, deleted_at, id) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX agent_live_name ON public.agent USING btree (account_id, name) WHERE (deleted_at IS NULL);
CREATE INDEX agent_unowned ON public.agent USING btree (account_id, id) WHERE ((deleted_at IS NULL) AND (COALESCE((metadata -> 'owner'::text), 'null'::jsonb) = ANY (ARRAY['null'::jsonb, '{}'::jsonb, '""'::jsonb])));
ALTER TABLE agent ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON agent FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_select ON agent FOR SELECT TO {{owner}}
    USING (true);
CREATE POLICY restricted_rows ON agent FOR ALL TO {{restricted}}
    USING (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND
CASE ( SELECT current_setting('app.owner_teams'::text, true) AS current_setting)
    WHEN '*'::text THEN true
    ELSE (owner_team = ANY (( SELECT (NULLIF(NULLIF(current_setting('app.owner_teams'::text, true), ''::text), '*'::text))::text[] AS "nullif")::text[]))
END AND
CASE ( SELECT current_setting('app.row_ids'::text, true) AS current_setting)
    WHEN '*'::text THEN true
    ELSE (id = ANY (( SELECT (NULLIF(NULLIF(current_setting('app.row_ids'::text, true), ''::text), '*'::text))::uuid[] AS "nullif")::uuid[]))
END))
    WITH CHECK (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND
CASE ( SELECT current_setting('app.owner_teams'::text, true) AS current_setting)
    WHEN '*'::text THEN true
    ELSE (owner_team = ANY (( SELECT (NULLIF(NULLIF(current_setting('app.owner_teams'::text, true), ''::text), '*'::text))::text[] AS "nullif")::text[]))
END AND
CASE ( SELECT current_setting('app.row_ids'::text, true) AS current_setting)
    WHEN '*'::text THEN true
    ELSE (id = ANY (( SELECT (NULLIF(NULLIF(current_setting('app.row_ids'::text, true), ''::text), '*'::text))::uuid[] AS "nullif")::uuid[]))
END));
CREATE POLICY tenant_rows ON agent FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON agent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT audit_in_batch(old.account_id, 'Agent'::text, old.id)) EXECUTE FUNCTION audit_row('Agent', 'account_id', 'id', '{}', 'usual');
ALTER TABLE agent ENABLE ALWAYS TRIGGER audit_row_delete;
CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON agent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('Agent', 'account_id', 'id', '{}', 'usual');
ALTER TABLE agent ENABLE ALWAYS TRIGGER audit_row_insert;
CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON agent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('Agent', 'account_id', 'id', '{}', 'usual');
ALTER TABLE agent ENABLE ALWAYS TRIGGER audit_row_update;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON agent FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE agent ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE agent_mcp_server (
    account_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    mcp_server_id uuid NOT NULL,
    CONSTRAINT agent_mcp_server_pkey PRIMARY KEY (account_id, agent_id, mcp_server_id),
    CONSTRAINT agent_mcp_server_account_id_agent_id_fkey FOREIGN KEY (account_id, agent_id) REFERENCES agent(account_id, id) ON DELETE CASCADE,
    CONSTRAINT agent_mcp_server_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
    CONSTRAINT agent_mcp_server_account_id_mcp_server_id_fkey FOREIGN KEY (account_id, mcp_server_id) REFERENCES mcp_server(account_id, id) ON DELETE CASCADE
);
CREATE INDEX agent_mcp_server_by_server ON public.agent_mcp_server USING btree (account_id, mcp_server_id);
ALTER TABLE agent_mcp_server ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_mcp_server FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON agent_mcp_server FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_select ON agent_mcp_server FOR SELECT TO {{owner}}
    USING (true);
CREATE POLICY restricted_rows ON agent_mcp_server FOR ALL TO {{restricted}}
    USING (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND (EXISTS ( SELECT 1
   FROM agent p
  WHERE ((p.account_id = agent_mcp_server.account_id) AND (p.id = agent_mcp_server.agent_id))
 OFFSET 0)) AND (EXISTS ( SELECT 1
   FROM mcp_server p
  WHERE ((p.account_id = agent_mcp_server.account_id) AND (p.id = agent_mcp_server.mcp_server_id))
 OFFSET 0))))
    WITH CHECK (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND (EXISTS ( SELECT 1
   FROM agent p
  WHERE ((p.account_id = agent_mcp_server.account_id) AND (p.id = agent_mcp_server.agent_id))
 OFFSET 0)) AND (EXISTS ( SELECT 1
   FROM mcp_server p
  WHERE ((p.account_id = agent_mcp_server.account_id) AND (p.id = agent_mcp_server.mcp_server_id))
 OFFSET 0))));
CREATE POLICY tenant_rows ON agent_mcp_server FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON agent_mcp_server DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT audit_in_batch(old.account_id, 'Agent'::text, old.agent_id)) EXECUTE FUNCTION audit_row('AgentMcpServer', 'account_id', 'agent_id,mcp_server_id', '{}', '');
ALTER TABLE agent_mcp_server ENABLE ALWAYS TRIGGER audit_row_delete;
CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON agent_mcp_server DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('AgentMcpServer', 'account_id', 'agent_id,mcp_server_id', '{}', '');
ALTER TABLE agent_mcp_server ENABLE ALWAYS TRIGGER audit_row_insert;
CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON agent_mcp_server DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('AgentMcpServer', 'account_id', 'agent_id,mcp_server_id', '{}', '');
ALTER TABLE agent_mcp_server ENABLE ALWAYS TRIGGER audit_row_update;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON agent_mcp_server FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE agent_mcp_server ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE agent_sub_agent (
    account_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    sub_agent_id uuid NOT NULL,
    CONSTRAINT agent_sub_agent_pkey PRIMARY KEY (account_id, agent_id, sub_agent_id),
    CONSTRAINT agent_sub_agent_check CHECK ((agent_id <> sub_agent_id)),
    CONSTRAINT agent_sub_agent_account_id_agent_id_fkey FOREIGN KEY (account_id, agent_id) REFERENCES agent(account_id, id) ON DELETE CASCADE,
    CONSTRAINT agent_sub_agent_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
    CONSTRAINT agent_sub_agent_account_id_sub_agent_id_fkey FOREIGN KEY (account_id, sub_agent_id) REFERENCES agent(account_id, id) ON DELETE CASCADE
);
CREATE INDEX agent_sub_agent_by_sub_agent ON public.agent_sub_agent USING btree (account_id, sub_agent_id);
ALTER TABLE agent_sub_agent ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_sub_agent FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON agent_sub_agent FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_select ON agent_sub_agent FOR SELECT TO {{owner}}
    USING (true);
CREATE POLICY restricted_rows ON agent_sub_agent FOR ALL TO {{restricted}}
    USING (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND (EXISTS ( SELECT 1
   FROM agent p
  WHERE ((p.account_id = agent_sub_agent.account_id) AND (p.id = agent_sub_agent.agent_id))
 OFFSET 0)) AND (EXISTS ( SELECT 1
   FROM agent p
  WHERE ((p.account_id = agent_sub_agent.account_id) AND (p.id = agent_sub_agent.sub_agent_id))
 OFFSET 0))))
    WITH CHECK (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND (EXISTS ( SELECT 1
   FROM agent p
  WHERE ((p.account_id = agent_sub_agent.account_id) AND (p.id = agent_sub_agent.agent_id))
 OFFSET 0)) AND (EXISTS ( SELECT 1
   FROM agent p
  WHERE ((p.account_id = agent_sub_agent.account_id) AND (p.id = agent_sub_agent.sub_agent_id))
 OFFSET 0))));
CREATE POLICY tenant_rows ON agent_sub_agent FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON agent_sub_agent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT audit_in_batch(old.account_id, 'Agent'::text, old.agent_id)) EXECUTE FUNCTION audit_row('AgentSubAgent', 'account_id', 'agent_id,sub_agent_id', '{}', '');
ALTER TABLE agent_sub_agent ENABLE ALWAYS TRIGGER audit_row_delete;
CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON agent_sub_agent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('AgentSubAgent', 'account_id', 'agent_id,sub_agent_id', '{}', '');
ALTER TABLE agent_sub_agent ENABLE ALWAYS TRIGGER audit_row_insert;
CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON agent_sub_agent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('AgentSubAgent', 'account_id', 'agent_id,sub_agent_id', '{}', '');
ALTER TABLE agent_sub_agent ENABLE ALWAYS TRIGGER audit_row_update;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON agent_sub_agent FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE agent_sub_agent ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE agent_tool (
    account_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    tool_id uuid NOT NULL,
    CONSTRAINT agent_tool_pkey PRIMARY KEY (account_id, agent_id, tool_id),
    CONSTRAINT agent_tool_account_id_agent_id_fkey FOREIGN KEY (account_id, agent_id) REFERENCES agent(account_id, id) ON DELETE CASCADE,
    CONSTRAINT agent_tool_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
    CONSTRAINT agent_tool_account_id_tool_id_fkey FOREIGN KEY (account_id, tool_id) REFERENCES tool(account_id, id) ON DELETE CASCADE
);
CREATE INDEX agent_tool_by_tool ON public.agent_tool USING btree (account_id, tool_id);
ALTER TABLE agent_tool ENABLE ROW LEVEL SECURITY;
ALTER TABLE agent_tool FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON agent_tool FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_select ON agent_tool FOR SELECT TO {{owner}}
    USING (true);
CREATE POLICY restricted_rows ON agent_tool FOR ALL TO {{restricted}}
    USING (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND (EXISTS ( SELECT 1
   FROM agent p
  WHERE ((p.account_id = agent_tool.account_id) AND (p.id = agent_tool.agent_id))
 OFFSET 0)) AND (EXISTS ( SELECT 1
   FROM tool p
  WHERE ((p.account_id = agent_tool.account_id) AND (p.id = agent_tool.tool_id))
 OFFSET 0))))
    WITH CHECK (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND (EXISTS ( SELECT 1
   FROM agent p
  WHERE ((p.account_id = agent_tool.account_id) AND (p.id = agent_tool.agent_id))
 OFFSET 0)) AND (EXISTS ( SELECT 1
   FROM tool p
  WHERE ((p.account_id = agent_tool.account_id) AND (p.id = agent_tool.tool_id))
 OFFSET 0))));
CREATE POLICY tenant_rows ON agent_tool FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON agent_tool DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT audit_in_batch(old.account_id, 'Agent'::text, old.agent_id)) EXECUTE FUNCTION audit_row('AgentTool', 'account_id', 'agent_id,tool_id', '{}', '');
ALTER TABLE agent_tool ENABLE ALWAYS TRIGGER audit_row_delete;
CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON agent_tool DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('AgentTool', 'account_id', 'agent_id,tool_id', '{}', '');
ALTER TABLE agent_tool ENABLE ALWAYS TRIGGER audit_row_insert;
CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON agent_tool DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('AgentTool', 'account_id', 'agent_id,tool_id', '{}', '');
ALTER TABLE agent_tool ENABLE ALWAYS TRIGGER audit_row_update;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON agent_tool FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE agent_tool ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE api_key (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    secret_hash bytea NOT NULL,
    expires_at timestamp(3) with time zone,
    created_by uuid,
    revoked_at timestamp(3) with time zone,
    revoked_by uuid,
    replaced_by uuid,
    metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp(3) with time zone,
    deletion_id uuid,
    role text NOT NULL,
    resource_types jsonb,
    networks jsonb,
    not_before timestamp(3) with time zone,
    rate_per_minute integer,
    parent_id uuid,
    first_key_id uuid,
    owner_teams jsonb,
    row_ids jsonb,
    custom_role_id uuid,
    service_account_id uuid,
    shadow_role text,
    shadow_custom_role_id uuid,
    CONSTRAINT api_key_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT api_key_check CHECK (((kind = 'PRIMARY'::text) = (expires_at IS NULL))),
    CONSTRAINT api_key_check1 CHECK ((parent_id <> id)),
    CONSTRAINT api_key_custom_role_check CHECK (((custom_role_id IS NULL) OR (role = 'CUSTOM'::text))),
    CONSTRAINT api_key_kind_check CHECK ((kind = ANY (ARRAY['PRIMARY'::text, 'EXPIRING'::text]))),
    CONSTRAINT api_key_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT api_key_rate_per_minute_check CHECK ((rate_per_minute > 0)),
    CONSTRAINT api_key_role_check CHECK ((role = ANY (ARRAY['VIEWER'::text, 'RUNNER'::text, 'CREATOR'::text, 'ADMINISTRATOR'::text, 'CUSTOM'::text]))),
    CONSTRAINT api_key_shadow_role_check CHECK ((shadow_role = ANY (ARRAY['VIEWER'::text, 'RUNNER'::text, 'CREATOR'::text, 'ADMINISTRATOR'::text, 'CUSTOM'::text]))),
    CONSTRAINT api_key_account_id_custom_role_id_fkey FOREIGN KEY (account_id, custom_role_id) REFERENCES custom_role(account_id, id),
    CONSTRAINT api_key_account_id_first_key_id_fkey FOREIGN KEY (account_id, first_key_id) REFERENCES api_key(account_id, id),
    CONSTRAINT api_key_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
    CONSTRAINT api_key_account_id_parent_id_fkey FOREIGN KEY (account_id, parent_id) REFERENCES api_key(account_id, id),
    CONSTRAINT api_key_account_id_replaced_by_fkey FOREIGN KEY (account_id, replaced_by) REFERENCES api_key(account_id, id),
    CONSTRAINT api_key_account_id_service_account_id_fkey FOREIGN KEY (account_id, service_account_id) REFERENCES service_account(account_id, id),
    CONSTRAINT api_key_account_id_shadow_custom_role_id_fkey FOREIGN KEY (account_id, shadow_custom_role_id) REFERENCES custom_role(account_id, id)
);
CREATE INDEX api_key_active ON public.api_key USING btree (account_id, COALESCE(expires_at, 'infinity'::timestamp with time zone)) WHERE ((revoked_at IS NULL) AND (deleted_at IS NULL));
CREATE INDEX api_key_all_by_created_at ON public.api_key USING btree (created_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX api_key_all_by_name ON public.api_key USING btree (name, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX api_key_all_by_owner_email ON public.api_key USING btree ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64) IS NOT NULL));
CREATE INDEX api_key_all_by_owner_team ON public.api_key USING btree ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64) IS NOT NULL));
CREATE INDEX api_key_all_by_updated_at ON public.api_key USING btree (updated_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX api_key_by_created_at ON public.api_key USING btree (account_id, created_at, id);
CREATE INDEX api_key_by_custom_role ON public.api_key USING btree (account_id, custom_role_id, id) WHERE (custom_role_id IS NOT NULL);
CREATE INDEX api_key_by_deletion ON public.api_key USING btree (account_id, deletion_id) WHERE (deletion_id IS NOT NULL);
CREATE INDEX api_key_by_id ON public.api_key USING btree (id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX api_key_by_name ON public.api_key USING btree (account_id, name, id);
CREATE INDEX api_key_by_parent ON public.api_key USING btree (account_id, parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX api_key_by_service_account ON public.api_key USING btree (account_id, service_account_id, id) WHERE (service_account_id IS NOT NULL);
CREATE INDEX api_key_by_shadow_custom_role ON public.api_key USING btree (account_id, shadow_custom_role_id, id) WHERE (shadow_custom_role_id IS NOT NULL);
CREATE INDEX api_key_by_updated_at ON public.api_key USING btree (account_id, updated_at, id);
CREATE INDEX api_key_unowned ON public.api_key USING btree (account_id, id) WHERE ((deleted_at IS NULL) AND (COALESCE((metadata -> 'owner'::text), 'null'::jsonb) = ANY (ARRAY['null'::jsonb, '{}'::jsonb, '""'::jsonb])));
ALTER TABLE api_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_key FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON api_key FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_rows ON api_key FOR ALL TO {{owner}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY restricted_rows ON api_key FOR ALL TO {{restricted}}
    USING (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND ((NULLIF(current_setting('app.key_id'::text, true), ''::text))::uuid = ANY (ARRAY[id, parent_id]))))
    WITH CHECK (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND ((NULLIF(current_setting('app.key_id'::text, true), ''::text))::uuid = ANY (ARRAY[id, parent_id]))));
CREATE POLICY tenant_rows ON api_key FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE TRIGGER announce_change AFTER DELETE OR UPDATE ON api_key FOR EACH ROW EXECUTE FUNCTION announce_key_change();
CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON api_key DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('ApiKey', 'account_id', 'id', '{secret_hash}', '');
ALTER TABLE api_key ENABLE ALWAYS TRIGGER audit_row_delete;
CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON api_key DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('ApiKey', 'account_id', 'id', '{secret_hash}', '');
ALTER TABLE api_key ENABLE ALWAYS TRIGGER audit_row_insert;
CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON api_key DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('ApiKey', 'account_id', 'id', '{secret_hash}', '');
ALTER TABLE api_key ENABLE ALWAYS TRIGGER audit_row_update;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON api_key FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE api_key ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE audit_checkpoint (
    account_id uuid NOT NULL,
    sequence bigint NOT NULL,
    hash bytea NOT NULL,
    at timestamp(3) with time zone NOT NULL,
    signature text NOT NULL,
    CONSTRAINT audit_checkpoint_pkey PRIMARY KEY (account_id, sequence)
);
ALTER TABLE audit_checkpoint ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_checkpoint FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON audit_checkpoint FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_insert ON audit_checkpoint FOR INSERT TO {{owner}}
    WITH CHECK (true);
CREATE POLICY owner_select ON audit_checkpoint FOR SELECT TO {{owner}}
    USING (true);
CREATE POLICY tenant_rows ON audit_checkpoint FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE audit_checkpoint ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE audit_denial (
    account_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    minute timestamp(3) with time zone NOT NULL,
    key_id uuid NOT NULL,
    code text NOT NULL,
    field text NOT NULL,
    count bigint NOT NULL,
    request_id text,
    address text,
    CONSTRAINT audit_denial_pkey PRIMARY KEY (account_id, minute, key_id, code, field)
);
CREATE INDEX audit_denial_all_by_minute ON public.audit_denial USING btree (minute, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX audit_denial_by_minute ON public.audit_denial USING btree (account_id, minute, id);
ALTER TABLE audit_denial ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_denial FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON audit_denial FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_rows ON audit_denial FOR ALL TO {{owner}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant_rows ON audit_denial FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit_denial FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE audit_denial ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE audit_event (
    account_id uuid NOT NULL,
    sequence bigint NOT NULL,
    at timestamp(3) with time zone NOT NULL,
    actor_kind text NOT NULL,
    actor_id text,
    actor_name text NOT NULL,
    request_id text,
    address text,
    operation_name text,
    reason text,
    action text NOT NULL,
    resource_type text NOT NULL,
    resource_id text NOT NULL,
    hash bytea NOT NULL,
    form smallint NOT NULL,
    before_digest bytea,
    after_digest bytea,
    CONSTRAINT audit_event_pkey PRIMARY KEY (account_id, sequence)
);
CREATE INDEX audit_event_all_by_at ON public.audit_event USING btree (at, sequence, account_id) WHERE (((account_id)::text <> ''::text) AND ((sequence)::text <> ''::text));
CREATE INDEX audit_event_by_actor_id ON public.audit_event USING btree (account_id, actor_id, at, sequence) WHERE (actor_id IS NOT NULL);
CREATE INDEX audit_event_by_at ON public.audit_event USING btree (account_id, at, sequence) WHERE ((sequence)::text <> ''::text);
CREATE INDEX audit_event_by_request_id ON public.audit_event USING btree (account_id, request_id, at, sequence) WHERE (request_id IS NOT NULL);
CREATE INDEX audit_event_by_resource_id ON public.audit_event USING btree (account_id, resource_id, at, sequence);
ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_event FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON audit_event FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_delete ON audit_event FOR DELETE TO {{owner}}
    USING ((sequence <= audit_archived_to(account_id)));
CREATE POLICY owner_insert ON audit_event FOR INSERT TO {{owner}}
    WITH CHECK (true);
CREATE POLICY owner_select ON audit_event FOR SELECT TO {{owner}}
    USING (true);
CREATE POLICY tenant_rows ON audit_event FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE audit_image (
    account_id uuid NOT NULL,
    sequence bigint NOT NULL,
    before_salt bytea,
    before json,
    after_salt bytea,
    after json,
    CONSTRAINT audit_image_pkey PRIMARY KEY (account_id, sequence)
);
ALTER TABLE audit_image ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_image FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON audit_image FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_delete ON audit_image FOR DELETE TO {{owner}}
    USING (((sequence <= audit_archived_to(account_id)) OR audit_is_erased(account_id, sequence)));
CREATE POLICY owner_insert ON audit_image FOR INSERT TO {{owner}}
    WITH CHECK (true);
CREATE POLICY owner_select ON audit_image FOR SELECT TO {{owner}}
    USING (true);
CREATE POLICY tenant_rows ON audit_image FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit_image FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE audit_image ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE configuration_import (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    plan_hash text NOT NULL,
    summary jsonb NOT NULL,
    inverse bytea NOT NULL,
    undone_at timestamp(3) with time zone,
    CONSTRAINT configuration_import_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT configuration_import_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
ALTER TABLE configuration_import ENABLE ROW LEVEL SECURITY;
ALTER TABLE configuration_import FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON configuration_import FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant_rows ON configuration_import FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON configuration_import DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('ConfigurationImport', 'account_id', 'id', '{inverse}', '');
ALTER TABLE configuration_import ENABLE ALWAYS TRIGGER audit_row_delete;
CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON configuration_import DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('ConfigurationImport', 'account_id', 'id', '{inverse}', '');
ALTER TABLE configuration_import ENABLE ALWAYS TRIGGER audit_row_insert;
CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON configuration_import DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('ConfigurationImport', 'account_id', 'id', '{inverse}', '');
ALTER TABLE configuration_import ENABLE ALWAYS TRIGGER audit_row_update;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON configuration_import FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE configuration_import ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE custom_role (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp(3) with time zone,
    deletion_id uuid,
    name text NOT NULL,
    description text,
    permissions jsonb NOT NULL,
    CONSTRAINT custom_role_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT custom_role_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT custom_role_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX custom_role_all_by_created_at ON public.custom_role USING btree (created_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX custom_role_all_by_name ON public.custom_role USING btree (name, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX custom_role_all_by_owner_email ON public.custom_role USING btree ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64) IS NOT NULL));
CREATE INDEX custom_role_all_by_owner_team ON public.custom_role USING btree ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64) IS NOT NULL));
CREATE INDEX custom_role_all_by_updated_at ON public.custom_role USING btree (updated_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX custom_role_by_created_at ON public.custom_role USING btree (account_id, created_at, id);
CREATE INDEX custom_role_by_deletion ON public.custom_role USING btree (account_id, deletion_id) WHERE (deletion_id IS NOT NULL);
CREATE INDEX custom_role_by_id ON public.custom_role USING btree (id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX custom_role_by_name ON public.custom_role USING btree (account_id, name, id);
CREATE INDEX custom_role_by_updated_at ON public.custom_role USING btree (account_id, updated_at, id);
CREATE INDEX custom_role_deleted ON public.custom_role USING btree (account_id, deleted_at, id) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX custom_role_live_name ON public.custom_role USING btree (account_id, name) WHERE (deleted_at IS NULL);
CREATE INDEX custom_role_unowned ON public.custom_role USING btree (account_id, id) WHERE ((deleted_at IS NULL) AND (COALESCE((metadata -> 'owner'::text), 'null'::jsonb) = ANY (ARRAY['null'::jsonb, '{}'::jsonb, '""'::jsonb])));
ALTER TABLE custom_role ENABLE ROW LEVEL SECURITY;
ALTER TABLE custom_role FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON custom_role FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_select ON custom_role FOR SELECT TO {{owner}}
    USING (true);
CREATE POLICY tenant_rows ON custom_role FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE TRIGGER announce_change AFTER DELETE OR UPDATE ON custom_role FOR EACH ROW EXECUTE FUNCTION announce_key_change();
CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON custom_role DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT audit_in_batch(old.account_id, 'CustomRole'::text, old.id)) EXECUTE FUNCTION audit_row('CustomRole', 'account_id', 'id', '{}', 'usual');
ALTER TABLE custom_role ENABLE ALWAYS TRIGGER audit_row_delete;
CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON custom_role DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('CustomRole', 'account_id', 'id', '{}', 'usual');
ALTER TABLE custom_role ENABLE ALWAYS TRIGGER audit_row_insert;
CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON custom_role DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('CustomRole', 'account_id', 'id', '{}', 'usual');
ALTER TABLE custom_role ENABLE ALWAYS TRIGGER audit_row_update;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON custom_role FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE custom_role ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE idempotency (
    account_id uuid NOT NULL,
    caller_id uuid NOT NULL,
    key text NOT NULL,
    write integer NOT NULL,
    fingerprint bytea NOT NULL,
    answer bytea,
    created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_pkey PRIMARY KEY (account_id, caller_id, key, write),
    CONSTRAINT idempotency_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX idempotency_by_age ON public.idempotency USING btree (account_id, created_at);
ALTER TABLE idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON idempotency FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY restricted_rows ON idempotency FOR ALL TO {{restricted}}
    USING (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND (caller_id = (NULLIF(current_setting('app.key_id'::text, true), ''::text))::uuid)))
    WITH CHECK (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND (caller_id = (NULLIF(current_setting('app.key_id'::text, true), ''::text))::uuid)));
CREATE POLICY tenant_rows ON idempotency FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE TABLE key_usage (
    account_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    key_id uuid NOT NULL,
    action text NOT NULL,
    resource text NOT NULL,
    count bigint NOT NULL,
    first_at timestamp(3) with time zone NOT NULL,
    last_at timestamp(3) with time zone NOT NULL,
    CONSTRAINT key_usage_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT key_usage_account_id_key_id_action_resource_key UNIQUE (account_id, key_id, action, resource),
    CONSTRAINT key_usage_action_check CHECK ((action = ANY (ARRAY['READ'::text, 'RUN'::text, 'WRITE'::text, 'ADMIN'::text]))),
    CONSTRAINT key_usage_account_id_key_id_fkey FOREIGN KEY (account_id, key_id) REFERENCES api_key(account_id, id) ON DELETE CASCADE
);
ALTER TABLE key_usage ENABLE ROW LEVEL SECURITY;
ALTER TABLE key_usage FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON key_usage FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant_rows ON key_usage FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE TABLE key_use (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    last_used_at timestamp(3) with time zone NOT NULL,
    CONSTRAINT key_use_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT key_use_account_id_id_fkey FOREIGN KEY (account_id, id) REFERENCES api_key(account_id, id) ON DELETE CASCADE
);
ALTER TABLE key_use ENABLE ROW LEVEL SECURITY;
ALTER TABLE key_use FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON key_use FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant_rows ON key_use FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE TABLE master_access (
    id uuid NOT NULL,
    created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    key_id uuid NOT NULL,
    key_name text NOT NULL,
    operation_name text,
    fields text[] NOT NULL,
    reason text,
    address text NOT NULL,
    request_id text NOT NULL,
    every_account boolean NOT NULL,
    account_ids uuid[] NOT NULL,
    CONSTRAINT master_access_pkey PRIMARY KEY (id)
);
CREATE INDEX master_access_by_key ON public.master_access USING btree (key_id, id);
ALTER TABLE master_access ENABLE ROW LEVEL SECURITY;
ALTER TABLE master_access FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON master_access FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_rows ON master_access FOR ALL TO {{owner}}
    USING (true)
    WITH CHECK (true);
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON master_access FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE master_access ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE master_key (
    id uuid NOT NULL,
    name text NOT NULL,
    secret_hash bytea NOT NULL,
    expires_at timestamp(3) with time zone,
    created_by uuid,
    revoked_at timestamp(3) with time zone,
    revoked_by uuid,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    CONSTRAINT master_key_pkey PRIMARY KEY (id),
    CONSTRAINT master_key_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255)))
);
CREATE INDEX master_key_by_created_at ON public.master_key USING btree (created_at, id);
CREATE INDEX master_key_by_name ON public.master_key USING btree (name, id);
CREATE INDEX master_key_by_updated_at ON public.master_key USING btree (updated_at, id);
ALTER TABLE master_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE master_key FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON master_key FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_rows ON master_key FOR ALL TO {{owner}}
    USING (true)
    WITH CHECK (true);
CREATE TRIGGER announce_change AFTER DELETE OR UPDATE ON master_key FOR EACH ROW EXECUTE FUNCTION announce_key_change();
CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON master_key DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('MasterKey', '', 'id', '{secret_hash}', '');
ALTER TABLE master_key ENABLE ALWAYS TRIGGER audit_row_delete;
CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON master_key DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('MasterKey', '', 'id', '{secret_hash}', '');
ALTER TABLE master_key ENABLE ALWAYS TRIGGER audit_row_insert;
CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON master_key DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('MasterKey', '', 'id', '{secret_hash}', '');
ALTER TABLE master_key ENABLE ALWAYS TRIGGER audit_row_update;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON master_key FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE master_key ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE mcp_server (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp(3) with time zone,
    deletion_id uuid,
    name text NOT NULL,
    description text,
    transport text NOT NULL,
    config jsonb NOT NULL,
    authentication jsonb NOT NULL,
    secret bytea,
    owner_team text GENERATED ALWAYS AS (
CASE
    WHEN ((jsonb_typeof(((metadata -> 'owner'::text) -> 'team'::text)) = 'string'::text) AND (octet_length(((metadata -> 'owner'::text) ->> 'team'::text)) <= 1024)) THEN ((metadata -> 'owner'::text) ->> 'team'::text)
    ELSE NULL::text
END) STORED,
    CONSTRAINT mcp_server_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT mcp_server_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT mcp_server_transport_check CHECK ((transport = ANY (ARRAY['HTTP'::text, 'SSE'::text]))),
    CONSTRAINT mcp_server_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX mcp_server_all_by_created_at ON public.mcp_server USING btree (created_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX mcp_server_all_by_name ON public.mcp_server USING btree (name, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX mcp_server_all_by_owner_email ON public.mcp_server USING btree ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64) IS NOT NULL));
CREATE INDEX mcp_server_all_by_owner_team ON public.mcp_server USING btree ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64) IS NOT NULL));
CREATE INDEX mcp_server_all_by_updated_at ON public.mcp_server USING btree (updated_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX mcp_server_by_created_at ON public.mcp_server USING btree (account_id, created_at, id);
CREATE INDEX mcp_server_by_deletion ON public.mcp_server USING btree (account_id, deletion_id) WHERE (deletion_id IS NOT NULL);
CREATE INDEX mcp_server_by_id ON public.mcp_server USING btree (id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX mcp_server_by_name ON public.mcp_server USING btree (account_id, name, id);
CREATE INDEX mcp_server_by_owner_team ON public.mcp_server USING btree (account_id, owner_team, id) WHERE (owner_team IS NOT NULL);
CREATE INDEX mcp_server_by_updated_at ON public.mcp_server USING btree (account_id, updated_at, id);
CREATE INDEX mcp_server_deleted ON public.mcp_server USING btree (account_id, deleted_at, id) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX mcp_server_live_name ON public.mcp_server USING btree (account_id, name) WHERE (deleted_at IS NULL);
CREATE INDEX mcp_server_unowned ON public.mcp_server USING btree (account_id, id) WHERE ((deleted_at IS NULL) AND (COALESCE((metadata -> 'owner'::text), 'null'::jsonb) = ANY (ARRAY['null'::jsonb, '{}'::jsonb, '""'::jsonb])));
ALTER TABLE mcp_server ENABLE ROW LEVEL SECURITY;
ALTER TABLE mcp_server FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON mcp_server FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY restricted_rows ON mcp_server FOR ALL TO {{restricted}}
    USING (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND
CASE ( SELECT current_setting('app.owner_teams'::text, true) AS current_setting)
    WHEN '*'::text THEN true
    ELSE (owner_team = ANY (( SELECT (NULLIF(NULLIF(current_setting('app.owner_teams'::text, true), ''::text), '*'::text))::text[] AS "nullif")::text[]))
END AND
CASE ( SELECT current_setting('app.row_ids'::text, true) AS current_setting)
    WHEN '*'::text THEN true
    ELSE (id = ANY (( SELECT (NULLIF(NULLIF(current_setting('app.row_ids'::text, true), ''::text), '*'::text))::uuid[] AS "nullif")::uuid[]))
END))
    WITH CHECK (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND
CASE ( SELECT current_setting('app.owner_teams'::text, true) AS current_setting)
    WHEN '*'::text THEN true
    ELSE (owner_team = ANY (( SELECT (NULLIF(NULLIF(current_setting('app.owner_teams'::text, true), ''::text), '*'::text))::text[] AS "nullif")::text[]))
END AND
CASE ( SELECT current_setting('app.row_ids'::text, true) AS current_setting)
    WHEN '*'::text THEN true
    ELSE (id = ANY (( SELECT (NULLIF(NULLIF(current_setting('app.row_ids'::text, true), ''::text), '*'::text))::uuid[] AS "nullif")::uuid[]))
END));
CREATE POLICY tenant_rows ON mcp_server FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON mcp_server DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT audit_in_batch(old.account_id, 'McpServer'::text, old.id)) EXECUTE FUNCTION audit_row('McpServer', 'account_id', 'id', '{secret}', '');
ALTER TABLE mcp_server ENABLE ALWAYS TRIGGER audit_row_delete;
CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON mcp_server DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('McpServer', 'account_id', 'id', '{secret}', '');
ALTER TABLE mcp_server ENABLE ALWAYS TRIGGER audit_row_insert;
CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON mcp_server DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('McpServer', 'account_id', 'id', '{secret}', '');
ALTER TABLE mcp_server ENABLE ALWAYS TRIGGER audit_row_update;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON mcp_server FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE mcp_server ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE migrations (
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    CONSTRAINT migrations_pkey PRIMARY KEY (name)
);
ALTER TABLE migrations ENABLE ROW LEVEL SECURITY;
ALTER TABLE migrations FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON migrations FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_rows ON migrations FOR ALL TO {{owner}}
    USING (true)
    WITH CHECK (true);

CREATE TABLE operator_idempotency (
    caller_id uuid NOT NULL,
    key text NOT NULL,
    write integer NOT NULL,
    fingerprint bytea NOT NULL,
    answer bytea,
    created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    CONSTRAINT operator_idempotency_pkey PRIMARY KEY (caller_id, key, write)
);
CREATE INDEX operator_idempotency_by_age ON public.operator_idempotency USING btree (created_at);
ALTER TABLE operator_idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE operator_idempotency FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON operator_idempotency FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);

CREATE UNLOGGED TABLE rate_limit (
    key text NOT NULL,
    points bigint NOT NULL,
    expire bigint,
    CONSTRAINT rate_limit_pkey PRIMARY KEY (key)
);
CREATE INDEX rate_limit_by_expiry ON public.rate_limit USING btree (expire);
ALTER TABLE rate_limit ENABLE ROW LEVEL SECURITY;
ALTER TABLE rate_limit FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON rate_limit FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);

CREATE TABLE replication_mark (
    only_row boolean NOT NULL DEFAULT true,
    timeline text NOT NULL,
    mark uuid NOT NULL,
    made_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    CONSTRAINT replication_mark_pkey PRIMARY KEY (only_row),
    CONSTRAINT replication_mark_only_row_check CHECK (only_row)
);
ALTER TABLE replication_mark ENABLE ROW LEVEL SECURITY;
ALTER TABLE replication_mark FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON replication_mark FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_rows ON replication_mark FOR ALL TO {{owner}}
    USING (true)
    WITH CHECK (true);

CREATE TABLE retention_batch (
    account_id uuid NOT NULL,
    resource_type text NOT NULL,
    row_ids uuid[] NOT NULL,
    CONSTRAINT retention_batch_pkey PRIMARY KEY (account_id),
    CONSTRAINT retention_batch_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
ALTER TABLE retention_batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE retention_batch FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON retention_batch FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_rows ON retention_batch FOR ALL TO {{owner}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant_rows ON retention_batch FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE TABLE run (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp(3) with time zone,
    deletion_id uuid,
    agent_id uuid NOT NULL,
    schedule_id uuid,
    trigger text NOT NULL,
    status text NOT NULL,
    input jsonb,
    output jsonb,
    error text,
    started_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    finished_at timestamp(3) with time zone,
    api_key_id uuid,
    CONSTRAINT run_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT run_check CHECK (((status = 'STARTED'::text) = (finished_at IS NULL))),
    CONSTRAINT run_status_check CHECK ((status = ANY (ARRAY['STARTED'::text, 'SUCCESS'::text, 'FAILED'::text, 'CANCELLED'::text]))),
    CONSTRAINT run_trigger_check CHECK ((trigger = ANY (ARRAY['MANUAL'::text, 'SCHEDULE'::text]))),
    CONSTRAINT run_account_id_agent_id_fkey FOREIGN KEY (account_id, agent_id) REFERENCES agent(account_id, id) ON DELETE CASCADE,
    CONSTRAINT run_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
    CONSTRAINT run_account_id_schedule_id_fkey FOREIGN KEY (account_id, schedule_id) REFERENCES schedule(account_id, id)
);
CREATE INDEX run_all_by_agent_id ON public.run USING btree (agent_id, started_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX run_all_by_owner_email ON public.run USING btree ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64), started_at, id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64) IS NOT NULL));
CREATE INDEX run_all_by_owner_team ON public.run USING btree ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64), started_at, id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64) IS NOT NULL));
CREATE INDEX run_all_by_schedule_id ON public.run USING btree (schedule_id, started_at, id, account_id) WHERE (((account_id)::text <> ''::text) AND (schedule_id IS NOT NULL));
CREATE INDEX run_all_by_started_at ON public.run USING btree (started_at, id, account_id) WHERE (((account_id)::text <> ''::text) AND ((id)::text <> ''::text));
CREATE INDEX run_all_by_status ON public.run USING btree (status, started_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX run_by_agent_id ON public.run USING btree (account_id, agent_id, started_at, id);
CREATE INDEX run_by_deletion ON public.run USING btree (account_id, deletion_id) WHERE (deletion_id IS NOT NULL);
CREATE INDEX run_by_id ON public.run USING btree (id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX run_by_schedule_id ON public.run USING btree (account_id, schedule_id, started_at, id) WHERE (schedule_id IS NOT NULL);
CREATE INDEX run_by_started_at ON public.run USING btree (account_id, started_at, id) WHERE ((id)::text <> ''::text);
CREATE INDEX run_by_status ON public.run USING btree (account_id, status, started_at, id);
ALTER TABLE run ENABLE ROW LEVEL SECURITY;
ALTER TABLE run FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON run FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY restricted_rows ON run FOR ALL TO {{restricted}}
    USING (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND (EXISTS ( SELECT 1
   FROM agent p
  WHERE ((p.account_id = run.account_id) AND (p.id = run.agent_id))
 OFFSET 0))))
    WITH CHECK (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND (EXISTS ( SELECT 1
   FROM agent p
  WHERE ((p.account_id = run.account_id) AND (p.id = run.agent_id))
 OFFSET 0))));
CREATE POLICY tenant_rows ON run FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON run DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT audit_in_batch(old.account_id, 'Run'::text, old.id)) EXECUTE FUNCTION audit_row('Run', 'account_id', 'id', '{}', 'usual');
ALTER TABLE run ENABLE ALWAYS TRIGGER audit_row_delete;
CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON run DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.status IS DISTINCT FROM 'STARTED'::text) EXECUTE FUNCTION audit_row('Run', 'account_id', 'id', '{}', 'usual');
ALTER TABLE run ENABLE ALWAYS TRIGGER audit_row_insert;
CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON run DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT (old.status = 'STARTED'::text AND new.status <> 'STARTED'::text AND NOT old.account_id IS DISTINCT FROM new.account_id AND NOT old.id IS DISTINCT FROM new.id AND NOT old.metadata IS DISTINCT FROM new.metadata AND NOT old.created_at IS DISTINCT FROM new.created_at AND NOT old.deleted_at IS DISTINCT FROM new.deleted_at AND NOT old.deletion_id IS DISTINCT FROM new.deletion_id AND NOT old.agent_id IS DISTINCT FROM new.agent_id AND NOT old.schedule_id IS DISTINCT FROM new.schedule_id AND NOT old.trigger IS DISTINCT FROM new.trigger AND NOT old.input IS DISTINCT FROM new.input AND NOT old.started_at IS DISTINCT FROM new.started_at AND NOT old.api_key_id IS DISTINCT FROM new.api_key_id)) EXECUTE FUNCTION audit_row('Run', 'account_id', 'id', '{}', 'usual');
ALTER TABLE run ENABLE ALWAYS TRIGGER audit_row_update;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON run FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE run ENABLE ALWAYS TRIGGER audit_truncate;
CREATE CONSTRAINT TRIGGER run_transition_insert AFTER INSERT ON run DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note_run_transition();
ALTER TABLE run ENABLE ALWAYS TRIGGER run_transition_insert;
CREATE CONSTRAINT TRIGGER run_transition_update AFTER UPDATE ON run DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.status IS DISTINCT FROM new.status) EXECUTE FUNCTION note_run_transition();
ALTER TABLE run ENABLE ALWAYS TRIGGER run_transition_update;

CREATE TABLE run_transition (
    account_id uuid NOT NULL,
    sequence bigint NOT NULL,
    run_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    schedule_id uuid,
    status text NOT NULL,
    at timestamp(3) with time zone NOT NULL,
    CONSTRAINT run_transition_pkey PRIMARY KEY (account_id, sequence),
    CONSTRAINT run_transition_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX run_transition_all_by_at ON public.run_transition USING btree (at) WHERE ((account_id)::text <> ''::text);
ALTER TABLE run_transition ENABLE ROW LEVEL SECURITY;
ALTER TABLE run_transition FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON run_transition FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_insert ON run_transition FOR INSERT TO {{owner}}
    WITH CHECK (true);
CREATE POLICY owner_select ON run_transition FOR SELECT TO {{owner}}
    USING (true);
CREATE POLICY restricted_rows ON run_transition FOR ALL TO {{restricted}}
    USING (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND (EXISTS ( SELECT 1
   FROM agent p
  WHERE ((p.account_id = run_transition.account_id) AND (p.id = run_transition.agent_id))
 OFFSET 0))))
    WITH CHECK (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND (EXISTS ( SELECT 1
   FROM agent p
  WHERE ((p.account_id = run_transition.account_id) AND (p.id = run_transition.agent_id))
 OFFSET 0))));
CREATE POLICY tenant_rows ON run_transition FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE TABLE schedule (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp(3) with time zone,
    deletion_id uuid,
    agent_id uuid NOT NULL,
    cron text NOT NULL,
    timezone text NOT NULL,
    input jsonb,
    enabled boolean NOT NULL,
    next_run_at timestamp(3) with time zone,
    last_run_at timestamp(3) with time zone,
    delivery text NOT NULL DEFAULT 'AT_LEAST_ONCE'::text,
    catch_up_minutes integer NOT NULL DEFAULT 0,
    CONSTRAINT schedule_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT schedule_catch_up_minutes_check CHECK (((catch_up_minutes >= 0) AND (catch_up_minutes <= 10080))),
    CONSTRAINT schedule_delivery_check CHECK ((delivery = ANY (ARRAY['AT_LEAST_ONCE'::text, 'AT_MOST_ONCE'::text]))),
    CONSTRAINT schedule_account_id_agent_id_fkey FOREIGN KEY (account_id, agent_id) REFERENCES agent(account_id, id) ON DELETE CASCADE,
    CONSTRAINT schedule_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX schedule_all_by_agent_id ON public.schedule USING btree (agent_id, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX schedule_all_by_created_at ON public.schedule USING btree (created_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX schedule_all_by_owner_email ON public.schedule USING btree ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64) IS NOT NULL));
CREATE INDEX schedule_all_by_owner_team ON public.schedule USING btree ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64) IS NOT NULL));
CREATE INDEX schedule_all_by_updated_at ON public.schedule USING btree (updated_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX schedule_by_agent_id ON public.schedule USING btree (account_id, agent_id, id);
CREATE INDEX schedule_by_created_at ON public.schedule USING btree (account_id, created_at, id);
CREATE INDEX schedule_by_deletion ON public.schedule USING btree (account_id, deletion_id) WHERE (deletion_id IS NOT NULL);
CREATE INDEX schedule_by_id ON public.schedule USING btree (id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX schedule_by_updated_at ON public.schedule USING btree (account_id, updated_at, id);
CREATE INDEX schedule_deleted ON public.schedule USING btree (account_id, deleted_at, id) WHERE (deleted_at IS NOT NULL);
CREATE INDEX schedule_due ON public.schedule USING btree (next_run_at) WHERE (enabled AND (deleted_at IS NULL) AND (next_run_at IS NOT NULL));
CREATE INDEX schedule_live ON public.schedule USING btree (account_id) WHERE (deleted_at IS NULL);
ALTER TABLE schedule ENABLE ROW LEVEL SECURITY;
ALTER TABLE schedule FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON schedule FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY restricted_rows ON schedule FOR ALL TO {{restricted}}
    USING (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND (EXISTS ( SELECT 1
   FROM agent p
  WHERE ((p.account_id = schedule.account_id) AND (p.id = schedule.agent_id))
 OFFSET 0))))
    WITH CHECK (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND (EXISTS ( SELECT 1
   FROM agent p
  WHERE ((p.account_id = schedule.account_id) AND (p.id = schedule.agent_id))
 OFFSET 0))));
CREATE POLICY tenant_rows ON schedule FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON schedule DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT audit_in_batch(old.account_id, 'Schedule'::text, old.id)) EXECUTE FUNCTION audit_row('Schedule', 'account_id', 'id', '{}', 'usual');
ALTER TABLE schedule ENABLE ALWAYS TRIGGER audit_row_delete;
CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON schedule DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('Schedule', 'account_id', 'id', '{}', 'usual');
ALTER TABLE schedule ENABLE ALWAYS TRIGGER audit_row_insert;
CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON schedule DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('Schedule', 'account_id', 'id', '{}', 'usual');
ALTER TABLE schedule ENABLE ALWAYS TRIGGER audit_row_update;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON schedule FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE schedule ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE schedule_firing (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    schedule_id uuid NOT NULL,
    due_at timestamp(3) with time zone NOT NULL,
    attempt integer NOT NULL,
    lease_until timestamp(3) with time zone NOT NULL,
    CONSTRAINT schedule_firing_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT schedule_firing_due_key UNIQUE (account_id, schedule_id, due_at),
    CONSTRAINT schedule_firing_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
    CONSTRAINT schedule_firing_account_id_schedule_id_fkey FOREIGN KEY (account_id, schedule_id) REFERENCES schedule(account_id, id) ON DELETE CASCADE
);
CREATE INDEX schedule_firing_by_id ON public.schedule_firing USING btree (id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX schedule_firing_by_lease ON public.schedule_firing USING btree (lease_until, id, account_id) WHERE ((account_id)::text <> ''::text);
ALTER TABLE schedule_firing ENABLE ROW LEVEL SECURITY;
ALTER TABLE schedule_firing FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON schedule_firing FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant_rows ON schedule_firing FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE TABLE secrets_key (
    only_row boolean NOT NULL DEFAULT true,
    key_id bytea NOT NULL,
    CONSTRAINT secrets_key_pkey PRIMARY KEY (only_row),
    CONSTRAINT secrets_key_only_row_check CHECK (only_row)
);
ALTER TABLE secrets_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE secrets_key FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON secrets_key FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_rows ON secrets_key FOR ALL TO {{owner}}
    USING (true)
    WITH CHECK (true);

CREATE TABLE service_account (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp(3) with time zone,
    deletion_id uuid,
    name text NOT NULL,
    description text,
    CONSTRAINT service_account_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT service_account_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT service_account_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX service_account_all_by_created_at ON public.service_account USING btree (created_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX service_account_all_by_name ON public.service_account USING btree (name, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX service_account_all_by_owner_email ON public.service_account USING btree ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64) IS NOT NULL));
CREATE INDEX service_account_all_by_owner_team ON public.service_account USING btree ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64) IS NOT NULL));
CREATE INDEX service_account_all_by_updated_at ON public.service_account USING btree (updated_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX service_account_by_created_at ON public.service_account USING btree (account_id, created_at, id);
CREATE INDEX service_account_by_deletion ON public.service_account USING btree (account_id, deletion_id) WHERE (deletion_id IS NOT NULL);
CREATE INDEX service_account_by_id ON public.service_account USING btree (id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX service_account_by_name ON public.service_account USING btree (account_id, name, id);
CREATE INDEX service_account_by_updated_at ON public.service_account USING btree (account_id, updated_at, id);
CREATE INDEX service_account_deleted ON public.service_account USING btree (account_id, deleted_at, id) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX service_account_live_name ON public.service_account USING btree (account_id, name) WHERE (deleted_at IS NULL);
CREATE INDEX service_account_unowned ON public.service_account USING btree (account_id, id) WHERE ((deleted_at IS NULL) AND (COALESCE((metadata -> 'owner'::text), 'null'::jsonb) = ANY (ARRAY['null'::jsonb, '{}'::jsonb, '""'::jsonb])));
ALTER TABLE service_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE service_account FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON service_account FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY owner_select ON service_account FOR SELECT TO {{owner}}
    USING (true);
CREATE POLICY tenant_rows ON service_account FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE TRIGGER announce_change AFTER DELETE OR UPDATE ON service_account FOR EACH ROW EXECUTE FUNCTION announce_key_change();
CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON service_account DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT audit_in_batch(old.account_id, 'ServiceAccount'::text, old.id)) EXECUTE FUNCTION audit_row('ServiceAccount', 'account_id', 'id', '{}', 'usual');
ALTER TABLE service_account ENABLE ALWAYS TRIGGER audit_row_delete;
CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON service_account DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('ServiceAccount', 'account_id', 'id', '{}', 'usual');
ALTER TABLE service_account ENABLE ALWAYS TRIGGER audit_row_insert;
CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON service_account DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('ServiceAccount', 'account_id', 'id', '{}', 'usual');
ALTER TABLE service_account ENABLE ALWAYS TRIGGER audit_row_update;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON service_account FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE service_account ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE tool (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp(3) with time zone,
    deletion_id uuid,
    name text NOT NULL,
    description text,
    type text NOT NULL,
    framework text,
    version_label text,
    tags jsonb NOT NULL DEFAULT '[]'::jsonb,
    input_schema jsonb,
    source text,
    owner_team text GENERATED ALWAYS AS (
CASE
    WHEN ((jsonb_typeof(((metadata -> 'owner'::text) -> 'team'::text)) = 'string'::text) AND (octet_length(((metadata -> 'owner'::text) ->> 'team'::text)) <= 1024)) THEN ((metadata -> 'owner'::text) ->> 'team'::text)
    ELSE NULL::text
END) STORED,
    CONSTRAINT tool_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT tool_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT tool_type_check CHECK ((type = ANY (ARRAY['NATIVE'::text, 'CUSTOM'::text]))),
    CONSTRAINT tool_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX tool_all_by_created_at ON public.tool USING btree (created_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX tool_all_by_name ON public.tool USING btree (name, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX tool_all_by_owner_email ON public.tool USING btree ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64) IS NOT NULL));
CREATE INDEX tool_all_by_owner_team ON public.tool USING btree ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64) IS NOT NULL));
CREATE INDEX tool_all_by_updated_at ON public.tool USING btree (updated_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX tool_by_created_at ON public.tool USING btree (account_id, created_at, id);
CREATE INDEX tool_by_deletion ON public.tool USING btree (account_id, deletion_id) WHERE (deletion_id IS NOT NULL);
CREATE INDEX tool_by_id ON public.tool USING btree (id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX tool_by_name ON public.tool USING btree (account_id, name, id);
CREATE INDEX tool_by_owner_team ON public.tool USING btree (account_id, owner_team, id) WHERE (owner_team IS NOT NULL);
CREATE INDEX tool_by_updated_at ON public.tool USING btree (account_id, updated_at, id);
CREATE INDEX tool_deleted ON public.tool USING btree (account_id, deleted_at, id) WHERE (deleted_at IS NOT NULL);
CREATE UNIQUE INDEX tool_live_name ON public.tool USING btree (account_id, name) WHERE (deleted_at IS NULL);
CREATE INDEX tool_unowned ON public.tool USING btree (account_id, id) WHERE ((deleted_at IS NULL) AND (COALESCE((metadata -> 'owner'::text), 'null'::jsonb) = ANY (ARRAY['null'::jsonb, '{}'::jsonb, '""'::jsonb])));
ALTER TABLE tool ENABLE ROW LEVEL SECURITY;
ALTER TABLE tool FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON tool FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY restricted_rows ON tool FOR ALL TO {{restricted}}
    USING (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND
CASE ( SELECT current_setting('app.owner_teams'::text, true) AS current_setting)
    WHEN '*'::text THEN true
    ELSE (owner_team = ANY (( SELECT (NULLIF(NULLIF(current_setting('app.owner_teams'::text, true), ''::text), '*'::text))::text[] AS "nullif")::text[]))
END AND
CASE ( SELECT current_setting('app.row_ids'::text, true) AS current_setting)
    WHEN '*'::text THEN true
    ELSE (id = ANY (( SELECT (NULLIF(NULLIF(current_setting('app.row_ids'::text, true), ''::text), '*'::text))::uuid[] AS "nullif")::uuid[]))
END))
    WITH CHECK (((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid) AND
CASE ( SELECT current_setting('app.owner_teams'::text, true) AS current_setting)
    WHEN '*'::text THEN true
    ELSE (owner_team = ANY (( SELECT (NULLIF(NULLIF(current_setting('app.owner_teams'::text, true), ''::text), '*'::text))::text[] AS "nullif")::text[]))
END AND
CASE ( SELECT current_setting('app.row_ids'::text, true) AS current_setting)
    WHEN '*'::text THEN true
    ELSE (id = ANY (( SELECT (NULLIF(NULLIF(current_setting('app.row_ids'::text, true), ''::text), '*'::text))::uuid[] AS "nullif")::uuid[]))
END));
CREATE POLICY tenant_rows ON tool FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON tool DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NOT audit_in_batch(old.account_id, 'Tool'::text, old.id)) EXECUTE FUNCTION audit_row('Tool', 'account_id', 'id', '{}', 'usual');
ALTER TABLE tool ENABLE ALWAYS TRIGGER audit_row_delete;
CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON tool DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('Tool', 'account_id', 'id', '{}', 'usual');
ALTER TABLE tool ENABLE ALWAYS TRIGGER audit_row_insert;
CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON tool DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('Tool', 'account_id', 'id', '{}', 'usual');
ALTER TABLE tool ENABLE ALWAYS TRIGGER audit_row_update;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON tool FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE tool ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE webhook (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
    version integer NOT NULL DEFAULT 1,
    created_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    updated_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    deleted_at timestamp(3) with time zone,
    deletion_id uuid,
    name text NOT NULL,
    description text,
    url text NOT NULL,
    resource_types jsonb NOT NULL DEFAULT '[]'::jsonb,
    actions jsonb NOT NULL DEFAULT '[]'::jsonb,
    enabled boolean NOT NULL DEFAULT true,
    disabled_reason text,
    signing jsonb NOT NULL,
    secret bytea NOT NULL,
    replay_from bigint,
    replays integer NOT NULL DEFAULT 0,
    CONSTRAINT webhook_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT webhook_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT webhook_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX webhook_all_by_created_at ON public.webhook USING btree (created_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX webhook_all_by_name ON public.webhook USING btree (name, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX webhook_all_by_owner_email ON public.webhook USING btree ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64) IS NOT NULL));
CREATE INDEX webhook_all_by_owner_team ON public.webhook USING btree ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64) IS NOT NULL));
CREATE INDEX webhook_all_by_updated_at ON public.webhook USING btree (updated_at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX webhook_by_created_at ON public.webhook USING btree (account_id, created_at, id);
CREATE INDEX webhook_by_deletion ON public.webhook USING btree (account_id, deletion_id) WHERE (deletion_id IS NOT NULL);
CREATE INDEX webhook_by_id ON public.webhook USING btree (id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX webhook_by_name ON public.webhook USING btree (account_id, name, id);
CREATE INDEX webhook_by_updated_at ON public.webhook USING btree (account_id, updated_at, id);
CREATE UNIQUE INDEX webhook_live_name ON public.webhook USING btree (account_id, name) WHERE (deleted_at IS NULL);
CREATE INDEX webhook_unowned ON public.webhook USING btree (account_id, id) WHERE ((deleted_at IS NULL) AND (COALESCE((metadata -> 'owner'::text), 'null'::jsonb) = ANY (ARRAY['null'::jsonb, '{}'::jsonb, '""'::jsonb])));
ALTER TABLE webhook ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON webhook FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant_rows ON webhook FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));
CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON webhook DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('Webhook', 'account_id', 'id', '{secret}', '');
ALTER TABLE webhook ENABLE ALWAYS TRIGGER audit_row_delete;
CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON webhook DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('Webhook', 'account_id', 'id', '{secret}', '');
ALTER TABLE webhook ENABLE ALWAYS TRIGGER audit_row_insert;
CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON webhook DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row('Webhook', 'account_id', 'id', '{secret}', '');
ALTER TABLE webhook ENABLE ALWAYS TRIGGER audit_row_update;
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON webhook FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE webhook ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE webhook_delivery (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    at timestamp(3) with time zone NOT NULL DEFAULT now(),
    sequence bigint,
    attempt integer NOT NULL,
    status text NOT NULL,
    response_status integer,
    duration_ms integer NOT NULL,
    problem text,
    next_attempt_at timestamp(3) with time zone,
    CONSTRAINT webhook_delivery_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT webhook_delivery_status_check CHECK ((status = ANY (ARRAY['SUCCEEDED'::text, 'REJECTED'::text, 'TIMED_OUT'::text, 'UNREACHABLE'::text, 'FORBIDDEN_TARGET'::text]))),
    CONSTRAINT webhook_delivery_account_id_webhook_id_fkey FOREIGN KEY (account_id, webhook_id) REFERENCES webhook(account_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_delivery_all_by_at ON public.webhook_delivery USING btree (at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX webhook_delivery_all_by_webhook ON public.webhook_delivery USING btree (webhook_id, at, id, account_id) WHERE ((account_id)::text <> ''::text);
CREATE INDEX webhook_delivery_by_at ON public.webhook_delivery USING btree (account_id, at, id);
CREATE INDEX webhook_delivery_by_webhook ON public.webhook_delivery USING btree (account_id, webhook_id, at, id);
ALTER TABLE webhook_delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_delivery FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON webhook_delivery FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant_rows ON webhook_delivery FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE TABLE webhook_state (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    "position" bigint NOT NULL,
    lease bigint NOT NULL DEFAULT 0,
    lease_until timestamp(3) with time zone NOT NULL DEFAULT now(),
    served_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    failures integer NOT NULL DEFAULT 0,
    failing_since timestamp(3) with time zone,
    attempted_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    next_attempt_at timestamp(3) with time zone NOT NULL DEFAULT now(),
    replays integer NOT NULL DEFAULT 0,
    CONSTRAINT webhook_state_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT webhook_state_account_id_id_fkey FOREIGN KEY (account_id, id) REFERENCES webhook(account_id, id) ON DELETE CASCADE
);
ALTER TABLE webhook_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhook_state FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON webhook_state FOR ALL TO {{operator}}
    USING (true)
    WITH CHECK (true);
CREATE POLICY tenant_rows ON webhook_state FOR ALL TO {{tenant}}
    USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid))
    WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

GRANT EXECUTE ON FUNCTION public.agent_is_reached(uuid, uuid) TO {{restricted}};
GRANT EXECUTE ON FUNCTION public.audit_batch(uuid, text, uuid[], timestamp with time zone, timestamp with time zone) TO {{operator}};
GRANT EXECUTE ON FUNCTION public.audit_clean(text) TO {{operator}};
GRANT EXECUTE ON FUNCTION public.audit_clean(text) TO {{tenant}};
GRANT EXECUTE ON FUNCTION public.audit_erase(uuid, text, text, text) TO {{tenant}};
GRANT EXECUTE ON FUNCTION public.audit_in_batch(uuid, text, uuid) TO {{operator}};
GRANT EXECUTE ON FUNCTION public.audit_in_batch(uuid, text, uuid) TO {{restricted}};
GRANT EXECUTE ON FUNCTION public.audit_in_batch(uuid, text, uuid) TO {{tenant}};
GRANT EXECUTE ON FUNCTION public.audit_record_denials(jsonb) TO {{operator}};
GRANT EXECUTE ON FUNCTION public.audit_retire_denials(uuid, timestamp with time zone, integer) TO {{operator}};
GRANT EXECUTE ON FUNCTION public.authenticate_key(uuid, uuid) TO {{tenant}};
GRANT EXECUTE ON FUNCTION public.authenticate_key_of(uuid, uuid) TO {{tenant}};
GRANT EXECUTE ON FUNCTION public.current_replication_mark() TO {{operator}};
GRANT EXECUTE ON FUNCTION public.current_replication_mark() TO {{tenant}};
GRANT EXECUTE ON FUNCTION public.existing_accounts(uuid[]) TO {{operator}};
GRANT EXECUTE ON FUNCTION public.existing_accounts(uuid[]) TO {{tenant}};
GRANT EXECUTE ON FUNCTION public.linking_agents(text, uuid[]) TO {{restricted}};
GRANT EXECUTE ON FUNCTION public.mcp_server_is_reached(uuid, uuid) TO {{restricted}};
GRANT EXECUTE ON FUNCTION public.reaches_agent(uuid[], uuid) TO {{restricted}};
GRANT EXECUTE ON FUNCTION public.record_master_access(uuid, uuid, text, text, text[], text, text, text, boolean, jsonb, uuid[]) TO {{operator}};
GRANT EXECUTE ON FUNCTION public.record_master_access(uuid, uuid, text, text, text[], text, text, text, boolean, jsonb, uuid[]) TO {{tenant}};
GRANT EXECUTE ON FUNCTION public.tool_is_reached(uuid, uuid) TO {{restricted}};
GRANT USAGE ON SCHEMA public TO {{operator}};
GRANT USAGE ON SCHEMA public TO {{restricted}};
GRANT USAGE ON SCHEMA public TO {{tenant}};
GRANT INSERT, SELECT, UPDATE ON TABLE public.access_change TO {{operator}};
GRANT INSERT, SELECT, UPDATE ON TABLE public.access_change TO {{tenant}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.access_decision TO {{operator}};
GRANT SELECT ON TABLE public.access_decision TO {{tenant}};
GRANT INSERT, SELECT, UPDATE ON TABLE public.account TO {{operator}};
GRANT SELECT ON TABLE public.account TO {{restricted}};
GRANT SELECT, UPDATE (retention), UPDATE (updated_at), UPDATE (version) ON TABLE public.account TO {{tenant}};
GRANT SELECT ON TABLE public.account_access TO {{operator}};
GRANT SELECT ON TABLE public.account_access TO {{tenant}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.agent TO {{operator}};
GRANT INSERT, SELECT, UPDATE ON TABLE public.agent TO {{restricted}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.agent TO {{tenant}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.agent_mcp_server TO {{operator}};
GRANT DELETE, INSERT, SELECT ON TABLE public.agent_mcp_server TO {{restricted}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.agent_mcp_server TO {{tenant}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.agent_sub_agent TO {{operator}};
GRANT DELETE, INSERT, SELECT ON TABLE public.agent_sub_agent TO {{restricted}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.agent_sub_agent TO {{tenant}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.agent_tool TO {{operator}};
GRANT DELETE, INSERT, SELECT ON TABLE public.agent_tool TO {{restricted}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.agent_tool TO {{tenant}};
GRANT INSERT, SELECT, UPDATE ON TABLE public.api_key TO {{operator}};
GRANT INSERT, SELECT, UPDATE (version) ON TABLE public.api_key TO {{restricted}};
GRANT INSERT, SELECT, UPDATE ON TABLE public.api_key TO {{tenant}};
GRANT SELECT ON TABLE public.audit_checkpoint TO {{operator}};
GRANT SELECT ON TABLE public.audit_checkpoint TO {{tenant}};
GRANT SELECT ON TABLE public.audit_denial TO {{operator}};
GRANT SELECT ON TABLE public.audit_denial TO {{tenant}};
GRANT SELECT ON TABLE public.audit_event TO {{operator}};
GRANT SELECT ON TABLE public.audit_event TO {{tenant}};
GRANT SELECT ON TABLE public.audit_image TO {{operator}};
GRANT SELECT ON TABLE public.audit_image TO {{tenant}};
GRANT INSERT, SELECT, UPDATE ON TABLE public.configuration_import TO {{operator}};
GRANT INSERT, SELECT, UPDATE ON TABLE public.configuration_import TO {{tenant}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.custom_role TO {{operator}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.custom_role TO {{tenant}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.idempotency TO {{operator}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.idempotency TO {{restricted}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.idempotency TO {{tenant}};
GRANT INSERT, SELECT, UPDATE ON TABLE public.key_usage TO {{operator}};
GRANT SELECT ON TABLE public.key_usage TO {{tenant}};
GRANT INSERT, SELECT, UPDATE ON TABLE public.key_use TO {{operator}};
GRANT SELECT ON TABLE public.key_use TO {{tenant}};
GRANT SELECT ON TABLE public.master_access TO {{operator}};
GRANT INSERT, SELECT, UPDATE ON TABLE public.master_key TO {{operator}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.mcp_server TO {{operator}};
GRANT INSERT, SELECT, UPDATE ON TABLE public.mcp_server TO {{restricted}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.mcp_server TO {{tenant}};
GRANT SELECT ON TABLE public.migrations TO {{operator}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.operator_idempotency TO {{operator}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.rate_limit TO {{operator}};
GRANT INSERT, SELECT, UPDATE ON TABLE public.replication_mark TO {{operator}};
GRANT SELECT ON TABLE public.retention_batch TO {{operator}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.run TO {{operator}};
GRANT INSERT, SELECT, UPDATE ON TABLE public.run TO {{restricted}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.run TO {{tenant}};
GRANT DELETE, SELECT ON TABLE public.run_transition TO {{operator}};
GRANT SELECT ON TABLE public.run_transition TO {{restricted}};
GRANT SELECT ON TABLE public.run_transition TO {{tenant}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.schedule TO {{operator}};
GRANT INSERT, SELECT, UPDATE ON TABLE public.schedule TO {{restricted}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.schedule TO {{tenant}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.schedule_firing TO {{operator}};
GRANT INSERT, SELECT ON TABLE public.secrets_key TO {{operator}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.service_account TO {{operator}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.service_account TO {{tenant}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.tool TO {{operator}};
GRANT INSERT, SELECT, UPDATE ON TABLE public.tool TO {{restricted}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.tool TO {{tenant}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.webhook TO {{operator}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.webhook TO {{tenant}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.webhook_delivery TO {{operator}};
GRANT SELECT ON TABLE public.webhook_delivery TO {{tenant}};
GRANT DELETE, INSERT, SELECT, UPDATE ON TABLE public.webhook_state TO {{operator}};
GRANT SELECT ON TABLE public.webhook_state TO {{tenant}};
