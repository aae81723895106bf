/** Statements about the audit log: events in the order of their chain, checkpoints, and past states of rows. */
import type { PreparedQuery } from '../pipeline/batch';
import { OF_ACCOUNT } from './of-account';

/** The row and time of the requested state. */
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

/** An event's images; if there are none, they were erased. */
const IMAGES = 'LEFT JOIN audit_image i ON i."account_id" = e."account_id" AND i.sequence = e.sequence';
/** A row's ERASE events are about its other events; they are not states of it. */
const OF_ROW = `e."account_id" = $1 AND e.resource_type = $2 AND e.resource_id = $3 AND e.action <> 'ERASE'`;

/** A row's account, its state after its last event up to a time, and whether that was erased. */
export const stateAt = (row: RowAt): PreparedQuery => ({
  name: 'audit_state_at',
  text: `SELECT e."account_id", i.after, i.sequence IS NULL FROM audit_event e ${IMAGES}
   WHERE ${OF_ROW} AND e.at <= $4
   ORDER BY e.at DESC, e.sequence DESC LIMIT 1`,
  values: valuesOf(row),
});

/** The state before the first event after a time, for rows that begin without an event, such as runs. */
export const stateBefore = (row: RowAt): PreparedQuery => ({
  name: 'audit_state_before',
  text: `SELECT e."account_id", i.before, i.sequence IS NULL FROM audit_event e ${IMAGES}
   WHERE ${OF_ROW} AND e.at > $4
   ORDER BY e.at, e.sequence LIMIT 1`,
  values: valuesOf(row),
});

/** A chain's events after a position, in order. */
export const eventsAfter = (accountId: string, sequence: number, limit: number): PreparedQuery => ({
  name: 'audit_events_after',
  text: `
  SELECT e."account_id", e.sequence, e.form, i.sequence IS NOT NULL, e.at, e.actor_kind, e.actor_id, e.actor_name, e.request_id,
         e.address, e.operation_name, e.reason, e.action, e.resource_type, e.resource_id, encode(e.hash, 'hex'),
         encode(e.before_digest, 'hex'), encode(e.after_digest, 'hex'),
         encode(i.before_salt, 'hex'), i.before::text, encode(i.after_salt, 'hex'), i.after::text
    FROM audit_event e ${IMAGES}
   WHERE e."account_id" = $1 AND e.sequence > $2 ORDER BY e.sequence LIMIT $3`,
  values: [accountId, sequence, limit],
});

/** Images of events: account, sequence, the row before, the row after. Omits events whose images were erased. */
export const imagesOfEvents = (
  account: string | null,
  accountIds: readonly string[],
  sequences: readonly string[],
): PreparedQuery =>
  account === null
    ? {
        name: 'audit_images_everywhere',
        text: `SELECT i.* FROM unnest($1::uuid[], $2::bigint[]) k(account_id, sequence) CROSS JOIN LATERAL (
          SELECT i."account_id", i.sequence, i.before, i.after FROM audit_image i
           WHERE i."account_id" = k.account_id AND i.sequence = k.sequence LIMIT 1) i`,
        values: [accountIds, sequences],
      }
    : {
        name: 'audit_images',
        text: `SELECT i.* FROM unnest($2::bigint[]) k(sequence) CROSS JOIN LATERAL (
          SELECT i."account_id", i.sequence, i.before, i.after FROM audit_image i
           WHERE i."account_id" = $1 AND i.sequence = k.sequence LIMIT 1) i`,
        values: [account, sequences],
      };

/** A row's first ERASE event after a position in the chain: what it keeps as its image. */
export const erasureAfter = (
  accountId: string,
  resourceType: string,
  resourceId: string,
  sequence: number,
): PreparedQuery => ({
  name: 'audit_erasure_after',
  text: `SELECT i.after::text FROM audit_event e ${IMAGES}
   WHERE e."account_id" = $1 AND e.resource_type = $2 AND e.resource_id = $3 AND e.action = 'ERASE' AND e.sequence > $4
   ORDER BY e.at, e.sequence LIMIT 1`,
  values: [accountId, resourceType, resourceId, sequence],
});

/**
 * Erases the audit log's images of a row: the number of events that lost their images; null when it has no such row.
 */
export const eraseHistory = (
  accountId: string,
  resourceType: string,
  resourceId: string,
  reason: string,
): PreparedQuery => ({
  name: 'audit_erase',
  text: `SELECT audit_erase($1, $2, $3, $4) ${OF_ACCOUNT}`,
  values: [accountId, resourceType, resourceId, reason],
});

/** The last event at or before a position in a chain: account, sequence, hash in hexadecimal, time. */
export const eventAt = (accountId: string, sequence: number): PreparedQuery => ({
  name: 'audit_event_at',
  text: `SELECT e."account_id", e.sequence, encode(e.hash, 'hex'), e.at FROM audit_event e
   WHERE e."account_id" = $1 AND e.sequence <= $2 ORDER BY e.sequence DESC LIMIT 1`,
  values: [accountId, sequence],
});

/** The checkpoint after which a chain continues: account, sequence, hash in hexadecimal, time, signature. */
export const lastCheckpoint = (accountId: string): PreparedQuery => ({
  name: 'audit_last_checkpoint',
  text: `SELECT c."account_id", c.sequence, encode(c.hash, 'hex'), c.at, c.signature FROM audit_checkpoint c
   WHERE c."account_id" = $1 ORDER BY c.sequence DESC LIMIT 1`,
  values: [accountId],
});

/** The sequence of the last event before a time, excluding the last of its chain. */
export const lastEventBefore = (accountId: string, time: string): PreparedQuery => ({
  text: `SELECT e.sequence FROM audit_event e WHERE e."account_id" = $1 AND e.at < $2
     AND EXISTS (SELECT 1 FROM audit_event later WHERE later."account_id" = $1 AND later.sequence > e.sequence)
   ORDER BY e.sequence DESC LIMIT 1`,
  values: [accountId, time],
});

/** The accounts that have events, in order: for the command line next to the database. */
export const accountsWithEvents = (): PreparedQuery => ({
  text: 'SELECT DISTINCT e."account_id" FROM audit_event e ORDER BY 1',
  values: [],
});

/** What a stored checkpoint's signature covers, as text: account, sequence, hash in hexadecimal, time. */
export const CHECKPOINT_TEXTS: readonly string[] = [
  'account_id',
  'sequence',
  "encode(hash, 'hex')",
  `to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
];
