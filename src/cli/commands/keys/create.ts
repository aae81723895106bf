/** keys create. */
import { CreateApiKeyDocument } from '../../../../schema/generated/operations';
import { openWriteSession, requireTarget, type SessionOptions } from '../../gateway/session';
import { data, json, note } from '../../output/print';
import { command, numberOption, withAccount, withReason, type Common } from '../command';
import { endOf } from './table';

type Options = Common & SessionOptions & { readonly days: number };

async function create(name: string, options: Options): Promise<void> {
  const session = await openWriteSession(options);
  const { id: accountId, slug } = await requireTarget(session, options);
  const input = { name, expiresInDays: options.days };
  const { createApiKey: created } = await session.client.ask(CreateApiKeyDocument, { accountId, input });
  note(`Key created for the account "${slug}"; it ends ${endOf(created.apiKey) ?? 'never'}. It is shown only once:`);
  await (options.json === true ? json(created) : data(created.secret));
}

export const keysCreateCommand = withReason(
  withAccount(
    command('create', 'Create a key that expires. Standard output is the key alone, shown only once.', [
      'keys create "nightly build" --days 30 --profile dev > key.txt',
    ]),
  ),
)
  .argument('<name>', 'what it is for')
  .addOption(numberOption('--days <number>', 'days until it expires', { min: 1, max: 365, default: 90 }))
  .action(create);
