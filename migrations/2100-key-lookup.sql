-- What a request costs does not depend on the rows of other accounts, nor on how many keys and operators there are.

-- One key, by an index: without the condition on account_id PostgreSQL would not use the partial index api_key_by_id and
-- read the index of every account's keys instead. An end that lies at infinity is none; one before all times has passed.
CREATE OR REPLACE FUNCTION authenticate_key(wanted uuid) RETURNS TABLE(kind text, key_id uuid, name text, secret_hash bytea, remaining_ms double precision, account_id uuid, account_slug text, account_status text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
    SELECT k.kind, k.id, k.name, k.secret_hash,
           CASE WHEN isfinite(k.ends_at) THEN extract(epoch FROM k.ends_at - clock_timestamp())::double precision * 1000
                WHEN k.ends_at < clock_timestamp() THEN -1 END,
           k.account_id, k.slug, k.status
      FROM (SELECT 'account' AS kind, a.id, a.name, a.secret_hash, least(a.expires_at, a.revoked_at) AS ends_at,
                   o.id AS account_id, o.slug, o.status
              FROM public.api_key a JOIN public.account o ON o.id = a.account_id
             WHERE a.id = wanted AND a.account_id::text <> '' AND a.deleted_at IS NULL
            UNION ALL
            SELECT 'master', m.id, m.name, m.secret_hash, least(m.expires_at, m.revoked_at), NULL, NULL, NULL
              FROM public.master_key m WHERE m.id = wanted
            LIMIT 1) k
  $$;

-- What is older than a day is found by its age.
CREATE INDEX operator_idempotency_by_age ON operator_idempotency (created_at);
CREATE INDEX rate_limit_by_expiry ON rate_limit (expire);
