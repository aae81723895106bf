/** What a failure of the database means to a caller; the only reader of PostgreSQL's error codes. */
import { GatewayError, notFound } from '../errors';

/** Why the database cannot serve, each as the beginning of a sentence. */
const OUTAGES = {
  unreachable: 'The database cannot be reached',
  readOnly: 'The database takes no changes',
  changed: 'The tables of the database are being changed',
  unsafe: 'The database does not check what it stores',
  shared: 'The pooler in front of the database hands prepared statements of one client to another',
} as const;

type Outage = keyof typeof OUTAGES;

/** The database cannot be reached or gave up. `safeToRetry` is false when a write may have been stored. */
export class DatabaseUnavailableError extends Error {
  constructor(
    readonly safeToRetry: boolean,
    cause: unknown,
    readonly outage: Outage = 'unreachable',
  ) {
    super(OUTAGES[outage], { cause });
  }
}

/** Another transaction got in the way: nothing was stored, and a repetition may succeed. */
class TransactionConflictError extends GatewayError {
  constructor(cause: unknown) {
    super('CONFLICT', 'Another change to the same rows came first. Nothing was stored; send the request again.');
    this.cause = cause;
  }
}

interface DriverError {
  readonly code?: string;
  readonly constraint?: string;
  readonly severity?: string;
  /** The function of the server that reported it. */
  readonly routine?: string;
  readonly message: string;
}

/** By shape: an error of another realm (a worker, a test's sandbox) is no instance of this one's Error. */
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
 * Classes 08 (connection), 53 (resources), 57 (operator intervention: shutdown, timeout), 25P03 and 25P04 (time-outs of
 * transactions), 55P03 (lock timeout), 55000 (the database accepts no connections).
 */
const UNAVAILABLE = /^(08|53|57)|^25P0[34]$|^55(P03|000)$/;
/** Classes 28 (login refused) and 3D (no such database): while serving, an outage; at start-up, a setting to mend. */
const LOCKED_OUT = /^(28|3D)/;
/** Sentences of the driver and of TypeORM, whose runner lets go of a broken connection by itself; they have no code. */
const DRIVER_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|connection error and is not queryable|Client was closed|Query runner already released/i;
const RETRYABLE = new Set(['40001', '40P01']);

/**
 * A statement was refused for what the connection leads to, not for what it says: a primary that has become a standby,
 * or was made read-only; a prepared statement whose table has other columns by now, or that is another client's.
 */
function outageOfConnection({ code, routine }: DriverError): Outage | null {
  if (code === '42P05' || code === '26000') return 'shared';
  if (code === '25006' || (code === '0A000' && routine === 'check_transaction_read_only')) return 'readOnly';
  return code === '0A000' && routine === 'RevalidateCachedQuery' ? 'changed' : null;
}

/** Null when the statement is the trouble, not the server or the way to it. */
export function outageOf(error: unknown): Outage | null {
  if (error instanceof DatabaseUnavailableError) return error.outage;
  if (!isDriverError(error)) return null;
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.some(isUnavailable) ? 'unreachable' : null;
  const code = error.code ?? '';
  if (SOCKET_CODES.has(code) || UNAVAILABLE.test(code) || DRIVER_MESSAGES.test(error.message)) return 'unreachable';
  return outageOfConnection(error);
}

/** True when the server or the way to it is the trouble, not the statement. */
export const isUnavailable = (error: unknown): boolean => outageOf(error) !== null;

/** True when the server itself refused a statement, so that it rolls the transaction back; false when it fell silent. */
export const isRefusal = (error: unknown): boolean => isDriverError(error) && error.severity === 'ERROR';

const isLockedOut = (error: unknown): boolean => isDriverError(error) && LOCKED_OUT.test(error.code ?? '');

/** True for a serialization failure or a deadlock: nothing was stored, and a repetition may succeed. */
export const isTransactionConflict = (error: unknown): boolean =>
  error instanceof TransactionConflictError || (isDriverError(error) && RETRYABLE.has(error.code ?? ''));

/** Class 22: a value that a caller gave cannot be stored, for example a null character. */
const isDataException = (error: unknown): boolean => isDriverError(error) && /^22...$/.test(error.code ?? '');

/** The name of the unique constraint that was violated, or null. */
export const violatedUnique = (error: unknown): string | null =>
  isDriverError(error) && error.code === '23505' ? (error.constraint ?? '') : null;

/** The name of the foreign key that was violated, or null. */
const violatedReference = (error: unknown): string | null =>
  isDriverError(error) && error.code === '23503' ? (error.constraint ?? '') : null;

/** A row for an account that does not exist; only a master key can name one. */
const namesNoAccount = (error: unknown): boolean => /_account_id_fkey$/.test(violatedReference(error) ?? '');

/**
 * Explains a failure to callers. Known errors of the gateway pass; anything unknown passes too and is masked at
 * the edge as INTERNAL.
 * @param safeToRetry whether nothing can have been stored when the failure came.
 */
export function translateFailure(error: unknown, safeToRetry: boolean): unknown {
  if (error instanceof GatewayError) return error;
  if (isUnavailable(error) || isLockedOut(error)) {
    // The statement that failed during COMMIT knows more than the connection's error handler.
    const stored = error instanceof DatabaseUnavailableError && !error.safeToRetry;
    return new DatabaseUnavailableError(safeToRetry && !stored, error, outageOf(error) ?? 'unreachable');
  }
  if (namesNoAccount(error)) return notFound();
  if (isDataException(error)) {
    return new GatewayError(
      'BAD_USER_INPUT',
      'A value cannot be stored: text may hold any character but the null character, and numbers must be finite.',
    );
  }
  if (isTransactionConflict(error)) return new TransactionConflictError(error);
  return error;
}
