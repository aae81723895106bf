/** Webhooks as a resource: who may create them, how bundles contain them, what is refused. */
import { Vault } from '../../src/db/vault';
import { encryptedColumns } from '../../src/graph/mutations/encrypted-columns';
import { resources } from '../../src/resources';
import { openSecrets } from '../../src/resources/webhook/webhook.secret';
import type { Client } from '../harness/gateway';
import { secretOf } from '../harness/database';
import { setupTwoTenants } from '../harness/setup-tenants';
import { query } from '../harness/sql';
import { Promoter } from '../promotion/client';
import { createWebhook } from './client';

const URL_OF_HOOKS = 'https://hooks.example/events';
const OWN_SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

const tenants = setupTwoTenants();
const { acme, globex } = tenants;

test('only unrestricted keys that may read everything in the account can create or change webhooks', async () => {
  const keyOf = async (input: object): Promise<Client> => {
    const { createApiKey: made } = await acme.ask<{ createApiKey: { secret: string } }>(
      'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
      { input },
    );
    return tenants.client(made.secret);
  };
  await acme.ask(
    'mutation { createCustomRole(input: { name: "hooks only", permissions: ["webhooks:read", "webhooks:admin"] }) { id } }',
  );
  const { customRoles } = await acme.ask<{ customRoles: { nodes: { id: string }[] } }>(
    '{ customRoles { nodes { id } } }',
  );
  const keys = [
    await keyOf({ name: 'creator', role: 'CREATOR' }),
    await keyOf({ name: 'hooks only', role: 'CUSTOM', customRoleId: customRoles.nodes[0]?.id }),
    await keyOf({ name: 'types', role: 'ADMINISTRATOR', resourceTypes: ['webhooks'] }),
    await keyOf({ name: 'networks', role: 'ADMINISTRATOR', networks: ['127.0.0.0/8'] }),
  ];
  for (const key of keys) {
    const { errors } = await key.send(
      'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id } } }',
      { input: { name: 'refused', url: URL_OF_HOOKS } },
    );
    expect(errors[0]?.extensions.code).toBe('FORBIDDEN');
  }
});

test('a webhook in a bundle has a placeholder for its secret, and the import asks for the secret', async () => {
  const { id, secret } = await createWebhook(acme, { name: 'travels', url: URL_OF_HOOKS, resourceTypes: ['Tool'] });
  const bundle = await new Promoter(acme).bundle({ include: ['webhooks'] });
  expect(bundle.yaml).toContain('${secret:');
  expect(bundle.yaml).not.toContain(secret.slice('whsec_'.length));
  expect(bundle.yaml).not.toContain(id);
  const promoter = new Promoter(globex);
  expect((await promoter.plan(bundle.yaml)).missingSecrets).toHaveLength(1);
  const [{ name } = { name: '' }] = bundle.secrets;
  const { importId } = await promoter.apply(bundle.yaml, { secrets: [{ name, value: OWN_SECRET }] });
  const { webhooks } = await globex.ask<{ webhooks: { nodes: object[] } }>(
    '{ webhooks(filter: { name: { equals: "travels" } }) { nodes { url resourceTypes enabled signing { preview } } } }',
  );
  expect(webhooks.nodes).toEqual([
    { url: URL_OF_HOOKS, resourceTypes: ['Tool'], enabled: true, signing: { preview: `…${OWN_SECRET.slice(-4)}` } },
  ]);
  // The same bundle changes nothing more, and the import can be undone.
  expect((await promoter.plan(bundle.yaml)).summary).toMatchObject({ create: 0, update: 0 });
  expect((await promoter.undo(importId)).errors).toEqual([]);
});

test.each([
  [{ url: 'ftp://hooks.example/' }, 'must start with http:// or https://'],
  [{ url: 'https://user:word@hooks.example/' }, 'seems to hold a URL with a password'],
  [{ url: 'https://hooks.example/#part' }, 'must have no fragment'],
  [{ signing: { secret: 'whsec_short' } }, 'input.signing.secret must'],
  [{ signing: { secret: '${secret:NAME}' } }, 'input.signing.secret must be whsec_'],
  [{ resourceTypes: ['not a type'] }, 'must be the type of a row'],
])('%j is refused with a sentence that says what is wrong', async (input, sentence) => {
  const { errors } = await tenants.acme.send(
    'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { secret } }',
    { input: { name: 'wrong', url: URL_OF_HOOKS, ...input } },
  );
  expect(errors).toMatchObject([
    { message: expect.stringContaining(sentence), extensions: { code: 'BAD_USER_INPUT' } },
  ]);
});

test('a repeated request returns the stored secret', async () => {
  const once = { 'idempotency-key': 'one-webhook' };
  const create = (): Promise<{ text: string }> =>
    tenants.acme.send(
      'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id } secret } }',
      { input: { name: 'once', url: URL_OF_HOOKS } },
      once,
    );
  const first = await create();
  expect(first.text).toContain('whsec_');
  expect((await create()).text).toBe(first.text);
});

test('a rotation of the secrets key re-encrypts the secrets of webhooks', async () => {
  const { database } = tenants;
  const { id, secret } = await createWebhook(acme, { name: 'kept', url: URL_OF_HOOKS });
  const [stored] = await query<{ secret: Buffer }>(database.superuserUrl, 'SELECT secret FROM webhook WHERE id = $1', [
    id,
  ]);
  const next = new Vault(Buffer.alloc(32, 1));
  const columns = encryptedColumns(new Vault(secretOf(database)), next, resources);
  const column = columns.find(({ table }) => table === 'webhook');
  const renewed = column?.renew(stored?.secret, [acme.accountId, id]);
  expect(column).toMatchObject({ table: 'webhook', column: 'secret' });
  if (!Buffer.isBuffer(renewed)) throw new Error('It is a column of bytes');
  expect(openSecrets(next, { id, accountId: acme.accountId, secret: renewed })).toEqual([secret]);
});
