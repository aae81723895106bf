-- Keys that are restricted to rows, and the third role, which the gateway works as for such keys only: its policies
-- compare each row with the key's restriction, so that keys without one pay nothing for it.

ALTER TABLE api_key ADD COLUMN owner_teams jsonb, ADD COLUMN row_ids jsonb;

CREATE OR REPLACE FUNCTION authenticate_key(wanted uuid)
  RETURNS TABLE (kind text, key_id uuid, name text, secret_hash bytea, remaining_ms double precision,
                 account_id uuid, account_slug text, account_status text, line jsonb)
  LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $$
DECLARE
  wanted_key public.api_key;
  ends timestamptz;
  link public.api_key;
BEGIN
  SELECT * INTO wanted_key FROM public.api_key k
   WHERE k.id = wanted AND k.account_id::text <> '' AND k.deleted_at IS NULL LIMIT 1;
  IF NOT FOUND THEN
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
    line := line || jsonb_build_array(jsonb_build_object(
      'id', link.id, 'role', link.role, 'resourceTypes', link.resource_types, 'networks', link.networks,
      'ownerTeams', link.owner_teams, 'rowIds', link.row_ids, 'ratePerMinute', link.rate_per_minute,
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
$$;

GRANT USAGE ON SCHEMA public TO {{restricted}};

CREATE OR REPLACE FUNCTION gateway_role() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE SESSION_USER WHEN {{tenant:literal}} THEN 'tenant' WHEN {{operator:literal}} THEN 'operator' WHEN {{restricted:literal}} THEN 'restricted' END;

-- The team that owns a row, as a column of its own: PostgreSQL looks into no index with functions of JSON under a policy
-- that compares. What is no text, or longer than a restriction can be, is nobody's.
ALTER TABLE agent ADD COLUMN owner_team text GENERATED ALWAYS AS (
    CASE WHEN jsonb_typeof(metadata -> 'owner' -> 'team') = 'string' AND octet_length(metadata -> 'owner' ->> 'team') <= 1024
         THEN metadata -> 'owner' ->> 'team' END) STORED;
CREATE INDEX agent_by_owner_team ON agent (account_id, owner_team, id) WHERE owner_team IS NOT NULL;
ALTER TABLE tool ADD COLUMN owner_team text GENERATED ALWAYS AS (
    CASE WHEN jsonb_typeof(metadata -> 'owner' -> 'team') = 'string' AND octet_length(metadata -> 'owner' ->> 'team') <= 1024
         THEN metadata -> 'owner' ->> 'team' END) STORED;
CREATE INDEX tool_by_owner_team ON tool (account_id, owner_team, id) WHERE owner_team IS NOT NULL;
ALTER TABLE mcp_server ADD COLUMN owner_team text GENERATED ALWAYS AS (
    CASE WHEN jsonb_typeof(metadata -> 'owner' -> 'team') = 'string' AND octet_length(metadata -> 'owner' ->> 'team') <= 1024
         THEN metadata -> 'owner' ->> 'team' END) STORED;
CREATE INDEX mcp_server_by_owner_team ON mcp_server (account_id, owner_team, id) WHERE owner_team IS NOT NULL;

-- In app.owner_teams and app.row_ids is a list of what the key reaches, or * where it is not restricted so; unset, and where
-- nothing is left of a list, they match no row.
CREATE POLICY restricted_rows ON account TO {{restricted}}
    USING (id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (id = nullif(current_setting('app.account_id', true), '')::uuid);
GRANT SELECT ON account TO {{restricted}};
CREATE POLICY restricted_rows ON agent TO {{restricted}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE current_setting('app.owner_teams', true) WHEN '*' THEN true
             ELSE owner_team = ANY ((SELECT nullif(nullif(current_setting('app.owner_teams', true), ''), '*')::text[])::text[]) END
    AND CASE current_setting('app.row_ids', true) WHEN '*' THEN true
             ELSE id = ANY ((SELECT nullif(nullif(current_setting('app.row_ids', true), ''), '*')::uuid[])::uuid[]) END)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE current_setting('app.owner_teams', true) WHEN '*' THEN true
             ELSE owner_team = ANY ((SELECT nullif(nullif(current_setting('app.owner_teams', true), ''), '*')::text[])::text[]) END
    AND CASE current_setting('app.row_ids', true) WHEN '*' THEN true
             ELSE id = ANY ((SELECT nullif(nullif(current_setting('app.row_ids', true), ''), '*')::uuid[])::uuid[]) END);
GRANT SELECT, INSERT, UPDATE ON agent TO {{restricted}};
CREATE POLICY restricted_rows ON tool TO {{restricted}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE current_setting('app.owner_teams', true) WHEN '*' THEN true
             ELSE owner_team = ANY ((SELECT nullif(nullif(current_setting('app.owner_teams', true), ''), '*')::text[])::text[]) END
    AND CASE current_setting('app.row_ids', true) WHEN '*' THEN true
             ELSE id = ANY ((SELECT nullif(nullif(current_setting('app.row_ids', true), ''), '*')::uuid[])::uuid[]) END)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE current_setting('app.owner_teams', true) WHEN '*' THEN true
             ELSE owner_team = ANY ((SELECT nullif(nullif(current_setting('app.owner_teams', true), ''), '*')::text[])::text[]) END
    AND CASE current_setting('app.row_ids', true) WHEN '*' THEN true
             ELSE id = ANY ((SELECT nullif(nullif(current_setting('app.row_ids', true), ''), '*')::uuid[])::uuid[]) END);
GRANT SELECT, INSERT, UPDATE ON tool TO {{restricted}};
CREATE POLICY restricted_rows ON mcp_server TO {{restricted}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE current_setting('app.owner_teams', true) WHEN '*' THEN true
             ELSE owner_team = ANY ((SELECT nullif(nullif(current_setting('app.owner_teams', true), ''), '*')::text[])::text[]) END
    AND CASE current_setting('app.row_ids', true) WHEN '*' THEN true
             ELSE id = ANY ((SELECT nullif(nullif(current_setting('app.row_ids', true), ''), '*')::uuid[])::uuid[]) END)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE current_setting('app.owner_teams', true) WHEN '*' THEN true
             ELSE owner_team = ANY ((SELECT nullif(nullif(current_setting('app.owner_teams', true), ''), '*')::text[])::text[]) END
    AND CASE current_setting('app.row_ids', true) WHEN '*' THEN true
             ELSE id = ANY ((SELECT nullif(nullif(current_setting('app.row_ids', true), ''), '*')::uuid[])::uuid[]) END);
