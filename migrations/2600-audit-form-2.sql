-- Form 2 of the audit log: an event's hash covers salted digests of the row before and after. The images and their salts
-- are in a table of their own, from which they can be erased while the chain still verifies (docs/adr/0300).

CREATE TABLE audit_image (
  account_id uuid NOT NULL,
  sequence bigint NOT NULL,
  before_salt bytea,
  before json,
  after_salt bytea,
  after json,
  CONSTRAINT audit_image_pkey PRIMARY KEY (account_id, sequence)
);
ALTER TABLE audit_image ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON audit_image TO {{tenant}}
  USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
  WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON audit_image TO {{operator}} USING (true) WITH CHECK (true);
CREATE POLICY owner_select ON audit_image FOR SELECT TO {{owner}} USING (true);
CREATE POLICY owner_insert ON audit_image FOR INSERT TO {{owner}} WITH CHECK (true);
-- The owner removes images only of what was archived, or of rows that an ERASE event names.
CREATE POLICY owner_delete ON audit_image FOR DELETE TO {{owner}} USING (
  sequence <= (SELECT max(c.sequence) FROM audit_checkpoint c WHERE c.account_id = audit_image.account_id)
  OR EXISTS (
    SELECT 1 FROM audit_event e JOIN audit_event x ON x.account_id = e.account_id AND x.resource_id = e.resource_id
     WHERE e.account_id = audit_image.account_id AND e.sequence = audit_image.sequence AND e.action <> 'ERASE'
       AND x.resource_type = e.resource_type AND x.action = 'ERASE' AND x.sequence > e.sequence));
GRANT SELECT ON audit_image TO {{tenant}}, {{operator}};
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit_image FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE audit_image ENABLE ALWAYS TRIGGER audit_truncate;

-- Events of form 1 stay what they are: their hashes cover the images themselves, so these have no salts.
INSERT INTO audit_image (account_id, sequence, before, after)
SELECT account_id, sequence, before, after FROM audit_event;

-- The new type of `hash` is its old one, but has the table written again: a dropped column's bytes would stay in it.
ALTER TABLE audit_event
  DROP COLUMN before, DROP COLUMN after,
  ADD COLUMN form smallint NOT NULL DEFAULT 1,
  ADD COLUMN before_digest bytea, ADD COLUMN after_digest bytea,
  ALTER COLUMN hash TYPE bytea USING hash || ''::bytea;
ALTER TABLE audit_event ALTER COLUMN form DROP DEFAULT;

CREATE OR REPLACE FUNCTION audit_append(chain uuid, row_action text, row_type text, row_id text, row_before json, row_after json)
 RETURNS boolean
 LANGUAGE plpgsql
AS $function$
DECLARE
  request jsonb := CASE WHEN gateway_role() IS NOT NULL
                  THEN nullif(current_setting('app.request', true), '')::jsonb END;
  cleaned boolean := false;
