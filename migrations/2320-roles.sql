-- Roles, restrictions and delegation of keys. Keys of earlier releases become ADMINISTRATOR, so that nothing that works stops.

ALTER TABLE api_key
  ADD COLUMN role text NOT NULL DEFAULT 'ADMINISTRATOR' CHECK (role IN ('VIEWER', 'RUNNER', 'CREATOR', 'ADMINISTRATOR')),
  ADD COLUMN resource_types jsonb,
  ADD COLUMN networks jsonb,
  ADD COLUMN not_before timestamptz(3),
  ADD COLUMN rate_per_minute integer CHECK (rate_per_minute > 0),
  ADD COLUMN parent_id uuid CHECK (parent_id <> id),
  ADD COLUMN first_key_id uuid,
  ADD FOREIGN KEY (account_id, parent_id) REFERENCES api_key (account_id, id),
  ADD FOREIGN KEY (account_id, first_key_id) REFERENCES api_key (account_id, id);
ALTER TABLE api_key ALTER COLUMN role DROP DEFAULT;
CREATE INDEX api_key_by_parent ON api_key (account_id, parent_id) WHERE parent_id IS NOT NULL;

-- Returns one key, with the line of keys that delegated it, and nothing more. The account travels along the line, so that
-- every look-up behind the first is by primary key. A line that is broken, or longer than six keys, gives no key at all.
DROP FUNCTION authenticate_key(uuid);
CREATE FUNCTION authenticate_key(wanted uuid)
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
      'ratePerMinute', link.rate_per_minute,
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
REVOKE ALL ON FUNCTION authenticate_key(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION authenticate_key(uuid) TO {{tenant}};
