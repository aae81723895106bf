/** Statements about webhooks for delivery: leases, delivery positions, the delivery log. */
import { escapeLiteral } from 'pg';
import type { PreparedQuery } from '../pipeline/batch';

/** The position of a webhook without a state: the event of its creation. */
export const beginWebhooks = (): PreparedQuery => ({
  name: 'webhook_begin',
  text: `
  INSERT INTO webhook_state (account_id, id, position)
  SELECT w.account_id, w.id, coalesce(
           (SELECT min(e.sequence) - 1 FROM audit_event e
             WHERE e.account_id = w.account_id AND e.resource_type = 'Webhook' AND e.resource_id = w.id::text AND e.action = 'CREATE'),
           (SELECT max(e.sequence) FROM audit_event e WHERE e.account_id = w.account_id), 0)
    FROM webhook w
   WHERE w.account_id::text <> ''
     AND NOT EXISTS (SELECT 1 FROM webhook_state s WHERE s.account_id = w.account_id AND s.id = w.id)
  ON CONFLICT DO NOTHING`,
  values: [],
});

const WEBHOOK = 'w.url, w.resource_types, w.actions, w.signing, w.secret';
const IS_ACTIVE = "w.enabled AND w.deleted_at IS NULL AND a.status = 'ACTIVE'";

/** The webhook with events to deliver that was served least recently, for each account that is not in $1. */
const CANDIDATES = `
    SELECT DISTINCT ON (s.account_id) s.account_id, s.id, s.served_at
      FROM webhook_state s
      JOIN webhook w ON w.account_id = s.account_id AND w.id = s.id
      JOIN account a ON a.id = s.account_id
     WHERE s.lease_until <= now() AND ${IS_ACTIVE} AND NOT s.account_id = ANY ($1::uuid[])
       AND (s.next_attempt_at <= now() OR w.updated_at > s.attempted_at)
       AND (w.replays > s.replays OR EXISTS (
             SELECT 1 FROM audit_event e WHERE e.account_id = s.account_id AND e.sequence > s.position))
     ORDER BY s.account_id, s.served_at, s.id`;

const LEASE = `lease = s.lease + 1, lease_until = now() + $3::int * interval '1 millisecond', replays = w.replays,
         position = CASE WHEN w.replays > s.replays THEN w.replay_from - 1 ELSE s.position END,
         failures = CASE WHEN w.updated_at > s.attempted_at THEN 0 ELSE s.failures END,
         failing_since = CASE WHEN w.updated_at > s.attempted_at THEN NULL ELSE s.failing_since END`;

const LEASED = `s.account_id, s.id, s.lease, s.position, s.failures, s.failing_since, ${WEBHOOK}`;

/**
 * Leases webhooks with events to deliver, one per account, least recently served first.
 * @param busy accounts that have to wait.
 * @returns account, id, lease, position, failures, when they began (null without any), and the webhook.
 */
export const leaseWebhooks = (busy: readonly string[], limit: number, leaseMs: number): PreparedQuery => ({
  name: 'webhook_lease',
  text: `
  WITH candidate AS MATERIALIZED (${CANDIDATES}
  ), due AS (
    SELECT s.account_id, s.id FROM webhook_state s JOIN candidate c ON c.account_id = s.account_id AND c.id = s.id
     WHERE s.lease_until <= now() ORDER BY c.served_at, s.account_id LIMIT $2 FOR NO KEY UPDATE OF s SKIP LOCKED
  )
  UPDATE webhook_state s
     SET ${LEASE}
    FROM due JOIN webhook w ON w.account_id = due.account_id AND w.id = due.id
   WHERE s.account_id = due.account_id AND s.id = due.id
  RETURNING ${LEASED}`,
  values: [busy, limit, leaseMs],
});

/**
 * The same with shards, where a statement can lock rows of one shard only: account and id of each webhook to lease
 * separately.
 */
export const findWebhooks = (busy: readonly string[], limit: number): PreparedQuery => ({
  name: 'webhook_find',
  text: `SELECT c.account_id, c.id FROM (${CANDIDATES}) c ORDER BY c.served_at, c.account_id LIMIT $2`,
  values: [busy, limit],
});

/** Leases a webhook that was found, unless another process did meanwhile. @returns as `leaseWebhooks` */
export const leaseWebhook = (accountId: string, id: string, leaseMs: number): PreparedQuery => ({
  name: 'webhook_lease_one',
  text: `
  UPDATE webhook_state s SET ${LEASE}
    FROM webhook w
   WHERE s.account_id = $1 AND s.id = $2 AND s.lease_until <= now() AND w.account_id = $1 AND w.id = $2
  RETURNING ${LEASED}`,
  values: [accountId, id, leaseMs],
});

