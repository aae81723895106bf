-- Plans for the access of keys that were applied, with what undoing them needs.

CREATE TABLE access_change (
  account_id uuid NOT NULL REFERENCES account (id),
  id uuid NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  plan_hash text NOT NULL,
  changes jsonb NOT NULL,
  undone_at timestamptz(3),
  PRIMARY KEY (account_id, id)
);
ALTER TABLE access_change ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON access_change TO {{tenant}}
  USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
  WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON access_change TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON access_change TO {{tenant}};
GRANT SELECT, INSERT, UPDATE ON access_change TO {{operator}};
SELECT audit_attach('access_change', 'AccessChange', 'account_id', '{}', NULL);
