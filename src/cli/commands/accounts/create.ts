/** accounts create. */
import { CreateAccountDocument } from '../../../../schema/generated/operations';
import { commandLine } from '../../shell';
import { data, json, note } from '../../output/print';
import { command, withReason } from '../command';
import { openMasterToWrite, type Options } from './session';

async function create(slug: string, options: Options & { readonly name?: string }): Promise<void> {
  const { client, credentials } = await openMasterToWrite(options);
  const input = { slug, name: options.name ?? slug };
  const { createAccount: created } = await client.ask(CreateAccountDocument, { input });
  note(`Account created: "${created.account.slug}".`);
  const login = commandLine(['login', '--url', credentials.url], { profile: slug });
  note(`Its primary key never expires and is shown only once. Save it with: ${login}`);
  await (options.json === true ? json(created) : data(created.secret));
}

export const accountsCreateCommand = withReason(
  command('create', 'Create an account. Prints only its primary key, which is shown only once.', [
    'accounts create acme-dev --name "Acme, development" --reason onboarding --profile ops',
    'accounts create acme-dev --reason onboarding --profile ops | portcullis login --profile dev',
  ]),
)
  .argument('<slug>', '1 to 63 lower-case letters, digits and inner hyphens; it cannot be changed later')
  .option('--name <text>', 'display name; default: the slug')
  .action(create);
