/**
 * Why a replica is not used, in a form that is safe for the public /readyz: messages of the driver contain addresses
 * and names.
 */
import { messageOf } from '../../util/message-of';
import { DatabaseUnavailableError, isLockedOut, isUnavailable, outageOf, refusalCode } from '../database-errors';
import { NoStandbyError } from '../session-settings';

/** A replica that must not be used; the message is the reason, with "it" as its subject. */
export class UnfitReplicaError extends Error {}

export const UNANSWERED = 'it does not answer in time';

/** @param error the error with which a query of the server ended. */
export function problemOf(error: unknown): string {
  if (error instanceof UnfitReplicaError || error instanceof NoStandbyError) return error.message;
  if (error instanceof DatabaseUnavailableError && error.outage === 'unsafe') return messageOf(error.cause);
  if (outageOf(error) === 'readOnly') return 'it is read-only';
  if (isUnavailable(error)) return 'it cannot be reached';
  if (isLockedOut(error)) return "it refuses the login of the gateway's roles, or lacks the database";
  const code = refusalCode(error);
  return code === null ? 'it cannot be queried' : `it refuses a statement (SQLSTATE ${code})`;
}
