-- A database of release 0.1.0 (sixteen migrations) with two accounts and a row or more in nearly every table, as pg_dump
-- wrote it. The secrets key was 32 bytes of 0x5a; role names are placeholders. For the test of the upgrade.

SET check_function_bodies = false;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE FUNCTION public.announce_key_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
  BEGIN
    PERFORM pg_notify('portcullis_keys', OLD.id::text);
    RETURN NULL;
  END
  $$;

CREATE FUNCTION public.audit_append(chain uuid, row_action text, row_type text, row_id text, row_before json, row_after json) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
DECLARE
  request jsonb := CASE WHEN session_user IN ('{{tenant}}', '{{operator}}')
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

CREATE FUNCTION public.audit_attach(target regclass, row_type text, account_column text, secrets text[], own_record jsonb) RETURNS void
    LANGUAGE plpgsql
    AS $_$
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
  EXECUTE format('CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW %s EXECUTE FUNCTION audit_row(%s)', target, skipped[1], arguments);
  EXECUTE format('CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW %s EXECUTE FUNCTION audit_row(%s)', target, skipped[2], arguments);
  EXECUTE format('CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_row(%s)', target, arguments);
  EXECUTE format('CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate()', target);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER audit_row_insert, ENABLE ALWAYS TRIGGER audit_row_update, ENABLE ALWAYS TRIGGER audit_row_delete, ENABLE ALWAYS TRIGGER audit_truncate', target);
END$_$;

CREATE FUNCTION public.audit_clean(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT CASE WHEN strpos(value, 'pcl_') = 0 THEN value
              ELSE regexp_replace(value, 'pcl_(live|master)_[0-9A-Za-z_]+', 'pcl_\1_...', 'g') END$$;

CREATE FUNCTION public.audit_record_denials(denials jsonb) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
    INSERT INTO public.audit_denial AS d (account_id, minute, key_id, code, field, count, request_id, address)
    SELECT n."accountId", n.minute, n."keyId", n.code, n.field, n.count,
           public.audit_clean(n."requestId"), n.address
      FROM jsonb_to_recordset(denials) AS n ("accountId" uuid, minute timestamptz, "keyId" uuid, code text, field text,
                                             count bigint, "requestId" text, address text)
     ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (account_id, minute, key_id, code, field) DO UPDATE
      SET count = d.count + excluded.count, request_id = excluded.request_id, address = excluded.address
  $$;

CREATE FUNCTION public.audit_refuse_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'TRUNCATE would leave no record of what it removes: delete the rows instead';
END$$;

CREATE FUNCTION public.audit_row() RETURNS trigger
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
      request := CASE WHEN session_user IN ('{{tenant}}', '{{operator}}')
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

CREATE FUNCTION public.authenticate_key(wanted uuid) RETURNS TABLE(kind text, key_id uuid, name text, secret_hash bytea, remaining_ms double precision, account_id uuid, account_slug text, account_status text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public'
    AS $$
    SELECT 'account', k.id, k.name, k.secret_hash,
           extract(epoch FROM least(k.expires_at, k.revoked_at) - clock_timestamp())::double precision * 1000,
           a.id, a.slug, a.status
      FROM public.api_key k JOIN public.account a ON a.id = k.account_id
     WHERE k.id = wanted AND k.deleted_at IS NULL
    UNION ALL
    SELECT 'master', m.id, m.name, m.secret_hash,
           extract(epoch FROM least(m.expires_at, m.revoked_at) - clock_timestamp())::double precision * 1000,
           NULL, NULL, NULL
      FROM public.master_key m WHERE m.id = wanted
    LIMIT 1
  $$;

CREATE FUNCTION public.record_master_access(entry uuid, key_id uuid, key_name text, operation_name text, fields text[], reason text, address text, request_id text, every_account boolean, accounts uuid[]) RETURNS void
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
         AND (session_user <> '{{tenant}}'
              OR a.id = nullif(current_setting('app.account_id', true), '')::uuid)
       ORDER BY a.id;
  $_$;

CREATE TABLE public.account (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    status text DEFAULT 'ACTIVE'::text NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp(3) with time zone,
    CONSTRAINT account_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT account_slug_check CHECK ((slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'::text)),
    CONSTRAINT account_status_check CHECK ((status = ANY (ARRAY['ACTIVE'::text, 'SUSPENDED'::text, 'CLOSED'::text])))
);

ALTER TABLE ONLY public.account FORCE ROW LEVEL SECURITY;

CREATE TABLE public.account_access (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    key_id uuid NOT NULL,
    key_name text NOT NULL,
    operation_name text,
    fields text[] NOT NULL,
    reason text,
    address text NOT NULL,
    request_id text NOT NULL
);

ALTER TABLE ONLY public.account_access FORCE ROW LEVEL SECURITY;

CREATE TABLE public.agent (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
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
    CONSTRAINT agent_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT agent_type_check CHECK ((type = ANY (ARRAY['CONFIG'::text, 'A2A'::text, 'LANGFLOW'::text])))
);

ALTER TABLE ONLY public.agent FORCE ROW LEVEL SECURITY;

CREATE TABLE public.agent_mcp_server (
    account_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    mcp_server_id uuid NOT NULL
);

ALTER TABLE ONLY public.agent_mcp_server FORCE ROW LEVEL SECURITY;

CREATE TABLE public.agent_sub_agent (
    account_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    sub_agent_id uuid NOT NULL,
    CONSTRAINT agent_sub_agent_check CHECK ((agent_id <> sub_agent_id))
);

ALTER TABLE ONLY public.agent_sub_agent FORCE ROW LEVEL SECURITY;

CREATE TABLE public.agent_tool (
    account_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    tool_id uuid NOT NULL
);

ALTER TABLE ONLY public.agent_tool FORCE ROW LEVEL SECURITY;

CREATE TABLE public.api_key (
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
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp(3) with time zone,
    deletion_id uuid,
    CONSTRAINT api_key_check CHECK (((kind = 'PRIMARY'::text) = (expires_at IS NULL))),
    CONSTRAINT api_key_kind_check CHECK ((kind = ANY (ARRAY['PRIMARY'::text, 'EXPIRING'::text]))),
    CONSTRAINT api_key_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255)))
);

ALTER TABLE ONLY public.api_key FORCE ROW LEVEL SECURITY;

CREATE TABLE public.audit_checkpoint (
    account_id uuid NOT NULL,
    sequence bigint NOT NULL,
    hash bytea NOT NULL,
    at timestamp(3) with time zone NOT NULL,
    signature text NOT NULL
);

ALTER TABLE ONLY public.audit_checkpoint FORCE ROW LEVEL SECURITY;

CREATE TABLE public.audit_denial (
    account_id uuid NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    minute timestamp(3) with time zone NOT NULL,
    key_id uuid NOT NULL,
    code text NOT NULL,
    field text NOT NULL,
    count bigint NOT NULL,
    request_id text,
    address text
);

ALTER TABLE ONLY public.audit_denial FORCE ROW LEVEL SECURITY;

CREATE TABLE public.audit_event (
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
    before json,
    after json,
    hash bytea NOT NULL
);

ALTER TABLE ONLY public.audit_event FORCE ROW LEVEL SECURITY;

CREATE TABLE public.configuration_import (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    plan_hash text NOT NULL,
    summary jsonb NOT NULL,
    inverse bytea NOT NULL,
    undone_at timestamp(3) with time zone
);

ALTER TABLE ONLY public.configuration_import FORCE ROW LEVEL SECURITY;

CREATE TABLE public.idempotency (
    account_id uuid NOT NULL,
    caller_id uuid NOT NULL,
    key text NOT NULL,
    write integer NOT NULL,
    fingerprint bytea NOT NULL,
    answer bytea,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.idempotency FORCE ROW LEVEL SECURITY;

CREATE TABLE public.key_usage (
    account_id uuid NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    key_id uuid NOT NULL,
    action text NOT NULL,
    resource text NOT NULL,
    count bigint NOT NULL,
    first_at timestamp(3) with time zone NOT NULL,
    last_at timestamp(3) with time zone NOT NULL,
    CONSTRAINT key_usage_action_check CHECK ((action = ANY (ARRAY['READ'::text, 'RUN'::text, 'WRITE'::text, 'ADMIN'::text])))
);

ALTER TABLE ONLY public.key_usage FORCE ROW LEVEL SECURITY;

CREATE TABLE public.key_use (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    last_used_at timestamp(3) with time zone NOT NULL
);

ALTER TABLE ONLY public.key_use FORCE ROW LEVEL SECURITY;

CREATE TABLE public.master_access (
    id uuid NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    key_id uuid NOT NULL,
    key_name text NOT NULL,
    operation_name text,
    fields text[] NOT NULL,
    reason text,
    address text NOT NULL,
    request_id text NOT NULL,
    every_account boolean NOT NULL,
    account_ids uuid[] NOT NULL
);

CREATE TABLE public.master_key (
    id uuid NOT NULL,
    name text NOT NULL,
    secret_hash bytea NOT NULL,
    expires_at timestamp(3) with time zone,
    created_by uuid,
    revoked_at timestamp(3) with time zone,
    revoked_by uuid,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    CONSTRAINT master_key_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255)))
);

CREATE TABLE public.mcp_server (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp(3) with time zone,
    deletion_id uuid,
    name text NOT NULL,
    description text,
    transport text NOT NULL,
    config jsonb NOT NULL,
    authentication jsonb NOT NULL,
    secret bytea,
    CONSTRAINT mcp_server_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT mcp_server_transport_check CHECK ((transport = ANY (ARRAY['HTTP'::text, 'SSE'::text])))
);

ALTER TABLE ONLY public.mcp_server FORCE ROW LEVEL SECURITY;

CREATE TABLE public.migrations (
    id integer NOT NULL,
    "timestamp" bigint NOT NULL,
    name character varying NOT NULL
);

CREATE SEQUENCE public.migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.migrations_id_seq OWNED BY public.migrations.id;

CREATE TABLE public.operator_idempotency (
    caller_id uuid NOT NULL,
    key text NOT NULL,
    write integer NOT NULL,
    fingerprint bytea NOT NULL,
    answer bytea,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL
);

CREATE UNLOGGED TABLE public.rate_limit (
    key text NOT NULL,
    points bigint NOT NULL,
    expire bigint
);

CREATE TABLE public.run (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp(3) with time zone,
    deletion_id uuid,
    agent_id uuid NOT NULL,
    schedule_id uuid,
    trigger text NOT NULL,
    status text NOT NULL,
    input jsonb,
    output jsonb,
    error text,
    started_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    finished_at timestamp(3) with time zone,
    api_key_id uuid,
    CONSTRAINT run_check CHECK (((status = 'STARTED'::text) = (finished_at IS NULL))),
    CONSTRAINT run_status_check CHECK ((status = ANY (ARRAY['STARTED'::text, 'SUCCESS'::text, 'FAILED'::text, 'CANCELLED'::text]))),
    CONSTRAINT run_trigger_check CHECK ((trigger = ANY (ARRAY['MANUAL'::text, 'SCHEDULE'::text])))
);

ALTER TABLE ONLY public.run FORCE ROW LEVEL SECURITY;

CREATE TABLE public.schedule (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp(3) with time zone,
    deletion_id uuid,
    agent_id uuid NOT NULL,
    cron text NOT NULL,
    timezone text NOT NULL,
    input jsonb,
    enabled boolean NOT NULL,
    next_run_at timestamp(3) with time zone,
    last_run_at timestamp(3) with time zone
);

ALTER TABLE ONLY public.schedule FORCE ROW LEVEL SECURITY;

CREATE TABLE public.secrets_key (
    only_row boolean DEFAULT true NOT NULL,
    key_id bytea NOT NULL,
    CONSTRAINT secrets_key_only_row_check CHECK (only_row)
);

CREATE TABLE public.tool (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    updated_at timestamp(3) with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp(3) with time zone,
    deletion_id uuid,
    name text NOT NULL,
    description text,
    type text NOT NULL,
    framework text,
    version_label text,
    tags jsonb DEFAULT '[]'::jsonb NOT NULL,
    input_schema jsonb,
    source text,
    CONSTRAINT tool_name_check CHECK (((char_length(name) >= 1) AND (char_length(name) <= 255))),
    CONSTRAINT tool_type_check CHECK ((type = ANY (ARRAY['NATIVE'::text, 'CUSTOM'::text])))
);

ALTER TABLE ONLY public.tool FORCE ROW LEVEL SECURITY;

ALTER TABLE ONLY public.migrations ALTER COLUMN id SET DEFAULT nextval('public.migrations_id_seq'::regclass);

INSERT INTO public.account VALUES
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 'globex-6026b9', 'globex-6026b9', 'ACTIVE', '{}', 1, '2026-11-26 06:49:47.175+00', '2026-11-26 06:49:47.175+00', NULL),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 'acme-a44022', 'acme-a44022', 'ACTIVE', '{}', 1, '2026-11-26 06:49:47.228+00', '2026-11-26 06:49:47.228+00', NULL),
	('01a2169e-12df-7baa-aba0-58c81bfcb3bd', 'kept', 'Kept', 'ACTIVE', '{}', 1, '2026-11-26 06:49:47.997+00', '2026-11-26 06:49:47.997+00', NULL);

