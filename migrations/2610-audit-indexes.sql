-- Every change writes an event, and paid for nine indexes. Across accounts, the events of a row, a request or an actor are
-- looked for account by account along the indexes that each account has (docs/adr/0301).
DROP INDEX audit_event_all_by_resource_id;
DROP INDEX audit_event_all_by_request_id;
DROP INDEX audit_event_all_by_actor_id;
