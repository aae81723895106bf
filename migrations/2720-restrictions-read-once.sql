-- The lists of a restriction are read once for a statement, and no longer for each row: with 200 ids that copied 8 KB a row.
ALTER POLICY restricted_rows ON agent
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE (SELECT current_setting('app.owner_teams', true)) WHEN '*' THEN true
             ELSE owner_team = ANY ((SELECT nullif(nullif(current_setting('app.owner_teams', true), ''), '*')::text[])::text[]) END
    AND CASE (SELECT current_setting('app.row_ids', true)) WHEN '*' THEN true
             ELSE id = ANY ((SELECT nullif(nullif(current_setting('app.row_ids', true), ''), '*')::uuid[])::uuid[]) END)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE (SELECT current_setting('app.owner_teams', true)) WHEN '*' THEN true
             ELSE owner_team = ANY ((SELECT nullif(nullif(current_setting('app.owner_teams', true), ''), '*')::text[])::text[]) END
    AND CASE (SELECT current_setting('app.row_ids', true)) WHEN '*' THEN true
             ELSE id = ANY ((SELECT nullif(nullif(current_setting('app.row_ids', true), ''), '*')::uuid[])::uuid[]) END);
ALTER POLICY restricted_rows ON tool
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE (SELECT current_setting('app.owner_teams', true)) WHEN '*' THEN true
             ELSE owner_team = ANY ((SELECT nullif(nullif(current_setting('app.owner_teams', true), ''), '*')::text[])::text[]) END
    AND CASE (SELECT current_setting('app.row_ids', true)) WHEN '*' THEN true
             ELSE id = ANY ((SELECT nullif(nullif(current_setting('app.row_ids', true), ''), '*')::uuid[])::uuid[]) END)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE (SELECT current_setting('app.owner_teams', true)) WHEN '*' THEN true
             ELSE owner_team = ANY ((SELECT nullif(nullif(current_setting('app.owner_teams', true), ''), '*')::text[])::text[]) END
    AND CASE (SELECT current_setting('app.row_ids', true)) WHEN '*' THEN true
             ELSE id = ANY ((SELECT nullif(nullif(current_setting('app.row_ids', true), ''), '*')::uuid[])::uuid[]) END);
ALTER POLICY restricted_rows ON mcp_server
    USING (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE (SELECT current_setting('app.owner_teams', true)) WHEN '*' THEN true
             ELSE owner_team = ANY ((SELECT nullif(nullif(current_setting('app.owner_teams', true), ''), '*')::text[])::text[]) END
    AND CASE (SELECT current_setting('app.row_ids', true)) WHEN '*' THEN true
             ELSE id = ANY ((SELECT nullif(nullif(current_setting('app.row_ids', true), ''), '*')::uuid[])::uuid[]) END)
    WITH CHECK (account_id = nullif(current_setting('app.account_id', true), '')::uuid
    AND CASE (SELECT current_setting('app.owner_teams', true)) WHEN '*' THEN true
             ELSE owner_team = ANY ((SELECT nullif(nullif(current_setting('app.owner_teams', true), ''), '*')::text[])::text[]) END
    AND CASE (SELECT current_setting('app.row_ids', true)) WHEN '*' THEN true
             ELSE id = ANY ((SELECT nullif(nullif(current_setting('app.row_ids', true), ''), '*')::uuid[])::uuid[]) END);
