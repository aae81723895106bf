/** Keys with rights, created as an administrator creates them. */
import type { Client, Tenant, TestGateway } from '../harness/gateway';

export interface MadeKey extends Client {
  readonly id: string;
}

const CREATE = 'mutation ($input: CreateApiKeyInput!) { key: createApiKey(input: $input) { apiKey { id } secret } }';
const DELEGATE =
  'mutation ($input: CreateApiKeyInput!) { key: delegateApiKey(input: $input) { apiKey { id } secret } }';

interface Made {
  readonly key: { readonly apiKey: { readonly id: string }; readonly secret: string };
}

async function make(world: TestGateway, maker: Client, mutation: string, input: object): Promise<MadeKey> {
  const { key } = await maker.ask<Made>(mutation, { input: { name: 'test', ...input } });
  return { ...world.client(key.secret), id: key.apiKey.id };
}

/** @param input the input of createApiKey without the name. */
export const createKey = (world: TestGateway, tenant: Tenant, input: object): Promise<MadeKey> =>
  make(world, tenant, CREATE, input);

/** @param input the input of delegateApiKey without the name. */
export const delegateKey = (world: TestGateway, parent: Client, input: object): Promise<MadeKey> =>
  make(world, parent, DELEGATE, input);

/** The permission that the key lacked, from a refusal; null if the answer is not a refusal for lack of a permission. */
export const missingPermissions = (answer: Awaited<ReturnType<Client['send']>>): readonly string[] | null => {
  const refusal = answer.errors.find(({ extensions }) => extensions.missingPermissions !== undefined);
  return refusal && Array.isArray(refusal.extensions.missingPermissions)
    ? refusal.extensions.missingPermissions.map(String)
    : null;
};
