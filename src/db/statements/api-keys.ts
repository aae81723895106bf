/**
 * Statements about keys that entity metadata does not give: which need attention, and which are the last of their kind.
 */
import type { PreparedQuery } from '../pipeline/batch';

/**
 * For one account or for all: two statements each, since an index that starts with the account serves only the first.
 */
const accepted = (accountId: string | null): string => `
   FROM api_key k LEFT JOIN key_use u ON u."account_id" = k."account_id" AND u.id = k.id
  WHERE ${accountId === null ? '$1::uuid IS NULL' : 'k."account_id" = $1'} AND k.deleted_at IS NULL
    AND (k.expires_at IS NULL OR k.expires_at > now())`;

const unused = (accountId: string | null): string => `${accepted(accountId)} AND k.revoked_at IS NULL
    AND coalesce(u.last_used_at, k.created_at) < now() - $2::int * interval '1 day'`;

const suffix = (accountId: string | null): string => (accountId === null ? '_of_all' : '');

/** Ids of accepted keys unused for a number of days, longest unused first. @param accountId null for all. */
export const staleKeys = (accountId: string | null, days: number, limit: number): PreparedQuery => ({
  name: `stale_api_keys${suffix(accountId)}`,
  text: `SELECT k.id ${unused(accountId)}
  ORDER BY coalesce(u.last_used_at, k.created_at), k.id LIMIT $3`,
  values: [accountId, days, limit],
});

/** The number of accepted keys unused for a number of days. @param accountId null for all. */
export const staleKeyCount = (accountId: string | null, days: number): PreparedQuery => ({
  name: `stale_api_key_count${suffix(accountId)}`,
  text: `SELECT count(*) ${unused(accountId)}`,
  values: [accountId, days],
});

/** Ids of accepted keys that expire within a number of days, soonest first. @param accountId null for all. */
export const endingKeys = (accountId: string | null, days: number, limit: number): PreparedQuery => ({
  name: `ending_api_keys${suffix(accountId)}`,
  text: `SELECT k.id ${accepted(accountId)} AND (k.revoked_at IS NULL OR k.revoked_at > now())
    AND least(k.expires_at, k.revoked_at) < now() + $2::int * interval '1 day'
  ORDER BY least(k.expires_at, k.revoked_at), k.id LIMIT $3`,
  values: [accountId, days, limit],
});

/** Ids of an account's active PRIMARY keys, locked in the same order by everyone who ends keys. */
export const lockPrimaryKeys = (accountId: string): PreparedQuery => ({
  name: 'lock_primary_keys',
  text: `SELECT k.id FROM api_key k WHERE k."account_id" = $1 AND k.kind = 'PRIMARY' AND k.revoked_at IS NULL
   ORDER BY k.id FOR UPDATE`,
  values: [accountId],
});
