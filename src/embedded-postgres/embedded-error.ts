/** The only error class of the embedded PostgreSQL, and plain messages for PostgreSQL's own errors. */
import { StartError } from '../start-error';
import { dataFolderProblem } from '../util/data-folder';

/** The embedded PostgreSQL cannot start. The message is one sentence: what is wrong, and what to do. */
export class EmbeddedError extends StartError {
  override readonly name = 'EmbeddedError';
}

/** The remedy that always works. */
export const OWN_SERVER = 'set DATABASE_URL to your own PostgreSQL';

/** PostgreSQL's output and its meaning here; the first match is reported. */
const KNOWN_OUTPUT: readonly (readonly [RegExp, (folder: string) => string])[] = [
  [
    /loading shared libraries|library not loaded/i,
    () => `The installed PostgreSQL lacks some of its libraries: run "npm rebuild", or ${OWN_SERVER}.`,
  ],
  [
    /no space left on device|could not write to file.*: Disk quota/i,
    (folder) => `No space is left for PostgreSQL in ${folder}: free some, or set DATA_DIR to another disk.`,
  ],
  [
    /read-only file system/i,
    (folder) => `${folder} is on a read-only file system: set DATA_DIR to a folder that can be written.`,
  ],
  [
    /could not look up effective user/i,
    () =>
      `PostgreSQL needs a user with a name, and this user id has no name on this machine: start as another user, or ${OWN_SERVER}.`,
  ],
  [
    /lock file .* already exists|pre-existing shared memory block/i,
    (folder) =>
      `Another PostgreSQL is running in ${folder}: stop the gateway that uses this folder, or set DATA_DIR to another one.`,
  ],
  [
    /permission denied|wrong ownership|invalid permissions/i,
    (folder) =>
      `PostgreSQL may not use ${folder}: change its owner back to the user who created it, or set DATA_DIR to another one.`,
  ],
];

/** Explains the output of a PostgreSQL program in one sentence; unknown output is quoted. */
export function explainOutput(output: string, folder: string): EmbeddedError {
  for (const [pattern, sentence] of KNOWN_OUTPUT) if (pattern.test(output)) return new EmbeddedError(sentence(folder));
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const cause = lines.find((line) => /FATAL|PANIC|error:/.test(line)) ?? lines.at(-1) ?? 'it printed nothing';
  return new EmbeddedError(
    `The embedded PostgreSQL in ${folder} failed (${cause.trim()}): fix that, set DATA_DIR to another folder, or ${OWN_SERVER}.`,
  );
}

/** Turns any start failure into a one-sentence EmbeddedError; an EmbeddedError is returned unchanged. */
export function toEmbeddedError(error: unknown, dataDir: string): EmbeddedError {
  if (error instanceof EmbeddedError) return error;
  const problem = dataFolderProblem(error, dataDir);
  return problem === null
    ? explainOutput(`error: ${String(error)}`, dataDir)
    : new EmbeddedError(problem, { cause: error });
}