BEGIN
  PERFORM pg_advisory_xact_lock(7267284, uuid_hash(chain) & 1023);
  LOOP
    WITH salted AS MATERIALIZED (
      SELECT CASE WHEN row_before IS NOT NULL THEN uuid_send(gen_random_uuid()) END AS before,
             CASE WHEN row_after IS NOT NULL THEN uuid_send(gen_random_uuid()) END AS after
    ), event AS MATERIALIZED (
      SELECT 'portcullis-audit-2' AS form, encode(e.hash, 'hex') AS previous, chain AS "accountId",
             coalesce(e.sequence, 0) + 1 AS sequence,
             to_char(greatest(date_trunc('milliseconds', clock_timestamp()), e.at), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
             coalesce(request ->> 'actorKind', 'database') AS "actorKind", request ->> 'actorId' AS "actorId",
             coalesce(request ->> 'actorName', session_user) AS "actorName", request ->> 'requestId' AS "requestId",
             CASE WHEN request IS NULL THEN host(inet_client_addr()) ELSE request ->> 'address' END AS address,
             request ->> 'operationName' AS "operationName", request ->> 'reason' AS reason,
             row_action AS action, row_type AS "resourceType", row_id AS "resourceId",
             encode(sha256(s.before || convert_to(row_before::text, 'UTF8')), 'hex') AS before,
             encode(sha256(s.after || convert_to(row_after::text, 'UTF8')), 'hex') AS after
        FROM salted s LEFT JOIN LATERAL (
          SELECT e.sequence, e.at, e.hash FROM public.audit_event e
           WHERE e.account_id = chain ORDER BY e.sequence DESC LIMIT 1) AS e ON true
    ), written AS MATERIALIZED (
      SELECT row_to_json(e)::text AS canonical FROM event e
    ), image AS (
      INSERT INTO public.audit_image (account_id, sequence, before_salt, before, after_salt, after)
      SELECT chain, e.sequence, s.before, row_before, s.after, row_after FROM event e, salted s, written w
       WHERE cleaned OR strpos(w.canonical, 'pcl_') = 0 AND strpos(concat(row_before, row_after), 'pcl_') = 0
      RETURNING sequence
    )
    INSERT INTO public.audit_event (account_id, sequence, at, actor_kind, actor_id, actor_name, request_id, address,
                                    operation_name, reason, action, resource_type, resource_id, hash, form, before_digest, after_digest)
    SELECT chain, e.sequence, e.at::timestamptz, e."actorKind", e."actorId", e."actorName", e."requestId", e.address,
           e."operationName", e.reason, e.action, e."resourceType", e."resourceId",
           sha256(convert_to(w.canonical, 'UTF8')), 2, decode(e.before, 'hex'), decode(e.after, 'hex')
      FROM event e, written w, image;
    EXIT WHEN FOUND;
    IF cleaned THEN
      RAISE EXCEPTION 'The audit event of this change was not stored: a rule or a trigger on audit_event or audit_image swallows it';
    END IF;
    request := audit_clean(request::text)::jsonb;
    row_before := audit_clean(row_before::text)::json;
    row_after := audit_clean(row_after::text)::json;
    cleaned := true;
  END LOOP;
  RETURN true;
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
BEGIN
  -- The gateway's usual update on the shortest way; what follows it would come to the same.
  IF TG_ARGV[4] = 'usual' AND TG_OP = 'UPDATE' THEN
    IF OLD.account_id = NEW.account_id AND (OLD.deleted_at IS NULL) = (NEW.deleted_at IS NULL)
       AND pg_advisory_xact_lock(7267284, uuid_hash(NEW.account_id) & 1023) IS NOT NULL THEN
      WITH head AS (
        SELECT e.hash AS previous, e.sequence + 1 AS sequence,
               greatest(date_trunc('milliseconds', clock_timestamp()), e.at) AS at,
               CASE WHEN gateway_role() IS NOT NULL THEN nullif(current_setting('app.request', true), '')::jsonb END AS request,
               uuid_send(gen_random_uuid()) AS before_salt, row_to_json(OLD) AS before,
               uuid_send(gen_random_uuid()) AS after_salt, row_to_json(NEW) AS after
          FROM public.audit_event e WHERE e.account_id = NEW.account_id ORDER BY e.sequence DESC LIMIT 1
      ), image AS (
        INSERT INTO public.audit_image (account_id, sequence, before_salt, before, after_salt, after)
        SELECT NEW.account_id, h.sequence, h.before_salt, h.before, h.after_salt, h.after FROM head h
         WHERE strpos(concat(h.before, h.after, h.request), 'pcl_') = 0 AND h.request IS NOT NULL
        RETURNING sequence
      )
      INSERT INTO public.audit_event (account_id, sequence, at, actor_kind, actor_id, actor_name, request_id, address,
                                      operation_name, reason, action, resource_type, resource_id, hash, form, before_digest, after_digest)
      SELECT NEW.account_id, e.sequence, e.at::timestamptz, e."actorKind", e."actorId", e."actorName", e."requestId", e.address,
             e."operationName", e.reason, e.action, e."resourceType", e."resourceId",
             sha256(convert_to(row_to_json(e)::text, 'UTF8')), 2, decode(e.before, 'hex'), decode(e.after, 'hex')
        FROM (SELECT 'portcullis-audit-2' AS form, encode(h.previous, 'hex') AS previous, NEW.account_id AS "accountId", h.sequence,
                     to_char(h.at, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
                     coalesce(h.request ->> 'actorKind', 'database') AS "actorKind", h.request ->> 'actorId' AS "actorId",
                     coalesce(h.request ->> 'actorName', session_user) AS "actorName", h.request ->> 'requestId' AS "requestId",
                     h.request ->> 'address' AS address, h.request ->> 'operationName' AS "operationName",
                     h.request ->> 'reason' AS reason, 'UPDATE' AS action, TG_ARGV[0] AS "resourceType", NEW.id::text AS "resourceId",
                     encode(sha256(h.before_salt || convert_to(h.before::text, 'UTF8')), 'hex') AS before,
                     encode(sha256(h.after_salt || convert_to(h.after::text, 'UTF8')), 'hex') AS after
                FROM head h, image OFFSET 0) AS e;
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
END$function$;

-- Removes the images of a row's events, and says so in the chain. Of an event of form 1 nothing can be hashed any more:
-- the ERASE event covers what is left of it, the canonical form with "erased" in place of the images.
-- Returns how many events lost their images; NULL when the audit log has no such row.
CREATE FUNCTION audit_erase(chain uuid, row_type text, row_id text, why text)
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
  PERFORM pg_advisory_xact_lock(7267284, uuid_hash(chain) & 1023);
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
REVOKE ALL ON FUNCTION audit_erase(uuid, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_erase(uuid, text, text, text) TO {{tenant}};
