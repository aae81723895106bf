/** The folder DATA_DIR: making it, and what is wrong with one that cannot be used. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import { StartError } from '../start-error';

/** The code of a failed system call, such as `EACCES`. */
export const systemCode = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';

const PROBLEMS: Readonly<Record<string, string>> = {
  EACCES: 'cannot be written by this user',
  EPERM: 'cannot be written by this user',
  EROFS: 'is on a read-only file system',
  EEXIST: 'is a file, not a folder',
  ENOTDIR: 'lies under a file, not a folder',
  ENOSPC: 'is on a full disk',
  ENOTEMPTY: 'was filled by another gateway just now',
  ENOENT: 'holds a link that leads nowhere, or was removed just now',
};

/** What a refused system call on the folder means, with what to do; null for other errors. */
export function dataFolderProblem(error: unknown, dataDir: string): string | null {
  const problem = PROBLEMS[systemCode(error)];
  return problem === undefined
    ? null
    : `The data folder ${dataDir} ${problem}: change that, or set DATA_DIR to another folder.`;
}

/** Makes the folder if it is missing. @throws StartError when it cannot be used. */
export function openDataFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const problem = dataFolderProblem(error, dataDir);
    throw problem === null ? error : new StartError(problem, { cause: error });
  }
}
