/**
 * A token for what a caller has stored: reads that send it back see at least that, at any gateway. A position of the
 * database's log moves with everybody's changes, so callers get it encrypted and bound to their account.
 */
import type { CursorCipher } from '../db/cursor';
import { isPosition, laterOf, START, UNREACHED, type Position } from '../db/replicas/position';
import { GatewayError } from '../errors';

/**
 * The header in answers to mutations, and in requests that must see these changes. The tokens of overlapping changes
 * are separated by commas.
 */
export const CONSISTENCY_TOKEN = 'x-consistency-token';

/** A request with more is read from the primary. */
export const MAX_CONSISTENCY_TOKENS = 16;

/** The caller to whom the token belongs. */
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

/**
 * @returns the latest position; for an unreadable token, one that only the primary has reached, so that it is queried.
 */
export function positionIn(cursors: CursorCipher, caller: Holder, header: string): Position {
  const tokens = header.split(',');
  if (tokens.length > MAX_CONSISTENCY_TOKENS) return UNREACHED;
  return tokens.map((token) => positionOf(cursors, caller, token.trim())).reduce(laterOf, START);
}
