/** audit verify: the gateway's own chain, or an exported file without a gateway. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { VerifyAuditDocument, type AuditCheckpointInput } from '../../../../schema/generated/operations';
import { linesOf, verifyExport } from '../../../audit/verify-export';
import { messageOf } from '../../../util/message-of';
import { CommandFailure, EXIT, usageError } from '../../failures';
import { openSession } from '../../gateway/session';
import { unreadableFile, readText } from '../../input/files';
import { data, json } from '../../output/print';
import { waitingFor } from '../../output/progress';
import { command, type Common } from '../command';
import { chainOf, withChain, type Options } from './chain';

function parse(text: string): AuditCheckpointInput | null {
  try {
    const { sequence, hash, at, signature } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence)) return null;
    if (typeof hash !== 'string' || typeof at !== 'string' || typeof signature !== 'string') return null;
    return { sequence, hash, at, signature };
  } catch {
    return null;
  }
}

/** @throws CommandFailure for any other file. */
async function readCheckpoint(path: string): Promise<AuditCheckpointInput> {
  const checkpoint = parse(await readText(path));
  if (checkpoint) return checkpoint;
  throw new CommandFailure(`${path} is not a checkpoint printed by "portcullis audit checkpoint".`);
}

interface VerifyOptions extends Options {
  readonly checkpoint?: string;
  readonly publicKey?: string;
}

/** Has the gateway verify the chain, part by part. */
async function verifyOnline(options: VerifyOptions): Promise<void> {
  const session = await openSession(options);
  const { id: accountId, slug } = await chainOf(session, options);
  const checkpoint = options.checkpoint === undefined ? undefined : await readCheckpoint(options.checkpoint);
  let checked = 0;
  for (let after = 0; ;) {
    const variables = { accountId, after, checkpoint };
    const { verifyAudit: part } = await waitingFor('Checking', session.client.ask(VerifyAuditDocument, variables));
    checked += part.checked;
    after = part.lastSequence;
    if (part.intact && !part.complete) continue;
    const { intact, fault, faultSequence, message } = part;
    if (options.json === true) await json({ account: slug, intact, checked, fault, faultSequence, message });
    else await data(`${slug}: ${checked} events intact${intact ? '' : `; ${fault ?? ''}: ${message ?? ''}`}`);
    process.exitCode = intact ? EXIT.ok : EXIT.failure;
    return;
  }
}

async function verifyFile(path: string, publicKey: string, { json: asJson }: Common): Promise<void> {
  const input = createReadStream(path, 'utf8');
  await once(input, 'open').catch((error: unknown) => {
    throw unreadableFile(path, error);
  });
  const verdicts = await verifyExport(linesOf(input), publicKey).catch((error: unknown) => {
    throw new CommandFailure(`${path} is not an export in JSON lines: ${messageOf(error)}`);
  });
  if (verdicts.length === 0) throw new CommandFailure(`${path} has no events.`);
  for (const { accountId, checked, start, problem } of verdicts) {
    const from = start ? ` after event ${start.sequence}` : '';
    const found = problem ? `; ${problem.kind}: ${problem.message}` : '';
    if (asJson === true) await json({ accountId, intact: problem === null, checked, start, fault: problem });
    else await data(`${accountId}: ${checked} events intact${from}${found}`);
  }
  process.exitCode = verdicts.some(({ problem }) => problem) ? EXIT.failure : EXIT.ok;
}

async function verify(path: string | undefined, options: VerifyOptions): Promise<void> {
  if (path === undefined) return verifyOnline(options);
  if (options.publicKey === undefined)
    throw usageError(
      'An export is verified with the gateway’s public key: pass --public-key KEY, as printed by "portcullis audit checkpoint", from a different source than the export.',
    );
  return verifyFile(path, options.publicKey, options);
}

export const auditVerifyCommand = withChain(
  command('verify', 'Verify that the audit log was not altered; an exported file can be verified without a gateway.', [
    'audit verify --profile dev',
    'audit verify --checkpoint checkpoint.json --profile dev',
    'audit verify events.jsonl --public-key "$(jq -r .publicKey checkpoint.json)"',
  ]),
)
  .argument('[file]', 'an export in JSON lines; default: the audit log of the gateway')
  .option('--checkpoint <file>', 'a checkpoint that was stored elsewhere: also detects removed and rewritten events')
  .option('--public-key <key>', 'the gateway’s public key, to verify a file')
  .action(verify);
