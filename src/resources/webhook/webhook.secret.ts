/** Prepares a webhook's secrets for storage: encrypted together, replaced by a preview. */
import type { Vault } from '../../db/vault';
import { badInput } from '../../errors';
import { encryptionContextOf } from '../../graph/mutations/encrypted-columns';
import type { AccountRow } from '../../graph/queries/account-row';
import type { ComputedInput, EncryptedColumn, SecretField } from '../../graph/resource';
import { webhookSecretProblem } from '../../webhooks/signature';
import type { Webhook } from './webhook.entity';

export const SECRET: EncryptedColumn = { table: 'webhook', column: 'secret' };

const SHOWN = 4;

/** The first one signs; so does the second until `previousEndsAt`. */
export type WebhookSecrets = readonly [current: string, previous?: string];

type Keyed = Pick<Webhook, 'id' | 'accountId'>;

/** The stored form of secrets. @param previousEndsAt ISO 8601. */
export const storedSecrets = (
  vault: Vault,
  { id, accountId }: Keyed,
  secrets: WebhookSecrets,
  previousEndsAt: string | null = null,
): Pick<Webhook, 'signing' | 'secret'> => ({
  signing: { preview: `…${secrets[0].slice(-SHOWN)}`, previousEndsAt },
  secret: vault.encrypt(JSON.stringify(secrets), encryptionContextOf(SECRET, accountId, id)),
});

export const openSecrets = (vault: Vault, { id, accountId, secret }: Keyed & Pick<Webhook, 'secret'>): WebhookSecrets =>
  JSON.parse(vault.decrypt(secret, encryptionContextOf(SECRET, accountId, id))) as WebhookSecrets;

/** The secrets that sign deliveries now. */
export function secretsInUse(vault: Vault, webhook: Keyed & Pick<Webhook, 'secret' | 'signing'>): readonly string[] {
  const [current, previous] = openSecrets(vault, webhook);
  const { previousEndsAt } = webhook.signing;
  const isOverlapping = previous !== undefined && previousEndsAt !== null && Date.parse(previousEndsAt) > Date.now();
  return isOverlapping ? [current, previous] : [current];
}

/**
 * Columns derived from a draft: its secret, and no reason of the gateway once a key enables or disables the webhook.
 * @throws GatewayError BAD_USER_INPUT for a placeholder, which only bundles have.
 */
export function computeWebhook(
  draft: Readonly<Record<string, unknown>>,
  { id, accountId, row, input, vault }: ComputedInput,
): Partial<Webhook> {
  const { secret } = draft.signing as { readonly secret?: string | null };
  const isGiven = typeof secret === 'string' && (row === null || 'signing' in input);
  const problem = isGiven ? webhookSecretProblem(secret) : null;
  if (problem !== null) throw badInput(['input', 'signing', 'secret'], `input.signing.secret ${problem}.`);
  return {
    ...('enabled' in input && { disabledReason: null }),
    ...(isGiven && storedSecrets(vault, { id, accountId }, [secret])),
  };
}

const PART = 'signing';

/** Its secret parts, for bundles. */
export const secretField: SecretField = {
  property: 'signing',
  storedParts: ['preview', 'previousEndsAt'],
  secrets: () => [{ part: PART, path: ['secret'] }],
  shown: () => ({}),
  reveal: (row: AccountRow, vault: Vault) =>
    'secret' in row ? new Map([[PART, openSecrets(vault, row as Webhook)[0]]]) : new Map<string, string>(),
};
