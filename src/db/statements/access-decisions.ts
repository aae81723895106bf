/** Statements for the decision log and for delegation chains, which cannot be derived from entity metadata. */
import type { PreparedQuery } from '../pipeline/batch';

/** More than the longest chain. */
const MAX_DEPTH = 5;

/**
 * The delegation chains of a key and of its descendants, as authentication sees them: key id, the key with its
 * ancestors, and the milliseconds until it expires, null for never. None for a key that is not the account's.
 */
export const linesBelow = (accountId: string, keyId: string, limit: number): PreparedQuery => ({
  name: 'lines_below_key',
  text: `WITH RECURSIVE below AS (
      SELECT k.id, 0 AS depth FROM api_key k WHERE k."account_id" = $1 AND k.id = $2 AND k.deleted_at IS NULL
      UNION ALL
      SELECT c.id, b.depth + 1
        FROM below b JOIN api_key c ON c."account_id" = $1 AND c.parent_id = b.id AND c.deleted_at IS NULL
       WHERE b.depth < ${MAX_DEPTH})
    SELECT b.id, a.line, a.remaining_ms FROM (SELECT id, depth FROM below ORDER BY depth, id LIMIT $3) b, authenticate_key(b.id, $1) a
     WHERE a."account_id" = $1 ORDER BY b.depth, b.id`,
  values: [accountId, keyId, limit],
});

/** What keys requested since a time, most frequent first: key id, operation, permissions, count, and last use. */
export const requestedOperations = (
  accountId: string,
  keyIds: readonly string[],
  since: string,
  limit: number,
): PreparedQuery => ({
  name: 'asked_for_by_keys',
  text: `SELECT d.key_id, d.operation, d.permissions, sum(d.count)::float8, max(d.last_at)
      FROM access_decision d
     WHERE d."account_id" = $1 AND d.key_id = ANY($2::uuid[]) AND d.day > $3::timestamptz - interval '1 day'
     GROUP BY d.key_id, d.operation, d.permissions
     ORDER BY 4 DESC, d.key_id, d.operation, d.permissions LIMIT $4`,
  values: [accountId, keyIds, since, limit],
});

/** The number of an account's operations since a time that were only counted. */
export const countedOnly = (accountId: string, since: string): PreparedQuery => ({
  name: 'decisions_counted_only',
  text: `SELECT coalesce(sum(d.count), 0)::float8 FROM access_decision d
     WHERE d."account_id" = $1 AND d.kind = '' AND d.day > $2::timestamptz - interval '1 day'`,
  values: [accountId, since],
});

/**
 * An account's accepted keys in order of creation, after a given one: id, whether it was created after the time,
 * whether it was used since, its name, version, kind, role and resource types, and its chain of ancestors as
 * authentication sees it. The use of a key is read by a subquery: a LEFT JOIN followed by a function's rows
 * crashes sessions of Citus 13.2 (SIGSEGV).
 */
export const acceptedKeys = (accountId: string, since: string, limit: number, after: string | null): PreparedQuery => ({
  name: 'accepted_keys',
  text: `SELECT k.id, k.created_at >= $2::timestamptz, coalesce(k.last_used_at >= $2::timestamptz, false),
           k.name, k.version, k.kind, k.role, k.resource_types, a.line
      FROM (SELECT k.*, (SELECT u.last_used_at FROM key_use u
                          WHERE u."account_id" = k."account_id" AND u.id = k.id) AS last_used_at
              FROM api_key k
             WHERE k."account_id" = $1 AND k.deleted_at IS NULL AND k.revoked_at IS NULL
               AND (k.expires_at IS NULL OR k.expires_at > now()) AND ($4::uuid IS NULL OR k.id > $4)
             ORDER BY k.id LIMIT $3) k
     CROSS JOIN authenticate_key(k.id, k."account_id") a
     WHERE a."account_id" = $1 ORDER BY k.id`,
  values: [accountId, since, limit, after],
});

/** Permissions that operations of each key requested and had since a time: key id, permission. */
export const permissionsUsed = (accountId: string, since: string): PreparedQuery => ({
  name: 'permissions_used',
  text: `SELECT DISTINCT d.key_id, p.permission
      FROM access_decision d CROSS JOIN jsonb_array_elements_text(d.permissions) AS p (permission)
     WHERE d."account_id" = $1 AND d.key_id IS NOT NULL AND d.missing IS NULL
       AND d.day > $2::timestamptz - interval '1 day'`,
  values: [accountId, since],
});

/** The first day in an account's decision log since a time. */
export const firstDecision = (accountId: string, since: string): PreparedQuery => ({
  name: 'first_decision',
  text: `SELECT d.day FROM access_decision d
     WHERE d."account_id" = $1 AND d.day > $2::timestamptz - interval '1 day' ORDER BY d.day LIMIT 1`,
  values: [accountId, since],
});