GRANT SELECT, INSERT, UPDATE ON mcp_server TO {{restricted}};

-- What belongs to an agent follows it. OFFSET 0 keeps PostgreSQL from reading all agents for a list of them instead.
CREATE POLICY restricted_rows ON schedule TO {{restricted}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND EXISTS (SELECT 1 FROM agent p WHERE p.account_id = schedule.account_id AND p.id = schedule.agent_id OFFSET 0))
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND EXISTS (SELECT 1 FROM agent p WHERE p.account_id = schedule.account_id AND p.id = schedule.agent_id OFFSET 0));
GRANT SELECT, INSERT, UPDATE ON schedule TO {{restricted}};
CREATE POLICY restricted_rows ON run TO {{restricted}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND EXISTS (SELECT 1 FROM agent p WHERE p.account_id = run.account_id AND p.id = run.agent_id OFFSET 0))
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND EXISTS (SELECT 1 FROM agent p WHERE p.account_id = run.account_id AND p.id = run.agent_id OFFSET 0));
GRANT SELECT, INSERT, UPDATE ON run TO {{restricted}};

-- Links are seen from both ends or not at all.
CREATE POLICY restricted_rows ON agent_tool TO {{restricted}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND EXISTS (SELECT 1 FROM agent p WHERE p.account_id = agent_tool.account_id AND p.id = agent_tool.agent_id OFFSET 0)
    AND EXISTS (SELECT 1 FROM tool p WHERE p.account_id = agent_tool.account_id AND p.id = agent_tool.tool_id OFFSET 0))
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND EXISTS (SELECT 1 FROM agent p WHERE p.account_id = agent_tool.account_id AND p.id = agent_tool.agent_id OFFSET 0)
    AND EXISTS (SELECT 1 FROM tool p WHERE p.account_id = agent_tool.account_id AND p.id = agent_tool.tool_id OFFSET 0));
