/** apply: imports a bundle or a saved plan. */
import { openWriteSession, requireTarget } from '../../gateway/session';
import { sourceOf } from '../../credentials';
import { readText } from '../../input/files';
import { readPlan, refuseOtherAccount } from '../../input/plan-file';
import { givenSecrets, secretsIn } from '../../input/secrets';
import { command, withAccount, withReason, withYes } from '../command';
import { withPrune, withSecrets, type ImportOptions } from './options';
import { planAndApply } from './plan-and-apply';
import { applyProposal } from './steps';

async function apply(path: string, options: ImportOptions): Promise<void> {
  const session = await openWriteSession(options);
  const target = await requireTarget(session, options);
  const text = await readText(path);
  const saved = readPlan(path, text);
  if (saved) {
    refuseOtherAccount(path, saved, target, sourceOf(session.credentials));
    const bundle = { name: path, text: saved.bundle, prune: saved.prune };
    const given = [...secretsIn(saved.secretNames), ...(await givenSecrets(saved.bundle, options.secretsFile))];
    const secrets = new Map(given.filter(([name]) => saved.secretNames.includes(name)));
    return applyProposal(session, target, { ...saved, bundle, secrets }, options);
  }
  const bundle = { name: path, text, prune: options.prune ?? false };
  await planAndApply(session, target, bundle, await givenSecrets(text, options.secretsFile), options);
}

export const applyCommand = withYes(
  withReason(
    withSecrets(
      withPrune(
        withAccount(
          command(
            'apply',
            'Import a bundle or a saved plan, all or nothing. Prints the id of the import. A bundle that is too large for one import is imported in parts, each all or nothing; their ids are printed in order.',
            ['apply bundle.yaml --profile staging', 'apply plan.json --profile staging --yes'],
          ),
        ),
      ),
    ),
  ),
)
  .argument('<file>', 'a bundle, or a plan that "plan --out" saved')
  .action(apply);
