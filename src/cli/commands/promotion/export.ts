/** export: the configuration of an account as a bundle. */
import { ExportConfigurationDocument } from '../../../../schema/generated/operations';
import { openSession, requireTarget, type Session, type SessionOptions, type Target } from '../../gateway/session';
import { writeWhole } from '../../input/files';
import { data, note, warn } from '../../output/print';
import { waitingFor } from '../../output/progress';
import { countText } from '../../output/text';
import { command, withAccount, type Common } from '../command';
import { withSelection, type Selection } from './options';

/** @returns the text of the bundle, with the counts of its sections. */
export async function readConfiguration(
  { client }: Session,
  target: Target,
  { include, names }: Selection,
  asJson: boolean,
) {
  const variables = { accountId: target.id, include, names, asJson };
  const request = client.ask(ExportConfigurationDocument, variables);
  const { exportConfiguration: bundle } = await waitingFor('Exporting', request);
  bundle.warnings.forEach(warn);
  return { counts: bundle.counts, text: asJson ? `${JSON.stringify(bundle.json, null, 2)}\n` : (bundle.yaml ?? '') };
}

async function exportBundle(
  options: Common & SessionOptions & Selection & { readonly output?: string },
): Promise<void> {
  const session = await openSession(options);
  const target = await requireTarget(session, options);
  const { text, counts: sections } = await readConfiguration(session, target, options, options.json === true);
  const counts = sections.filter(({ count }) => count > 0).map(({ section, count }) => countText(count, section));
  if (options.output === undefined) await data(text.trimEnd());
  else writeWhole(options.output, text);
  note(`Account "${target.slug}": ${counts.length === 0 ? 'nothing to export' : `${counts.join(', ')} exported`}.`);
}

export const exportCommand = withSelection(
  withAccount(
    command(
      'export',
      'Print the configuration of an account as a bundle, with names instead of ids and without secrets.',
      [
        'export --profile dev --output bundle.yaml',
        'export --profile dev --include agents',
        'export --profile dev | portcullis plan - --profile prod',
      ],
    ),
  ),
)
  .option('--output <file>', 'write to a file instead of standard output')
  .action(exportBundle);
