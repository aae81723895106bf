-- The record of a master key's access looks up the accounts that it names, one by one: joined as a whole, PostgreSQL
-- expects a hundred of them and reads every account of the platform instead. OFFSET 0 keeps the look-up a look-up.
CREATE OR REPLACE FUNCTION record_master_access(entry uuid, key_id uuid, key_name text, operation_name text, fields text[], reason text, address text, request_id text, every_account boolean, accounts jsonb) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $function$
    INSERT INTO public.master_access
      (id, key_id, key_name, operation_name, fields, reason, address, request_id, every_account, account_ids)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,
              ARRAY(SELECT (t.value ->> 'accountId')::uuid
                      FROM jsonb_array_elements($10) WITH ORDINALITY AS t (value, place) ORDER BY t.place));
    INSERT INTO public.account_access
      (account_id, id, key_id, key_name, operation_name, fields, reason, address, request_id)
      SELECT a.id, $1, $2, $3, public.audit_clean(t.value ->> 'operationName'),
             ARRAY(SELECT jsonb_array_elements_text(t.value -> 'fields')), public.audit_clean(t.value ->> 'reason'), $7, $8
        FROM jsonb_array_elements($10) AS t (value)
       CROSS JOIN LATERAL (SELECT o.id FROM public.account o WHERE o.id = (t.value ->> 'accountId')::uuid OFFSET 0) a
       WHERE (public.gateway_role() IS DISTINCT FROM 'tenant'
              OR a.id = nullif(current_setting('app.account_id', true), '')::uuid)
       ORDER BY a.id;
  $function$;
