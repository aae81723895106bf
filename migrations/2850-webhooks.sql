-- Webhooks of accounts, how far the deliveries of each are, and the log of deliveries.

CREATE TABLE webhook (
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
  url text NOT NULL,
  resource_types jsonb NOT NULL DEFAULT '[]',
  actions jsonb NOT NULL DEFAULT '[]',
  enabled boolean NOT NULL DEFAULT true,
  disabled_reason text,
  signing jsonb NOT NULL,
  secret bytea NOT NULL,
  -- The last replay that was asked for, and how many were: dispatchers compare it with those that they have begun.
  replay_from bigint,
  replays integer NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, id)
);
CREATE UNIQUE INDEX webhook_live_name ON webhook (account_id, name) WHERE deleted_at IS NULL;
CREATE INDEX webhook_by_id ON webhook (id, account_id) WHERE account_id::text <> '';
CREATE INDEX webhook_by_deletion ON webhook (account_id, deletion_id) WHERE deletion_id IS NOT NULL;
CREATE INDEX webhook_by_name ON webhook (account_id, name, id);
CREATE INDEX webhook_all_by_name ON webhook (name, id, account_id) WHERE account_id::text <> '';
CREATE INDEX webhook_by_created_at ON webhook (account_id, created_at, id);
CREATE INDEX webhook_all_by_created_at ON webhook (created_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX webhook_by_updated_at ON webhook (account_id, updated_at, id);
CREATE INDEX webhook_all_by_updated_at ON webhook (updated_at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX webhook_all_by_owner_team ON webhook ((left(metadata -> 'owner' ->> 'team', 64)), id, account_id)
  WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'team', 64) IS NOT NULL;
CREATE INDEX webhook_all_by_owner_email ON webhook ((left(metadata -> 'owner' ->> 'email', 64)), id, account_id)
  WHERE account_id::text <> '' AND left(metadata -> 'owner' ->> 'email', 64) IS NOT NULL;
ALTER TABLE webhook ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON webhook TO {{tenant}}
  USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
  WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON webhook TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook TO {{tenant}}, {{operator}};
SELECT audit_attach('webhook', 'Webhook', 'account_id', '{}', NULL);

-- Its id is the webhook's. Dispatchers write it, and nobody else.
CREATE TABLE webhook_state (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  -- The sequence of the last event that was delivered, or passed over by the filter.
  position bigint NOT NULL,
  -- Grows with every lease: what is written under an older one is refused.
  lease bigint NOT NULL DEFAULT 0,
  lease_until timestamptz(3) NOT NULL DEFAULT now(),
  served_at timestamptz(3) NOT NULL DEFAULT now(),
  failures integer NOT NULL DEFAULT 0,
  failing_since timestamptz(3),
  attempted_at timestamptz(3) NOT NULL DEFAULT now(),
  next_attempt_at timestamptz(3) NOT NULL DEFAULT now(),
  replays integer NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, id),
  FOREIGN KEY (account_id, id) REFERENCES webhook (account_id, id) ON DELETE CASCADE
);
ALTER TABLE webhook_state ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON webhook_state TO {{tenant}}
  USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
  WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON webhook_state TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT ON webhook_state TO {{tenant}};
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_state TO {{operator}};

CREATE TABLE webhook_delivery (
  account_id uuid NOT NULL,
  id uuid NOT NULL,
  webhook_id uuid NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT now(),
  -- Null for a test.
  sequence bigint,
  attempt integer NOT NULL,
  status text NOT NULL CHECK (status IN ('SUCCEEDED', 'REJECTED', 'TIMED_OUT', 'UNREACHABLE', 'FORBIDDEN_TARGET')),
  response_status integer,
  duration_ms integer NOT NULL,
  problem text,
  next_attempt_at timestamptz(3),
  PRIMARY KEY (account_id, id),
  FOREIGN KEY (account_id, webhook_id) REFERENCES webhook (account_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_delivery_by_at ON webhook_delivery (account_id, at, id);
CREATE INDEX webhook_delivery_all_by_at ON webhook_delivery (at, id, account_id) WHERE account_id::text <> '';
CREATE INDEX webhook_delivery_by_webhook ON webhook_delivery (account_id, webhook_id, at, id);
CREATE INDEX webhook_delivery_all_by_webhook ON webhook_delivery (webhook_id, at, id, account_id) WHERE account_id::text <> '';
ALTER TABLE webhook_delivery ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON webhook_delivery TO {{tenant}}
  USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
  WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON webhook_delivery TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT ON webhook_delivery TO {{tenant}};
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_delivery TO {{operator}};
