/** keys create. */
import { CreateApiKeyDocument } from '../../../../schema/generated/operations';
import { openWriteSession, requireTarget, type SessionOptions } from '../../gateway/session';
import { data, json, note } from '../../output/print';
import { command, itemsOf, numberOption, withAccount, withReason, type Common } from '../command';
import { findRole } from './roles';
import { endOf } from './table';

type Options = Common &
  SessionOptions & {
    readonly days: number;
    readonly role: string;
    readonly only?: string[];
    readonly team?: string[];
    readonly row?: string[];
    readonly from?: string[];
  };

async function create(name: string, options: Options): Promise<void> {
  const session = await openWriteSession(options);
  const target = await requireTarget(session, options);
  const { id: accountId, slug } = target;
  const input = {
    name,
    expiresInDays: options.days,
    ...(await findRole(session, target, options.role)),
    resourceTypes: options.only,
    ownerTeams: options.team,
    rowIds: options.row,
    networks: options.from,
  };
  const { createApiKey: created } = await session.client.ask(CreateApiKeyDocument, { accountId, input });
  note(`Key created for the account "${slug}"; it ends ${endOf(created.apiKey) ?? 'never'}. It is shown only once:`);
  await (options.json === true ? json(created) : data(created.secret));
}

export const keysCreateCommand = withReason(
  withAccount(
    command('create', 'Create a key that expires. Prints only the key, which is shown only once.', [
      'keys create frontend --role viewer --only agents,tools --team support --profile dev > key.txt',
      'keys create deploy --role "Release manager" --profile dev > key.txt',
      'keys create "nightly build" --role creator --from 10.0.0.0/8 --days 30 --profile dev > key.txt',
    ]),
  ),
)
  .argument('<name>', 'what the key is for')
  .requiredOption(
    '--role <role>',
    'what it may do: viewer, runner, creator, administrator, or the name of a custom role',
  )
  .option('--only <types>', 'only these resource types, separated by commas: agents,tools', itemsOf)
  .option('--team <teams>', 'only rows of these teams, separated by commas: support', itemsOf)
  .option('--row <ids>', 'only these agents, tools and MCP servers, separated by commas', itemsOf)
  .option('--from <networks>', 'only from these networks, separated by commas: 10.0.0.0/8', itemsOf)
  .addOption(numberOption('--days <number>', 'days until it expires', { min: 1, max: 365, default: 90 }))
  .action(create);
