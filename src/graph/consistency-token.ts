/**
 * What a caller has stored, handed to it and taken back: reads that name it see at least that, whichever gateway they
 * reach. A position of the database's log moves with everybody's changes, so callers get it encrypted, and bound to
 * their account.
 */
import type { Caller } from '../auth/caller';
import type { CursorCipher } from '../db/cursor';
import { isPosition, UNREACHED, type Position } from '../db/replicas/position';
import { GatewayError } from '../errors';

/** Of answers to mutations, and of requests that shall see what was stored then. */
export const CONSISTENCY_TOKEN = 'x-consistency-token';

const listOf = ({ account }: Caller): string => `stored by ${account?.id ?? 'a master key'}`;

export const consistencyToken = (cursors: CursorCipher, caller: Caller, position: Position): string =>
  cursors.encrypt(listOf(caller), [position]);

/** @returns for a token that cannot be read, a position that only the primary has reached: it is asked then. */
export function positionIn(cursors: CursorCipher, caller: Caller, token: string): Position {
  try {
    const [position] = cursors.decrypt(listOf(caller), token);
    return isPosition(position) ? position : UNREACHED;
  } catch (error) {
    if (error instanceof GatewayError) return UNREACHED;
    throw error;
  }
}
