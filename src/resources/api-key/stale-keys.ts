/** Counts the keys that need attention. */
import type { Scope } from '../../db/scope';
import { staleKeyCount } from '../../db/statements/api-keys';

/** Days without use after which a key needs attention. */
export const STALE_DAYS = 90;

/** The number of the scope's active keys not used for 90 days. */
export async function countStaleKeys(scope: Scope): Promise<number> {
  const [row] = await scope.read(staleKeyCount(scope.accountId, STALE_DAYS));
  return Number(row?.[0] ?? 0);
}
