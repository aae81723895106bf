/** Which keys somebody should look after, in SQL. */
import type { Scope } from '../../db/scope';

/** Days without use after which a key is worth a question. */
export const STALE_DAYS = 90;

/** Keys that are accepted now and that nothing has ended yet. */
const ACCEPTED_KEYS = `
   FROM api_key k LEFT JOIN key_use u ON u.account_id = k.account_id AND u.id = k.id
  WHERE ($1::uuid IS NULL OR k.account_id = $1) AND k.deleted_at IS NULL
    AND (k.expires_at IS NULL OR k.expires_at > now())`;

/** Values: account or null for all, days. */
const UNUSED = `${ACCEPTED_KEYS} AND k.revoked_at IS NULL
    AND coalesce(u.last_used_at, k.created_at) < now() - $2::int * interval '1 day'`;

/** Values: account or null for all, days, limit. */
export const STALE_KEYS = {
  name: 'stale_api_keys',
  text: `SELECT k.id ${UNUSED}
  ORDER BY coalesce(u.last_used_at, k.created_at), k.id LIMIT $3`,
  columns: [],
};

/** Values: account or null for all, days, limit. */
export const ENDING_KEYS = {
  name: 'ending_api_keys',
  text: `SELECT k.id ${ACCEPTED_KEYS} AND (k.revoked_at IS NULL OR k.revoked_at > now())
    AND least(k.expires_at, k.revoked_at) < now() + $2::int * interval '1 day'
  ORDER BY least(k.expires_at, k.revoked_at), k.id LIMIT $3`,
  columns: [],
};

const STALE_COUNT = { name: 'stale_api_key_count', text: `SELECT count(*) ${UNUSED}`, columns: [] };

/** How many active keys of the scope were not used for 90 days. */
export async function countStaleKeys(scope: Scope): Promise<number> {
  const [row] = await scope.read(STALE_COUNT, [scope.accountId, STALE_DAYS]);
  return Number(row?.[0] ?? 0);
}
