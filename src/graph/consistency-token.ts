/**
 * What a caller has stored, handed to it and taken back: reads that name it see at least that, whichever gateway they
 * reach. A position of the database's log moves with everybody's changes, so callers get it encrypted, and bound to
 * their account.
 */
import type { CursorCipher } from '../db/cursor';
import { isPosition, laterOf, START, UNREACHED, type Position } from '../db/replicas/position';
import { GatewayError } from '../errors';

/**
 * Of answers to mutations, and of requests that shall see what was stored then: several, of changes that overlapped, are
 * separated by commas.
 */
export const CONSISTENCY_TOKEN = 'x-consistency-token';

/** A request with more is read from the primary. */
export const MAX_CONSISTENCY_TOKENS = 16;

/** Whose token it is. */
interface Holder {
  readonly account: { readonly id: string } | null;
}

const listOf = ({ account }: Holder): string => `stored by ${account?.id ?? 'a master key'}`;

export const consistencyToken = (cursors: CursorCipher, caller: Holder, position: Position): string =>
  cursors.encrypt(listOf(caller), [position]);

function positionOf(cursors: CursorCipher, caller: Holder, token: string): Position {
  try {
    const [position] = cursors.decrypt(listOf(caller), token);
    return isPosition(position) ? position : UNREACHED;
  } catch (error) {
    if (error instanceof GatewayError) return UNREACHED;
    throw error;
  }
}

/** @returns the last position; where a token cannot be read, one that only the primary has reached: it is asked then. */
export function positionIn(cursors: CursorCipher, caller: Holder, header: string): Position {
  const tokens = header.split(',');
  if (tokens.length > MAX_CONSISTENCY_TOKENS) return UNREACHED;
  return tokens.map((token) => positionOf(cursors, caller, token.trim())).reduce(laterOf, START);
}