INSERT INTO public.account_access VALUES
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-0fbb-7965-8206-e1f77a62f7bb', '2026-11-26 06:49:47.175+00', '01a2169e-0a8c-72ea-a736-70b810b98381', 'from MASTER_KEY', 'createAccount', '{createAccount}', 'a test', '127.0.0.1', 'f1148264-bc8b-42bf-bb74-7dd4608a84a6'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-0fe8-73fa-a542-3a0944b9f5bf', '2026-11-26 06:49:47.228+00', '01a2169e-0a8c-72ea-a736-70b810b98381', 'from MASTER_KEY', 'createAccount', '{createAccount}', 'a test', '127.0.0.1', '414ec45b-a3b5-4789-a3d8-d0c5b06743cb'),
	('01a2169e-12df-7baa-aba0-58c81bfcb3bd', '01a2169e-12e6-7680-b5ef-e4ca66f08788', '2026-11-26 06:49:47.997+00', '01a2169e-0a8c-72ea-a736-70b810b98381', 'from MASTER_KEY', 'createAccount', '{createAccount}', 'a test', '127.0.0.1', '6b5bcae7-b148-4c28-8249-be1fc7509a51'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-13d4-789b-9f2a-0203778dc338', '2026-11-26 06:49:48.265+00', '01a2169e-0a8c-72ea-a736-70b810b98381', 'from MASTER_KEY', 'tools', '{tools}', 'a test', '127.0.0.1', '3489b81c-397b-446e-89c8-c6c6916ddbef');

INSERT INTO public.agent VALUES
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-1041-729b-9444-211f34468b41', '{}', 1, '2026-11-26 06:49:47.33+00', '2026-11-26 06:49:47.33+00', NULL, NULL, 'Globex 0', NULL, NULL, 'CONFIG', 'LANGCHAIN', '{"name": "gpt", "provider": "openai"}', NULL, NULL, NULL, NULL),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-1163-7876-bf86-c7c87270bc5a', '{}', 1, '2026-11-26 06:49:47.629+00', '2026-11-26 06:49:47.629+00', NULL, NULL, 'Globex 1', NULL, NULL, 'CONFIG', 'LANGCHAIN', '{"name": "gpt", "provider": "openai"}', NULL, NULL, NULL, NULL),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-11f2-71f6-a436-d0c877bf5294', '{}', 1, '2026-11-26 06:49:47.763+00', '2026-11-26 06:49:47.763+00', NULL, NULL, 'Acme 0', NULL, NULL, 'CONFIG', 'LANGCHAIN', '{"name": "gpt", "provider": "openai"}', NULL, NULL, NULL, NULL),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-1255-7965-82ad-31f73db3ed79', '{}', 1, '2026-11-26 06:49:47.861+00', '2026-11-26 06:49:47.861+00', NULL, NULL, 'Acme 1', NULL, NULL, 'CONFIG', 'LANGCHAIN', '{"name": "gpt", "provider": "openai"}', NULL, NULL, NULL, NULL);

INSERT INTO public.agent_mcp_server VALUES
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-1041-729b-9444-211f34468b41', '01a2169e-101d-72d0-896a-b4ac55690f36'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-1163-7876-bf86-c7c87270bc5a', '01a2169e-101d-72d0-896a-b4ac55690f36'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-1163-7876-bf86-c7c87270bc5a', '01a2169e-1137-7465-a1e9-177c343bc2c7'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-11f2-71f6-a436-d0c877bf5294', '01a2169e-11e3-7d1e-b68a-bc34001b9575'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-1255-7965-82ad-31f73db3ed79', '01a2169e-11e3-7d1e-b68a-bc34001b9575'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-1255-7965-82ad-31f73db3ed79', '01a2169e-124f-719f-bbac-b42d46b395e7');

INSERT INTO public.agent_sub_agent VALUES
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-1163-7876-bf86-c7c87270bc5a', '01a2169e-1041-729b-9444-211f34468b41'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-1255-7965-82ad-31f73db3ed79', '01a2169e-11f2-71f6-a436-d0c877bf5294');

INSERT INTO public.agent_tool VALUES
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-1041-729b-9444-211f34468b41', '01a2169e-1002-71f1-bfae-bb2ac27a2a0a'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-1163-7876-bf86-c7c87270bc5a', '01a2169e-1002-71f1-bfae-bb2ac27a2a0a'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-1163-7876-bf86-c7c87270bc5a', '01a2169e-111c-7076-bca8-372c4847413c'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-11f2-71f6-a436-d0c877bf5294', '01a2169e-11d2-735e-b695-96b1dd687e15'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-1255-7965-82ad-31f73db3ed79', '01a2169e-11d2-735e-b695-96b1dd687e15'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-1255-7965-82ad-31f73db3ed79', '01a2169e-1244-7089-80c1-68249c585a9d');

INSERT INTO public.api_key VALUES
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', 'PRIMARY', '\xafd24922a65abc6ccf1be1e16f49deaf7e3f6daad2ba334617f0a9a5090fa305', NULL, '01a2169e-0a8c-72ea-a736-70b810b98381', NULL, NULL, NULL, '{}', 1, '2026-11-26 06:49:47.175+00', '2026-11-26 06:49:47.175+00', NULL, NULL),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', 'PRIMARY', '\xa2197b763c120e340794bc65a2c5e0e1805b4b48088255efcac4f1450ccaae99', NULL, '01a2169e-0a8c-72ea-a736-70b810b98381', NULL, NULL, NULL, '{}', 1, '2026-11-26 06:49:47.228+00', '2026-11-26 06:49:47.228+00', NULL, NULL),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-10fa-796a-8947-e68ce2bc0fcd', 'Globex 0', 'EXPIRING', '\x07a1589bee74197ba247eca167c28e22962999c327ae51d496cc4d15982b2145', '2027-02-24 06:49:47.504+00', '01a2169e-0fb7-71c6-a49c-c8241d675549', NULL, NULL, NULL, '{}', 1, '2026-11-26 06:49:47.509+00', '2026-11-26 06:49:47.509+00', NULL, NULL),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-11c5-7f57-8603-8b663fc5a255', 'Globex 1', 'EXPIRING', '\x3c98c60f3ceca15fed3c927addadd6f23bdc020e7c3b6742c89823fe89016be2', '2027-02-24 06:49:47.712+00', '01a2169e-0fb7-71c6-a49c-c8241d675549', NULL, NULL, NULL, '{}', 1, '2026-11-26 06:49:47.713+00', '2026-11-26 06:49:47.713+00', NULL, NULL),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-123d-79e9-a9df-586b79080cd6', 'Acme 0', 'EXPIRING', '\xebff00d9ea8ea220eec960581b7dc23b8af1fe6aaea2c35019a8ceae289b68a6', '2027-02-24 06:49:47.828+00', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', NULL, NULL, NULL, '{}', 1, '2026-11-26 06:49:47.829+00', '2026-11-26 06:49:47.829+00', NULL, NULL),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-1289-7ea1-be58-e13d6046597b', 'Acme 1', 'EXPIRING', '\x214927e86102dba03b8adc9c3426bca8d321b9a3bc856f140546e53eef797972', '2027-02-24 06:49:47.91+00', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', NULL, NULL, NULL, '{}', 1, '2026-11-26 06:49:47.911+00', '2026-11-26 06:49:47.911+00', NULL, NULL),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-12ba-7530-8464-48bf9ec2cef9', 'kept', 'EXPIRING', '\xffb7fb1d41efcdd99ce2807c1f1f14463642d0cac45eed0cf0c2b6de8ff4685b', '2027-02-24 06:49:47.946+00', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', NULL, NULL, NULL, '{}', 1, '2026-11-26 06:49:47.947+00', '2026-11-26 06:49:47.947+00', NULL, NULL),
	('01a2169e-12df-7baa-aba0-58c81bfcb3bd', '01a2169e-12e0-7134-83b0-d8b6ccdab25d', 'primary', 'PRIMARY', '\xba0f232242f4c7dfcff559ee45b7da40f4f931d81b55e014967dee0eb984d24e', NULL, '01a2169e-0a8c-72ea-a736-70b810b98381', NULL, NULL, NULL, '{}', 1, '2026-11-26 06:49:47.997+00', '2026-11-26 06:49:47.997+00', NULL, NULL);

INSERT INTO public.audit_checkpoint VALUES
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 1, '\x7423bd6b2fb17d681e9ae9011dfb1da65131768b0bb605f45a0e23eaccc411f4', '2026-11-26 06:49:47.242+00', 'eA5t8mEmTQfmZE0H3W308xRCk_tBTDPvFAGyiybwjfL8S-ku2sYmN5dqn3QKnznXfFkzNDkToiWrCRmkkyYwCQ');

INSERT INTO public.audit_denial VALUES
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 'a85d528c-1f62-467e-bd87-992ddc8f86e2', '2026-11-26 06:49:00+00', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'ACCOUNT_MISMATCH', 'tools', 1, 'e3a326c2-a177-45fd-9285-46c8f88a070d', '127.0.0.1'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '1513cb00-072e-4621-ba54-b0e42c937710', '2026-11-26 06:49:00+00', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'FORBIDDEN', 'accounts', 1, 'e588d560-afad-4a29-a3c6-a1a66f82a6f1', '127.0.0.1');

