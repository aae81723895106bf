/** How many keys somebody should look after. */
import type { Scope } from '../../db/scope';
import { staleKeyCount } from '../../db/statements/api-keys';

/** Days without use after which a key is worth a question. */
export const STALE_DAYS = 90;

/** How many active keys of the scope were not used for 90 days. */
export async function countStaleKeys(scope: Scope): Promise<number> {
  const [row] = await scope.read(staleKeyCount(scope.accountId, STALE_DAYS));
  return Number(row?.[0] ?? 0);
}
