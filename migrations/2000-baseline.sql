-- The schema of release 0.1.0: accounts, keys, resources, their audit log.

GRANT USAGE ON SCHEMA public TO {{tenant}};
GRANT USAGE ON SCHEMA public TO {{operator}};

-- Keys that strayed into a text are cut to their kind, as in the log.
CREATE FUNCTION audit_clean(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT CASE WHEN strpos(value, 'pcl_') = 0 THEN value
              ELSE regexp_replace(value, 'pcl_(live|master)_[0-9A-Za-z_]+', 'pcl_\1_...', 'g') END$$;

-- Appends an event to a chain; one that a key strayed into is stored without the key.
CREATE FUNCTION audit_append(chain uuid, row_action text, row_type text, row_id text, row_before json, row_after json) RETURNS boolean
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
REVOKE ALL ON FUNCTION audit_append(uuid, text, text, text, json, json) FROM PUBLIC;

-- Writes the event of a changed row. Arguments: type, account column, key columns, hidden columns, and whether the row has the usual shape.
CREATE FUNCTION audit_row() RETURNS trigger
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
REVOKE ALL ON FUNCTION audit_row() FROM PUBLIC;

-- TRUNCATE fires no row triggers.
CREATE FUNCTION audit_refuse_truncate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'TRUNCATE would leave no record of what it removes: delete the rows instead';
END$$;
REVOKE ALL ON FUNCTION audit_refuse_truncate() FROM PUBLIC;

-- Attaches the audit triggers to a table. They are deferred to COMMIT, and ALWAYS: session_replication_role does not silence them.
CREATE FUNCTION audit_attach(target regclass, row_type text, account_column text, secrets text[], own_record jsonb) RETURNS void
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
REVOKE ALL ON FUNCTION audit_attach(regclass, text, text, text[], jsonb) FROM PUBLIC;

-- Notifies gateways which key, or which account, changed.
CREATE FUNCTION announce_key_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog'
    AS $$
  BEGIN
    PERFORM pg_notify('portcullis_keys', OLD.id::text);
    RETURN NULL;
  END
  $$;

CREATE TABLE account (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    status text NOT NULL DEFAULT 'ACTIVE',
    metadata jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
    CONSTRAINT account_name_check CHECK (char_length(name) BETWEEN 1 AND 255),
    CONSTRAINT account_slug_check CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    CONSTRAINT account_status_check CHECK (status IN ('ACTIVE', 'SUSPENDED', 'CLOSED')),
    CONSTRAINT account_pkey PRIMARY KEY (id),
    CONSTRAINT account_slug_key UNIQUE (slug)
);
CREATE INDEX account_by_created_at ON account (created_at, id);
CREATE INDEX account_by_name ON account (name, id);
CREATE INDEX account_by_slug ON account (slug, id);
CREATE INDEX account_by_updated_at ON account (updated_at, id);
ALTER TABLE account ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON account TO {{tenant}}
    USING (id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON account TO {{operator}} USING (true) WITH CHECK (true);
CREATE POLICY owner_rows ON account TO {{owner}} USING (true) WITH CHECK (true);
GRANT SELECT ON account TO {{tenant}};
GRANT SELECT, INSERT, UPDATE ON account TO {{operator}};
SELECT audit_attach('account', 'Account', 'id', '{}', NULL);
CREATE TRIGGER announce_change AFTER DELETE OR UPDATE ON account FOR EACH ROW EXECUTE FUNCTION announce_key_change();

CREATE TABLE api_key (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    secret_hash bytea NOT NULL,
    expires_at timestamptz(3),
    created_by uuid,
    revoked_at timestamptz(3),
    revoked_by uuid,
    replaced_by uuid,
    metadata jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
    deletion_id uuid,
    CONSTRAINT api_key_check CHECK ((kind = 'PRIMARY') = (expires_at IS NULL)),
    CONSTRAINT api_key_kind_check CHECK (kind IN ('PRIMARY', 'EXPIRING')),
    CONSTRAINT api_key_name_check CHECK (char_length(name) BETWEEN 1 AND 255),
    CONSTRAINT api_key_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT api_key_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
    CONSTRAINT api_key_account_id_replaced_by_fkey FOREIGN KEY (account_id, replaced_by) REFERENCES api_key(account_id, id)
);
CREATE INDEX api_key_all_by_created_at ON api_key (created_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX api_key_all_by_name ON api_key (name, id, account_id) WHERE account_id::text <> '';
CREATE INDEX api_key_all_by_owner_email ON api_key ((left(metadata -> 'owner' ->> 'email', 64)), id, account_id) WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'email', 64) IS NOT NULL;
CREATE INDEX api_key_all_by_owner_team ON api_key ((left(metadata -> 'owner' ->> 'team', 64)), id, account_id) WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'team', 64) IS NOT NULL;
CREATE INDEX api_key_all_by_updated_at ON api_key (updated_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX api_key_by_created_at ON api_key (account_id, created_at, id);
CREATE INDEX api_key_by_deletion ON api_key (account_id, deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX api_key_by_id ON api_key (id, account_id) WHERE account_id::text <> '';
CREATE INDEX api_key_by_name ON api_key (account_id, name, id);
CREATE INDEX api_key_by_updated_at ON api_key (account_id, updated_at, id);
ALTER TABLE api_key ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON api_key TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON api_key TO {{operator}} USING (true) WITH CHECK (true);
CREATE POLICY owner_rows ON api_key TO {{owner}} USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON api_key TO {{tenant}};
GRANT SELECT, INSERT, UPDATE ON api_key TO {{operator}};
SELECT audit_attach('api_key', 'ApiKey', 'account_id', '{}', NULL);
CREATE TRIGGER announce_change AFTER DELETE OR UPDATE ON api_key FOR EACH ROW EXECUTE FUNCTION announce_key_change();

CREATE TABLE master_key (
    id uuid NOT NULL,
    name text NOT NULL,
    secret_hash bytea NOT NULL,
    expires_at timestamptz(3),
    created_by uuid,
    revoked_at timestamptz(3),
    revoked_by uuid,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    CONSTRAINT master_key_name_check CHECK (char_length(name) BETWEEN 1 AND 255),
    CONSTRAINT master_key_pkey PRIMARY KEY (id)
);
CREATE INDEX master_key_by_created_at ON master_key (created_at, id);
CREATE INDEX master_key_by_name ON master_key (name, id);
CREATE INDEX master_key_by_updated_at ON master_key (updated_at, id);
GRANT SELECT, INSERT, UPDATE ON master_key TO {{operator}};
SELECT audit_attach('master_key', 'MasterKey', '', '{}', NULL);
CREATE TRIGGER announce_change AFTER DELETE OR UPDATE ON master_key FOR EACH ROW EXECUTE FUNCTION announce_key_change();

CREATE TABLE tool (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
    deletion_id uuid,
    name text NOT NULL,
    description text,
    type text NOT NULL,
    framework text,
    version_label text,
    tags jsonb NOT NULL DEFAULT '[]',
    input_schema jsonb,
    source text,
    CONSTRAINT tool_name_check CHECK (char_length(name) BETWEEN 1 AND 255),
    CONSTRAINT tool_type_check CHECK (type IN ('NATIVE', 'CUSTOM')),
    CONSTRAINT tool_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT tool_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX tool_all_by_created_at ON tool (created_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX tool_all_by_name ON tool (name, id, account_id) WHERE account_id::text <> '';
CREATE INDEX tool_all_by_owner_email ON tool ((left(metadata -> 'owner' ->> 'email', 64)), id, account_id) WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'email', 64) IS NOT NULL;
CREATE INDEX tool_all_by_owner_team ON tool ((left(metadata -> 'owner' ->> 'team', 64)), id, account_id) WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'team', 64) IS NOT NULL;
CREATE INDEX tool_all_by_updated_at ON tool (updated_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX tool_by_created_at ON tool (account_id, created_at, id);
CREATE INDEX tool_by_deletion ON tool (account_id, deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX tool_by_id ON tool (id, account_id) WHERE account_id::text <> '';
CREATE INDEX tool_by_name ON tool (account_id, name, id);
CREATE INDEX tool_by_updated_at ON tool (account_id, updated_at, id);
CREATE UNIQUE INDEX tool_live_name ON tool (account_id, name) WHERE deleted_at IS NULL;
ALTER TABLE tool ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON tool TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON tool TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON tool TO {{tenant}};
GRANT SELECT, INSERT, UPDATE, DELETE ON tool TO {{operator}};
SELECT audit_attach('tool', 'Tool', 'account_id', '{}', NULL);

CREATE TABLE agent (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
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
    CONSTRAINT agent_name_check CHECK (char_length(name) BETWEEN 1 AND 255),
    CONSTRAINT agent_type_check CHECK (type IN ('CONFIG', 'A2A', 'LANGFLOW')),
    CONSTRAINT agent_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT agent_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX agent_all_by_created_at ON agent (created_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX agent_all_by_name ON agent (name, id, account_id) WHERE account_id::text <> '';
CREATE INDEX agent_all_by_owner_email ON agent ((left(metadata -> 'owner' ->> 'email', 64)), id, account_id) WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'email', 64) IS NOT NULL;
CREATE INDEX agent_all_by_owner_team ON agent ((left(metadata -> 'owner' ->> 'team', 64)), id, account_id) WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'team', 64) IS NOT NULL;
CREATE INDEX agent_all_by_updated_at ON agent (updated_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX agent_by_created_at ON agent (account_id, created_at, id);
CREATE INDEX agent_by_deletion ON agent (account_id, deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX agent_by_id ON agent (id, account_id) WHERE account_id::text <> '';
CREATE INDEX agent_by_name ON agent (account_id, name, id);
CREATE INDEX agent_by_updated_at ON agent (account_id, updated_at, id);
CREATE UNIQUE INDEX agent_live_name ON agent (account_id, name) WHERE deleted_at IS NULL;
ALTER TABLE agent ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON agent TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON agent TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON agent TO {{tenant}};
GRANT SELECT, INSERT, UPDATE, DELETE ON agent TO {{operator}};
SELECT audit_attach('agent', 'Agent', 'account_id', '{}', NULL);

CREATE TABLE agent_tool (
    account_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    tool_id uuid NOT NULL,
    CONSTRAINT agent_tool_pkey PRIMARY KEY (account_id, agent_id, tool_id),
    CONSTRAINT agent_tool_account_id_agent_id_fkey FOREIGN KEY (account_id, agent_id) REFERENCES agent(account_id, id) ON DELETE CASCADE,
    CONSTRAINT agent_tool_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
    CONSTRAINT agent_tool_account_id_tool_id_fkey FOREIGN KEY (account_id, tool_id) REFERENCES tool(account_id, id) ON DELETE CASCADE
);
CREATE INDEX agent_tool_by_tool ON agent_tool (account_id, tool_id);
ALTER TABLE agent_tool ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON agent_tool TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON agent_tool TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON agent_tool TO {{tenant}};
GRANT SELECT, INSERT, UPDATE, DELETE ON agent_tool TO {{operator}};
SELECT audit_attach('agent_tool', 'AgentTool', 'account_id', '{}', NULL);

CREATE TABLE mcp_server (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
    deletion_id uuid,
    name text NOT NULL,
    description text,
    transport text NOT NULL,
    config jsonb NOT NULL,
    authentication jsonb NOT NULL,
    secret bytea,
    CONSTRAINT mcp_server_name_check CHECK (char_length(name) BETWEEN 1 AND 255),
    CONSTRAINT mcp_server_transport_check CHECK (transport IN ('HTTP', 'SSE')),
    CONSTRAINT mcp_server_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT mcp_server_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX mcp_server_all_by_created_at ON mcp_server (created_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX mcp_server_all_by_name ON mcp_server (name, id, account_id) WHERE account_id::text <> '';
CREATE INDEX mcp_server_all_by_owner_email ON mcp_server ((left(metadata -> 'owner' ->> 'email', 64)), id, account_id) WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'email', 64) IS NOT NULL;
CREATE INDEX mcp_server_all_by_owner_team ON mcp_server ((left(metadata -> 'owner' ->> 'team', 64)), id, account_id) WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'team', 64) IS NOT NULL;
CREATE INDEX mcp_server_all_by_updated_at ON mcp_server (updated_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX mcp_server_by_created_at ON mcp_server (account_id, created_at, id);
CREATE INDEX mcp_server_by_deletion ON mcp_server (account_id, deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX mcp_server_by_id ON mcp_server (id, account_id) WHERE account_id::text <> '';
CREATE INDEX mcp_server_by_name ON mcp_server (account_id, name, id);
CREATE INDEX mcp_server_by_updated_at ON mcp_server (account_id, updated_at, id);
CREATE UNIQUE INDEX mcp_server_live_name ON mcp_server (account_id, name) WHERE deleted_at IS NULL;
ALTER TABLE mcp_server ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON mcp_server TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON mcp_server TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON mcp_server TO {{tenant}};
GRANT SELECT, INSERT, UPDATE, DELETE ON mcp_server TO {{operator}};
SELECT audit_attach('mcp_server', 'McpServer', 'account_id', '{}', NULL);

CREATE TABLE agent_mcp_server (
    account_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    mcp_server_id uuid NOT NULL,
    CONSTRAINT agent_mcp_server_pkey PRIMARY KEY (account_id, agent_id, mcp_server_id),
    CONSTRAINT agent_mcp_server_account_id_agent_id_fkey FOREIGN KEY (account_id, agent_id) REFERENCES agent(account_id, id) ON DELETE CASCADE,
    CONSTRAINT agent_mcp_server_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
    CONSTRAINT agent_mcp_server_account_id_mcp_server_id_fkey FOREIGN KEY (account_id, mcp_server_id) REFERENCES mcp_server(account_id, id) ON DELETE CASCADE
);
CREATE INDEX agent_mcp_server_by_server ON agent_mcp_server (account_id, mcp_server_id);
ALTER TABLE agent_mcp_server ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON agent_mcp_server TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON agent_mcp_server TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON agent_mcp_server TO {{tenant}};
GRANT SELECT, INSERT, UPDATE, DELETE ON agent_mcp_server TO {{operator}};
SELECT audit_attach('agent_mcp_server', 'AgentMcpServer', 'account_id', '{}', NULL);

CREATE TABLE agent_sub_agent (
    account_id uuid NOT NULL,
    agent_id uuid NOT NULL,
    sub_agent_id uuid NOT NULL,
    CONSTRAINT agent_sub_agent_check CHECK (agent_id <> sub_agent_id),
    CONSTRAINT agent_sub_agent_pkey PRIMARY KEY (account_id, agent_id, sub_agent_id),
    CONSTRAINT agent_sub_agent_account_id_agent_id_fkey FOREIGN KEY (account_id, agent_id) REFERENCES agent(account_id, id) ON DELETE CASCADE,
    CONSTRAINT agent_sub_agent_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
    CONSTRAINT agent_sub_agent_account_id_sub_agent_id_fkey FOREIGN KEY (account_id, sub_agent_id) REFERENCES agent(account_id, id) ON DELETE CASCADE
);
CREATE INDEX agent_sub_agent_by_sub_agent ON agent_sub_agent (account_id, sub_agent_id);
ALTER TABLE agent_sub_agent ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON agent_sub_agent TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON agent_sub_agent TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON agent_sub_agent TO {{tenant}};
GRANT SELECT, INSERT, UPDATE, DELETE ON agent_sub_agent TO {{operator}};
SELECT audit_attach('agent_sub_agent', 'AgentSubAgent', 'account_id', '{}', NULL);

CREATE TABLE schedule (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
    deletion_id uuid,
    agent_id uuid NOT NULL,
    cron text NOT NULL,
    timezone text NOT NULL,
    input jsonb,
    enabled boolean NOT NULL,
    next_run_at timestamptz(3),
    last_run_at timestamptz(3),
    CONSTRAINT schedule_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT schedule_account_id_agent_id_fkey FOREIGN KEY (account_id, agent_id) REFERENCES agent(account_id, id) ON DELETE CASCADE,
    CONSTRAINT schedule_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX schedule_all_by_agent_id ON schedule (agent_id, id, account_id) WHERE account_id::text <> '';
CREATE INDEX schedule_all_by_created_at ON schedule (created_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX schedule_all_by_owner_email ON schedule ((left(metadata -> 'owner' ->> 'email', 64)), id, account_id) WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'email', 64) IS NOT NULL;
CREATE INDEX schedule_all_by_owner_team ON schedule ((left(metadata -> 'owner' ->> 'team', 64)), id, account_id) WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'team', 64) IS NOT NULL;
CREATE INDEX schedule_all_by_updated_at ON schedule (updated_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX schedule_by_agent_id ON schedule (account_id, agent_id, id);
CREATE INDEX schedule_by_created_at ON schedule (account_id, created_at, id);
CREATE INDEX schedule_by_deletion ON schedule (account_id, deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX schedule_by_id ON schedule (id, account_id) WHERE account_id::text <> '';
CREATE INDEX schedule_by_updated_at ON schedule (account_id, updated_at, id);
CREATE INDEX schedule_due ON schedule (next_run_at) WHERE enabled AND (deleted_at IS NULL) AND next_run_at IS NOT NULL;
ALTER TABLE schedule ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON schedule TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON schedule TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON schedule TO {{tenant}};
GRANT SELECT, INSERT, UPDATE, DELETE ON schedule TO {{operator}};
SELECT audit_attach('schedule', 'Schedule', 'account_id', '{}', NULL);

CREATE TABLE run (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
    deletion_id uuid,
    agent_id uuid NOT NULL,
    schedule_id uuid,
    trigger text NOT NULL,
    status text NOT NULL,
    input jsonb,
    output jsonb,
    error text,
    started_at timestamptz(3) NOT NULL DEFAULT now(),
    finished_at timestamptz(3),
    api_key_id uuid,
    CONSTRAINT run_check CHECK ((status = 'STARTED') = (finished_at IS NULL)),
    CONSTRAINT run_status_check CHECK (status IN ('STARTED', 'SUCCESS', 'FAILED', 'CANCELLED')),
    CONSTRAINT run_trigger_check CHECK (trigger IN ('MANUAL', 'SCHEDULE')),
    CONSTRAINT run_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT run_account_id_agent_id_fkey FOREIGN KEY (account_id, agent_id) REFERENCES agent(account_id, id) ON DELETE CASCADE,
    CONSTRAINT run_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id),
    CONSTRAINT run_account_id_schedule_id_fkey FOREIGN KEY (account_id, schedule_id) REFERENCES schedule(account_id, id) ON DELETE SET NULL (schedule_id)
);
CREATE INDEX run_all_by_agent_id ON run (agent_id, started_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX run_all_by_owner_email ON run ((left(metadata -> 'owner' ->> 'email', 64)), started_at, id, account_id) WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'email', 64) IS NOT NULL;
CREATE INDEX run_all_by_owner_team ON run ((left(metadata -> 'owner' ->> 'team', 64)), started_at, id, account_id) WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'team', 64) IS NOT NULL;
CREATE INDEX run_all_by_schedule_id ON run (schedule_id, started_at, id, account_id) WHERE account_id::text <> '' AND schedule_id IS NOT NULL;
CREATE INDEX run_all_by_started_at ON run (started_at, id, account_id) WHERE account_id::text <> '' AND id::text <> '';
CREATE INDEX run_all_by_status ON run (status, started_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX run_by_agent_id ON run (account_id, agent_id, started_at, id);
CREATE INDEX run_by_deletion ON run (account_id, deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX run_by_id ON run (id, account_id) WHERE account_id::text <> '';
CREATE INDEX run_by_schedule_id ON run (account_id, schedule_id, started_at, id) WHERE schedule_id IS NOT NULL;
CREATE INDEX run_by_started_at ON run (account_id, started_at, id) WHERE id::text <> '';
CREATE INDEX run_by_status ON run (account_id, status, started_at, id);
ALTER TABLE run ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON run TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON run TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON run TO {{tenant}};
GRANT SELECT, INSERT, UPDATE, DELETE ON run TO {{operator}};
SELECT audit_attach('run', 'Run', 'account_id', '{}', '{"column":"status","open":"STARTED","closing":["output","error","finished_at","updated_at","version"]}'::jsonb);

CREATE TABLE idempotency (
    account_id uuid NOT NULL,
    caller_id uuid NOT NULL,
    key text NOT NULL,
    write integer NOT NULL,
    fingerprint bytea NOT NULL,
    answer bytea,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_pkey PRIMARY KEY (account_id, caller_id, key, write),
    CONSTRAINT idempotency_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
CREATE INDEX idempotency_by_age ON idempotency (account_id, created_at);
ALTER TABLE idempotency ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON idempotency TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON idempotency TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency TO {{tenant}};
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency TO {{operator}};

CREATE TABLE operator_idempotency (
    caller_id uuid NOT NULL,
    key text NOT NULL,
    write integer NOT NULL,
    fingerprint bytea NOT NULL,
    answer bytea,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    CONSTRAINT operator_idempotency_pkey PRIMARY KEY (caller_id, key, write)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON operator_idempotency TO {{operator}};

CREATE TABLE configuration_import (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    plan_hash text NOT NULL,
    summary jsonb NOT NULL,
    inverse bytea NOT NULL,
    undone_at timestamptz(3),
    CONSTRAINT configuration_import_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT configuration_import_account_id_fkey FOREIGN KEY (account_id) REFERENCES account(id)
);
ALTER TABLE configuration_import ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON configuration_import TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON configuration_import TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON configuration_import TO {{tenant}};
GRANT SELECT, INSERT, UPDATE ON configuration_import TO {{operator}};
SELECT audit_attach('configuration_import', 'ConfigurationImport', 'account_id', '{}', NULL);

CREATE TABLE secrets_key (
    only_row boolean NOT NULL DEFAULT true,
    key_id bytea NOT NULL,
    CONSTRAINT secrets_key_only_row_check CHECK (only_row),
    CONSTRAINT secrets_key_pkey PRIMARY KEY (only_row)
);
GRANT SELECT, INSERT ON secrets_key TO {{operator}};

CREATE UNLOGGED TABLE rate_limit (
    key text NOT NULL,
    points bigint NOT NULL,
    expire bigint,
    CONSTRAINT rate_limit_pkey PRIMARY KEY (key)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_limit TO {{operator}};

CREATE TABLE key_use (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    last_used_at timestamptz(3) NOT NULL,
    CONSTRAINT key_use_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT key_use_account_id_id_fkey FOREIGN KEY (account_id, id) REFERENCES api_key(account_id, id) ON DELETE CASCADE
);
ALTER TABLE key_use ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON key_use TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON key_use TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT ON key_use TO {{tenant}};
GRANT SELECT, INSERT, UPDATE ON key_use TO {{operator}};

CREATE TABLE key_usage (
    account_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    key_id uuid NOT NULL,
    action text NOT NULL,
    resource text NOT NULL,
    count bigint NOT NULL,
    first_at timestamptz(3) NOT NULL,
    last_at timestamptz(3) NOT NULL,
    CONSTRAINT key_usage_action_check CHECK (action IN ('READ', 'RUN', 'WRITE', 'ADMIN')),
    CONSTRAINT key_usage_account_id_key_id_action_resource_key UNIQUE (account_id, key_id, action, resource),
    CONSTRAINT key_usage_pkey PRIMARY KEY (account_id, id),
    CONSTRAINT key_usage_account_id_key_id_fkey FOREIGN KEY (account_id, key_id) REFERENCES api_key(account_id, id) ON DELETE CASCADE
);
ALTER TABLE key_usage ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON key_usage TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON key_usage TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT ON key_usage TO {{tenant}};
GRANT SELECT, INSERT, UPDATE ON key_usage TO {{operator}};

CREATE TABLE master_access (
    id uuid NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
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
CREATE INDEX master_access_by_key ON master_access (key_id, id);
GRANT SELECT ON master_access TO {{operator}};
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON master_access FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE master_access ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE account_access (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
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
CREATE INDEX account_access_by_id ON account_access (id, account_id) WHERE account_id::text <> '';
ALTER TABLE account_access ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON account_access TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON account_access TO {{operator}} USING (true) WITH CHECK (true);
CREATE POLICY owner_rows ON account_access TO {{owner}} USING (true) WITH CHECK (true);
GRANT SELECT ON account_access TO {{tenant}};
GRANT SELECT ON account_access TO {{operator}};
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON account_access FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE account_access ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE audit_checkpoint (
    account_id uuid NOT NULL,
    sequence bigint NOT NULL,
    hash bytea NOT NULL,
    at timestamptz(3) NOT NULL,
    signature text NOT NULL,
    CONSTRAINT audit_checkpoint_pkey PRIMARY KEY (account_id, sequence)
);
ALTER TABLE audit_checkpoint ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON audit_checkpoint TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON audit_checkpoint TO {{operator}} USING (true) WITH CHECK (true);
CREATE POLICY owner_insert ON audit_checkpoint FOR INSERT TO {{owner}} WITH CHECK (true);
CREATE POLICY owner_select ON audit_checkpoint FOR SELECT TO {{owner}} USING (true);
GRANT SELECT ON audit_checkpoint TO {{tenant}};
GRANT SELECT ON audit_checkpoint TO {{operator}};
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit_checkpoint FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE audit_checkpoint ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE audit_event (
    account_id uuid NOT NULL,
    sequence bigint NOT NULL,
    at timestamptz(3) NOT NULL,
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
    hash bytea NOT NULL,
    CONSTRAINT audit_event_pkey PRIMARY KEY (account_id, sequence)
);
CREATE INDEX audit_event_all_by_actor_id ON audit_event (actor_id, at, sequence, account_id) WHERE account_id::text <> '' AND actor_id IS NOT NULL;
CREATE INDEX audit_event_all_by_at ON audit_event (at, sequence, account_id) WHERE account_id::text <> '' AND sequence::text <> '';
CREATE INDEX audit_event_all_by_request_id ON audit_event (request_id, at, sequence, account_id) WHERE account_id::text <> '' AND request_id IS NOT NULL;
CREATE INDEX audit_event_all_by_resource_id ON audit_event (resource_id, at, sequence, account_id) WHERE account_id::text <> '';
CREATE INDEX audit_event_by_actor_id ON audit_event (account_id, actor_id, at, sequence) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_event_by_at ON audit_event (account_id, at, sequence) WHERE sequence::text <> '';
CREATE INDEX audit_event_by_request_id ON audit_event (account_id, request_id, at, sequence) WHERE request_id IS NOT NULL;
CREATE INDEX audit_event_by_resource_id ON audit_event (account_id, resource_id, at, sequence);
ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON audit_event TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON audit_event TO {{operator}} USING (true) WITH CHECK (true);
CREATE POLICY owner_delete ON audit_event FOR DELETE TO {{owner}}
    USING (sequence <= (SELECT max(c.sequence) FROM audit_checkpoint c WHERE c.account_id = audit_event.account_id));
CREATE POLICY owner_insert ON audit_event FOR INSERT TO {{owner}} WITH CHECK (true);
CREATE POLICY owner_select ON audit_event FOR SELECT TO {{owner}} USING (true);
GRANT SELECT ON audit_event TO {{tenant}};
GRANT SELECT ON audit_event TO {{operator}};
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit_event FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE audit_event ENABLE ALWAYS TRIGGER audit_truncate;

CREATE TABLE audit_denial (
    account_id uuid NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    minute timestamptz(3) NOT NULL,
    key_id uuid NOT NULL,
    code text NOT NULL,
    field text NOT NULL,
    count bigint NOT NULL,
    request_id text,
    address text,
    CONSTRAINT audit_denial_pkey PRIMARY KEY (account_id, minute, key_id, code, field)
);
CREATE INDEX audit_denial_all_by_minute ON audit_denial (minute, id, account_id) WHERE account_id::text <> '';
CREATE INDEX audit_denial_by_minute ON audit_denial (account_id, minute, id);
ALTER TABLE audit_denial ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON audit_denial TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON audit_denial TO {{operator}} USING (true) WITH CHECK (true);
CREATE POLICY owner_rows ON audit_denial TO {{owner}} USING (true) WITH CHECK (true);
GRANT SELECT ON audit_denial TO {{tenant}};
GRANT SELECT ON audit_denial TO {{operator}};
CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit_denial FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
ALTER TABLE audit_denial ENABLE ALWAYS TRIGGER audit_truncate;

-- Returns one key by its id: the only way to read a key without a scope.
CREATE FUNCTION authenticate_key(wanted uuid) RETURNS TABLE(kind text, key_id uuid, name text, secret_hash bytea, remaining_ms double precision, account_id uuid, account_slug text, account_status text)
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
REVOKE ALL ON FUNCTION authenticate_key(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authenticate_key(uuid) TO {{tenant}};

-- Records an operation of a master key, for the platform and for each account that it touched.
CREATE FUNCTION record_master_access(entry uuid, key_id uuid, key_name text, operation_name text, fields text[], reason text, address text, request_id text, every_account boolean, accounts uuid[]) RETURNS void
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
REVOKE ALL ON FUNCTION record_master_access(uuid, uuid, text, text, text[], text, text, text, boolean, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_master_access(uuid, uuid, text, text, text[], text, text, text, boolean, uuid[]) TO {{tenant}};
GRANT EXECUTE ON FUNCTION record_master_access(uuid, uuid, text, text, text[], text, text, text, boolean, uuid[]) TO {{operator}};

-- Counts refused requests by minute.
CREATE FUNCTION audit_record_denials(denials jsonb) RETURNS void
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
REVOKE ALL ON FUNCTION audit_record_denials(jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit_record_denials(jsonb) TO {{operator}};