INSERT INTO public.audit_event VALUES
	('00000000-0000-0000-0000-000000000000', 1, '2026-11-26 06:49:45.894+00', 'database', NULL, 'portcullis_owner_b5c3e7dd', NULL, '127.0.0.1', NULL, NULL, 'CREATE', 'MasterKey', '01a2169e-0a8c-72ea-a736-70b810b98381', NULL, '{"id": "01a2169e-0a8c-72ea-a736-70b810b98381", "name": "from MASTER_KEY", "version": 1, "created_at": "2026-11-26T06:49:45.886+00:00", "created_by": null, "expires_at": null, "revoked_at": null, "revoked_by": null, "updated_at": "2026-11-26T06:49:45.886+00:00"}', '\x361a9d011177b4bf375f63cf65f285e927d5a1b07de4b5d4c006a374ed161d31'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 1, '2026-11-26 06:49:47.208+00', 'master', '01a2169e-0a8c-72ea-a736-70b810b98381', 'from MASTER_KEY', 'f1148264-bc8b-42bf-bb74-7dd4608a84a6', '127.0.0.1', 'createAccount', 'a test', 'CREATE', 'Account', '01a2169e-0faa-7289-84b5-76a53a8a6694', NULL, '{"id": "01a2169e-0faa-7289-84b5-76a53a8a6694", "name": "globex-6026b9", "slug": "globex-6026b9", "status": "ACTIVE", "version": 1, "metadata": {}, "created_at": "2026-11-26T06:49:47.175+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.175+00:00"}', '\x54160ab68378936a30666faa77f405be0e99a8eb73e901c046d195f376cb3454'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 2, '2026-11-26 06:49:47.213+00', 'master', '01a2169e-0a8c-72ea-a736-70b810b98381', 'from MASTER_KEY', 'f1148264-bc8b-42bf-bb74-7dd4608a84a6', '127.0.0.1', 'createAccount', 'a test', 'CREATE', 'ApiKey', '01a2169e-0fb7-71c6-a49c-c8241d675549', NULL, '{"id": "01a2169e-0fb7-71c6-a49c-c8241d675549", "kind": "PRIMARY", "name": "primary", "version": 1, "metadata": {}, "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694", "created_at": "2026-11-26T06:49:47.175+00:00", "created_by": "01a2169e-0a8c-72ea-a736-70b810b98381", "deleted_at": null, "expires_at": null, "revoked_at": null, "revoked_by": null, "updated_at": "2026-11-26T06:49:47.175+00:00", "deletion_id": null, "replaced_by": null}', '\x9e0883ae1129f6fb21174af1c95fdb778be6e2c310dc92394da70b278f1c52c7'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 1, '2026-11-26 06:49:47.242+00', 'master', '01a2169e-0a8c-72ea-a736-70b810b98381', 'from MASTER_KEY', '414ec45b-a3b5-4789-a3d8-d0c5b06743cb', '127.0.0.1', 'createAccount', 'a test', 'CREATE', 'Account', '01a2169e-0fde-750d-aa57-fcc27e4c1e7c', NULL, '{"id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "name": "acme-a44022", "slug": "acme-a44022", "status": "ACTIVE", "version": 1, "metadata": {}, "created_at": "2026-11-26T06:49:47.228+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.228+00:00"}', '\x7423bd6b2fb17d681e9ae9011dfb1da65131768b0bb605f45a0e23eaccc411f4'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 2, '2026-11-26 06:49:47.242+00', 'master', '01a2169e-0a8c-72ea-a736-70b810b98381', 'from MASTER_KEY', '414ec45b-a3b5-4789-a3d8-d0c5b06743cb', '127.0.0.1', 'createAccount', 'a test', 'CREATE', 'ApiKey', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', NULL, '{"id": "01a2169e-0fe5-7501-a6b6-44c3db6a8eab", "kind": "PRIMARY", "name": "primary", "version": 1, "metadata": {}, "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:47.228+00:00", "created_by": "01a2169e-0a8c-72ea-a736-70b810b98381", "deleted_at": null, "expires_at": null, "revoked_at": null, "revoked_by": null, "updated_at": "2026-11-26T06:49:47.228+00:00", "deletion_id": null, "replaced_by": null}', '\x5e8163a51974a01180f85783a6bc33259aa07f25afd4a7c510c5e423d3029575'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 3, '2026-11-26 06:49:47.28+00', 'account', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', '9da1ae96-75fb-43d0-9939-6976225813c7', '127.0.0.1', 'createTool', 'a test', 'CREATE', 'Tool', '01a2169e-1002-71f1-bfae-bb2ac27a2a0a', NULL, '{"id": "01a2169e-1002-71f1-bfae-bb2ac27a2a0a", "name": "Globex 0", "tags": [], "type": "CUSTOM", "source": null, "version": 1, "metadata": {}, "framework": null, "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694", "created_at": "2026-11-26T06:49:47.267+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.267+00:00", "deletion_id": null, "description": null, "input_schema": null, "version_label": null}', '\xd224f7d7f3c27c43cb76e4bc934fd2e81e41b70dd2f501f387ff56bd4630522b'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 4, '2026-11-26 06:49:47.305+00', 'account', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', '8139e2bb-5f7e-4d34-b796-986e7d557283', '127.0.0.1', 'createMcpServer', 'a test', 'CREATE', 'McpServer', '01a2169e-101d-72d0-896a-b4ac55690f36', NULL, '{"id": "01a2169e-101d-72d0-896a-b4ac55690f36", "name": "Globex 0", "config": {"url": "https://mcp.example/sse"}, "version": 1, "metadata": {}, "transport": "HTTP", "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694", "created_at": "2026-11-26T06:49:47.295+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.295+00:00", "deletion_id": null, "description": null, "authentication": {"type": "NO_AUTH", "preview": null, "headerName": null}}', '\x816033fcc6b5b771b44a3a6024119cfa1a7da3d2225ea24fb093dfdd49314d71'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 5, '2026-11-26 06:49:47.368+00', 'account', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', '241c0eb6-18f3-44fa-b818-824d341e2aa6', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'Agent', '01a2169e-1041-729b-9444-211f34468b41', NULL, '{"id": "01a2169e-1041-729b-9444-211f34468b41", "name": "Globex 0", "type": "CONFIG", "model": {"name": "gpt", "provider": "openai"}, "config": null, "version": 1, "metadata": {}, "framework": "LANGCHAIN", "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694", "created_at": "2026-11-26T06:49:47.33+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.33+00:00", "a2a_profile": null, "deletion_id": null, "description": null, "instruction": null, "tool_configs": null, "version_label": null}', '\x6863daa1d011fcc8122e984e4c4c532aecc62bb9d4fd554c0b094c736f7b4781'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 6, '2026-11-26 06:49:47.374+00', 'account', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', '241c0eb6-18f3-44fa-b818-824d341e2aa6', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'AgentTool', '01a2169e-1041-729b-9444-211f34468b41/01a2169e-1002-71f1-bfae-bb2ac27a2a0a', NULL, '{"tool_id": "01a2169e-1002-71f1-bfae-bb2ac27a2a0a", "agent_id": "01a2169e-1041-729b-9444-211f34468b41", "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694"}', '\xb9830f6a3b847fb30dc37c24ce9c3178d412c80f93299e01c312bc5b57e12f94'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 7, '2026-11-26 06:49:47.375+00', 'account', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', '241c0eb6-18f3-44fa-b818-824d341e2aa6', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'AgentMcpServer', '01a2169e-1041-729b-9444-211f34468b41/01a2169e-101d-72d0-896a-b4ac55690f36', NULL, '{"agent_id": "01a2169e-1041-729b-9444-211f34468b41", "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694", "mcp_server_id": "01a2169e-101d-72d0-896a-b4ac55690f36"}', '\x5d8fc753a52b1747f46acb1562de3f90ce3e340b8c71cd7b66642fd7a0109849'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 8, '2026-11-26 06:49:47.474+00', 'account', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', 'f03600d4-e461-47e8-a2e7-9dfa242a3cc3', '127.0.0.1', 'createSchedule', 'a test', 'CREATE', 'Schedule', '01a2169e-10c4-761f-8b43-6c4e6e3f04ab', NULL, '{"id": "01a2169e-10c4-761f-8b43-6c4e6e3f04ab", "cron": "0 9 * * *", "input": null, "enabled": true, "version": 1, "agent_id": "01a2169e-1041-729b-9444-211f34468b41", "metadata": {}, "timezone": "UTC", "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694", "created_at": "2026-11-26T06:49:47.462+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.462+00:00", "deletion_id": null, "last_run_at": null, "next_run_at": "2026-11-26T09:00:00+00:00"}', '\x42dd63e608988eee10ba8ec4c47933ea50449b0824c3cc578536344fcff5015b'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 9, '2026-11-26 06:49:47.522+00', 'account', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', '06ecc0aa-6f51-47b0-91da-f81b751821d4', '127.0.0.1', 'createApiKey', 'a test', 'CREATE', 'ApiKey', '01a2169e-10fa-796a-8947-e68ce2bc0fcd', NULL, '{"id": "01a2169e-10fa-796a-8947-e68ce2bc0fcd", "kind": "EXPIRING", "name": "Globex 0", "version": 1, "metadata": {}, "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694", "created_at": "2026-11-26T06:49:47.509+00:00", "created_by": "01a2169e-0fb7-71c6-a49c-c8241d675549", "deleted_at": null, "expires_at": "2027-02-24T06:49:47.504+00:00", "revoked_at": null, "revoked_by": null, "updated_at": "2026-11-26T06:49:47.509+00:00", "deletion_id": null, "replaced_by": null}', '\xa8af6a93e6d7468f4f3b94a25138ce23b6f85cbaa549b233fedab91fd8881dfb'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 10, '2026-11-26 06:49:47.559+00', 'account', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', '049c15bb-26bf-4aa1-bdab-f9958ffec44c', '127.0.0.1', 'createTool', 'a test', 'CREATE', 'Tool', '01a2169e-111c-7076-bca8-372c4847413c', NULL, '{"id": "01a2169e-111c-7076-bca8-372c4847413c", "name": "Globex 1", "tags": [], "type": "CUSTOM", "source": null, "version": 1, "metadata": {}, "framework": null, "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694", "created_at": "2026-11-26T06:49:47.549+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.549+00:00", "deletion_id": null, "description": null, "input_schema": null, "version_label": null}', '\x0e296fc38091d5146951798486f5627eb84ec165c7e422ff70b7d82d9013a444'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 11, '2026-11-26 06:49:47.605+00', 'account', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', 'a34083b0-a098-46ca-88ae-24322269ecca', '127.0.0.1', 'createMcpServer', 'a test', 'CREATE', 'McpServer', '01a2169e-1137-7465-a1e9-177c343bc2c7', NULL, '{"id": "01a2169e-1137-7465-a1e9-177c343bc2c7", "name": "Globex 1", "config": {"url": "https://mcp.example/sse"}, "version": 1, "metadata": {}, "transport": "HTTP", "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694", "created_at": "2026-11-26T06:49:47.576+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.576+00:00", "deletion_id": null, "description": null, "authentication": {"type": "NO_AUTH", "preview": null, "headerName": null}}', '\xc642fc097aada72b4b7dfb48b315b6d2998e73796b00d6eef00c816250a0a6ee'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 12, '2026-11-26 06:49:47.65+00', 'account', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', '71690d8a-3453-48fa-865e-5931b7923b70', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'Agent', '01a2169e-1163-7876-bf86-c7c87270bc5a', NULL, '{"id": "01a2169e-1163-7876-bf86-c7c87270bc5a", "name": "Globex 1", "type": "CONFIG", "model": {"name": "gpt", "provider": "openai"}, "config": null, "version": 1, "metadata": {}, "framework": "LANGCHAIN", "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694", "created_at": "2026-11-26T06:49:47.629+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.629+00:00", "a2a_profile": null, "deletion_id": null, "description": null, "instruction": null, "tool_configs": null, "version_label": null}', '\x65814b42b6eabdb39db6e6968837e88c6f7029bc811167ee56ba57e6a2a35feb'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 13, '2026-11-26 06:49:47.65+00', 'account', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', '71690d8a-3453-48fa-865e-5931b7923b70', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'AgentTool', '01a2169e-1163-7876-bf86-c7c87270bc5a/01a2169e-1002-71f1-bfae-bb2ac27a2a0a', NULL, '{"tool_id": "01a2169e-1002-71f1-bfae-bb2ac27a2a0a", "agent_id": "01a2169e-1163-7876-bf86-c7c87270bc5a", "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694"}', '\xfe55ef69246310118eba15bb89ae2cd8297ab8ea525ece57b4eb8e79cd1e8194'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 14, '2026-11-26 06:49:47.651+00', 'account', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', '71690d8a-3453-48fa-865e-5931b7923b70', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'AgentTool', '01a2169e-1163-7876-bf86-c7c87270bc5a/01a2169e-111c-7076-bca8-372c4847413c', NULL, '{"tool_id": "01a2169e-111c-7076-bca8-372c4847413c", "agent_id": "01a2169e-1163-7876-bf86-c7c87270bc5a", "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694"}', '\xb628215130b0624534ee8a61216907017b8603dc86e04a6a6092bf3ba59d49dc'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 15, '2026-11-26 06:49:47.651+00', 'account', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', '71690d8a-3453-48fa-865e-5931b7923b70', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'AgentMcpServer', '01a2169e-1163-7876-bf86-c7c87270bc5a/01a2169e-101d-72d0-896a-b4ac55690f36', NULL, '{"agent_id": "01a2169e-1163-7876-bf86-c7c87270bc5a", "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694", "mcp_server_id": "01a2169e-101d-72d0-896a-b4ac55690f36"}', '\x3f74ac7cc7d8e2cd0b1b0cc997e002908c0cd691b2d41f7f18c6601039bd5789'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 16, '2026-11-26 06:49:47.651+00', 'account', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', '71690d8a-3453-48fa-865e-5931b7923b70', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'AgentMcpServer', '01a2169e-1163-7876-bf86-c7c87270bc5a/01a2169e-1137-7465-a1e9-177c343bc2c7', NULL, '{"agent_id": "01a2169e-1163-7876-bf86-c7c87270bc5a", "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694", "mcp_server_id": "01a2169e-1137-7465-a1e9-177c343bc2c7"}', '\xd93ef57520c0b8d66c82bece69c80ea6845d406a3ef8e38f7e20b01bf0b5236a'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 17, '2026-11-26 06:49:47.652+00', 'account', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', '71690d8a-3453-48fa-865e-5931b7923b70', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'AgentSubAgent', '01a2169e-1163-7876-bf86-c7c87270bc5a/01a2169e-1041-729b-9444-211f34468b41', NULL, '{"agent_id": "01a2169e-1163-7876-bf86-c7c87270bc5a", "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694", "sub_agent_id": "01a2169e-1041-729b-9444-211f34468b41"}', '\xa7e3cfbbffb8775e486bca08f8be3c56f2fdc1c35aabbd6cfa1b3aef5b982c4e'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 18, '2026-11-26 06:49:47.694+00', 'account', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', '4deb62f1-c96c-48db-9d37-fe9a9a69c49b', '127.0.0.1', 'createSchedule', 'a test', 'CREATE', 'Schedule', '01a2169e-1197-7737-b4f6-7b60406d1fc0', NULL, '{"id": "01a2169e-1197-7737-b4f6-7b60406d1fc0", "cron": "0 9 * * *", "input": null, "enabled": true, "version": 1, "agent_id": "01a2169e-1041-729b-9444-211f34468b41", "metadata": {}, "timezone": "UTC", "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694", "created_at": "2026-11-26T06:49:47.681+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.681+00:00", "deletion_id": null, "last_run_at": null, "next_run_at": "2026-11-26T09:00:00+00:00"}', '\xfe04ec742a427e22f95cce5918b8b3c146fb537e5f9e93ef3558f36f6ac3c0be'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 19, '2026-11-26 06:49:47.719+00', 'account', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'primary', '30dc1f8d-1a8c-43a6-a576-b611a3ec6c42', '127.0.0.1', 'createApiKey', 'a test', 'CREATE', 'ApiKey', '01a2169e-11c5-7f57-8603-8b663fc5a255', NULL, '{"id": "01a2169e-11c5-7f57-8603-8b663fc5a255", "kind": "EXPIRING", "name": "Globex 1", "version": 1, "metadata": {}, "account_id": "01a2169e-0faa-7289-84b5-76a53a8a6694", "created_at": "2026-11-26T06:49:47.713+00:00", "created_by": "01a2169e-0fb7-71c6-a49c-c8241d675549", "deleted_at": null, "expires_at": "2027-02-24T06:49:47.712+00:00", "revoked_at": null, "revoked_by": null, "updated_at": "2026-11-26T06:49:47.713+00:00", "deletion_id": null, "replaced_by": null}', '\xe155511cf7007e6a34b4073f63ff42fca54f9697de0a177a3c272f0f86ca9b15'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 3, '2026-11-26 06:49:47.742+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', '8d04caeb-a0d9-45cd-936f-09930f53ccb5', '127.0.0.1', 'createTool', 'a test', 'CREATE', 'Tool', '01a2169e-11d2-735e-b695-96b1dd687e15', NULL, '{"id": "01a2169e-11d2-735e-b695-96b1dd687e15", "name": "Acme 0", "tags": [], "type": "CUSTOM", "source": null, "version": 1, "metadata": {}, "framework": null, "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:47.731+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.731+00:00", "deletion_id": null, "description": null, "input_schema": null, "version_label": null}', '\x523997de9e3433b4cbeccdf638d334824a3f431e31dd9e6416ea885e2f979037'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 4, '2026-11-26 06:49:47.752+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', '62ca6aab-cbd4-49f5-965a-b2ce45b01c1f', '127.0.0.1', 'createMcpServer', 'a test', 'CREATE', 'McpServer', '01a2169e-11e3-7d1e-b68a-bc34001b9575', NULL, '{"id": "01a2169e-11e3-7d1e-b68a-bc34001b9575", "name": "Acme 0", "config": {"url": "https://mcp.example/sse"}, "version": 1, "metadata": {}, "transport": "HTTP", "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:47.749+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.749+00:00", "deletion_id": null, "description": null, "authentication": {"type": "NO_AUTH", "preview": null, "headerName": null}}', '\xbd63486331db4292adf473ac4bbbd9d422d243803c1fcf673b763c100ec88972'),
	('01a2169e-12df-7baa-aba0-58c81bfcb3bd', 1, '2026-11-26 06:49:48.008+00', 'master', '01a2169e-0a8c-72ea-a736-70b810b98381', 'from MASTER_KEY', '6b5bcae7-b148-4c28-8249-be1fc7509a51', '127.0.0.1', 'createAccount', 'a test', 'CREATE', 'Account', '01a2169e-12df-7baa-aba0-58c81bfcb3bd', NULL, '{"id": "01a2169e-12df-7baa-aba0-58c81bfcb3bd", "name": "Kept", "slug": "kept", "status": "ACTIVE", "version": 1, "metadata": {}, "created_at": "2026-11-26T06:49:47.997+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.997+00:00"}', '\x0c53ab7196c0445ec574abe93413ce912219fefee5698e553d33340d124fe517'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 5, '2026-11-26 06:49:47.776+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', '4630a87b-fff5-433c-a4ac-31e012b307b1', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'Agent', '01a2169e-11f2-71f6-a436-d0c877bf5294', NULL, '{"id": "01a2169e-11f2-71f6-a436-d0c877bf5294", "name": "Acme 0", "type": "CONFIG", "model": {"name": "gpt", "provider": "openai"}, "config": null, "version": 1, "metadata": {}, "framework": "LANGCHAIN", "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:47.763+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.763+00:00", "a2a_profile": null, "deletion_id": null, "description": null, "instruction": null, "tool_configs": null, "version_label": null}', '\xa5609a368bc223645fef98af5e404af78cc7a14a91f7e200932c78f7ced727bd'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 6, '2026-11-26 06:49:47.776+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', '4630a87b-fff5-433c-a4ac-31e012b307b1', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'AgentTool', '01a2169e-11f2-71f6-a436-d0c877bf5294/01a2169e-11d2-735e-b695-96b1dd687e15', NULL, '{"tool_id": "01a2169e-11d2-735e-b695-96b1dd687e15", "agent_id": "01a2169e-11f2-71f6-a436-d0c877bf5294", "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c"}', '\x422b82023a87923fcd1c3fc3a4ab2689f8748dd5310a300636751098af8f4f13'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 7, '2026-11-26 06:49:47.776+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', '4630a87b-fff5-433c-a4ac-31e012b307b1', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'AgentMcpServer', '01a2169e-11f2-71f6-a436-d0c877bf5294/01a2169e-11e3-7d1e-b68a-bc34001b9575', NULL, '{"agent_id": "01a2169e-11f2-71f6-a436-d0c877bf5294", "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "mcp_server_id": "01a2169e-11e3-7d1e-b68a-bc34001b9575"}', '\x0d198c85bf6ef9202490a66da5a5cee646866a1b68bfaa7d9eba36d9dbc6ccf1'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 8, '2026-11-26 06:49:47.802+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', '922fd246-43fb-4cda-82e9-970c4818b126', '127.0.0.1', 'createSchedule', 'a test', 'CREATE', 'Schedule', '01a2169e-1211-7d72-a31e-fe3728cc1727', NULL, '{"id": "01a2169e-1211-7d72-a31e-fe3728cc1727", "cron": "0 9 * * *", "input": null, "enabled": true, "version": 1, "agent_id": "01a2169e-11f2-71f6-a436-d0c877bf5294", "metadata": {}, "timezone": "UTC", "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:47.795+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.795+00:00", "deletion_id": null, "last_run_at": null, "next_run_at": "2026-11-26T09:00:00+00:00"}', '\x65ba7b53461bdcfae60b02d80315af521b5bd67a755e123c555dfa2f54c90fd0'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 9, '2026-11-26 06:49:47.84+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', 'ac7aad2e-1571-4b0a-9f1e-a6c3b609f51f', '127.0.0.1', 'createApiKey', 'a test', 'CREATE', 'ApiKey', '01a2169e-123d-79e9-a9df-586b79080cd6', NULL, '{"id": "01a2169e-123d-79e9-a9df-586b79080cd6", "kind": "EXPIRING", "name": "Acme 0", "version": 1, "metadata": {}, "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:47.829+00:00", "created_by": "01a2169e-0fe5-7501-a6b6-44c3db6a8eab", "deleted_at": null, "expires_at": "2027-02-24T06:49:47.828+00:00", "revoked_at": null, "revoked_by": null, "updated_at": "2026-11-26T06:49:47.829+00:00", "deletion_id": null, "replaced_by": null}', '\x8dc7888dc3ecc1d99aed0fda415b66b98bc3b705bcef2bfaef3ddbafaea903ff'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 10, '2026-11-26 06:49:47.852+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', 'b01f8c75-cb22-45e5-8b2c-029289ec1d90', '127.0.0.1', 'createTool', 'a test', 'CREATE', 'Tool', '01a2169e-1244-7089-80c1-68249c585a9d', NULL, '{"id": "01a2169e-1244-7089-80c1-68249c585a9d", "name": "Acme 1", "tags": [], "type": "CUSTOM", "source": null, "version": 1, "metadata": {}, "framework": null, "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:47.845+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.845+00:00", "deletion_id": null, "description": null, "input_schema": null, "version_label": null}', '\xaba00a7731d5789eeebed4813a3acadcc726f2c8b4f7e00e15d49fe46a888a2b'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 11, '2026-11-26 06:49:47.857+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', '48dec16d-e697-4b2c-9e1b-d65c7e98714f', '127.0.0.1', 'createMcpServer', 'a test', 'CREATE', 'McpServer', '01a2169e-124f-719f-bbac-b42d46b395e7', NULL, '{"id": "01a2169e-124f-719f-bbac-b42d46b395e7", "name": "Acme 1", "config": {"url": "https://mcp.example/sse"}, "version": 1, "metadata": {}, "transport": "HTTP", "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:47.856+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.856+00:00", "deletion_id": null, "description": null, "authentication": {"type": "NO_AUTH", "preview": null, "headerName": null}}', '\x6f264a82f0a4f6b9bdd06f2a7c6ac5afab395d3afd1ed005717f8c1f229ac2c6'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 12, '2026-11-26 06:49:47.884+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', '50317306-3d82-4988-bd6e-798e386edfdc', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'Agent', '01a2169e-1255-7965-82ad-31f73db3ed79', NULL, '{"id": "01a2169e-1255-7965-82ad-31f73db3ed79", "name": "Acme 1", "type": "CONFIG", "model": {"name": "gpt", "provider": "openai"}, "config": null, "version": 1, "metadata": {}, "framework": "LANGCHAIN", "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:47.861+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.861+00:00", "a2a_profile": null, "deletion_id": null, "description": null, "instruction": null, "tool_configs": null, "version_label": null}', '\xa71bc9005fa8bfe075777ae5b11bac8100255b08f15e92e58222729168e1859c'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 13, '2026-11-26 06:49:47.885+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', '50317306-3d82-4988-bd6e-798e386edfdc', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'AgentTool', '01a2169e-1255-7965-82ad-31f73db3ed79/01a2169e-11d2-735e-b695-96b1dd687e15', NULL, '{"tool_id": "01a2169e-11d2-735e-b695-96b1dd687e15", "agent_id": "01a2169e-1255-7965-82ad-31f73db3ed79", "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c"}', '\x7bff732480da7efd9ede057e3907a468df25b3f35cf13c606ef5afd051a781f9'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 14, '2026-11-26 06:49:47.885+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', '50317306-3d82-4988-bd6e-798e386edfdc', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'AgentTool', '01a2169e-1255-7965-82ad-31f73db3ed79/01a2169e-1244-7089-80c1-68249c585a9d', NULL, '{"tool_id": "01a2169e-1244-7089-80c1-68249c585a9d", "agent_id": "01a2169e-1255-7965-82ad-31f73db3ed79", "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c"}', '\xdddacac271821110a31585db3862a1c39fc4e4f3575e6b38af53c822b897a9b2'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 15, '2026-11-26 06:49:47.885+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', '50317306-3d82-4988-bd6e-798e386edfdc', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'AgentMcpServer', '01a2169e-1255-7965-82ad-31f73db3ed79/01a2169e-11e3-7d1e-b68a-bc34001b9575', NULL, '{"agent_id": "01a2169e-1255-7965-82ad-31f73db3ed79", "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "mcp_server_id": "01a2169e-11e3-7d1e-b68a-bc34001b9575"}', '\xfdb4018f6886dc5bbc01e9b368ccf82edf909ed54952322e26c4c867b1849bab'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 16, '2026-11-26 06:49:47.885+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', '50317306-3d82-4988-bd6e-798e386edfdc', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'AgentMcpServer', '01a2169e-1255-7965-82ad-31f73db3ed79/01a2169e-124f-719f-bbac-b42d46b395e7', NULL, '{"agent_id": "01a2169e-1255-7965-82ad-31f73db3ed79", "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "mcp_server_id": "01a2169e-124f-719f-bbac-b42d46b395e7"}', '\x93cdb9fd16f22e7803a25f77af5a2c09b1f0b1c514f18d7d0c3d4869243a72b2'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 17, '2026-11-26 06:49:47.885+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', '50317306-3d82-4988-bd6e-798e386edfdc', '127.0.0.1', 'createAgent', 'a test', 'CREATE', 'AgentSubAgent', '01a2169e-1255-7965-82ad-31f73db3ed79/01a2169e-11f2-71f6-a436-d0c877bf5294', NULL, '{"agent_id": "01a2169e-1255-7965-82ad-31f73db3ed79", "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "sub_agent_id": "01a2169e-11f2-71f6-a436-d0c877bf5294"}', '\xeb230d61dcce41bbc9dd402f00bd0180b17105308246c1e1ea1ccc60b387119c'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 18, '2026-11-26 06:49:47.896+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', '1dfc1766-dfcf-48cc-be6e-41ca5f0ebd36', '127.0.0.1', 'createSchedule', 'a test', 'CREATE', 'Schedule', '01a2169e-1274-73fe-a517-d4e5275c3abd', NULL, '{"id": "01a2169e-1274-73fe-a517-d4e5275c3abd", "cron": "0 9 * * *", "input": null, "enabled": true, "version": 1, "agent_id": "01a2169e-11f2-71f6-a436-d0c877bf5294", "metadata": {}, "timezone": "UTC", "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:47.893+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.893+00:00", "deletion_id": null, "last_run_at": null, "next_run_at": "2026-11-26T09:00:00+00:00"}', '\xaadc56c57865bfe650007c327f4f171de3ed05aae804aeafd3932e66112e0653'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 19, '2026-11-26 06:49:47.915+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', 'ffd889e9-7634-4a23-aa20-5185e4b64cc2', '127.0.0.1', 'createApiKey', 'a test', 'CREATE', 'ApiKey', '01a2169e-1289-7ea1-be58-e13d6046597b', NULL, '{"id": "01a2169e-1289-7ea1-be58-e13d6046597b", "kind": "EXPIRING", "name": "Acme 1", "version": 1, "metadata": {}, "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:47.911+00:00", "created_by": "01a2169e-0fe5-7501-a6b6-44c3db6a8eab", "deleted_at": null, "expires_at": "2027-02-24T06:49:47.91+00:00", "revoked_at": null, "revoked_by": null, "updated_at": "2026-11-26T06:49:47.911+00:00", "deletion_id": null, "replaced_by": null}', '\xc5638c94d205a4449aa8d304cc83c1207a75055d09c6411065a2f5732a6bd0bb'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 20, '2026-11-26 06:49:47.936+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', 'c106febb-494c-4131-a109-1f92bda0563c', '127.0.0.1', 'createMcpServer', 'a test', 'CREATE', 'McpServer', '01a2169e-1294-793f-b95b-41edecc32f86', NULL, '{"id": "01a2169e-1294-793f-b95b-41edecc32f86", "name": "sealed", "config": {"url": "https://mcp.example/"}, "version": 1, "metadata": {}, "transport": "HTTP", "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:47.933+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.933+00:00", "deletion_id": null, "description": null, "authentication": {"type": "BEARER_TOKEN", "preview": "…WXYZ", "headerName": null}}', '\x4fd584bace00afb17b3cdb045a32ba2a4f481fe8838fd9a1cb69eb4ea4667f9f'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 21, '2026-11-26 06:49:47.97+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', 'a71955de-c6f2-402f-949f-351aee24da83', '127.0.0.1', 'createApiKey', 'a test', 'CREATE', 'ApiKey', '01a2169e-12ba-7530-8464-48bf9ec2cef9', NULL, '{"id": "01a2169e-12ba-7530-8464-48bf9ec2cef9", "kind": "EXPIRING", "name": "kept", "version": 1, "metadata": {}, "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:47.947+00:00", "created_by": "01a2169e-0fe5-7501-a6b6-44c3db6a8eab", "deleted_at": null, "expires_at": "2027-02-24T06:49:47.946+00:00", "revoked_at": null, "revoked_by": null, "updated_at": "2026-11-26T06:49:47.947+00:00", "deletion_id": null, "replaced_by": null}', '\xcbec5541ad5160ec9c46611fd820f243e4c896c9afbc32950e779cf8f5562e33'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 22, '2026-11-26 06:49:48.019+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', '001d8def-9669-4e00-885b-087272e293b6', '127.0.0.1', 'createTool', 'a test', 'CREATE', 'Tool', '01a2169e-12ed-7bf0-bb3d-f9ff9ba99762', NULL, '{"id": "01a2169e-12ed-7bf0-bb3d-f9ff9ba99762", "name": "deleted", "tags": [], "type": "CUSTOM", "source": null, "version": 1, "metadata": {}, "framework": null, "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:48.017+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:48.017+00:00", "deletion_id": null, "description": "soft", "input_schema": null, "version_label": null}', '\x51344e75c2af4b2e2a2c6145ce4a9ccd7b470ce26ad210220a2fcfd8778a2d37'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 23, '2026-11-26 06:49:48.063+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', 'ce779b39-a186-4297-b659-c73e54347088', '127.0.0.1', 'deleteTool', 'a test', 'DELETE', 'Tool', '01a2169e-12ed-7bf0-bb3d-f9ff9ba99762', '{"id": "01a2169e-12ed-7bf0-bb3d-f9ff9ba99762", "name": "deleted", "tags": [], "type": "CUSTOM", "source": null, "version": 1, "metadata": {}, "framework": null, "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:48.017+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:48.017+00:00", "deletion_id": null, "description": "soft", "input_schema": null, "version_label": null}', '{"id": "01a2169e-12ed-7bf0-bb3d-f9ff9ba99762", "name": "deleted", "tags": [], "type": "CUSTOM", "source": null, "version": 2, "metadata": {}, "framework": null, "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:48.017+00:00", "deleted_at": "2026-11-26T06:49:48.049+00:00", "updated_at": "2026-11-26T06:49:48.049+00:00", "deletion_id": "01a2169e-1314-73a7-960f-e44fc3d3d76e", "description": "soft", "input_schema": null, "version_label": null}', '\x6034a2bdf9b6eed19e6ba0a47aa22ab5aff46a39b1b0961ce21235233570576c'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 24, '2026-11-26 06:49:48.163+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', '268e97aa-1dd0-437b-be0a-268ec809ef4b', '127.0.0.1', 'Apply', 'a test', 'UPDATE', 'McpServer', '01a2169e-1294-793f-b95b-41edecc32f86', '{"id": "01a2169e-1294-793f-b95b-41edecc32f86", "name": "sealed", "config": {"url": "https://mcp.example/"}, "version": 1, "metadata": {}, "transport": "HTTP", "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:47.933+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:47.933+00:00", "deletion_id": null, "description": null, "authentication": {"type": "BEARER_TOKEN", "preview": "…WXYZ", "headerName": null}}', '{"id": "01a2169e-1294-793f-b95b-41edecc32f86", "name": "sealed", "config": {"url": "https://mcp.example/"}, "version": 2, "metadata": {}, "transport": "HTTP", "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:47.933+00:00", "deleted_at": null, "updated_at": "2026-11-26T06:49:48.149+00:00", "deletion_id": null, "description": null, "authentication": {"type": "BEARER_TOKEN", "preview": "…abcd", "headerName": null}}', '\x0820b4666e520db1fb6e778545b0fa42c001f4cd30c95025f06f0c97e4e57880'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 25, '2026-11-26 06:49:48.163+00', 'account', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'primary', '268e97aa-1dd0-437b-be0a-268ec809ef4b', '127.0.0.1', 'Apply', 'a test', 'CREATE', 'ConfigurationImport', '01a2169e-137c-7208-8fbb-01959b71ec08', NULL, '{"id": "01a2169e-137c-7208-8fbb-01959b71ec08", "summary": {"create": 0, "delete": 0, "update": 1, "unchanged": 0}, "plan_hash": "YpIJE09TW57tV0RwUxrPzt25-qELneWDtJRoJln_7zU", "undone_at": null, "account_id": "01a2169e-0fde-750d-aa57-fcc27e4c1e7c", "created_at": "2026-11-26T06:49:48.149+00:00"}', '\xf7da4b7a03a45bc8c70ce20473fcb8c87cf39a2371f1991f68c25a7d4721da69'),
	('01a2169e-12df-7baa-aba0-58c81bfcb3bd', 2, '2026-11-26 06:49:48.008+00', 'master', '01a2169e-0a8c-72ea-a736-70b810b98381', 'from MASTER_KEY', '6b5bcae7-b148-4c28-8249-be1fc7509a51', '127.0.0.1', 'createAccount', 'a test', 'CREATE', 'ApiKey', '01a2169e-12e0-7134-83b0-d8b6ccdab25d', NULL, '{"id": "01a2169e-12e0-7134-83b0-d8b6ccdab25d", "kind": "PRIMARY", "name": "primary", "version": 1, "metadata": {}, "account_id": "01a2169e-12df-7baa-aba0-58c81bfcb3bd", "created_at": "2026-11-26T06:49:47.997+00:00", "created_by": "01a2169e-0a8c-72ea-a736-70b810b98381", "deleted_at": null, "expires_at": null, "revoked_at": null, "revoked_by": null, "updated_at": "2026-11-26T06:49:47.997+00:00", "deletion_id": null, "replaced_by": null}', '\x0a220968603fc58e6514a5cb0680b99970680518089c253322b3520d8307f527');

INSERT INTO public.configuration_import VALUES
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-137c-7208-8fbb-01959b71ec08', '2026-11-26 06:49:48.149+00', 'YpIJE09TW57tV0RwUxrPzt25-qELneWDtJRoJln_7zU', '{"create": 0, "delete": 0, "update": 1, "unchanged": 0}', '\x11668232c2615f573d53ffe857d069e2b4b6b6b3088ad0536967f703df57a47315845fea8b8e9249191db68da70195fc83467fdf0a97543e095cfcec0e5fa3b22740c726e1974700a3945645167c6f02b84f16ab306aae69b4922056a9d2eb65aaf81c6cc82917b3fa9974f4820231bcc2794f88caf8fe5f3f4af41ec62258ad93cc736bd1441de5c5ed92e57a9e5cb87dab163fe2e81d7a5e2b618fd51ebb90572e27da82a683da2102466d45d259c649c106bb97129e4fc8a5a82ed7f09f0f1dd10be8b356528b8240d9690eb7ed08647780d221a2b40d6c4eaca8ecc65f07ac4e941d2cf8c2592f2924452bd19e6b6f75992fcbb855c8fe733deeededd430496093caa1b3e5e91058562c39d10b2c20752df32f05f9fd66f121b67e3906a08b0c8bf5344e92595addb15159ff7419ca53f5b9800c520ae25ffa0c700ad0d9d6cd07488d5fcc7996085fbbb01408b63e02d3e13c3bbbd700c239987133701949d0b90838375331d63778ef3f429bcbbcff178026f2c33f5691a82fbef34db85226025deee5ed6b95f175060a192c82e6e84344', NULL);

INSERT INTO public.idempotency VALUES
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'kept', 1, '\x7520f713caeee5399c53dd8cd1994990064174ad97c670d652de846456089c90', '\x11668232c2615f57426ca13835927be0f4b76918a2ad6eac423ac5e2f86dd4f5d17ab2fdd6ff9defc4259008fc8730bc33ac9d0ac759f63a1e5d75c235dc9fd4d4b01be108fcaff90a8ba751e9c47c8d4c458d3a4374e718674a52249f86f641c8fc104676326c16556895855d8b77571a10e99da52b671e629c73f91c894b12015ead00c0ca6081e20939ab7cac87d1c6d416882d67f7d9ddf97bfad62c0beaf1e45eb7758cc16f8069c4262c390971dac6c51b75003531d9a2433bafc5f5dd1b9042162332c0cef9a23fd8a874f9f580dc20b70a135526ffcadf0a9a2e02a95479d02a4ee52c2ef14e13a2fffd4e467e9769da24ddbd1c7a60108c47148eb6127d553596c296408a9dc53d81a86759658caf0a185d7150ab56e9b1a764e863219fa89c6fa6e4419f8e588faa143aaa074bc209d291f9b1313b6f9d26630d46262f3f7da43756c5540f51cd1429bb797341dc58febba56e19c9c95eacc355603f55002cb8d169182b7c101aa5cdf9074abcdae727d1c04119cb1b849e286ca6deb1347e4d63085ffa776fc5cb15bf0306517260f4ba65df2bb57b392d98ccbeb14904861ba7431c1f867dba6f97ebf3a9cf76fd6cda78705e21740d2f2c3c41297b3b0058181eff64b8130038d1993dcd2cae63685857796775d02f06ae63c57a6744ea83296d25c0c51317242d4095abba30b9b4348d3b14ef967a833d001462f091812bf1b89b37c7f66126da08a968861b391f2969b99cafd277318ef2769b748e9c0a71819579e72131b3956db9', '2026-11-26 06:49:47.947+00');

