/** Statements about the audit log: events in the order of their chain, checkpoints, and what a row looked like. */
import type { PreparedQuery } from '../pipeline/batch';

/** Row and time that a state is asked for. */
interface RowAt {
  readonly accountId: string;
  readonly resourceType: string;
  readonly resourceId: string;
  /** ISO 8601. */
  readonly time: string;
}

const valuesOf = ({ accountId, resourceType, resourceId, time }: RowAt): readonly string[] => [
  accountId,
  resourceType,
  resourceId,
  time,
];

/** The account of a row, and what it looked like after its last event up to a time. */
export const stateAt = (row: RowAt): PreparedQuery => ({
  name: 'audit_state_at',
  text: `SELECT e."account_id", e.after FROM audit_event e
   WHERE e."account_id" = $1 AND e.resource_type = $2 AND e.resource_id = $3 AND e.at <= $4
   ORDER BY e.at DESC, e.sequence DESC LIMIT 1`,
  values: valuesOf(row),
});

/** The same from before its first event after a time: of rows that begin without an event, as runs do. */
export const stateBefore = (row: RowAt): PreparedQuery => ({
  name: 'audit_state_before',
  text: `SELECT e."account_id", e.before FROM audit_event e
   WHERE e."account_id" = $1 AND e.resource_type = $2 AND e.resource_id = $3 AND e.at > $4
   ORDER BY e.at, e.sequence LIMIT 1`,
  values: valuesOf(row),
});

/** Events of a chain after a position, in order. */
export const eventsAfter = (accountId: string, sequence: number, limit: number): PreparedQuery => ({
  name: 'audit_events_after',
  text: `
  SELECT e."account_id", e.sequence, e.at, e.actor_kind, e.actor_id, e.actor_name, e.request_id, e.address, e.operation_name, e.reason,
         e.action, e.resource_type, e.resource_id, e.before::text, e.after::text, encode(e.hash, 'hex')
    FROM audit_event e WHERE e."account_id" = $1 AND e.sequence > $2 ORDER BY e.sequence LIMIT $3`,
  values: [accountId, sequence, limit],
});

/** The last event at or before a place in a chain: account, sequence, hash in hexadecimal, time. */
export const eventAt = (accountId: string, sequence: number): PreparedQuery => ({
  name: 'audit_event_at',
  text: `SELECT e."account_id", e.sequence, encode(e.hash, 'hex'), e.at FROM audit_event e
   WHERE e."account_id" = $1 AND e.sequence <= $2 ORDER BY e.sequence DESC LIMIT 1`,
  values: [accountId, sequence],
});

/** The checkpoint behind which a chain goes on: account, sequence, hash in hexadecimal, time, signature. */
export const lastCheckpoint = (accountId: string): PreparedQuery => ({
  name: 'audit_last_checkpoint',
  text: `SELECT c."account_id", c.sequence, encode(c.hash, 'hex'), c.at, c.signature FROM audit_checkpoint c
   WHERE c."account_id" = $1 ORDER BY c.sequence DESC LIMIT 1`,
  values: [accountId],
});

/** The sequence of the last event before a time that is not the last of its chain. */
export const lastEventBefore = (accountId: string, time: string): PreparedQuery => ({
  text: `SELECT e.sequence FROM audit_event e WHERE e."account_id" = $1 AND e.at < $2
     AND EXISTS (SELECT 1 FROM audit_event later WHERE later."account_id" = $1 AND later.sequence > e.sequence)
   ORDER BY e.sequence DESC LIMIT 1`,
  values: [accountId, time],
});

/** The accounts that have events, in order: for the command line beside the database. */
export const accountsWithEvents = (): PreparedQuery => ({
  text: 'SELECT DISTINCT e."account_id" FROM audit_event e ORDER BY 1',
  values: [],
});

/** What the signature of a stored checkpoint is made over, as text: account, sequence, hash in hexadecimal, time. */
export const CHECKPOINT_TEXTS: readonly string[] = [
  'account_id',
  'sequence',
  "encode(hash, 'hex')",
  `to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
];
