/** The migration of a resource that exists only in tests: the table, its indexes, its policies, its audit triggers. */

export const MIGRATION = `
  CREATE TABLE note (
    account_id uuid NOT NULL,
    id uuid NOT NULL,
    metadata jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3),
    deletion_id uuid,
    name text NOT NULL,
    tool_id uuid NOT NULL,
    PRIMARY KEY (account_id, id)
  );
  CREATE UNIQUE INDEX note_live_name ON note (account_id, name) WHERE deleted_at IS NULL;
  CREATE INDEX note_deleted ON note (account_id, deleted_at, id) WHERE deleted_at IS NOT NULL;
  CREATE INDEX note_by_id ON note (id, account_id) WHERE account_id::text <> '';
  CREATE INDEX note_by_deletion ON note (account_id, deletion_id) WHERE deletion_id IS NOT NULL;
  CREATE INDEX note_by_name ON note (account_id, name, id);
  CREATE INDEX note_by_tool_id ON note (account_id, tool_id, id);
  CREATE INDEX note_by_created_at ON note (account_id, created_at, id);
  CREATE INDEX note_by_updated_at ON note (account_id, updated_at, id);
  CREATE INDEX note_all_by_name ON note (name, id, account_id) WHERE account_id::text <> '';
  CREATE INDEX note_all_by_created_at ON note (created_at, id, account_id) WHERE account_id::text <> '';
  CREATE INDEX note_all_by_updated_at ON note (updated_at, id, account_id) WHERE account_id::text <> '';
  CREATE INDEX note_all_by_owner_team ON note ((left(metadata -> 'owner' ->> 'team', 64)), id, account_id)
    WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'team', 64) IS NOT NULL;
  CREATE INDEX note_all_by_owner_email ON note ((left(metadata -> 'owner' ->> 'email', 64)), id, account_id)
    WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'email', 64) IS NOT NULL;
  CREATE INDEX note_unowned ON note (account_id, id)
    WHERE deleted_at IS NULL AND coalesce(metadata -> 'owner', 'null') IN ('null', '{}', '""');
  ALTER TABLE note ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
  CREATE POLICY tenant_rows ON note TO {{tenant}}
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
  CREATE POLICY operator_rows ON note TO {{operator}} USING (true) WITH CHECK (true);
  GRANT SELECT, INSERT, UPDATE, DELETE ON note TO {{tenant}}, {{operator}};
  SELECT audit_attach('note', 'Note', 'account_id', '{}', NULL);
  SELECT distribute_with_accounts('note');
  ALTER TABLE note ADD FOREIGN KEY (account_id) REFERENCES account (id);
  ALTER TABLE note ADD FOREIGN KEY (account_id, tool_id) REFERENCES tool (account_id, id) ON DELETE CASCADE;`;
