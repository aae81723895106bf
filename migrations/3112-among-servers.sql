-- What tables divided among shards on other servers need (docs/adr/0501), in one form with ordinary tables.

-- A shard's name ends in its number. Nobody listens on the server that has it, and a transaction that notified cannot be
-- prepared there, which a change of rows on several servers needs. Among shards keys are looked up every half second.
CREATE OR REPLACE FUNCTION announce_key_change()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog'
AS $function$
  BEGIN
    IF TG_TABLE_NAME !~ '_[0-9]+$' THEN PERFORM pg_notify('portcullis_keys', OLD.id::text); END IF;
    RETURN NULL;
  END
  $function$;

-- Within one transaction, Citus reads no shard as the owner that another role has changed. So among shards whoever asks
-- says which of the accounts exist, having looked as itself; a foreign key does not let others in where there are none.
CREATE FUNCTION existing_accounts(named uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
AS $function$
BEGIN
  RETURN ARRAY(SELECT a.id FROM public.account a WHERE a.id = ANY (named));
END$function$;
REVOKE ALL ON FUNCTION existing_accounts(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION existing_accounts(uuid[]) TO {{tenant}}, {{operator}};

DROP FUNCTION record_master_access(uuid, uuid, text, text, text[], text, text, text, boolean, jsonb);
CREATE FUNCTION record_master_access(entry uuid, key_id uuid, key_name text, operation_name text, fields text[], reason text, address text, request_id text, every_account boolean, accounts jsonb, existing uuid[] DEFAULT NULL)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
DECLARE
  named uuid[] := ARRAY(SELECT (t.value ->> 'accountId')::uuid
                          FROM jsonb_array_elements(accounts) WITH ORDINALITY AS t (value, place) ORDER BY t.place);
  visited record;
BEGIN
  INSERT INTO public.master_access
    (id, key_id, key_name, operation_name, fields, reason, address, request_id, every_account, account_ids)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, named);
  IF existing IS NULL THEN existing := ARRAY(SELECT a.id FROM public.account a WHERE a.id = ANY (named)); END IF;
  FOR visited IN
    SELECT a.id, audit_clean(t.value ->> 'operationName') AS operation,
           ARRAY(SELECT jsonb_array_elements_text(t.value -> 'fields')) AS fields, audit_clean(t.value ->> 'reason') AS reason
      FROM unnest(existing) AS a (id) JOIN jsonb_array_elements(accounts) AS t (value) ON a.id = (t.value ->> 'accountId')::uuid
     WHERE gateway_role() IS DISTINCT FROM 'tenant' OR a.id = nullif(current_setting('app.account_id', true), '')::uuid
     ORDER BY a.id
  LOOP
    INSERT INTO public.account_access
      (account_id, id, key_id, key_name, operation_name, fields, reason, address, request_id)
    VALUES (visited.id, $1, $2, $3, visited.operation, visited.fields, visited.reason, $7, $8);
  END LOOP;
END$function$;
REVOKE ALL ON FUNCTION record_master_access(uuid, uuid, text, text, text[], text, text, text, boolean, jsonb, uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION record_master_access(uuid, uuid, text, text, text[], text, text, text, boolean, jsonb, uuid[]) TO {{tenant}}, {{operator}};
