/** promote: export, plan and apply in one command. */
import { CommandFailure, usageError } from '../../failures';
import { openSession, openWriteSession, requireTarget } from '../../gateway/session';
import { givenSecrets } from '../../input/secrets';
import { note } from '../../output/print';
import { command, withReason, withYes } from '../command';
import { readConfiguration } from './export';
import { withPrune, withSecrets, withSelection, type ImportOptions, type Selection } from './options';
import { planAndApply } from './plan-and-apply';

interface Options extends Omit<ImportOptions, 'account' | 'profile'>, Selection {
  readonly from: string;
  readonly to: string;
}

async function promote({ from, to, ...options }: Options): Promise<void> {
  if (from === to) throw usageError(`--from and --to name the same profile, "${from}": promotion needs two accounts.`);
  const source = await openSession({ profile: from });
  const target = await openWriteSession({ profile: to, reason: options.reason });
  const [sourceAccount, targetAccount] = [await requireTarget(source, {}), await requireTarget(target, {})];
  if (sourceAccount.id === targetAccount.id)
    throw new CommandFailure(
      `Refused: the profiles "${from}" and "${to}" are both for the account "${sourceAccount.slug}". Promotion needs two accounts.`,
    );
  const name = `export of ${from}`;
  const { text } = await readConfiguration(source, sourceAccount, options, false);
  note(`From "${sourceAccount.slug}" to "${targetAccount.slug}":`);
  const bundle = { name, text, prune: options.prune ?? false };
  await planAndApply(target, targetAccount, bundle, await givenSecrets(text, options.secretsFile), options);
}

export const promoteCommand = withYes(
  withReason(
    withSelection(
      withSecrets(
        withPrune(
          command('promote', 'Promote the configuration of one account to another. Prints the id of the import.', [
            'promote --from dev --to staging',
            'promote --from staging --to prod --prune --yes',
          ]),
        ),
      ),
    ),
  ),
)
  .requiredOption('--from <profile>', 'the profile of the account to export')
  .requiredOption('--to <profile>', 'the profile of the account to import into')
  .action(promote);
