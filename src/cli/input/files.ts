/** Reads and writes the user's files, with an explanation for every possible error. */
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
  createWriteStream,
} from 'node:fs';
import { CommandFailure } from '../failures';
import { readStandardInput } from './prompt';
import { messageOf } from '../../util/message-of';
import { once } from 'node:events';

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'it is a folder; name a file',
  EACCES: 'you do not have the permission',
  EPERM: 'you do not have the permission',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your disk quota is used up',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'the symbolic links lead in a circle',
};

const causeOf = (error: unknown): string => CAUSES[codeOf(error)] ?? messageOf(error);

export const unreadableFile = (path: string, error: unknown): CommandFailure =>
  new CommandFailure(`${path} cannot be read: ${causeOf(error)}.`);

export const unwritableFile = (path: string, error: unknown): CommandFailure =>
  new CommandFailure(`${path} cannot be written: ${causeOf(error)}.`);

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw unreadableFile(path, error);
  }
}

/**
 * The text of a file; `-` is standard input.
 * @throws CommandFailure for a file that cannot be read, is empty or is not UTF-8 text.
 */
export async function readText(path: string): Promise<string> {
  const name = path === '-' ? 'Standard input' : path;
  const bytes = path === '-' ? await readStandardInput() : readBytes(path);
  if (bytes.includes(0) || !isUtf8(bytes)) throw new CommandFailure(`${name} is not text in UTF-8.`);
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  if (text.trim() === '') throw new CommandFailure(`${name} is empty.`);
  return text;
}

/** The target of a path, through symbolic links; null when it does not exist yet. */
export function targetOf(path: string): { readonly path: string; readonly stats: Stats } | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? { path: realpathSync(path), stats } : null;
}

/** A name next to a file that no other run uses. */
export const partialName = (path: string): string => `${path}.${randomUUID()}.partial`;

/**
 * Writes a file whole or not at all, keeping the mode of an existing one. Devices and pipes are written directly.
 * @throws CommandFailure
 */
export function writeWhole(path: string, text: string, mode?: number): void {
  try {
    const target = targetOf(path);
    if (target && !target.stats.isFile()) {
      writeFileSync(target.path, text);
      return;
    }
    replaceFile(target?.path ?? path, text, mode ?? (target ? target.stats.mode & 0o777 : undefined));
  } catch (error) {
    throw unwritableFile(path, error);
  }
}

function replaceFile(path: string, text: string, mode: number | undefined): void {
  const partial = partialName(path);
  try {
    const file = openSync(partial, 'wx', mode);
    try {
      if (mode !== undefined) fchmodSync(file, mode);
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

export interface Sink {
  readonly write: (line: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Devices and pipes are written directly; however the program ends, no partial file remains. */
export function fileSink(path: string): Sink {
  const target = targetOf(path);
  const isSpecial = target !== null && !target.stats.isFile();
  const final = target?.path ?? path;
  const partial = isSpecial ? final : partialName(final);
  const stream = createWriteStream(partial, { flags: isSpecial ? 'w' : 'wx', mode: 0o600 });
  const discard = (): void => {
    if (!isSpecial) rmSync(partial, { force: true });
  };
  const failed = once(stream, 'error').then(([error]) => {
    discard();
    throw unwritableFile(path, error);
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
      if (!isSpecial) renameSync(partial, final);
    },
  };
}
