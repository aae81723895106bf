/** Files that hold a secret: never half written, never lost by a power cut, closed to everybody else. */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolders } from './data-folder';

const isCode = (error: unknown, ...codes: string[]): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code));

/** True when the error of a file operation says that there is no such file. */
export const isMissing = (error: unknown): boolean => isCode(error, 'ENOENT');

/** A name in a folder lasts only once the folder itself is on disk. Windows has no such call and needs none. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Writes a file beside the path, readable by its owner alone, and has it on disk. @returns where. */
function writeBeside(path: string, content: string): string {
  makeFolders(dirname(path));
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = openSync(temporary, 'wx', 0o600);
  try {
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return temporary;
}

/** A second name for the file, unless the path is taken. Some network file systems have no links. */
function linkOrRename(temporary: string, path: string): boolean {
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    if (!isCode(error, 'EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP')) throw error;
  }
  if (existsSync(path)) return false;
  renameSync(temporary, path);
  return true;
}

/** Gives a file that is written and on disk its final name, never over another one. @returns false when that is taken. */
export function linkDurably(temporary: string, path: string): boolean {
  const linked = linkOrRename(temporary, path);
  syncFolder(path);
  return linked;
}

/**
 * Makes a file, whole or not at all, and never over another one. The folder is made if it is missing.
 * @returns false when there is such a file already, which is left as it is.
 */
export function createDurably(path: string, content: string): boolean {
  const temporary = writeBeside(path, content);
  try {
    return linkDurably(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Makes a file or takes the place of one: at every moment the path has the whole old or the whole new content. */
export function replaceDurably(path: string, content: string): void {
  const temporary = writeBeside(path, content);
  try {
    renameSync(temporary, path);
    syncFolder(path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Moves a file onto another one. */
export function renameDurably(from: string, to: string): void {
  renameSync(from, to);
  syncFolder(to);
}

/** Whether group or others may read or change a file; never on Windows, which has no such bits. */
export const isOpenToOthers = (path: string): boolean =>
  process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0;
