/** A value of a fixed set, coloured if it is good or bad news. */

const TONES: Readonly<Record<string, string>> = {
  ACTIVE: 'good',
  SUCCESS: 'good',
  SUCCEEDED: 'good',
  CREATE: 'good',
  GIVE_BACK: 'good',
  STARTED: 'info',
  UPDATE: 'info',
  RESTORE: 'info',
  EXPIRED: 'warning',
  SUSPENDED: 'warning',
  NARROW: 'warning',
  CANCELLED: 'warning',
  FAILED: 'danger',
  FORBIDDEN_TARGET: 'danger',
  REJECTED: 'danger',
  TIMED_OUT: 'danger',
  UNREACHABLE: 'danger',
  REVOKED: 'danger',
  CLOSED: 'danger',
  DELETE: 'danger',
  END: 'danger',
  PURGE: 'danger',
  ERASE: 'danger',
};

export function Badge({ value }: { readonly value: string }) {
  return <span className={`badge ${TONES[value] ?? ''}`}>{value}</span>;
}
