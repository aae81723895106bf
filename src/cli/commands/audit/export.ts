/** audit export. */
import { Option } from 'commander';
import { AuditExportPageDocument } from '../../../../schema/generated/operations';
import { csvHead, csvLine, storedEvent } from '../../../audit/export';
import { ocsfLine } from '../../../audit/ocsf';
import { openSession, type Session } from '../../gateway/session';
import { fileSink, type Sink } from '../../input/files';
import { data, note } from '../../output/print';
import { progressBar } from '../../output/progress';
import { command } from '../command';
import { chainOf, checkpointOf, withChain, type Checkpoint, type Options } from './chain';

const PAGE_EVENTS = 500;

/** The events up to a checkpoint, a page at a time. */
async function* eventLines({ client }: Session, end: Checkpoint): AsyncGenerator<string> {
  for (let after = 0; ;) {
    const variables = { accountId: end.accountId, after, first: PAGE_EVENTS };
    const { auditExport: page } = await client.ask(AuditExportPageDocument, variables);
    // Events after the checkpoint are not covered by it.
    yield* page.lines.slice(0, page.lines.length - Math.max(0, page.lastSequence - end.sequence));
    after = page.lastSequence;
    if (page.complete || after >= end.sequence) return;
  }
}

const standardOutput: Sink = { write: data, close: async () => undefined };

/** From a line of the gateway's export. */
const FORMATS = {
  jsonl: (line: string) => line,
  csv: (line: string) => csvLine(storedEvent(line)),
  ocsf: (line: string) => ocsfLine(storedEvent(line)),
} as const satisfies Readonly<Record<string, (line: string) => string>>;

type ExportOptions = Options & { readonly format: keyof typeof FORMATS; readonly output?: string };

async function exportEvents(options: ExportOptions): Promise<void> {
  const session = await openSession(options);
  const target = await chainOf(session, options);
  const end = await checkpointOf(session, target);
  if (!end) {
    note(`The account "${target.slug}" has no events.`);
    return;
  }
  const sink = options.output === undefined ? standardOutput : fileSink(options.output);
  const bar = progressBar('Events', end.sequence);
  const lineOf = FORMATS[options.format];
  let count = 0;
  if (options.format === 'csv') await sink.write(csvHead);
  for await (const line of eventLines(session, end)) {
    await sink.write(lineOf(line));
    count += 1;
    bar.update(count);
  }
  if (options.format === 'jsonl') await sink.write(JSON.stringify({ checkpoint: end }));
  await sink.close();
  bar.stop();
  note(`${count} events of the account "${target.slug}", up to event ${end.sequence}.`);
}

export const auditExportCommand = withChain(
  command('export', 'Write the whole audit log of an account, in constant memory.', [
    'audit export --output events.jsonl --profile dev',
    'audit export --format csv --account acme-prod --profile ops > events.csv',
    'audit export --format ocsf --account acme-prod --profile ops > events.ocsf.jsonl',
  ]),
)
  .addOption(
    new Option(
      '--format <format>',
      'jsonl can be verified offline, csv opens in spreadsheets, ocsf is for SIEMs (API Activity)',
    )
      .choices(Object.keys(FORMATS))
      .default('jsonl'),
  )
  .option('--output <file>', 'write to a file, which is created when the export is complete')
  .action(exportEvents);
