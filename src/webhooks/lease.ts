/** A webhook while one process delivers to it. */
import type { AccountId } from '../auth/caller';
import { parseAccountId } from '../auth/caller';
import type { Leased } from '../db/statements/webhooks';
import type { WebhookSigning } from '../resources/webhook/webhook.entity';
import { secretsInUse } from '../resources/webhook/webhook.secret';
import type { Vault } from '../db/vault';
import type { Endpoint } from './delivery';

/** The payload and its destination. */
export interface Subscription extends Endpoint {
  readonly resourceTypes: readonly string[];
  readonly actions: readonly string[];
}

export interface Lease extends Leased {
  readonly accountId: AccountId;
  readonly position: number;
  /** Consecutive failures before this lease. */
  readonly failures: number;
  /** `Date.parse` of the first of them; null without any. */
  readonly failingSinceMs: number | null;
  readonly subscription: Subscription;
}

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** From the columns of a statement that returns the webhook. */
export function toSubscription(
  vault: Vault,
  { accountId, id }: Pick<Leased, 'accountId' | 'id'>,
  [url, resourceTypes, actions, signing, secret]: readonly unknown[],
): Subscription {
  if (!Buffer.isBuffer(secret)) throw new Error(`The webhook ${id} has no secret`);
  return {
    url: String(url),
    secrets: secretsInUse(vault, { accountId, id, secret, signing: signing as WebhookSigning }),
    resourceTypes: textsOf(resourceTypes),
    actions: textsOf(actions),
  };
}

/** From a row of the leasing statement. */
export function toLease(
  vault: Vault,
  [accountId, id, lease, position, failures, failingSince, ...webhook]: readonly unknown[],
): Lease {
  const account = parseAccountId(String(accountId));
  if (!account) throw new Error('A webhook belongs to no account');
  return {
    accountId: account,
    id: String(id),
    lease: Number(lease),
    position: Number(position),
    failures: Number(failures),
    failingSinceMs: typeof failingSince === 'string' ? Date.parse(failingSince) : null,
    subscription: toSubscription(vault, { accountId: account, id: String(id) }, webhook),
  };
}
