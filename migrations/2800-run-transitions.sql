-- What runs have gone through, numbered 1, 2, 3 within their account, for those who follow them live. Whoever starts or
-- ends a run writes it in the same transaction, under a lock of the account until it commits: a number that can be read
-- has all lower ones before it (docs/adr/0321).

CREATE TABLE run_transition (
  account_id uuid NOT NULL REFERENCES account (id),
  sequence bigint NOT NULL,
  run_id uuid NOT NULL,
  agent_id uuid NOT NULL,
  schedule_id uuid,
  status text NOT NULL,
  at timestamptz(3) NOT NULL,
  PRIMARY KEY (account_id, sequence)
);
CREATE INDEX run_transition_all_by_at ON run_transition (at) WHERE account_id::text <> '';
ALTER TABLE run_transition ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_rows ON run_transition TO {{tenant}}
  USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid)
  WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid);
CREATE POLICY operator_rows ON run_transition TO {{operator}} USING (true) WITH CHECK (true);
CREATE POLICY restricted_rows ON run_transition TO {{restricted}}
  USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND EXISTS (SELECT 1 FROM agent p WHERE p.account_id = run_transition.account_id AND p.id = run_transition.agent_id OFFSET 0))
  WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND EXISTS (SELECT 1 FROM agent p WHERE p.account_id = run_transition.account_id AND p.id = run_transition.agent_id OFFSET 0));
CREATE POLICY owner_insert ON run_transition FOR INSERT TO {{owner}} WITH CHECK (true);
CREATE POLICY owner_select ON run_transition FOR SELECT TO {{owner}} USING (true);
GRANT SELECT ON run_transition TO {{tenant}}, {{restricted}};
GRANT SELECT, DELETE ON run_transition TO {{operator}};

CREATE FUNCTION note_run_transition()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_sort TO 'off'
AS $function$
BEGIN
  PERFORM pg_advisory_xact_lock(7267285, uuid_hash(NEW.account_id) & 1023);
  INSERT INTO public.run_transition (account_id, sequence, run_id, agent_id, schedule_id, status, at)
  SELECT NEW.account_id,
         coalesce((SELECT t.sequence FROM public.run_transition t WHERE t.account_id = NEW.account_id
                    ORDER BY t.sequence DESC LIMIT 1), 0) + 1,
         NEW.id, NEW.agent_id, NEW.schedule_id, NEW.status, clock_timestamp();
  RETURN NULL;
END$function$;

REVOKE ALL ON FUNCTION note_run_transition() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER run_transition_insert AFTER INSERT ON run DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION note_run_transition();
CREATE CONSTRAINT TRIGGER run_transition_update AFTER UPDATE ON run DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION note_run_transition();
ALTER TABLE run ENABLE ALWAYS TRIGGER run_transition_insert, ENABLE ALWAYS TRIGGER run_transition_update;
