-- What keys asked for and what was decided, counted by the day; and roles that keys are tried with before they get them.

CREATE TABLE access_decision (
  account_id uuid NOT NULL REFERENCES account (id),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  day timestamptz(3) NOT NULL,
  -- A digest of all that tells one kind of decision from the others of the day; empty for what was counted only.
  kind text NOT NULL,
  key_id uuid,
  operation text NOT NULL,
  permissions jsonb NOT NULL,
  missing jsonb,
  shadow_role text,
  shadow_missing jsonb,
  count bigint NOT NULL,
  last_at timestamptz(3) NOT NULL,
  PRIMARY KEY (account_id, day, kind),
  FOREIGN KEY (account_id, key_id) REFERENCES api_key (account_id, id) ON DELETE CASCADE
);
CREATE INDEX access_decision_by_day ON access_decision (account_id, day, id);
CREATE INDEX access_decision_all_by_day ON access_decision (day, id, account_id) WHERE account_id::text <> '';
CREATE INDEX access_decision_by_key ON access_decision (account_id, key_id, day);
ALTER TABLE access_decision ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON access_decision TO {{tenant}}
  USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
  WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON access_decision TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT ON access_decision TO {{tenant}};
GRANT SELECT, INSERT, UPDATE, DELETE ON access_decision TO {{operator}};

ALTER TABLE api_key
  ADD COLUMN shadow_role text CHECK (shadow_role IN ('VIEWER', 'RUNNER', 'CREATOR', 'ADMINISTRATOR', 'CUSTOM')),
  ADD COLUMN shadow_custom_role_id uuid,
  ADD FOREIGN KEY (account_id, shadow_custom_role_id) REFERENCES custom_role (account_id, id);
CREATE INDEX api_key_by_shadow_custom_role ON api_key (account_id, shadow_custom_role_id, id)
  WHERE shadow_custom_role_id IS NOT NULL;

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
  link_role public.custom_role;
  shadow public.custom_role;
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
$$;