/** The webhook and lease under which something is written. */
export interface Leased {
  readonly accountId: string;
  readonly id: string;
  readonly lease: number;
}

/**
 * Extends a lease, right before a delivery.
 * @returns the webhook as it is now; no row if the lease was lost or there is nothing left to deliver.
 */
export const renewLease = ({ accountId, id, lease }: Leased, leaseMs: number): PreparedQuery => ({
  name: 'webhook_renew',
  text: `
  UPDATE webhook_state s SET lease_until = now() + $4::int * interval '1 millisecond'
    FROM webhook w JOIN account a ON a.id = w.account_id
   WHERE s.account_id = $1 AND s.id = $2 AND s.lease = $3 AND s.lease_until > now()
     AND w.account_id = s.account_id AND w.id = s.id AND w.replays = s.replays AND ${IS_ACTIVE}
  RETURNING ${WEBHOOK}`,
  values: [accountId, id, lease, leaseMs],
});

export const endLease = ({ accountId, id, lease }: Leased): PreparedQuery => ({
  name: 'webhook_end_lease',
  text: `UPDATE webhook_state SET lease_until = now(), served_at = now()
   WHERE account_id = $1 AND id = $2 AND lease = $3`,
  values: [accountId, id, lease],
});

/** Stores the delivery position: an event was delivered, or events were skipped by the filter. */
export const advance = ({ accountId, id, lease }: Leased, sequence: number): PreparedQuery => ({
  name: 'webhook_advance',
  text: `UPDATE webhook_state SET position = $4, failures = 0, failing_since = NULL, attempted_at = now(), next_attempt_at = now()
   WHERE account_id = $1 AND id = $2 AND lease = $3`,
  values: [accountId, id, lease, sequence],
});

/**
 * LEAST replaces COALESCE, in which Citus does not allow the clock: stored times are never in the future, and LEAST
 * ignores NULL.
 */
export const postpone = ({ accountId, id, lease }: Leased, delayMs: number): PreparedQuery => ({
  name: 'webhook_postpone',
  text: `UPDATE webhook_state
     SET failures = failures + 1, failing_since = least(failing_since, now()), attempted_at = now(),
         next_attempt_at = now() + $4::int * interval '1 millisecond'
   WHERE account_id = $1 AND id = $2 AND lease = $3`,
  values: [accountId, id, lease, delayMs],
});

/** An attempt as the log stores it. */
export interface LoggedDelivery {
  readonly id: string;
  readonly accountId: string;
  readonly webhookId: string;
  readonly sequence: number | null;
  readonly attempt: number;
  readonly status: string;
  readonly responseStatus: number | null;
  readonly durationMs: number;
  readonly problem: string | null;
  /** Null if it is not retried. */
  readonly retryDelayMs: number | null;
}

export const logDelivery = (delivery: LoggedDelivery): PreparedQuery => ({
  name: 'webhook_log',
  text: `
  INSERT INTO webhook_delivery AS d (account_id, id, webhook_id, sequence, attempt, status, response_status, duration_ms, problem, next_attempt_at)
  SELECT w.account_id, $3, w.id, $4, $5, $6, $7, $8, $9, now() + $10::int * interval '1 millisecond'
    FROM webhook w WHERE w.account_id = $1 AND w.id = $2
  RETURNING d.at, d.next_attempt_at`,
  values: [
    delivery.accountId,
    delivery.webhookId,
    delivery.id,
    delivery.sequence,
    delivery.attempt,
    delivery.status,
    delivery.responseStatus,
    delivery.durationMs,
    delivery.problem,
    delivery.retryDelayMs,
  ],
});

/** Disables a webhook, as a change of the gateway itself, to which the audit log attributes it. */
export const disableWebhook = (accountId: string, id: string, reason: string): readonly PreparedQuery[] => [
  {
    text: `SET LOCAL app.request = ${escapeLiteral(JSON.stringify({ actorKind: 'gateway', actorName: 'webhook deliveries', reason }))}`,
    values: [],
  },
  {
    name: 'webhook_disable',
    text: `UPDATE webhook SET enabled = false, disabled_reason = $3, version = version + 1, updated_at = now()
     WHERE account_id = $1 AND id = $2 AND enabled AND deleted_at IS NULL`,
    values: [accountId, id, reason],
  },
];

/**
 * What decides whether events are sent, of the event at a position (if it exists) and those after it: sequence, type,
 * action, hash.
 */
export const eventHeads = (accountId: string, position: number, limit: number): PreparedQuery => ({
  name: 'webhook_event_heads',
  text: `SELECT e.sequence, e.resource_type, e.action, encode(e.hash, 'hex') FROM audit_event e
   WHERE e.account_id = $1 AND e.sequence >= $2 ORDER BY e.sequence LIMIT $3`,
  values: [accountId, position, limit],
});
