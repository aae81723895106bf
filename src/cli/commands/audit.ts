/** The audit record: tail, export, checkpoint, verify; offline from an exported file, too. */
import { createReadStream, createWriteStream, readFileSync, renameSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import { z } from 'zod';
import {
  AuditCheckpointDocument,
  AuditEventsPageDocument,
  AuditExportPageDocument,
  VerifyAuditDocument,
  type AuditCheckpointQuery,
  type AuditEventsPageQuery,
} from '../../../schema/generated/operations';
import { csvHead, csvLine, storedEvent } from '../../audit/export';
import { linesOf, verifyExport } from '../../audit/verify-export';
import { CommandFailure, EXIT, messageOf, misuse } from '../failures';
import { GatewayRefusal } from '../gateway/refusal';
import { accountIdOf, openSession, requireMaster, requireTarget, type Session, type Target } from '../gateway/session';
import { data, json, note } from '../output/print';
import { progressBar, waitingFor } from '../output/progress';
import { visible } from '../output/text';
import { command, group, withAccount, type Common } from './command';
import { wholeNumber } from './keys';

interface Options extends Common {
  readonly account?: string;
  /** In place of an account: the record of the platform's own rows. */
  readonly platform?: boolean;
}

type Event = AuditEventsPageQuery['auditEvents']['nodes'][number];
type Checkpoint = AuditCheckpointQuery['auditCheckpoint'];

/** The chain of master keys and whatever else belongs to no account. */
const PLATFORM = '00000000-0000-0000-0000-000000000000';
const PAGE = 100;
const LINES = 500;
const POLL = 2_000;

function eventText({ at, actorName, action, resourceType, resourceId, reason, changes }: Event): string {
  const paths = changes.map(({ path }) => path).join(' ');
  const why = reason === null || reason === undefined ? '' : `  (${reason})`;
  const what = action === 'UPDATE' && paths !== '' ? `  ${paths}` : '';
  return visible(`${at}  ${actorName}  ${action} ${resourceType} ${resourceId}${what}${why}`);
}

async function tail(options: Options & { readonly lines: number; readonly follow?: boolean }): Promise<void> {
  const session = await openSession(options);
  const accountId = await accountIdOf(session, options);
  const show = (event: Event): Promise<void> => (options.json === true ? json(event) : data(eventText(event)));
  const latest = { accountId, last: Math.min(Math.max(options.lines, 1), PAGE), direction: 'ASC' } as const;
  let { auditEvents: page } = await session.client.ask(AuditEventsPageDocument, latest);
  let after: string | null = null;
  for (;;) {
    for (const event of page.nodes) await show(event);
    after = page.pageInfo.endCursor ?? after;
    if (options.follow !== true) return;
    if (!page.pageInfo.hasNextPage) await pause(POLL);
    const next = { accountId, first: PAGE, after, direction: 'ASC' } as const;
    ({ auditEvents: page } = await session.client.ask(AuditEventsPageDocument, next));
  }
}

/** Whose record is meant. */
async function recordOf(session: Session, options: Options): Promise<Target> {
  if (options.platform !== true) return requireTarget(session, options);
  requireMaster(session);
  return { id: PLATFORM, slug: 'the platform' };
}

/** @returns null for an account without events. */
async function checkpointOf({ client }: Session, { id }: Target): Promise<Checkpoint | null> {
  try {
    return (await client.ask(AuditCheckpointDocument, { accountId: id })).auditCheckpoint;
  } catch (error) {
    if (error instanceof GatewayRefusal && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

/** The record up to a checkpoint, a page at a time. */
async function* recordLines({ client }: Session, end: Checkpoint): AsyncGenerator<string> {
  for (let after = 0; ;) {
    const variables = { accountId: end.accountId, after, first: LINES };
    const { auditExport: page } = await client.ask(AuditExportPageDocument, variables);
    // What was recorded after the checkpoint is not covered by it.
    yield* page.lines.slice(0, page.lines.length - Math.max(0, page.lastSequence - end.sequence));
    after = page.lastSequence;
    if (page.complete || after >= end.sequence) return;
  }
}

interface Sink {
  readonly write: (line: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A file that is there when it is whole. */
function fileSink(path: string): Sink {
  const partial = `${path}.${process.pid}.partial`;
  const stream = createWriteStream(partial, { flags: 'wx', mode: 0o600 });
  const discard = (): void => rmSync(partial, { force: true });
  const failed = once(stream, 'error').then(([error]) => {
    discard();
    throw new CommandFailure(`${path} cannot be written: ${messageOf(error)}`);
  });
  failed.catch(() => undefined);
  process.once('exit', discard);
  return {
    write: async (line) => {
      if (!stream.write(`${line}\n`)) await Promise.race([once(stream, 'drain'), failed]);
    },
    close: async () => {
      stream.end();
      await Promise.race([once(stream, 'close'), failed]);
      renameSync(partial, path);
    },
  };
}

async function exportRecord(options: Options & { readonly format: string; readonly output?: string }): Promise<void> {
  const session = await openSession(options);
  const target = await recordOf(session, options);
  const end = await checkpointOf(session, target);
  if (!end) {
    note(`The account "${target.slug}" has no events.`);
    return;
  }
  const sink = options.output === undefined ? { write: data, close: async () => undefined } : fileSink(options.output);
  const bar = progressBar('Events', end.sequence);
  const asCsv = options.format === 'csv';
  let count = 0;
  if (asCsv) await sink.write(csvHead);
  for await (const line of recordLines(session, end)) {
    await sink.write(asCsv ? csvLine(storedEvent(line)) : line);
    count += 1;
    bar.update(count);
  }
  if (!asCsv) await sink.write(JSON.stringify({ checkpoint: end }));
  await sink.close();
  bar.stop();
  note(`${count} events of the account "${target.slug}", up to event ${end.sequence}.`);
}

async function checkpoint(options: Options): Promise<void> {
  const session = await openSession(options);
  const end = await checkpointOf(session, await recordOf(session, options));
  if (!end) throw new CommandFailure('The account has no events yet.');
  await json(end);
}

const keptCheckpoint = z.object({ sequence: z.int(), hash: z.string(), at: z.string(), signature: z.string() });

function readCheckpoint(path: string): z.infer<typeof keptCheckpoint> {
  try {
    return keptCheckpoint.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    throw new CommandFailure(`${path} is not a checkpoint as "portcullis audit checkpoint" prints it.`);
  }
}

/** Lets the gateway check the chain, part by part. */
async function verifyOnline(options: Options & { readonly checkpoint?: string }): Promise<void> {
  const session = await openSession(options);
  const { id: accountId, slug } = await recordOf(session, options);
  const given = options.checkpoint === undefined ? undefined : readCheckpoint(options.checkpoint);
  let checked = 0;
  for (let after = 0; ;) {
    const variables = { accountId, after, checkpoint: given };
    const { verifyAudit: part } = await waitingFor('Checking', session.client.ask(VerifyAuditDocument, variables));
    checked += part.checked;
    after = part.lastSequence;
    if (part.intact && !part.complete) continue;
    const { intact, fault, faultSequence, message } = part;
    if (options.json === true) await json({ account: slug, intact, checked, fault, faultSequence, message });
    else await data(`${slug}: ${checked} events intact${intact ? '' : `; ${fault ?? ''}: ${message ?? ''}`}`);
    process.exitCode = intact ? EXIT.done : EXIT.failed;
    return;
  }
}

async function verifyOffline(path: string, publicKey: string, { json: asJson }: Common): Promise<void> {
  const input = createReadStream(path, 'utf8');
  await once(input, 'open').catch((error: unknown) => {
    throw new CommandFailure(`${path} cannot be read: ${messageOf(error)}`);
  });
  const verdicts = await verifyExport(linesOf(input), publicKey).catch((error: unknown) => {
    throw new CommandFailure(`${path} is no export in JSON lines: ${messageOf(error)}`);
  });
  if (verdicts.length === 0) throw new CommandFailure(`${path} has no events.`);
  for (const { accountId, checked, start, problem: fault } of verdicts) {
    const from = start ? ` behind event ${start.sequence}` : '';
    const found = fault ? `; ${fault.kind}: ${fault.message}` : '';
    if (asJson === true) await json({ accountId, intact: fault === null, checked, start, fault });
    else await data(`${accountId}: ${checked} events intact${from}${found}`);
  }
  process.exitCode = verdicts.some(({ problem: fault }) => fault) ? EXIT.failed : EXIT.done;
}

interface VerifyOptions extends Options {
  readonly checkpoint?: string;
  readonly publicKey?: string;
}

async function verify(path: string | undefined, options: VerifyOptions): Promise<void> {
  if (path === undefined) return verifyOnline(options);
  if (options.publicKey === undefined)
    throw misuse(
      'An export is checked against the gateway’s public key: give --public-key KEY, as "portcullis audit checkpoint" prints it, from a place that the export did not come from.',
    );
  return verifyOffline(path, options.publicKey, options);
}

const withRecord = (one: Command): Command =>
  withAccount(one).option('--platform', 'with a master key: the record of what belongs to no account, master keys');

export const auditCommands = group('audit', 'The record of every change of an account.', [
  withAccount(
    command('tail', 'Print the latest events, oldest of them first.', [
      'audit tail --profile dev',
      'audit tail --follow --account acme-prod --profile ops',
      'audit tail --lines 100 --json | jq .action',
    ]),
  )
    .option('--lines <number>', 'how many, 1 to 100', wholeNumber, 20)
    .option('--follow', 'go on with what happens from now on, until Ctrl-C')
    .action(tail),
  withRecord(
    command('export', 'Write the whole record of an account, in constant memory.', [
      'audit export --output events.jsonl --profile dev',
      'audit export --format csv --account acme-prod --profile ops > events.csv',
    ]),
  )
    .addOption(
      new Option('--format <format>', 'jsonl can be checked offline, csv opens in spreadsheets')
        .choices(['jsonl', 'csv'])
        .default('jsonl'),
    )
    .option('--output <file>', 'write to a file, which is there when it is whole')
    .action(exportRecord),
  withRecord(
    command('checkpoint', 'Print the signed end of the record, with the gateway’s public key. Keep it elsewhere.', [
      'audit checkpoint --profile dev > checkpoint.json',
    ]),
  ).action(checkpoint),
  withRecord(
    command('verify', 'Check that the record is as it was written; an exported file is checked without a gateway.', [
      'audit verify --profile dev',
      'audit verify --checkpoint checkpoint.json --profile dev',
      'audit verify events.jsonl --public-key "$(jq -r .publicKey checkpoint.json)"',
    ]),
  )
    .argument('[file]', 'an export in JSON lines; the gateway’s own record when absent')
    .option('--checkpoint <file>', 'a checkpoint that was kept elsewhere: finds what was cut off or rewritten, too')
    .option('--public-key <key>', 'the gateway’s public key, to check a file')
    .action(verify),
]).addHelpText(
  'after',
  '\nBeside the database, for all accounts at once: npm run --silent audit -- verify, and archive, which thins the record.',
);
