/** Why a server is not read from, as anybody may read it in /readyz: what the driver says holds addresses and names. */
import { messageOf } from '../../util/message-of';
import { DatabaseUnavailableError, isLockedOut, isUnavailable, outageOf, refusalCode } from '../database-errors';
import { NoStandbyError } from '../session-settings';

/** A replica that must not be read from; the message says why, and goes on from "it". */
export class UnfitReplicaError extends Error {}

export const UNANSWERED = 'it does not answer in time';

/** @param error what asking the server ended with. */
export function problemOf(error: unknown): string {
  if (error instanceof UnfitReplicaError || error instanceof NoStandbyError) return error.message;
  if (error instanceof DatabaseUnavailableError && error.outage === 'unsafe') return messageOf(error.cause);
  if (outageOf(error) === 'readOnly') return 'it takes no changes';
  if (isUnavailable(error)) return 'it cannot be reached';
  if (isLockedOut(error)) return "it refuses the login of the gateway's roles, or lacks the database";
  const code = refusalCode(error);
  return code === null ? 'it cannot be asked' : `it refuses what it is asked (SQLSTATE ${code})`;
}