INSERT INTO public.key_usage VALUES
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 'daf17507-0cd7-49b7-948d-4a153b7893ed', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'ADMIN', 'ApiKey', 2, '2026-11-26 06:49:47.514+00', '2026-11-26 06:49:47.725+00'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', 'bb3e562b-23e9-4308-bdba-04a6c0813a26', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'RUN', 'Run', 2, '2026-11-26 06:49:47.493+00', '2026-11-26 06:49:47.714+00'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '38f3b324-678a-4b11-93e1-f3b7c7528cdb', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'WRITE', 'Agent', 2, '2026-11-26 06:49:47.327+00', '2026-11-26 06:49:47.629+00'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '412bc7cb-1e3a-4784-9a6e-b0ba861705f1', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'WRITE', 'McpServer', 2, '2026-11-26 06:49:47.301+00', '2026-11-26 06:49:47.584+00'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '57d23927-1585-4c9a-ac12-71b601b5cc43', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'WRITE', 'Schedule', 2, '2026-11-26 06:49:47.403+00', '2026-11-26 06:49:47.676+00'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '0be050da-c986-43f8-aad1-1207da3ec136', '01a2169e-0fb7-71c6-a49c-c8241d675549', 'WRITE', 'Tool', 2, '2026-11-26 06:49:47.271+00', '2026-11-26 06:49:47.544+00'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '9e05ca87-5dbf-4ce2-956e-fcc344c23cb3', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'ADMIN', 'ApiKey', 3, '2026-11-26 06:49:47.844+00', '2026-11-26 06:49:47.955+00'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '45097fee-a274-4bdb-b763-ecee5428007c', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'READ', 'ImportPlan', 1, '2026-11-26 06:49:48.088+00', '2026-11-26 06:49:48.088+00'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '7277a7b4-1368-498e-992e-7f6396a4dc23', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'READ', 'Tool', 1, '2026-11-26 06:49:48.038+00', '2026-11-26 06:49:48.038+00'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 'fb12a9f8-3402-4588-a8e6-13ab13038e2d', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'RUN', 'Run', 2, '2026-11-26 06:49:47.824+00', '2026-11-26 06:49:47.914+00'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '9e8af2e2-adc8-4500-ab51-6c09fdfd8f7c', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'WRITE', 'Agent', 2, '2026-11-26 06:49:47.772+00', '2026-11-26 06:49:47.877+00'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 'e999565d-0fee-45a9-891e-92ddd5c568e5', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'WRITE', 'ImportResult', 1, '2026-11-26 06:49:48.155+00', '2026-11-26 06:49:48.155+00'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', 'a99d6c98-78f9-48fa-bba5-7f868428659b', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'WRITE', 'McpServer', 3, '2026-11-26 06:49:47.763+00', '2026-11-26 06:49:47.933+00'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '241c1d7f-9bae-4e48-a722-192acb0fe8c4', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'WRITE', 'Schedule', 2, '2026-11-26 06:49:47.8+00', '2026-11-26 06:49:47.908+00'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '697039fb-845c-4b1e-9a3c-598aab18b977', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', 'WRITE', 'Tool', 4, '2026-11-26 06:49:47.746+00', '2026-11-26 06:49:48.059+00');

