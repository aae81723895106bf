/** DATA_DIR: creating it, and diagnosing a folder that cannot be used. */
import { accessSync, constants, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StartError } from '../start-error';

/** The code of a failed system call, such as `EACCES`. */
export const systemCode = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';

const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'cannot be written by this user',
  EPERM: 'cannot be written by this user',
  EROFS: 'is on a read-only file system',
  EEXIST: 'is a file, not a folder',
  ENOTDIR: 'is inside a file, not a folder',
  ENOSPC: 'is on a full disk',
  ENOTEMPTY: 'was just filled by another gateway',
  ENOENT: 'cannot be created: there is a broken link, or a file system in which folders cannot be created',
};

/** Explains a failed system call on the folder and what to do about it; null for other errors. */
export function dataFolderProblem(error: unknown, dataDir: string): string | null {
  const problem = PROBLEMS[systemCode(error)];
  return problem === undefined
    ? null
    : `The data folder ${dataDir} ${problem}: change that, or set DATA_DIR to another folder.`;
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have just created it; a dangling link has no real path.
    if (systemCode(error) !== 'EEXIST' || !statSync(realpathSync(folder)).isDirectory()) throw error;
  }
}

/**
 * Creates a folder and its parents. Node.js's `recursive` option never returns on file systems that allow no folders,
 * such as /proc.
 * @returns the first folder that was missing; undefined if none was.
 */
export function makeFolders(path: string): string | undefined {
  const missing: string[] = [];
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing.length > 0 ? missing : [resolve(path)]) makeOne(folder);
  return missing[0];
}

/** Creates the folder if it is missing. @throws StartError if it cannot be used. */
export function openDataFolder(dataDir: string): void {
  try {
    makeFolders(dataDir);
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const problem = dataFolderProblem(error, dataDir);
    throw problem === null ? error : new StartError(problem, { cause: error });
  }
}
