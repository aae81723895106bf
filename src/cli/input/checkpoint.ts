/** Saved checkpoints, as printed by "audit checkpoint". */
import type { AuditCheckpointInput } from '../../../schema/generated/operations';
import { CommandFailure } from '../failures';
import { readText } from './files';

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
export async function readCheckpoint(path: string): Promise<AuditCheckpointInput> {
  const checkpoint = parse(await readText(path));
  if (checkpoint) return checkpoint;
  throw new CommandFailure(`${path} is not a checkpoint as "portcullis audit checkpoint" prints it.`);
}