INSERT INTO public.key_use VALUES
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-0fb7-71c6-a49c-c8241d675549', '2026-11-26 06:49:47.726+00'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-0fe5-7501-a6b6-44c3db6a8eab', '2026-11-26 06:49:48.231+00');

INSERT INTO public.master_access VALUES
	('01a2169e-0fbb-7965-8206-e1f77a62f7bb', '2026-11-26 06:49:47.175+00', '01a2169e-0a8c-72ea-a736-70b810b98381', 'from MASTER_KEY', 'createAccount', '{createAccount}', 'a test', '127.0.0.1', 'f1148264-bc8b-42bf-bb74-7dd4608a84a6', true, '{01a2169e-0faa-7289-84b5-76a53a8a6694}'),
	('01a2169e-0fe8-73fa-a542-3a0944b9f5bf', '2026-11-26 06:49:47.228+00', '01a2169e-0a8c-72ea-a736-70b810b98381', 'from MASTER_KEY', 'createAccount', '{createAccount}', 'a test', '127.0.0.1', '414ec45b-a3b5-4789-a3d8-d0c5b06743cb', true, '{01a2169e-0fde-750d-aa57-fcc27e4c1e7c}'),
	('01a2169e-12e6-7680-b5ef-e4ca66f08788', '2026-11-26 06:49:47.997+00', '01a2169e-0a8c-72ea-a736-70b810b98381', 'from MASTER_KEY', 'createAccount', '{createAccount}', 'a test', '127.0.0.1', '6b5bcae7-b148-4c28-8249-be1fc7509a51', true, '{01a2169e-12df-7baa-aba0-58c81bfcb3bd}'),
	('01a2169e-13d4-789b-9f2a-0203778dc338', '2026-11-26 06:49:48.265+00', '01a2169e-0a8c-72ea-a736-70b810b98381', 'from MASTER_KEY', 'tools', '{tools}', 'a test', '127.0.0.1', '3489b81c-397b-446e-89c8-c6c6916ddbef', false, '{01a2169e-0fde-750d-aa57-fcc27e4c1e7c}');

INSERT INTO public.master_key VALUES
	('01a2169e-0a8c-72ea-a736-70b810b98381', 'from MASTER_KEY', '\xe083ad8090e98ce92415cf18f74f9286b93dac521bebeb11b07d3c8ce675ae62', NULL, NULL, NULL, NULL, 1, '2026-11-26 06:49:45.886+00', '2026-11-26 06:49:45.886+00');

