/** Diagnoses secrets that earlier releases stored in plain text, in one account or, with a master key, in all. */
import { AccountsPageDocument, StoredSecretsDocument } from '../../schema/generated/operations';
import type { Finding } from './finding';
import type { GatewayClient } from './gateway/client';
import { everyNode, PAGE } from './gateway/pages';
import { GatewayRefusal } from './gateway/refusal';

const MAX_LISTED = 5;

interface StoredSecret {
  readonly slug: string | null;
  readonly resourceType: string;
  readonly resourceName: string;
  readonly path: string;
}

async function secretsOf(client: GatewayClient, account?: { id: string; slug: string }): Promise<StoredSecret[]> {
  const { storedSecrets } = await client.ask(StoredSecretsDocument, account ? { accountId: account.id } : {});
  return storedSecrets.map((secret) => ({ ...secret, slug: account?.slug ?? null }));
}

async function secretsOfAll(client: GatewayClient): Promise<StoredSecret[]> {
  const accounts = everyNode(
    async (after) => (await client.ask(AccountsPageDocument, { first: PAGE, after })).accounts,
  );
  const secrets: StoredSecret[] = [];
  for await (const account of accounts) secrets.push(...(await secretsOf(client, account)));
  return secrets;
}

/** @param isMaster whether the key reads every account. */
export async function findStoredSecrets(client: GatewayClient, isMaster: boolean): Promise<Finding> {
  let secrets: StoredSecret[];
  try {
    secrets = isMaster ? await secretsOfAll(client) : await secretsOf(client);
  } catch (error) {
    if (!(error instanceof GatewayRefusal)) throw error;
    const message = `The gateway did not say whether secrets are stored in plain text: ${error.message}`;
    return { check: 'secrets', ok: true, message, remedy: null };
  }
  if (secrets.length === 0)
    return { check: 'secrets', ok: true, message: 'No secret is stored in plain text.', remedy: null };
  const listed = secrets.slice(0, MAX_LISTED).map(({ slug, resourceType, resourceName, path }) => {
    const account = slug === null ? '' : ` of the account "${slug}"`;
    return `${resourceType} "${resourceName}"${account}: ${path}`;
  });
  const more = secrets.length > MAX_LISTED ? `; and ${secrets.length - MAX_LISTED} more` : '';
  return {
    check: 'secrets',
    ok: false,
    message: `${secrets.length === 1 ? '1 secret is' : `${secrets.length} secrets are`} stored in plain text: ${listed.join('; ')}${more}.`,
    remedy:
      'Move each into authentication (updateMcpServer) or remove it, and then issue a new secret: docs/promotion.md, Secrets.',
  };
}
