/** Files that hold a secret: never half written, never lost in a power failure, accessible only to their owner. */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolders } from './data-folder';

const isCode = (error: unknown, ...codes: string[]): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code));

/** Whether a file operation failed because the file does not exist. */
export const isMissing = (error: unknown): boolean => isCode(error, 'ENOENT');

/** A new name is durable only once its folder has been synced. Windows has no such call and needs none. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Writes a temporary file next to the path, readable only by its owner, and syncs it. @returns its path. */
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

/** Links the file to the path unless that exists. Some network file systems do not support links. */
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

/** Gives a synced file its final name without overwriting. @returns false if the name is taken. */
export function linkDurably(temporary: string, path: string): boolean {
  const linked = linkOrRename(temporary, path);
  syncFolder(path);
  return linked;
}

/**
 * Creates a file atomically, and its folder if missing, without overwriting.
 * @returns false if the file exists already; it is left unchanged.
 */
export function createDurably(path: string, content: string): boolean {
  const temporary = writeBeside(path, content);
  try {
    return linkDurably(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Creates or replaces a file: at any moment the path has either the whole old or the whole new content. */
export function replaceDurably(path: string, content: string): void {
  const temporary = writeBeside(path, content);
  try {
    renameSync(temporary, path);
    syncFolder(path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Renames a file over another one. */
export function renameDurably(from: string, to: string): void {
  renameSync(from, to);
  syncFolder(to);
}

/** Whether group or others can read or change a file; always false on Windows, which has no such bits. */
export const isOpenToOthers = (path: string): boolean =>
  process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0;
