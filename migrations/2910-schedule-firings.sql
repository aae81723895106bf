-- Firings of schedules that a dispatcher holds: leased until it acknowledges them (docs/adr/0313).

ALTER TABLE schedule
  ADD COLUMN delivery text NOT NULL DEFAULT 'AT_LEAST_ONCE'
    CONSTRAINT schedule_delivery_check CHECK (delivery IN ('AT_LEAST_ONCE', 'AT_MOST_ONCE')),
  ADD COLUMN catch_up_minutes integer NOT NULL DEFAULT 0
    CONSTRAINT schedule_catch_up_minutes_check CHECK (catch_up_minutes BETWEEN 0 AND 10080);

CREATE TABLE schedule_firing (
  account_id uuid NOT NULL REFERENCES account (id),
  id uuid NOT NULL,
  schedule_id uuid NOT NULL,
  due_at timestamptz(3) NOT NULL,
  attempt integer NOT NULL,
  lease_until timestamptz(3) NOT NULL,
  CONSTRAINT schedule_firing_pkey PRIMARY KEY (account_id, id),
  CONSTRAINT schedule_firing_due_key UNIQUE (account_id, schedule_id, due_at),
  FOREIGN KEY (account_id, schedule_id) REFERENCES schedule (account_id, id) ON DELETE CASCADE
);
CREATE INDEX schedule_firing_by_lease ON schedule_firing (lease_until, id, account_id) WHERE account_id::text <> '';
CREATE INDEX schedule_firing_by_id ON schedule_firing (id, account_id) WHERE account_id::text <> '';
ALTER TABLE schedule_firing ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON schedule_firing TO {{tenant}}
  USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
  WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON schedule_firing TO {{operator}} USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON schedule_firing TO {{operator}};
