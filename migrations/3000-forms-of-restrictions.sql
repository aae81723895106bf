-- What restricted keys reach, in forms that tables divided into shards take, too (docs/adr/0400): no policy has a subquery.

-- The list of ids is searched as the text that it is, since parsing it for each row would cost more: an id has 36
-- characters of which none is a comma, so that it is found where it is an item and nowhere else.
ALTER POLICY restricted_rows ON agent
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE current_setting('app.owner_teams', true) WHEN '*' THEN true
             ELSE owner_team = ANY (nullif(current_setting('app.owner_teams', true), '')::text[]) END
    AND CASE current_setting('app.row_ids', true) WHEN '*' THEN true
             ELSE strpos(current_setting('app.row_ids', true), id::text) > 0 END)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE current_setting('app.owner_teams', true) WHEN '*' THEN true
             ELSE owner_team = ANY (nullif(current_setting('app.owner_teams', true), '')::text[]) END
    AND CASE current_setting('app.row_ids', true) WHEN '*' THEN true
             ELSE strpos(current_setting('app.row_ids', true), id::text) > 0 END);
ALTER POLICY restricted_rows ON tool
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE current_setting('app.owner_teams', true) WHEN '*' THEN true
             ELSE owner_team = ANY (nullif(current_setting('app.owner_teams', true), '')::text[]) END
    AND CASE current_setting('app.row_ids', true) WHEN '*' THEN true
             ELSE strpos(current_setting('app.row_ids', true), id::text) > 0 END)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE current_setting('app.owner_teams', true) WHEN '*' THEN true
             ELSE owner_team = ANY (nullif(current_setting('app.owner_teams', true), '')::text[]) END
    AND CASE current_setting('app.row_ids', true) WHEN '*' THEN true
             ELSE strpos(current_setting('app.row_ids', true), id::text) > 0 END);
ALTER POLICY restricted_rows ON mcp_server
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE current_setting('app.owner_teams', true) WHEN '*' THEN true
             ELSE owner_team = ANY (nullif(current_setting('app.owner_teams', true), '')::text[]) END
    AND CASE current_setting('app.row_ids', true) WHEN '*' THEN true
             ELSE strpos(current_setting('app.row_ids', true), id::text) > 0 END)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE current_setting('app.owner_teams', true) WHEN '*' THEN true
             ELSE owner_team = ANY (nullif(current_setting('app.owner_teams', true), '')::text[]) END
    AND CASE current_setting('app.row_ids', true) WHEN '*' THEN true
             ELSE strpos(current_setting('app.row_ids', true), id::text) > 0 END);

-- Whether the key reaches the row that another one belongs to. They run as who asks, so that the policy of that table decides.
CREATE FUNCTION agent_is_reached(account uuid, row_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
BEGIN
  RETURN EXISTS (SELECT 1 FROM public.agent p WHERE p.account_id = account AND p.id = row_id);
END$function$;
REVOKE ALL ON FUNCTION agent_is_reached(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION agent_is_reached(uuid, uuid) TO {{restricted}};
CREATE FUNCTION tool_is_reached(account uuid, row_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
BEGIN
  RETURN EXISTS (SELECT 1 FROM public.tool p WHERE p.account_id = account AND p.id = row_id);
END$function$;
REVOKE ALL ON FUNCTION tool_is_reached(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tool_is_reached(uuid, uuid) TO {{restricted}};
CREATE FUNCTION mcp_server_is_reached(account uuid, row_id uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 STABLE
AS $function$
BEGIN
  RETURN EXISTS (SELECT 1 FROM public.mcp_server p WHERE p.account_id = account AND p.id = row_id);
END$function$;
REVOKE ALL ON FUNCTION mcp_server_is_reached(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mcp_server_is_reached(uuid, uuid) TO {{restricted}};
ALTER POLICY restricted_rows ON schedule
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND agent_is_reached(account_id, agent_id))
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND agent_is_reached(account_id, agent_id));
ALTER POLICY restricted_rows ON run
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND agent_is_reached(account_id, agent_id))
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND agent_is_reached(account_id, agent_id));
ALTER POLICY restricted_rows ON run_transition
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND agent_is_reached(account_id, agent_id))
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND agent_is_reached(account_id, agent_id));
ALTER POLICY restricted_rows ON agent_tool
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND agent_is_reached(account_id, agent_id)
    AND tool_is_reached(account_id, tool_id))
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND agent_is_reached(account_id, agent_id)
    AND tool_is_reached(account_id, tool_id));
ALTER POLICY restricted_rows ON agent_mcp_server
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND agent_is_reached(account_id, agent_id)
    AND mcp_server_is_reached(account_id, mcp_server_id))
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND agent_is_reached(account_id, agent_id)
    AND mcp_server_is_reached(account_id, mcp_server_id));
ALTER POLICY restricted_rows ON agent_sub_agent
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND agent_is_reached(account_id, agent_id)
    AND agent_is_reached(account_id, sub_agent_id))
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND agent_is_reached(account_id, agent_id)
    AND agent_is_reached(account_id, sub_agent_id));

-- For migrations that make a table of accounts: where the accounts are distributed, its rows are kept beside theirs. Foreign
-- keys follow, since a table that is not distributed cannot refer to one that is.
CREATE FUNCTION distribute_with_accounts(target regclass)
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
REVOKE ALL ON FUNCTION distribute_with_accounts(regclass) FROM PUBLIC;
