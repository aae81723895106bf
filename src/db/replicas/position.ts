/**
 * Positions in the primary's write-ahead log, as text that sorts in their order: the timeline, then PostgreSQL's pg_lsn.
 * After a failover that lost changes the new primary writes over the same pg_lsn, on a later timeline.
 */
import type { PreparedQuery } from '../pipeline/batch';

/** 24 hexadecimal digits, the first 8 of which are the timeline, so positions of a server compare as strings. */
export type Position = string;

export const START: Position = '0'.repeat(24);
/** Beyond the position of any server: only the primary qualifies. */
export const UNREACHED: Position = 'F'.repeat(24);

export const isPosition = (value: unknown): value is Position =>
  typeof value === 'string' && /^[0-9A-F]{24}$/.test(value);

/**
 * @param timeline as PostgreSQL names files of its log: 8 hexadecimal digits.
 * @param lsn as PostgreSQL writes it: `16/B374D848`.
 * @throws Error for anything else.
 */
export function positionOf(timeline: unknown, lsn: unknown): Position {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/.exec(String(lsn)) ?? [];
  if (typeof timeline !== 'string' || !/^[0-9A-F]{8}$/.test(timeline) || high === undefined || low === undefined)
    throw new Error('The database gave no position of its log');
  return timeline + high.padStart(8, '0') + low.padStart(8, '0');
}

export const timelineOf = (position: Position): string => position.slice(0, 8);

export const lsnOf = (position: Position): string => `${position.slice(8, 16)}/${position.slice(16)}`;

export const laterOf = (left: Position, right: Position): Position => (left > right ? left : right);

/** The position of the primary, which alone may name files of its log. */
const TIMELINE = 'substr(pg_walfile_name(at), 1, 8)';

/**
 * One row: timeline, pg_lsn. Sent after a COMMIT, it returns the position up to which the log is on disk, including
 * that COMMIT. Log that is only in memory is not yet sent to replicas.
 */
export const COMMITTED_UP_TO: PreparedQuery = {
  name: 'committed_up_to',
  text: `SELECT ${TIMELINE}, at::text FROM pg_current_wal_flush_lsn() at`,
  values: [],
};

/** With this renewal interval, a mark distinguishes the primary from a copy, which keeps showing an earlier mark. */
const MARK_MAX_AGE = '10 minutes';

/** One row: timeline, pg_lsn, mark (null if there is none), whether the mark is old or of an earlier timeline. */
export const PRIMARY_STATE: PreparedQuery = {
  name: 'primary_state',
  text: `SELECT ${TIMELINE}, at::text, m.mark::text,
                m.timeline IS DISTINCT FROM ${TIMELINE} OR m.made_at < now() - interval '${MARK_MAX_AGE}'
           FROM pg_current_wal_flush_lsn() at LEFT JOIN replication_mark m ON m.only_row`,
  values: [],
};

/**
 * If several gateways see the same mark, only one renews it.
 * @param seen the mark to replace; null for none.
 */
export const renewMark = (timeline: string, mark: string, seen: string | null): PreparedQuery => ({
  name: 'renew_replication_mark',
  text: `INSERT INTO replication_mark (timeline, mark) VALUES ($1, $2::text::uuid)
         ON CONFLICT (only_row) DO UPDATE SET timeline = excluded.timeline, mark = excluded.mark, made_at = now()
          WHERE replication_mark.mark = $3::text::uuid`,
  values: [timeline, mark, seen],
});

/** One row: the identity of the cluster and the database, which replicas share; so do copies of a cluster. */
export const IDENTITY: PreparedQuery = {
  name: 'server_identity',
  text: `SELECT (SELECT system_identifier::text FROM pg_control_system()) || '/' ||
                (SELECT oid::text FROM pg_database WHERE datname = current_database())`,
  values: [],
};

/** One row: pg_lsn (null after a promotion), mark. */
export const REPLICA_STATE: PreparedQuery = {
  name: 'replica_state',
  text: `SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() END::text, current_replication_mark()::text`,
  values: [],
};

/**
 * Precedes reads from a replica, which see at least as much: whether it still is one, follows the primary that made the
 * mark, and has come this far.
 */
export const hasReplayed = (position: Position, mark: string): PreparedQuery => ({
  name: 'has_replayed',
  text: `SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= $1::text::pg_lsn
                AND current_replication_mark() = $2::text::uuid`,
  values: [lsnOf(position), mark],
});
