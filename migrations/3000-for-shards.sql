-- What tables divided among shards need (docs/adr/0400, 0401). Nothing changes where they are not divided.

-- For the policies of restricted keys among shards, which have no subqueries: whether the key reaches the row that another
-- one belongs to. They run as who asks, so that the policy of that table decides.
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
