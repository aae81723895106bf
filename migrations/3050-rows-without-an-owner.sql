-- Rows without an owner have an index of their own: a page of them costs what it holds, however many others there are.

CREATE INDEX agent_unowned ON agent (account_id, id)
  WHERE deleted_at IS NULL AND coalesce(metadata -> 'owner', 'null') IN ('null', '{}', '""');
CREATE INDEX api_key_unowned ON api_key (account_id, id)
  WHERE deleted_at IS NULL AND coalesce(metadata -> 'owner', 'null') IN ('null', '{}', '""');
CREATE INDEX custom_role_unowned ON custom_role (account_id, id)
  WHERE deleted_at IS NULL AND coalesce(metadata -> 'owner', 'null') IN ('null', '{}', '""');
CREATE INDEX mcp_server_unowned ON mcp_server (account_id, id)
  WHERE deleted_at IS NULL AND coalesce(metadata -> 'owner', 'null') IN ('null', '{}', '""');
CREATE INDEX service_account_unowned ON service_account (account_id, id)
  WHERE deleted_at IS NULL AND coalesce(metadata -> 'owner', 'null') IN ('null', '{}', '""');
CREATE INDEX tool_unowned ON tool (account_id, id)
  WHERE deleted_at IS NULL AND coalesce(metadata -> 'owner', 'null') IN ('null', '{}', '""');
CREATE INDEX webhook_unowned ON webhook (account_id, id)
  WHERE deleted_at IS NULL AND coalesce(metadata -> 'owner', 'null') IN ('null', '{}', '""');
