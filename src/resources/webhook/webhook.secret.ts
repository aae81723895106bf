/** The secrets of a webhook on their way into the database: encrypted together, with a preview in their place. */
import type { Vault } from '../../db/vault';
import { badInput } from '../../errors';
import { encryptionContextOf } from '../../graph/mutations/encrypted-columns';
import type { AccountRow } from '../../graph/queries/account-row';
import type { ComputedInput, EncryptedColumn, SecretField } from '../../graph/resource';
import { webhookSecretProblem } from '../../webhooks/signature';
import type { Webhook } from './webhook.entity';

export const SECRET: EncryptedColumn = { table: 'webhook', column: 'secret' };

const SHOWN = 4;

/** Of them the first signs, and the second, too, for as long as `previousEndsAt` says. */
export type WebhookSecrets = readonly [current: string, previous?: string];

type Keyed = Pick<Webhook, 'id' | 'accountId'>;

/** What is stored of secrets. @param previousEndsAt ISO 8601. */
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
 * What follows from a draft: the secret that it names; and what a key enables or disables, the gateway did not.
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

/** What of it is secret, for bundles. */
export const secretField: SecretField = {
  property: 'signing',
  storedParts: ['preview', 'previousEndsAt'],
  secrets: () => [{ part: PART, path: ['secret'] }],
  shown: () => ({}),
  reveal: (row: AccountRow, vault: Vault) =>
    'secret' in row ? new Map([[PART, openSecrets(vault, row as Webhook)[0]]]) : new Map<string, string>(),
};
