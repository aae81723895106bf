/** Reading and writing the user's files, with a sentence for each thing that can be wrong. */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isUtf8 } from 'node:buffer';
import { CommandFailure, messageOf } from '../failures';
import { readStandardInput } from './prompt';

/** What the gateway takes as a bundle. */
const LARGEST = 2 * 1024 * 1024;

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'you may not read it';
  return messageOf(error);
}

function readBytes(path: string): Buffer {
  try {
    const found = statSync(path);
    if (found.isDirectory()) throw new CommandFailure(`${path} is a folder: name a file.`);
    if (found.size > LARGEST) throw new Error(`it has ${found.size} bytes, and a bundle has at most ${LARGEST}`);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(`${path} cannot be read: ${reasonOf(error)}.`);
  }
}

/**
 * The text of a file; `-` is standard input.
 * @throws CommandFailure for what is unreadable, a folder, empty, too large or no text.
 */
export async function readText(path: string): Promise<string> {
  const name = path === '-' ? 'Standard input' : path;
  const bytes = path === '-' ? await readStandardInput() : readBytes(path);
  if (bytes.length > LARGEST)
    throw new CommandFailure(`${name} cannot be read: it has more than ${LARGEST} bytes, the most of a bundle.`);
  if (bytes.includes(0) || !isUtf8(bytes))
    throw new CommandFailure(`${name} is no text: a bundle is YAML or JSON in UTF-8.`);
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  if (text.trim() === '') throw new CommandFailure(`${name} is empty.`);
  return text;
}

/** Writes a file whole or not at all. */
export function writeWhole(path: string, text: string, mode = 0o644): void {
  const partial = `${path}.${process.pid}.partial`;
  try {
    writeFileSync(partial, text, { mode, flag: 'wx' });
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw new CommandFailure(`${path} cannot be written: ${messageOf(error)}`);
  }
}
