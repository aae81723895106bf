/** export: the configuration of an account as a bundle. */
import { ExportConfigurationDocument } from '../../../../schema/generated/operations';
import { openSession, requireTarget, type Session, type SessionOptions, type Target } from '../../gateway/session';
import { writeWhole } from '../../input/files';
import { data, note } from '../../output/print';
import { waitingFor } from '../../output/progress';
import { command, withAccount, type Common } from '../command';
import { withSelection, type Selection } from './options';

export async function readConfiguration({ client }: Session, target: Target, { include, names }: Selection) {
  const variables = { accountId: target.id, include, names };
  const { exportConfiguration } = await waitingFor('Exporting', client.ask(ExportConfigurationDocument, variables));
  return exportConfiguration;
}

async function exportBundle(
  options: Common & SessionOptions & Selection & { readonly output?: string },
): Promise<void> {
  const session = await openSession(options);
  const target = await requireTarget(session, options);
  const bundle = await readConfiguration(session, target, options);
  const text = options.json === true ? `${JSON.stringify(bundle.json, null, 2)}\n` : bundle.yaml;
  const counts = bundle.counts.map(({ section, count }) => `${count} ${section}`).join(', ');
  if (options.output === undefined) await data(text.trimEnd());
  else writeWhole(options.output, text);
  note(`Account "${target.slug}": ${counts === '' ? 'nothing to export' : `${counts} exported`}.`);
}

export const exportCommand = withSelection(
  withAccount(
    command('export', 'Print the configuration of an account by names: no ids, no account, no secrets.', [
      'export --profile dev --output bundle.yaml',
      'export --profile dev --include agents',
      'export --profile dev | portcullis plan - --profile prod',
    ]),
  ),
)
  .option('--output <file>', 'write to a file instead of standard output')
  .action(exportBundle);
