-- Who holds several keys, and outlives each of them. A key of one that is deleted is no key, until it is restored.

CREATE TABLE service_account (
  account_id uuid NOT NULL REFERENCES account (id),
  id uuid NOT NULL,
  metadata jsonb NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  deleted_at timestamptz(3),
  deletion_id uuid,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
  description text,
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX service_account_live_name ON service_account (account_id, name) WHERE deleted_at IS NULL;
CREATE INDEX service_account_by_id ON service_account (id, account_id) WHERE account_id::text <> '';
CREATE INDEX service_account_by_deletion ON service_account (account_id, deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX service_account_by_name ON service_account (account_id, name, id);
CREATE INDEX service_account_all_by_name ON service_account (name, id, account_id) WHERE account_id::text <> '';
CREATE INDEX service_account_by_created_at ON service_account (account_id, created_at, id);
CREATE INDEX service_account_all_by_created_at ON service_account (created_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX service_account_by_updated_at ON service_account (account_id, updated_at, id);
CREATE INDEX service_account_all_by_updated_at ON service_account (updated_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX service_account_all_by_owner_team ON service_account ((left(metadata -> 'owner' ->> 'team', 64)), id, account_id)
  WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'team', 64) IS NOT NULL;
CREATE INDEX service_account_all_by_owner_email ON service_account ((left(metadata -> 'owner' ->> 'email', 64)), id, account_id)
  WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'email', 64) IS NOT NULL;
ALTER TABLE service_account ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON service_account TO {{tenant}}
  USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
  WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON service_account TO {{operator}} USING (true) WITH CHECK (true);
-- For authenticate_key, which is the owner's.
CREATE POLICY owner_select ON service_account FOR SELECT TO {{owner}} USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON service_account TO {{tenant}}, {{operator}};
SELECT audit_attach('service_account', 'ServiceAccount', 'account_id', '{}', NULL);
CREATE TRIGGER announce_change AFTER DELETE OR UPDATE ON service_account FOR EACH ROW EXECUTE FUNCTION announce_key_change();

ALTER TABLE api_key
  ADD COLUMN service_account_id uuid,
  ADD FOREIGN KEY (account_id, service_account_id) REFERENCES service_account (account_id, id);
CREATE INDEX api_key_by_service_account ON api_key (account_id, service_account_id, id) WHERE service_account_id IS NOT NULL;

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
    IF link.service_account_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM public.service_account s
       WHERE s.account_id = link.account_id AND s.id = link.service_account_id AND s.deleted_at IS NULL) THEN
      RETURN;
    END IF;
    line := line || jsonb_build_array(jsonb_build_object(
      'id', link.id, 'role', link.role, 'customRoleId', link.custom_role_id, 'roleName', link_role.name,
      'serviceAccountId', link.service_account_id, 'permissions', link_role.permissions, 'resourceTypes', link.resource_types, 'networks', link.networks,
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
