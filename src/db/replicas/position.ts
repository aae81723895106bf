/** Positions in the primary's write-ahead log (PostgreSQL's pg_lsn), as text that sorts in their order. */
import type { PreparedQuery } from '../pipeline/batch';

/** 16 hexadecimal digits: positions of a server compare as strings do. */
export type Position = string;

export const START: Position = '0'.repeat(16);
/** Beyond what any server has reached: only the primary will do. */
export const UNREACHED: Position = 'F'.repeat(16);

export const isPosition = (value: unknown): value is Position =>
  typeof value === 'string' && /^[0-9A-F]{16}$/.test(value);

/** @param lsn as PostgreSQL writes it: `16/B374D848`. @throws Error for anything else. */
export function positionOf(lsn: unknown): Position {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/.exec(String(lsn)) ?? [];
  if (high === undefined || low === undefined) throw new Error('The database gave no position of its log');
  return high.padStart(8, '0') + low.padStart(8, '0');
}

const lsnOf = (position: Position): string => `${position.slice(0, 8)}/${position.slice(8)}`;

export const laterOf = (one: Position, other: Position): Position => (one > other ? one : other);

/**
 * Sent behind a COMMIT: up to where the log is on disk, that COMMIT included. What is only in memory is not sent to
 * replicas yet.
 */
export const COMMITTED_UP_TO: PreparedQuery = {
  name: 'committed_up_to',
  text: 'SELECT pg_current_wal_flush_lsn()::text',
  values: [],
};

/** The cluster and the database: the same on a replica, and nowhere else. */
const IDENTITY = `(SELECT system_identifier::text FROM pg_control_system()) || '/' ||
  (SELECT oid::text FROM pg_database WHERE datname = current_database())`;

/** One row: position, identity. */
export const PRIMARY_STATE: PreparedQuery = {
  name: 'primary_state',
  text: `SELECT pg_current_wal_flush_lsn()::text, ${IDENTITY}`,
  values: [],
};

/** One row: position (null once it was promoted), identity. */
export const REPLICA_STATE: PreparedQuery = {
  name: 'replica_state',
  text: `SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() END::text, ${IDENTITY}`,
  values: [],
};

/** Precedes reads from a replica, which see at least as much: whether it still is one, and has come this far. */
export const hasReplayed = (position: Position): PreparedQuery => ({
  name: 'has_replayed',
  text: 'SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= $1::text::pg_lsn',
  values: [lsnOf(position)],
});
