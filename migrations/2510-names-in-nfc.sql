-- Names that earlier releases stored in another form than NFC get the form in which they are compared, audited like every
-- change. Two live rows of one kind that would get one name are not ours to choose between.
DO $$
DECLARE
  target text;
  clash record;
  stored record;
BEGIN
  FOREACH target IN ARRAY ARRAY['agent', 'tool', 'mcp_server', 'api_key'] LOOP
    -- The owner sees no row of a table whose row level security is forced.
    EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', target);
    IF target <> 'api_key' THEN
      EXECUTE format('SELECT account_id, normalize(name, NFC) AS name FROM %I WHERE deleted_at IS NULL GROUP BY 1, 2 HAVING count(*) > 1 ORDER BY 1, 2 LIMIT 1', target) INTO clash;
      IF clash.account_id IS NOT NULL THEN
        RAISE EXCEPTION 'The account % has two rows of % whose names look the same, "%", and differ in nothing that one can see (forms NFC and NFD of Unicode). Rename or delete one of them with the release that is running, then start this one.', clash.account_id, target, clash.name;
      END IF;
    END IF;
    FOR stored IN EXECUTE format('SELECT account_id, id FROM %I WHERE name IS NOT NFC NORMALIZED ORDER BY account_id, id', target) LOOP
      EXECUTE format('UPDATE %I SET name = normalize(name, NFC), version = version + 1, updated_at = now() WHERE account_id = $1 AND id = $2', target)
        USING stored.account_id, stored.id;
    END LOOP;
    -- A table with audit events that are still to come cannot be altered.
    SET CONSTRAINTS ALL IMMEDIATE;
    SET CONSTRAINTS ALL DEFERRED;
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', target);
  END LOOP;
END $$;