INSERT INTO public.mcp_server VALUES
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-101d-72d0-896a-b4ac55690f36', '{}', 1, '2026-11-26 06:49:47.295+00', '2026-11-26 06:49:47.295+00', NULL, NULL, 'Globex 0', NULL, 'HTTP', '{"url": "https://mcp.example/sse"}', '{"type": "NO_AUTH", "preview": null, "headerName": null}', NULL),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-1137-7465-a1e9-177c343bc2c7', '{}', 1, '2026-11-26 06:49:47.576+00', '2026-11-26 06:49:47.576+00', NULL, NULL, 'Globex 1', NULL, 'HTTP', '{"url": "https://mcp.example/sse"}', '{"type": "NO_AUTH", "preview": null, "headerName": null}', NULL),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-11e3-7d1e-b68a-bc34001b9575', '{}', 1, '2026-11-26 06:49:47.749+00', '2026-11-26 06:49:47.749+00', NULL, NULL, 'Acme 0', NULL, 'HTTP', '{"url": "https://mcp.example/sse"}', '{"type": "NO_AUTH", "preview": null, "headerName": null}', NULL),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-124f-719f-bbac-b42d46b395e7', '{}', 1, '2026-11-26 06:49:47.856+00', '2026-11-26 06:49:47.856+00', NULL, NULL, 'Acme 1', NULL, 'HTTP', '{"url": "https://mcp.example/sse"}', '{"type": "NO_AUTH", "preview": null, "headerName": null}', NULL),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-1294-793f-b95b-41edecc32f86', '{}', 2, '2026-11-26 06:49:47.933+00', '2026-11-26 06:49:48.149+00', NULL, NULL, 'sealed', NULL, 'HTTP', '{"url": "https://mcp.example/"}', '{"type": "BEARER_TOKEN", "preview": "…abcd", "headerName": null}', '\x11668232c2615f57c0e3b0a9fd90c76504777d60140421566cc17ac49a253d064ccc422099a5028620dce4a825164350211b986e376e839ebcd00fd9f74b45');

INSERT INTO public.migrations VALUES
	(1, 1000000000000, 'Audit1000000000000'),
	(2, 1000000000001, 'Foundation1000000000001'),
	(3, 1010000000001, 'AgentsAndTools1010000000001'),
	(4, 1100000000001, 'ServersSchedulesRuns1100000000001'),
	(5, 1110000000001, 'Idempotency1110000000001'),
	(6, 1200000000001, 'SecretsKey1200000000001'),
	(7, 1210000000001, 'ListIndexes1210000000001'),
	(8, 1300000000001, 'KeyWatch1300000000001'),
	(9, 1310000000001, 'KeyUse1310000000001'),
	(10, 1320000000001, 'MasterAccess1320000000001'),
	(11, 1330000000001, 'RateLimit1330000000001'),
	(12, 1500000000001, 'ConfigurationImports1500000000001'),
	(13, 1600000000001, 'AccessRecord1600000000001'),
	(14, 1700000000001, 'ListsByIndex1700000000001'),
	(15, 1710000000001, 'RecordsByIndex1710000000001'),
	(16, 1740000000001, 'AuditWalls1740000000001');

INSERT INTO public.operator_idempotency VALUES
	('01a2169e-0a8c-72ea-a736-70b810b98381', 'kept', 1, '\xf50d395f5fe1ad6c2dd74be3615da5a1c04e540c347bb900466c966410e6f8d2', '\x11668232c2615f57402c55bb0311c25a6f819b6386b6bf9d794a389f539d25dbe7d83cb6f81911a405cd0a00fe2a37672665e32d287c541352cff1a8fc605acd06d2aafd51f1ec6c347c152803d7c8ce9094ef6eaed3617b1747f19b87e6ae62569ffdbda2bbec0585e5e0ff6c7bcf82e940d62240ab699c6226c047c7e56e18b5f3d5a269ba04fabc2a98fb8d16064cb9aab4af4bfd3a29a88333b12dd19df89cdb67a9e52a048629f008f7de651b623e7fd4362483286baa4e678f7c6fd7d131563f393fd5b194baca8d29651d3a782bf9feecc6075cae4f8574ab0b99f101a35d9205a74f08445c42bcd60d8d55c1994001b38614c4ccf5e9fd18a488a91144c07276ecf4b30ba6e0bc110a26a58f564a2c20f9b60c240de77bcbdd61672bd7c32abb1b48d66294256cd7f607eafab08d183f595ca2ebd257173fc887e5903a8c679c960255968fb51418a994a9e01b56b867fa699d3521f243cfce5c20d8a83de623ffda49fe9a850953e1e4face6ef189a4e9a8981f6ed4fbd6961f95b49525c996c96770e9de29386d50f2c37a23d1993318ac986b3720a21b9f3730cf615cd251f9835218a14f79b2c86c05b6bdae1370e922e9db26624511ef857e177b4a9919e9d5139fa93e5b5eddf0f0a141c7001eefb9a82255940c5ecc861dee0ebc140d6a62f5674fd42340f3bc4016273ee14e08ed88d62b3d7c2a7fd6dd234751ce8bd0b0a867558dfad5f5017c0c629cbd49612f17254eb1bc2903dd31b14dc0da64cb8c1372ab71d71f3bb19ee8d1d035966de9b08c312e801c2814e20c67d6b44bb875dfce15b194dd83f66c606631b551a77db1d4e1e083f82ec60f5e8f0da7b735df4553667010c3b5433a324b950fa3f4108748740c0e0ae3201d893a650780d0ff7e3bb7da21537d448fbd88e392816a34b7eec376be9a0cbce562855f55a1f7ec91a8e5c9a02d3afea70dc05a63b193cfdcf2a5a333500a4bcf97ecd5159ee781f794a9c8c8b35af3d76fc22ec61cab2a0e9dfdb2bddbf437505277f06b74f34075a3d9fbd8b536755cc687b5ee2c43bbc0c897bce5', '2026-11-26 06:49:47.997+00');

INSERT INTO public.run VALUES
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-10e2-75df-844b-dec27d41657c', '{}', 1, '2026-11-26 06:49:47.487+00', '2026-11-26 06:49:47.487+00', NULL, NULL, '01a2169e-1041-729b-9444-211f34468b41', '01a2169e-10c4-761f-8b43-6c4e6e3f04ab', 'SCHEDULE', 'STARTED', NULL, NULL, NULL, '2026-11-26 06:49:47.487+00', NULL, '01a2169e-0fb7-71c6-a49c-c8241d675549'),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-11b9-781e-b8b4-9adf7bb6c640', '{}', 1, '2026-11-26 06:49:47.7+00', '2026-11-26 06:49:47.7+00', NULL, NULL, '01a2169e-1041-729b-9444-211f34468b41', '01a2169e-10c4-761f-8b43-6c4e6e3f04ab', 'SCHEDULE', 'STARTED', NULL, NULL, NULL, '2026-11-26 06:49:47.7+00', NULL, '01a2169e-0fb7-71c6-a49c-c8241d675549'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-122c-79e4-a96b-7af460e5de2a', '{}', 1, '2026-11-26 06:49:47.817+00', '2026-11-26 06:49:47.817+00', NULL, NULL, '01a2169e-11f2-71f6-a436-d0c877bf5294', '01a2169e-1211-7d72-a31e-fe3728cc1727', 'SCHEDULE', 'STARTED', NULL, NULL, NULL, '2026-11-26 06:49:47.817+00', NULL, '01a2169e-0fe5-7501-a6b6-44c3db6a8eab'),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-127e-7427-ac49-06e2606720fb', '{}', 1, '2026-11-26 06:49:47.898+00', '2026-11-26 06:49:47.898+00', NULL, NULL, '01a2169e-11f2-71f6-a436-d0c877bf5294', '01a2169e-1211-7d72-a31e-fe3728cc1727', 'SCHEDULE', 'STARTED', NULL, NULL, NULL, '2026-11-26 06:49:47.898+00', NULL, '01a2169e-0fe5-7501-a6b6-44c3db6a8eab');

INSERT INTO public.schedule VALUES
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-10c4-761f-8b43-6c4e6e3f04ab', '{}', 1, '2026-11-26 06:49:47.462+00', '2026-11-26 06:49:47.462+00', NULL, NULL, '01a2169e-1041-729b-9444-211f34468b41', '0 9 * * *', 'UTC', NULL, true, '2026-11-26 09:00:00+00', NULL),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-1197-7737-b4f6-7b60406d1fc0', '{}', 1, '2026-11-26 06:49:47.681+00', '2026-11-26 06:49:47.681+00', NULL, NULL, '01a2169e-1041-729b-9444-211f34468b41', '0 9 * * *', 'UTC', NULL, true, '2026-11-26 09:00:00+00', NULL),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-1211-7d72-a31e-fe3728cc1727', '{}', 1, '2026-11-26 06:49:47.795+00', '2026-11-26 06:49:47.795+00', NULL, NULL, '01a2169e-11f2-71f6-a436-d0c877bf5294', '0 9 * * *', 'UTC', NULL, true, '2026-11-26 09:00:00+00', NULL),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-1274-73fe-a517-d4e5275c3abd', '{}', 1, '2026-11-26 06:49:47.893+00', '2026-11-26 06:49:47.893+00', NULL, NULL, '01a2169e-11f2-71f6-a436-d0c877bf5294', '0 9 * * *', 'UTC', NULL, true, '2026-11-26 09:00:00+00', NULL);

INSERT INTO public.secrets_key VALUES
	(true, '\x11668232c2615f57');

INSERT INTO public.tool VALUES
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-1002-71f1-bfae-bb2ac27a2a0a', '{}', 1, '2026-11-26 06:49:47.267+00', '2026-11-26 06:49:47.267+00', NULL, NULL, 'Globex 0', NULL, 'CUSTOM', NULL, NULL, '[]', NULL, NULL),
	('01a2169e-0faa-7289-84b5-76a53a8a6694', '01a2169e-111c-7076-bca8-372c4847413c', '{}', 1, '2026-11-26 06:49:47.549+00', '2026-11-26 06:49:47.549+00', NULL, NULL, 'Globex 1', NULL, 'CUSTOM', NULL, NULL, '[]', NULL, NULL),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-11d2-735e-b695-96b1dd687e15', '{}', 1, '2026-11-26 06:49:47.731+00', '2026-11-26 06:49:47.731+00', NULL, NULL, 'Acme 0', NULL, 'CUSTOM', NULL, NULL, '[]', NULL, NULL),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-1244-7089-80c1-68249c585a9d', '{}', 1, '2026-11-26 06:49:47.845+00', '2026-11-26 06:49:47.845+00', NULL, NULL, 'Acme 1', NULL, 'CUSTOM', NULL, NULL, '[]', NULL, NULL),
	('01a2169e-0fde-750d-aa57-fcc27e4c1e7c', '01a2169e-12ed-7bf0-bb3d-f9ff9ba99762', '{}', 2, '2026-11-26 06:49:48.017+00', '2026-11-26 06:49:48.049+00', '2026-11-26 06:49:48.049+00', '01a2169e-1314-73a7-960f-e44fc3d3d76e', 'deleted', 'soft', 'CUSTOM', NULL, NULL, '[]', NULL, NULL);

SELECT pg_catalog.setval('public.migrations_id_seq', 16, true);

ALTER TABLE ONLY public.migrations
    ADD CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY (id);

ALTER TABLE ONLY public.account_access
    ADD CONSTRAINT account_access_pkey PRIMARY KEY (account_id, id);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_slug_key UNIQUE (slug);

ALTER TABLE ONLY public.agent_mcp_server
    ADD CONSTRAINT agent_mcp_server_pkey PRIMARY KEY (account_id, agent_id, mcp_server_id);

ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_pkey PRIMARY KEY (account_id, id);

ALTER TABLE ONLY public.agent_sub_agent
    ADD CONSTRAINT agent_sub_agent_pkey PRIMARY KEY (account_id, agent_id, sub_agent_id);

ALTER TABLE ONLY public.agent_tool
    ADD CONSTRAINT agent_tool_pkey PRIMARY KEY (account_id, agent_id, tool_id);

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (account_id, id);

ALTER TABLE ONLY public.audit_checkpoint
    ADD CONSTRAINT audit_checkpoint_pkey PRIMARY KEY (account_id, sequence);

ALTER TABLE ONLY public.audit_denial
    ADD CONSTRAINT audit_denial_pkey PRIMARY KEY (account_id, minute, key_id, code, field);

ALTER TABLE ONLY public.audit_event
    ADD CONSTRAINT audit_event_pkey PRIMARY KEY (account_id, sequence);

ALTER TABLE ONLY public.configuration_import
    ADD CONSTRAINT configuration_import_pkey PRIMARY KEY (account_id, id);

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (account_id, caller_id, key, write);

ALTER TABLE ONLY public.key_usage
    ADD CONSTRAINT key_usage_account_id_key_id_action_resource_key UNIQUE (account_id, key_id, action, resource);

ALTER TABLE ONLY public.key_usage
    ADD CONSTRAINT key_usage_pkey PRIMARY KEY (account_id, id);

ALTER TABLE ONLY public.key_use
    ADD CONSTRAINT key_use_pkey PRIMARY KEY (account_id, id);

ALTER TABLE ONLY public.master_access
    ADD CONSTRAINT master_access_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.master_key
    ADD CONSTRAINT master_key_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.mcp_server
    ADD CONSTRAINT mcp_server_pkey PRIMARY KEY (account_id, id);

ALTER TABLE ONLY public.operator_idempotency
    ADD CONSTRAINT operator_idempotency_pkey PRIMARY KEY (caller_id, key, write);

ALTER TABLE ONLY public.rate_limit
    ADD CONSTRAINT rate_limit_pkey PRIMARY KEY (key);

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_pkey PRIMARY KEY (account_id, id);

ALTER TABLE ONLY public.schedule
    ADD CONSTRAINT schedule_pkey PRIMARY KEY (account_id, id);

