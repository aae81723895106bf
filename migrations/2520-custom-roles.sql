-- Roles of an account's own: a list of permissions with a name. A key that has one is looked up with it, by primary key.

CREATE TABLE custom_role (
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
  permissions jsonb NOT NULL,
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX custom_role_live_name ON custom_role (account_id, name) WHERE deleted_at IS NULL;
CREATE INDEX custom_role_by_id ON custom_role (id, account_id) WHERE account_id::text <> '';
CREATE INDEX custom_role_by_deletion ON custom_role (account_id, deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX custom_role_by_name ON custom_role (account_id, name, id);
CREATE INDEX custom_role_all_by_name ON custom_role (name, id, account_id) WHERE account_id::text <> '';
CREATE INDEX custom_role_by_created_at ON custom_role (account_id, created_at, id);
CREATE INDEX custom_role_all_by_created_at ON custom_role (created_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX custom_role_by_updated_at ON custom_role (account_id, updated_at, id);
CREATE INDEX custom_role_all_by_updated_at ON custom_role (updated_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX custom_role_all_by_owner_team ON custom_role ((left(metadata -> 'owner' ->> 'team', 64)), id, account_id)
  WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'team', 64) IS NOT NULL;
CREATE INDEX custom_role_all_by_owner_email ON custom_role ((left(metadata -> 'owner' ->> 'email', 64)), id, account_id)
  WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'email', 64) IS NOT NULL;
ALTER TABLE custom_role ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON custom_role TO {{tenant}}
  USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
  WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON custom_role TO {{operator}} USING (true) WITH CHECK (true);
-- For authenticate_key, which is the owner's.
CREATE POLICY owner_select ON custom_role FOR SELECT TO {{owner}} USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON custom_role TO {{tenant}}, {{operator}};
SELECT audit_attach('custom_role', 'CustomRole', 'account_id', '{}', NULL);
CREATE TRIGGER announce_change AFTER DELETE OR UPDATE ON custom_role FOR EACH ROW EXECUTE FUNCTION announce_key_change();

ALTER TABLE api_key
  DROP CONSTRAINT api_key_role_check,
  ADD CONSTRAINT api_key_role_check CHECK (role IN ('VIEWER', 'RUNNER', 'CREATOR', 'ADMINISTRATOR', 'CUSTOM')),
  ADD COLUMN custom_role_id uuid,
  ADD CONSTRAINT api_key_custom_role_check CHECK (custom_role_id IS NULL OR role = 'CUSTOM'),
  ADD FOREIGN KEY (account_id, custom_role_id) REFERENCES custom_role (account_id, id);
CREATE INDEX api_key_by_custom_role ON api_key (account_id, custom_role_id, id) WHERE custom_role_id IS NOT NULL;

-- Gives the permissions of each key's role with its line. A role that is gone is null there, which grants nothing.
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
    line := line || jsonb_build_array(jsonb_build_object(
      'id', link.id, 'role', link.role, 'customRoleId', link.custom_role_id, 'roleName', link_role.name,
      'permissions', link_role.permissions, 'resourceTypes', link.resource_types, 'networks', link.networks,
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
