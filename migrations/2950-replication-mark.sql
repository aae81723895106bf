-- A random mark that the primary renews: a server that shows it has replayed what this very primary wrote
-- (docs/adr/0385).

CREATE TABLE replication_mark (
  only_row boolean NOT NULL DEFAULT true
    CONSTRAINT replication_mark_pkey PRIMARY KEY
    CONSTRAINT replication_mark_only_row_check CHECK (only_row),
  timeline text NOT NULL,
  mark uuid NOT NULL,
  made_at timestamptz(3) NOT NULL DEFAULT now()
);
ALTER TABLE replication_mark ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY operator_rows ON replication_mark TO {{operator}} USING (true) WITH CHECK (true);
CREATE POLICY owner_rows ON replication_mark TO {{owner}} USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON replication_mark TO {{operator}};

-- For the tenant role, too, which reads no table without accounts.
CREATE FUNCTION current_replication_mark() RETURNS uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
BEGIN
    RETURN (SELECT mark FROM public.replication_mark WHERE only_row);
END
$$;
REVOKE ALL ON FUNCTION current_replication_mark() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION current_replication_mark() TO {{tenant}}, {{operator}};
