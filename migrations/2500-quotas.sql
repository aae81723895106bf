-- What an account has is counted along its own rows, whatever it deleted or revoked before.
CREATE INDEX schedule_live ON schedule (account_id) WHERE deleted_at IS NULL;
CREATE INDEX api_key_active ON api_key (account_id, (coalesce(expires_at, 'infinity'))) WHERE revoked_at IS NULL AND deleted_at IS NULL;
