/** Translates database failures for callers; the only reader of PostgreSQL's error codes. */
import { GatewayError, notFound } from '../errors';

/** Why the database is unavailable, each as the beginning of a sentence. */
const OUTAGES = {
  unreachable: 'The database cannot be reached',
  readOnly: 'The database is read-only',
  changed: 'The tables of the database are being changed',
  unsafe: 'The database does not enforce its constraints',
  shared: 'The pooler in front of the database shares prepared statements between clients',
} as const;

type Outage = keyof typeof OUTAGES;

/** The database is unreachable or gave up. `safeToRetry` is false when a write may have been stored. */
export class DatabaseUnavailableError extends Error {
  constructor(
    readonly safeToRetry: boolean,
    cause: unknown,
    readonly outage: Outage = 'unreachable',
  ) {
    super(OUTAGES[outage], { cause });
  }
}

/** A conflict with another transaction: nothing was stored, and a retry may succeed. */
class TransactionConflictError extends GatewayError {
  constructor(cause: unknown) {
    super(
      'CONFLICT',
      'Another request changed the same rows at the same time. Nothing was stored; send the request again.',
    );
    this.cause = cause;
  }
}

interface DriverError {
  readonly code?: string;
  readonly constraint?: string;
  readonly severity?: string;
  /** The server function that reported it. */
  readonly routine?: string;
  readonly message: string;
}

/**
 * Checked by shape: an error from another realm (a worker, a test's sandbox) is not an instance of this realm's Error.
 */
const isDriverError = (error: unknown): error is DriverError =>
  typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string';

const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);
/**
 * Classes 08 (connection), 53 (resources), 57 (operator intervention: shutdown, timeout), 25P03 and 25P04 (transaction
 * timeouts), 55P03 (lock timeout), 55000 (the database accepts no connections).
 */
const UNAVAILABLE = /^(08|53|57)|^25P0[34]$|^55(P03|000)$/;
/** Classes 28 (login refused) and 3D (no such database): an outage while serving, a configuration error at startup. */
const LOCKED_OUT = /^(28|3D)/;
/** Messages of the driver and of TypeORM, whose runner releases a broken connection by itself; they have no code. */
const DRIVER_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|connection error and is not queryable|Client was closed|Query runner already released/i;
const RETRYABLE = new Set(['40001', '40P01']);

/** What libpq and Citus say on a coordinator that has lost the server of a shard; the code is that of an internal error. */
const LOST_SHARD =
  /^(server closed the connection unexpectedly|could not (receive data from|send data to) server|no connection to the server|SSL (SYSCALL error|connection has been closed)|could not commit transaction for shard)/;

const isLostShard = ({ code, message }: DriverError): boolean => code === 'XX000' && LOST_SHARD.test(message);

/**
 * The statement was refused because of the connection, not its text: a primary that became a standby or read-only; a
 * prepared statement whose table has changed columns, or that belongs to another client.
 */
function outageOfConnection({ code, routine }: DriverError): Outage | null {
  if (code === '42P05' || code === '26000') return 'shared';
  if (code === '25006' || (code === '0A000' && routine === 'check_transaction_read_only')) return 'readOnly';
  return code === '0A000' && routine === 'RevalidateCachedQuery' ? 'changed' : null;
}

/** Null if the cause is the statement, not the server or the connection. */
export function outageOf(error: unknown): Outage | null {
  if (error instanceof DatabaseUnavailableError) return error.outage;
  if (!isDriverError(error)) return null;
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.some(isUnavailable) ? 'unreachable' : null;
  const code = error.code ?? '';
  if (SOCKET_CODES.has(code) || UNAVAILABLE.test(code) || DRIVER_MESSAGES.test(error.message) || isLostShard(error))
    return 'unreachable';
  return outageOfConnection(error);
}

/** True when the cause is the server or the connection, not the statement. */
export const isUnavailable = (error: unknown): boolean => outageOf(error) !== null;

/**
 * True when the server itself refused a statement, and so rolls the transaction back; false when it did not respond.
 */
export const isRefusal = (error: unknown): boolean => isDriverError(error) && error.severity === 'ERROR';

/** A coordinator of shards has lost the connection to the server of one, or ended a statement that may have waited for it. */
export const hasLostServer = (error: unknown): boolean =>
  isDriverError(error) && (/^(08|57)/.test(error.code ?? '') || isLostShard(error));

/** The server refused the login, or has no such database. */
export const isLockedOut = (error: unknown): boolean => isDriverError(error) && LOCKED_OUT.test(error.code ?? '');

/** The role may not do what the statement does. */
export const lacksPrivilege = (error: unknown): boolean => isDriverError(error) && error.code === '42501';

/** PostgreSQL's code if it refused something; null for everything else. */
export const refusalCode = (error: unknown): string | null =>
  isDriverError(error) && isRefusal(error) ? (error.code ?? null) : null;

/** True for a serialization failure or a deadlock: nothing was stored, and a retry may succeed. */
export const isTransactionConflict = (error: unknown): boolean =>
  error instanceof TransactionConflictError || (isDriverError(error) && RETRYABLE.has(error.code ?? ''));

/** Class 22: a value from the caller cannot be stored, for example a null character. */
const isDataException = (error: unknown): boolean => isDriverError(error) && /^22...$/.test(error.code ?? '');

/** A shard's constraint has the name of its table's, and the shard's number. */
const SHARD_NUMBER = /_\d{6,}$/;

/**
 * The name of the violated constraint as migrations have it. A coordinator of shards passes on the message of a shard
 * alone, in which the constraint is quoted last.
 */
function violatedConstraint({ constraint, message }: DriverError): string {
  const name = constraint ?? /.*["“”„«»]\s?(\w+)\s?["“”„«»]/s.exec(message)?.[1] ?? '';
  return name.replace(SHARD_NUMBER, '');
}

/** The name of the violated unique constraint, or null. */
export const violatedUnique = (error: unknown): string | null =>
  isDriverError(error) && error.code === '23505' ? violatedConstraint(error) : null;

/** The name of the violated foreign key, or null. */
const violatedReference = (error: unknown): string | null =>
  isDriverError(error) && error.code === '23503' ? violatedConstraint(error) : null;

/** A row for a nonexistent account; only a master key can name one. */
const namesNoAccount = (error: unknown): boolean => /_account_id_fkey$/.test(violatedReference(error) ?? '');

/**
 * Translates a failure for callers. The gateway's own errors pass unchanged; so does anything unknown, which is masked
 * as INTERNAL at the edge.
 * @param safeToRetry whether it is certain that nothing was stored before the failure.
 */
export function translateFailure(error: unknown, safeToRetry: boolean): unknown {
  if (error instanceof GatewayError) return error;
  if (isUnavailable(error) || isLockedOut(error)) {
    // The statement that failed during COMMIT is more specific than the connection's error handler.
    const stored = error instanceof DatabaseUnavailableError && !error.safeToRetry;
    return new DatabaseUnavailableError(safeToRetry && !stored, error, outageOf(error) ?? 'unreachable');
  }
  if (namesNoAccount(error)) return notFound();
  if (isDataException(error)) {
    return new GatewayError(
      'BAD_USER_INPUT',
      'A value cannot be stored: text must not contain the null character, and numbers must be finite.',
    );
  }
  if (isTransactionConflict(error)) return new TransactionConflictError(error);
  return error;
}
