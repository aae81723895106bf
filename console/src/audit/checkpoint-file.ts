/** A checkpoint as a file, in the format of the command line. */

export interface Checkpoint {
  readonly sequence: number;
  readonly hash: string;
  readonly at: string;
  readonly signature: string;
}

/** @returns null if the text is not a checkpoint. */
export function checkpointIn(text: string): Checkpoint | null {
  try {
    const { sequence, hash, at, signature } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (typeof sequence !== 'number' || !Number.isSafeInteger(sequence)) return null;
    if (typeof hash !== 'string' || typeof at !== 'string' || typeof signature !== 'string') return null;
    return { sequence, hash, at, signature };
  } catch {
    return null;
  }
}