GRANT SELECT, INSERT, DELETE ON agent_tool TO {{restricted}};
CREATE POLICY restricted_rows ON agent_mcp_server TO {{restricted}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND EXISTS (SELECT 1 FROM agent p WHERE p.account_id = agent_mcp_server.account_id AND p.id = agent_mcp_server.agent_id OFFSET 0)
    AND EXISTS (SELECT 1 FROM mcp_server p WHERE p.account_id = agent_mcp_server.account_id AND p.id = agent_mcp_server.mcp_server_id OFFSET 0))
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND EXISTS (SELECT 1 FROM agent p WHERE p.account_id = agent_mcp_server.account_id AND p.id = agent_mcp_server.agent_id OFFSET 0)
    AND EXISTS (SELECT 1 FROM mcp_server p WHERE p.account_id = agent_mcp_server.account_id AND p.id = agent_mcp_server.mcp_server_id OFFSET 0));
GRANT SELECT, INSERT, DELETE ON agent_mcp_server TO {{restricted}};
CREATE POLICY restricted_rows ON agent_sub_agent TO {{restricted}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND EXISTS (SELECT 1 FROM agent p WHERE p.account_id = agent_sub_agent.account_id AND p.id = agent_sub_agent.agent_id OFFSET 0)
    AND EXISTS (SELECT 1 FROM agent p WHERE p.account_id = agent_sub_agent.account_id AND p.id = agent_sub_agent.sub_agent_id OFFSET 0))
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND EXISTS (SELECT 1 FROM agent p WHERE p.account_id = agent_sub_agent.account_id AND p.id = agent_sub_agent.agent_id OFFSET 0)
    AND EXISTS (SELECT 1 FROM agent p WHERE p.account_id = agent_sub_agent.account_id AND p.id = agent_sub_agent.sub_agent_id OFFSET 0));
GRANT SELECT, INSERT, DELETE ON agent_sub_agent TO {{restricted}};

-- A key reaches itself, for delegating, and the keys that it delegates. FOR SHARE needs UPDATE on some column.
CREATE POLICY restricted_rows ON api_key TO {{restricted}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND nullif(current_setting('app.key_id', true), '')::uuid = ANY (ARRAY[id, parent_id]))
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND nullif(current_setting('app.key_id', true), '')::uuid = ANY (ARRAY[id, parent_id]));
GRANT SELECT, INSERT, UPDATE (version) ON api_key TO {{restricted}};

CREATE POLICY restricted_rows ON idempotency TO {{restricted}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND caller_id = nullif(current_setting('app.key_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND caller_id = nullif(current_setting('app.key_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency TO {{restricted}};

-- What a restricted key must not break although it does not see it: it learns how many, or that there is one, never which.
CREATE POLICY owner_select ON agent FOR SELECT TO {{owner}} USING (true);
CREATE POLICY owner_select ON agent_tool FOR SELECT TO {{owner}} USING (true);
CREATE POLICY owner_select ON agent_mcp_server FOR SELECT TO {{owner}} USING (true);
CREATE POLICY owner_select ON agent_sub_agent FOR SELECT TO {{owner}} USING (true);

-- How many live agents of the transaction's account the links of a table join to one of these rows, themselves not counted.
CREATE FUNCTION linking_agents(link text, targets uuid[]) RETURNS bigint
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $$
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
$$;

-- Whether an agent of the transaction's account can be reached from one of these over sub-agents.
CREATE FUNCTION reaches_agent(starts uuid[], agent uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $$
  WITH RECURSIVE reached (id) AS (
    SELECT unnest(starts)
    UNION
    SELECT l.sub_agent_id FROM reached r
      JOIN public.agent_sub_agent l ON l.account_id = nullif(current_setting('app.account_id', true), '')::uuid AND l.agent_id = r.id
  )
  SELECT EXISTS (SELECT 1 FROM reached r WHERE r.id = agent)
$$;
REVOKE ALL ON FUNCTION linking_agents(text, uuid[]), reaches_agent(uuid[], uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION linking_agents(text, uuid[]), reaches_agent(uuid[], uuid) TO {{restricted}};
