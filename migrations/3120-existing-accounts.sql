-- Citus runs an array of a subquery as a separate query and sends its result to every server. An aggregate is computed in
-- the shards; on ordinary tables it costs the same.
CREATE OR REPLACE FUNCTION existing_accounts(named uuid[])
 RETURNS uuid[]
 LANGUAGE plpgsql
 STABLE
AS $function$
DECLARE
  existing uuid[];
BEGIN
  SELECT array_agg(a.id) INTO existing FROM public.account a WHERE a.id = ANY (named);
  RETURN coalesce(existing, '{}');
END$function$;
