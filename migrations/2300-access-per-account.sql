-- The access log of master keys says for each account what touched it.

DROP FUNCTION record_master_access(uuid, uuid, text, text, text[], text, text, text, boolean, uuid[]);

-- Records an operation of a master key, for the platform and for each account that it touched. `accounts` is a list of
-- {"accountId", "fields", "operationName", "reason"}: what that account may read of the operation.
CREATE FUNCTION record_master_access(entry uuid, key_id uuid, key_name text, operation_name text, fields text[], reason text, address text, request_id text, every_account boolean, accounts jsonb) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $_$
    INSERT INTO public.master_access
      (id, key_id, key_name, operation_name, fields, reason, address, request_id, every_account, account_ids)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,
              ARRAY(SELECT (t.value ->> 'accountId')::uuid
                      FROM jsonb_array_elements($10) WITH ORDINALITY AS t (value, place) ORDER BY t.place));
    INSERT INTO public.account_access
      (account_id, id, key_id, key_name, operation_name, fields, reason, address, request_id)
      SELECT a.id, $1, $2, $3, public.audit_clean(t.value ->> 'operationName'),
             ARRAY(SELECT jsonb_array_elements_text(t.value -> 'fields')), public.audit_clean(t.value ->> 'reason'), $7, $8
        FROM jsonb_array_elements($10) AS t (value) JOIN public.account a ON a.id = (t.value ->> 'accountId')::uuid
       WHERE (public.gateway_role() IS DISTINCT FROM 'tenant'
              OR a.id = nullif(current_setting('app.account_id', true), '')::uuid)
       ORDER BY a.id;
  $_$;
REVOKE ALL ON FUNCTION record_master_access(uuid, uuid, text, text, text[], text, text, text, boolean, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_master_access(uuid, uuid, text, text, text[], text, text, text, boolean, jsonb) TO {{tenant}}, {{operator}};
