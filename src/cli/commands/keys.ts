/** The keys of an account. */
import { InvalidArgumentError } from 'commander';
import {
  ApiKeysPageDocument,
  CreateApiKeyDocument,
  RevokeApiKeyDocument,
  RotateApiKeyDocument,
  StaleApiKeysDocument,
  type ApiKeysPageQuery,
} from '../../../schema/generated/operations';
import { CommandFailure } from '../failures';
import { everyNode, PAGE } from '../gateway/pages';
import { accountIdOf, openSession, requireTarget } from '../gateway/session';
import { confirm } from '../input/prompt';
import { data, json, list, note } from '../output/print';
import { command, group, withAccount, withReason, withYes, type Common } from './command';

interface Options extends Common {
  readonly account?: string;
  readonly reason?: string;
  readonly yes?: boolean;
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

type Key = ApiKeysPageQuery['apiKeys']['nodes'][number];

const HEAD = ['id', 'name', 'key', 'kind', 'status', 'expires', 'last used'];
const row = ({ id, name, preview, kind, status, expiresAt, lastUsedAt }: Key): (string | null | undefined)[] => [
  id,
  name,
  preview,
  kind,
  status,
  expiresAt ?? 'never',
  lastUsedAt ?? 'never',
];

async function listKeys(options: Options): Promise<void> {
  const session = await openSession(options);
  const accountId = await accountIdOf(session, options);
  const keys = everyNode(
    async (after) => (await session.client.ask(ApiKeysPageDocument, { accountId, first: PAGE, after })).apiKeys,
  );
  await list(options.json, keys, HEAD, row);
}

async function staleKeys(options: Options & { readonly days: number }): Promise<void> {
  const session = await openSession(options);
  const accountId = await accountIdOf(session, options);
  const { staleApiKeys } = await session.client.ask(StaleApiKeysDocument, { accountId, days: options.days });
  await list(options.json, staleApiKeys, HEAD, row);
}

async function createKey(name: string, options: Options & { readonly days: number }): Promise<void> {
  const session = await openSession(options);
  const { id: accountId, slug } = await requireTarget(session, options);
  const input = { name, expiresInDays: options.days };
  const { createApiKey: made } = await session.client.ask(CreateApiKeyDocument, { accountId, input });
  note(`A key of the account "${slug}", until ${made.apiKey.expiresAt ?? ''}. It is shown this once.`);
  await (options.json === true ? json(made) : data(made.secret));
}

async function rotateKey(id: string, options: Options & { readonly grace: number }): Promise<void> {
  const session = await openSession(options);
  const { id: accountId } = await requireTarget(session, options);
  const variables = { accountId, id, graceSeconds: options.grace };
  const { rotateApiKey: made } = await session.client.ask(RotateApiKeyDocument, variables);
  note(`The key ${id} ends at ${made.replaced.revokedAt ?? ''}. Its successor ${made.apiKey.id} is shown this once.`);
  await (options.json === true ? json(made) : data(made.secret));
}

async function revokeKey(id: string, options: Options): Promise<void> {
  const session = await openSession(options);
  const { id: accountId, slug } = await requireTarget(session, options);
  const question = `Revoke the key ${id} of the account "${slug}"? It is refused for good.`;
  if (!(await confirm(question, options.yes))) throw new CommandFailure('Nothing was changed.');
  const { revokeApiKey } = await session.client.ask(RevokeApiKeyDocument, { accountId, id });
  note(`The key ${id} is ${revokeApiKey.status}.`);
  if (options.json === true) await json(revokeApiKey);
}

export const keyCommands = group('keys', 'The keys of an account.', [
  withAccount(command('list', 'List the keys.', ['keys list --profile dev'])).action(listKeys),
  withReason(
    withAccount(
      command('create', 'Create a key that expires; prints it, once, and nothing else.', [
        'keys create "nightly build" --days 30 --profile dev > key.txt',
      ]),
    ),
  )
    .argument('<name>', 'what it is for')
    .option('--days <number>', 'days until it expires, 1 to 365', wholeNumber, 90)
    .action(createKey),
  withReason(
    withAccount(
      command('rotate', 'Replace a key by a new one; prints the new one, once, and nothing else.', [
        'keys rotate 0190a6a0-3c53-7c1f-8a52-1f9d2f3f1c11 --grace 3600 --profile dev',
      ]),
    ),
  )
    .argument('<id>', 'the key')
    .option('--grace <seconds>', 'how long the old key goes on working, 0 to 604800', wholeNumber, 86_400)
    .action(rotateKey),
  withYes(
    withReason(
      withAccount(
        command('revoke', 'End a key for good.', ['keys revoke 0190a6a0-3c53-7c1f-8a52-1f9d2f3f1c11 --profile dev']),
      ),
    ),
  )
    .argument('<id>', 'the key')
    .action(revokeKey),
  withAccount(
    command('stale', 'List the keys that nobody has used for a while.', [
      'keys stale --days 90 --profile dev',
      'keys stale --profile ops --json',
    ]),
  )
    .option('--days <number>', 'days without use', wholeNumber, 90)
    .action(staleKeys),
]);