ALTER TABLE ONLY public.secrets_key
    ADD CONSTRAINT secrets_key_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY public.tool
    ADD CONSTRAINT tool_pkey PRIMARY KEY (account_id, id);

CREATE INDEX account_access_by_id ON public.account_access USING btree (id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX account_by_created_at ON public.account USING btree (created_at, id);

CREATE INDEX account_by_name ON public.account USING btree (name, id);

CREATE INDEX account_by_slug ON public.account USING btree (slug, id);

CREATE INDEX account_by_updated_at ON public.account USING btree (updated_at, id);

CREATE INDEX agent_all_by_created_at ON public.agent USING btree (created_at, id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX agent_all_by_name ON public.agent USING btree (name, id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX agent_all_by_owner_email ON public.agent USING btree ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64) IS NOT NULL));

CREATE INDEX agent_all_by_owner_team ON public.agent USING btree ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64) IS NOT NULL));

CREATE INDEX agent_all_by_updated_at ON public.agent USING btree (updated_at, id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX agent_by_created_at ON public.agent USING btree (account_id, created_at, id);

CREATE INDEX agent_by_deletion ON public.agent USING btree (account_id, deletion_id) WHERE (deletion_id IS NOT NULL);

CREATE INDEX agent_by_id ON public.agent USING btree (id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX agent_by_name ON public.agent USING btree (account_id, name, id);

CREATE INDEX agent_by_updated_at ON public.agent USING btree (account_id, updated_at, id);

CREATE UNIQUE INDEX agent_live_name ON public.agent USING btree (account_id, name) WHERE (deleted_at IS NULL);

CREATE INDEX agent_mcp_server_by_server ON public.agent_mcp_server USING btree (account_id, mcp_server_id);

CREATE INDEX agent_sub_agent_by_sub_agent ON public.agent_sub_agent USING btree (account_id, sub_agent_id);

CREATE INDEX agent_tool_by_tool ON public.agent_tool USING btree (account_id, tool_id);

CREATE INDEX api_key_all_by_created_at ON public.api_key USING btree (created_at, id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX api_key_all_by_name ON public.api_key USING btree (name, id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX api_key_all_by_owner_email ON public.api_key USING btree ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64) IS NOT NULL));

CREATE INDEX api_key_all_by_owner_team ON public.api_key USING btree ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64) IS NOT NULL));

CREATE INDEX api_key_all_by_updated_at ON public.api_key USING btree (updated_at, id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX api_key_by_created_at ON public.api_key USING btree (account_id, created_at, id);

CREATE INDEX api_key_by_deletion ON public.api_key USING btree (account_id, deletion_id) WHERE (deletion_id IS NOT NULL);

CREATE INDEX api_key_by_id ON public.api_key USING btree (id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX api_key_by_name ON public.api_key USING btree (account_id, name, id);

CREATE INDEX api_key_by_updated_at ON public.api_key USING btree (account_id, updated_at, id);

CREATE INDEX audit_denial_all_by_minute ON public.audit_denial USING btree (minute, id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX audit_denial_by_minute ON public.audit_denial USING btree (account_id, minute, id);

CREATE INDEX audit_event_all_by_actor_id ON public.audit_event USING btree (actor_id, at, sequence, account_id) WHERE (((account_id)::text <> ''::text) AND (actor_id IS NOT NULL));

CREATE INDEX audit_event_all_by_at ON public.audit_event USING btree (at, sequence, account_id) WHERE (((account_id)::text <> ''::text) AND ((sequence)::text <> ''::text));

CREATE INDEX audit_event_all_by_request_id ON public.audit_event USING btree (request_id, at, sequence, account_id) WHERE (((account_id)::text <> ''::text) AND (request_id IS NOT NULL));

CREATE INDEX audit_event_all_by_resource_id ON public.audit_event USING btree (resource_id, at, sequence, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX audit_event_by_actor_id ON public.audit_event USING btree (account_id, actor_id, at, sequence) WHERE (actor_id IS NOT NULL);

CREATE INDEX audit_event_by_at ON public.audit_event USING btree (account_id, at, sequence) WHERE ((sequence)::text <> ''::text);

CREATE INDEX audit_event_by_request_id ON public.audit_event USING btree (account_id, request_id, at, sequence) WHERE (request_id IS NOT NULL);

CREATE INDEX audit_event_by_resource_id ON public.audit_event USING btree (account_id, resource_id, at, sequence);

CREATE INDEX idempotency_by_age ON public.idempotency USING btree (account_id, created_at);

CREATE INDEX master_access_by_key ON public.master_access USING btree (key_id, id);

CREATE INDEX master_key_by_created_at ON public.master_key USING btree (created_at, id);

CREATE INDEX master_key_by_name ON public.master_key USING btree (name, id);

CREATE INDEX master_key_by_updated_at ON public.master_key USING btree (updated_at, id);

CREATE INDEX mcp_server_all_by_created_at ON public.mcp_server USING btree (created_at, id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX mcp_server_all_by_name ON public.mcp_server USING btree (name, id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX mcp_server_all_by_owner_email ON public.mcp_server USING btree ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64) IS NOT NULL));

CREATE INDEX mcp_server_all_by_owner_team ON public.mcp_server USING btree ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64) IS NOT NULL));

CREATE INDEX mcp_server_all_by_updated_at ON public.mcp_server USING btree (updated_at, id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX mcp_server_by_created_at ON public.mcp_server USING btree (account_id, created_at, id);

CREATE INDEX mcp_server_by_deletion ON public.mcp_server USING btree (account_id, deletion_id) WHERE (deletion_id IS NOT NULL);

CREATE INDEX mcp_server_by_id ON public.mcp_server USING btree (id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX mcp_server_by_name ON public.mcp_server USING btree (account_id, name, id);

CREATE INDEX mcp_server_by_updated_at ON public.mcp_server USING btree (account_id, updated_at, id);

CREATE UNIQUE INDEX mcp_server_live_name ON public.mcp_server USING btree (account_id, name) WHERE (deleted_at IS NULL);

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

CREATE INDEX schedule_due ON public.schedule USING btree (next_run_at) WHERE (enabled AND (deleted_at IS NULL) AND (next_run_at IS NOT NULL));

CREATE INDEX tool_all_by_created_at ON public.tool USING btree (created_at, id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX tool_all_by_name ON public.tool USING btree (name, id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX tool_all_by_owner_email ON public.tool USING btree ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'email'::text), 64) IS NOT NULL));

CREATE INDEX tool_all_by_owner_team ON public.tool USING btree ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64), id, account_id) WHERE (((account_id)::text <> ''::text) AND ("left"(((metadata -> 'owner'::text) ->> 'team'::text), 64) IS NOT NULL));

CREATE INDEX tool_all_by_updated_at ON public.tool USING btree (updated_at, id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX tool_by_created_at ON public.tool USING btree (account_id, created_at, id);

CREATE INDEX tool_by_deletion ON public.tool USING btree (account_id, deletion_id) WHERE (deletion_id IS NOT NULL);

CREATE INDEX tool_by_id ON public.tool USING btree (id, account_id) WHERE ((account_id)::text <> ''::text);

CREATE INDEX tool_by_name ON public.tool USING btree (account_id, name, id);

CREATE INDEX tool_by_updated_at ON public.tool USING btree (account_id, updated_at, id);

CREATE UNIQUE INDEX tool_live_name ON public.tool USING btree (account_id, name) WHERE (deleted_at IS NULL);

CREATE TRIGGER announce_change AFTER DELETE OR UPDATE ON public.account FOR EACH ROW EXECUTE FUNCTION public.announce_key_change();

CREATE TRIGGER announce_change AFTER DELETE OR UPDATE ON public.api_key FOR EACH ROW EXECUTE FUNCTION public.announce_key_change();

CREATE TRIGGER announce_change AFTER DELETE OR UPDATE ON public.master_key FOR EACH ROW EXECUTE FUNCTION public.announce_key_change();

CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON public.account DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('Account', 'id', 'id', '{}', '');

ALTER TABLE public.account ENABLE ALWAYS TRIGGER audit_row_delete;

CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON public.agent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('Agent', 'account_id', 'id', '{}', 'usual');

ALTER TABLE public.agent ENABLE ALWAYS TRIGGER audit_row_delete;

CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON public.agent_mcp_server DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('AgentMcpServer', 'account_id', 'agent_id,mcp_server_id', '{}', '');

ALTER TABLE public.agent_mcp_server ENABLE ALWAYS TRIGGER audit_row_delete;

CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON public.agent_sub_agent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('AgentSubAgent', 'account_id', 'agent_id,sub_agent_id', '{}', '');

ALTER TABLE public.agent_sub_agent ENABLE ALWAYS TRIGGER audit_row_delete;

CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON public.agent_tool DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('AgentTool', 'account_id', 'agent_id,tool_id', '{}', '');

ALTER TABLE public.agent_tool ENABLE ALWAYS TRIGGER audit_row_delete;

CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON public.api_key DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('ApiKey', 'account_id', 'id', '{secret_hash}', '');

ALTER TABLE public.api_key ENABLE ALWAYS TRIGGER audit_row_delete;

CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON public.configuration_import DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('ConfigurationImport', 'account_id', 'id', '{inverse}', '');

ALTER TABLE public.configuration_import ENABLE ALWAYS TRIGGER audit_row_delete;

CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON public.master_key DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('MasterKey', '', 'id', '{secret_hash}', '');

ALTER TABLE public.master_key ENABLE ALWAYS TRIGGER audit_row_delete;

CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON public.mcp_server DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('McpServer', 'account_id', 'id', '{secret}', '');

ALTER TABLE public.mcp_server ENABLE ALWAYS TRIGGER audit_row_delete;

CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON public.run DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('Run', 'account_id', 'id', '{}', 'usual');

ALTER TABLE public.run ENABLE ALWAYS TRIGGER audit_row_delete;

CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON public.schedule DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('Schedule', 'account_id', 'id', '{}', 'usual');

ALTER TABLE public.schedule ENABLE ALWAYS TRIGGER audit_row_delete;

CREATE CONSTRAINT TRIGGER audit_row_delete AFTER DELETE ON public.tool DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('Tool', 'account_id', 'id', '{}', 'usual');

ALTER TABLE public.tool ENABLE ALWAYS TRIGGER audit_row_delete;

CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON public.account DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('Account', 'id', 'id', '{}', '');

ALTER TABLE public.account ENABLE ALWAYS TRIGGER audit_row_insert;

CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON public.agent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('Agent', 'account_id', 'id', '{}', 'usual');

ALTER TABLE public.agent ENABLE ALWAYS TRIGGER audit_row_insert;

CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON public.agent_mcp_server DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('AgentMcpServer', 'account_id', 'agent_id,mcp_server_id', '{}', '');

ALTER TABLE public.agent_mcp_server ENABLE ALWAYS TRIGGER audit_row_insert;

CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON public.agent_sub_agent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('AgentSubAgent', 'account_id', 'agent_id,sub_agent_id', '{}', '');

ALTER TABLE public.agent_sub_agent ENABLE ALWAYS TRIGGER audit_row_insert;

CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON public.agent_tool DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('AgentTool', 'account_id', 'agent_id,tool_id', '{}', '');

ALTER TABLE public.agent_tool ENABLE ALWAYS TRIGGER audit_row_insert;

CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON public.api_key DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('ApiKey', 'account_id', 'id', '{secret_hash}', '');

ALTER TABLE public.api_key ENABLE ALWAYS TRIGGER audit_row_insert;

CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON public.configuration_import DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('ConfigurationImport', 'account_id', 'id', '{inverse}', '');

ALTER TABLE public.configuration_import ENABLE ALWAYS TRIGGER audit_row_insert;

CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON public.master_key DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('MasterKey', '', 'id', '{secret_hash}', '');

ALTER TABLE public.master_key ENABLE ALWAYS TRIGGER audit_row_insert;

CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON public.mcp_server DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('McpServer', 'account_id', 'id', '{secret}', '');

ALTER TABLE public.mcp_server ENABLE ALWAYS TRIGGER audit_row_insert;

CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON public.run DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.status IS DISTINCT FROM 'STARTED'::text)) EXECUTE FUNCTION public.audit_row('Run', 'account_id', 'id', '{}', 'usual');

ALTER TABLE public.run ENABLE ALWAYS TRIGGER audit_row_insert;

CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON public.schedule DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('Schedule', 'account_id', 'id', '{}', 'usual');

ALTER TABLE public.schedule ENABLE ALWAYS TRIGGER audit_row_insert;

CREATE CONSTRAINT TRIGGER audit_row_insert AFTER INSERT ON public.tool DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('Tool', 'account_id', 'id', '{}', 'usual');

ALTER TABLE public.tool ENABLE ALWAYS TRIGGER audit_row_insert;

CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON public.account DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('Account', 'id', 'id', '{}', '');

ALTER TABLE public.account ENABLE ALWAYS TRIGGER audit_row_update;

CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON public.agent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('Agent', 'account_id', 'id', '{}', 'usual');

ALTER TABLE public.agent ENABLE ALWAYS TRIGGER audit_row_update;

CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON public.agent_mcp_server DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('AgentMcpServer', 'account_id', 'agent_id,mcp_server_id', '{}', '');

ALTER TABLE public.agent_mcp_server ENABLE ALWAYS TRIGGER audit_row_update;

CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON public.agent_sub_agent DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('AgentSubAgent', 'account_id', 'agent_id,sub_agent_id', '{}', '');

ALTER TABLE public.agent_sub_agent ENABLE ALWAYS TRIGGER audit_row_update;

CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON public.agent_tool DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('AgentTool', 'account_id', 'agent_id,tool_id', '{}', '');

