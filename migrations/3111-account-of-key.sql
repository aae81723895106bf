-- Keys name their account (docs/adr/0502).

-- A key that names its account is looked for there alone, which is one shard; others, of earlier releases, everywhere.
DROP FUNCTION authenticate_key(uuid);
CREATE FUNCTION authenticate_key(wanted uuid, of_account uuid DEFAULT NULL)
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
REVOKE ALL ON FUNCTION authenticate_key(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authenticate_key(uuid, uuid) TO {{tenant}};

-- Among shards, Citus runs this one where the account is (portcullis distribute says so). Never to be called without an
-- account: Citus 13.2 ends by SIGSEGV then.
CREATE FUNCTION authenticate_key_of(of_account uuid, wanted uuid)
 RETURNS TABLE(kind text, key_id uuid, name text, secret_hash bytea, remaining_ms double precision, account_id uuid, account_slug text, account_status text, line jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
BEGIN
  RETURN QUERY SELECT * FROM authenticate_key(wanted, of_account);
END$function$;
REVOKE ALL ON FUNCTION authenticate_key_of(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authenticate_key_of(uuid, uuid) TO {{tenant}};