ALTER TABLE public.agent_tool ENABLE ALWAYS TRIGGER audit_row_update;

CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON public.api_key DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('ApiKey', 'account_id', 'id', '{secret_hash}', '');

ALTER TABLE public.api_key ENABLE ALWAYS TRIGGER audit_row_update;

CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON public.configuration_import DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('ConfigurationImport', 'account_id', 'id', '{inverse}', '');

ALTER TABLE public.configuration_import ENABLE ALWAYS TRIGGER audit_row_update;

CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON public.master_key DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('MasterKey', '', 'id', '{secret_hash}', '');

ALTER TABLE public.master_key ENABLE ALWAYS TRIGGER audit_row_update;

CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON public.mcp_server DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('McpServer', 'account_id', 'id', '{secret}', '');

ALTER TABLE public.mcp_server ENABLE ALWAYS TRIGGER audit_row_update;

CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON public.run DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((NOT ((old.status = 'STARTED'::text) AND (new.status <> 'STARTED'::text) AND (NOT (old.account_id IS DISTINCT FROM new.account_id)) AND (NOT (old.id IS DISTINCT FROM new.id)) AND (NOT (old.metadata IS DISTINCT FROM new.metadata)) AND (NOT (old.created_at IS DISTINCT FROM new.created_at)) AND (NOT (old.deleted_at IS DISTINCT FROM new.deleted_at)) AND (NOT (old.deletion_id IS DISTINCT FROM new.deletion_id)) AND (NOT (old.agent_id IS DISTINCT FROM new.agent_id)) AND (NOT (old.schedule_id IS DISTINCT FROM new.schedule_id)) AND (NOT (old.trigger IS DISTINCT FROM new.trigger)) AND (NOT (old.input IS DISTINCT FROM new.input)) AND (NOT (old.started_at IS DISTINCT FROM new.started_at)) AND (NOT (old.api_key_id IS DISTINCT FROM new.api_key_id))))) EXECUTE FUNCTION public.audit_row('Run', 'account_id', 'id', '{}', 'usual');

ALTER TABLE public.run ENABLE ALWAYS TRIGGER audit_row_update;

CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON public.schedule DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('Schedule', 'account_id', 'id', '{}', 'usual');

ALTER TABLE public.schedule ENABLE ALWAYS TRIGGER audit_row_update;

CREATE CONSTRAINT TRIGGER audit_row_update AFTER UPDATE ON public.tool DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.audit_row('Tool', 'account_id', 'id', '{}', 'usual');

ALTER TABLE public.tool ENABLE ALWAYS TRIGGER audit_row_update;

CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.account FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();

ALTER TABLE public.account ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.account_access FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();

ALTER TABLE public.account_access ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.agent FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();

ALTER TABLE public.agent ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.agent_mcp_server FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();

ALTER TABLE public.agent_mcp_server ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.agent_sub_agent FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();

ALTER TABLE public.agent_sub_agent ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.agent_tool FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();

ALTER TABLE public.agent_tool ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.api_key FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();

ALTER TABLE public.api_key ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();

ALTER TABLE public.audit_checkpoint ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.audit_denial FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();

ALTER TABLE public.audit_denial ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.audit_event FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();

ALTER TABLE public.audit_event ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.configuration_import FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();

ALTER TABLE public.configuration_import ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.master_access FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();

ALTER TABLE public.master_access ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.master_key FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();

ALTER TABLE public.master_key ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.mcp_server FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();

ALTER TABLE public.mcp_server ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.run FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();

ALTER TABLE public.run ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.schedule FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();

ALTER TABLE public.schedule ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON public.tool FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse_truncate();

ALTER TABLE public.tool ENABLE ALWAYS TRIGGER audit_truncate;

ALTER TABLE ONLY public.account_access
    ADD CONSTRAINT account_access_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.agent
    ADD CONSTRAINT agent_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.agent_mcp_server
    ADD CONSTRAINT agent_mcp_server_account_id_agent_id_fkey FOREIGN KEY (account_id, agent_id) REFERENCES public.agent(account_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.agent_mcp_server
    ADD CONSTRAINT agent_mcp_server_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.agent_mcp_server
    ADD CONSTRAINT agent_mcp_server_account_id_mcp_server_id_fkey FOREIGN KEY (account_id, mcp_server_id) REFERENCES public.mcp_server(account_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.agent_sub_agent
    ADD CONSTRAINT agent_sub_agent_account_id_agent_id_fkey FOREIGN KEY (account_id, agent_id) REFERENCES public.agent(account_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.agent_sub_agent
    ADD CONSTRAINT agent_sub_agent_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.agent_sub_agent
    ADD CONSTRAINT agent_sub_agent_account_id_sub_agent_id_fkey FOREIGN KEY (account_id, sub_agent_id) REFERENCES public.agent(account_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.agent_tool
    ADD CONSTRAINT agent_tool_account_id_agent_id_fkey FOREIGN KEY (account_id, agent_id) REFERENCES public.agent(account_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.agent_tool
    ADD CONSTRAINT agent_tool_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.agent_tool
    ADD CONSTRAINT agent_tool_account_id_tool_id_fkey FOREIGN KEY (account_id, tool_id) REFERENCES public.tool(account_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_account_id_replaced_by_fkey FOREIGN KEY (account_id, replaced_by) REFERENCES public.api_key(account_id, id);

ALTER TABLE ONLY public.configuration_import
    ADD CONSTRAINT configuration_import_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.key_usage
    ADD CONSTRAINT key_usage_account_id_key_id_fkey FOREIGN KEY (account_id, key_id) REFERENCES public.api_key(account_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.key_use
    ADD CONSTRAINT key_use_account_id_id_fkey FOREIGN KEY (account_id, id) REFERENCES public.api_key(account_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.mcp_server
    ADD CONSTRAINT mcp_server_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_account_id_agent_id_fkey FOREIGN KEY (account_id, agent_id) REFERENCES public.agent(account_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.run
    ADD CONSTRAINT run_account_id_schedule_id_fkey FOREIGN KEY (account_id, schedule_id) REFERENCES public.schedule(account_id, id) ON DELETE SET NULL (schedule_id);

ALTER TABLE ONLY public.schedule
    ADD CONSTRAINT schedule_account_id_agent_id_fkey FOREIGN KEY (account_id, agent_id) REFERENCES public.agent(account_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.schedule
    ADD CONSTRAINT schedule_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE ONLY public.tool
    ADD CONSTRAINT tool_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);

ALTER TABLE public.account ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.account_access ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.agent ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.agent_mcp_server ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.agent_sub_agent ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.agent_tool ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.api_key ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_checkpoint ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_denial ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.configuration_import ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.idempotency ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.key_usage ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.key_use ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mcp_server ENABLE ROW LEVEL SECURITY;

CREATE POLICY operator_rows ON public.account TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY operator_rows ON public.account_access TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY operator_rows ON public.agent TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY operator_rows ON public.agent_mcp_server TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY operator_rows ON public.agent_sub_agent TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY operator_rows ON public.agent_tool TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY operator_rows ON public.api_key TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY operator_rows ON public.audit_checkpoint TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY operator_rows ON public.audit_denial TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY operator_rows ON public.audit_event TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY operator_rows ON public.configuration_import TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY operator_rows ON public.idempotency TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY operator_rows ON public.key_usage TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY operator_rows ON public.key_use TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY operator_rows ON public.mcp_server TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY operator_rows ON public.run TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY operator_rows ON public.schedule TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY operator_rows ON public.tool TO {{operator}} USING (true) WITH CHECK (true);

CREATE POLICY owner_delete ON public.audit_event FOR DELETE TO {{owner}} USING ((sequence <= ( SELECT max(c.sequence) AS max
   FROM public.audit_checkpoint c
  WHERE (c.account_id = audit_event.account_id))));

CREATE POLICY owner_insert ON public.audit_checkpoint FOR INSERT TO {{owner}} WITH CHECK (true);

CREATE POLICY owner_insert ON public.audit_event FOR INSERT TO {{owner}} WITH CHECK (true);

CREATE POLICY owner_rows ON public.account TO {{owner}} USING (true) WITH CHECK (true);

CREATE POLICY owner_rows ON public.account_access TO {{owner}} USING (true) WITH CHECK (true);

CREATE POLICY owner_rows ON public.api_key TO {{owner}} USING (true) WITH CHECK (true);

CREATE POLICY owner_rows ON public.audit_denial TO {{owner}} USING (true) WITH CHECK (true);

CREATE POLICY owner_select ON public.audit_checkpoint FOR SELECT TO {{owner}} USING (true);

CREATE POLICY owner_select ON public.audit_event FOR SELECT TO {{owner}} USING (true);

ALTER TABLE public.run ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.schedule ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant_rows ON public.account TO {{tenant}} USING ((id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_rows ON public.account_access TO {{tenant}} USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_rows ON public.agent TO {{tenant}} USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_rows ON public.agent_mcp_server TO {{tenant}} USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_rows ON public.agent_sub_agent TO {{tenant}} USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_rows ON public.agent_tool TO {{tenant}} USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_rows ON public.api_key TO {{tenant}} USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_rows ON public.audit_checkpoint TO {{tenant}} USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_rows ON public.audit_denial TO {{tenant}} USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_rows ON public.audit_event TO {{tenant}} USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_rows ON public.configuration_import TO {{tenant}} USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_rows ON public.idempotency TO {{tenant}} USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_rows ON public.key_usage TO {{tenant}} USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_rows ON public.key_use TO {{tenant}} USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_rows ON public.mcp_server TO {{tenant}} USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_rows ON public.run TO {{tenant}} USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_rows ON public.schedule TO {{tenant}} USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

CREATE POLICY tenant_rows ON public.tool TO {{tenant}} USING ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid)) WITH CHECK ((account_id = (NULLIF(current_setting('app.account_id'::text, true), ''::text))::uuid));

ALTER TABLE public.tool ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA public TO {{tenant}};
GRANT USAGE ON SCHEMA public TO {{operator}};

REVOKE ALL ON FUNCTION public.audit_append(chain uuid, row_action text, row_type text, row_id text, row_before json, row_after json) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.audit_attach(target regclass, row_type text, account_column text, secrets text[], own_record jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.audit_record_denials(denials jsonb) FROM PUBLIC;
GRANT ALL ON FUNCTION public.audit_record_denials(denials jsonb) TO {{operator}};

REVOKE ALL ON FUNCTION public.audit_refuse_truncate() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.audit_row() FROM PUBLIC;

REVOKE ALL ON FUNCTION public.authenticate_key(wanted uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.authenticate_key(wanted uuid) TO {{tenant}};

REVOKE ALL ON FUNCTION public.record_master_access(entry uuid, key_id uuid, key_name text, operation_name text, fields text[], reason text, address text, request_id text, every_account boolean, accounts uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.record_master_access(entry uuid, key_id uuid, key_name text, operation_name text, fields text[], reason text, address text, request_id text, every_account boolean, accounts uuid[]) TO {{tenant}};
GRANT ALL ON FUNCTION public.record_master_access(entry uuid, key_id uuid, key_name text, operation_name text, fields text[], reason text, address text, request_id text, every_account boolean, accounts uuid[]) TO {{operator}};

GRANT SELECT ON TABLE public.account TO {{tenant}};
GRANT SELECT,INSERT,UPDATE ON TABLE public.account TO {{operator}};

GRANT SELECT ON TABLE public.account_access TO {{tenant}};
GRANT SELECT ON TABLE public.account_access TO {{operator}};

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agent TO {{tenant}};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agent TO {{operator}};

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agent_mcp_server TO {{tenant}};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agent_mcp_server TO {{operator}};

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agent_sub_agent TO {{tenant}};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agent_sub_agent TO {{operator}};

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agent_tool TO {{tenant}};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.agent_tool TO {{operator}};

GRANT SELECT,INSERT,UPDATE ON TABLE public.api_key TO {{tenant}};
GRANT SELECT,INSERT,UPDATE ON TABLE public.api_key TO {{operator}};

GRANT SELECT ON TABLE public.audit_checkpoint TO {{tenant}};
GRANT SELECT ON TABLE public.audit_checkpoint TO {{operator}};

GRANT SELECT ON TABLE public.audit_denial TO {{tenant}};
GRANT SELECT ON TABLE public.audit_denial TO {{operator}};

GRANT SELECT ON TABLE public.audit_event TO {{tenant}};
GRANT SELECT ON TABLE public.audit_event TO {{operator}};

GRANT SELECT,INSERT,UPDATE ON TABLE public.configuration_import TO {{tenant}};
GRANT SELECT,INSERT,UPDATE ON TABLE public.configuration_import TO {{operator}};

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency TO {{tenant}};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency TO {{operator}};

GRANT SELECT ON TABLE public.key_usage TO {{tenant}};
GRANT SELECT,INSERT,UPDATE ON TABLE public.key_usage TO {{operator}};

GRANT SELECT ON TABLE public.key_use TO {{tenant}};
GRANT SELECT,INSERT,UPDATE ON TABLE public.key_use TO {{operator}};

GRANT SELECT ON TABLE public.master_access TO {{operator}};

GRANT SELECT,INSERT,UPDATE ON TABLE public.master_key TO {{operator}};

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mcp_server TO {{tenant}};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mcp_server TO {{operator}};

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.operator_idempotency TO {{operator}};

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.rate_limit TO {{operator}};

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.run TO {{tenant}};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.run TO {{operator}};

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.schedule TO {{tenant}};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.schedule TO {{operator}};

GRANT SELECT,INSERT ON TABLE public.secrets_key TO {{operator}};

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tool TO {{tenant}};
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tool TO {{operator}};
