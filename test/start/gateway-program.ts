/** The gateway as users start it: the built program in a separate process. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const PROJECT = resolve(__dirname, '../..');
export const MAIN = join(PROJECT, 'dist/src/main.js');

/** Compiles what has changed. */
export async function buildProgram(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(PROJECT, 'scripts/build.js')]);
}

export interface Program {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Waits for an output. @throws Error if the program ends first. */
  until(pattern: RegExp): Promise<void>;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

const running = new Set<ChildProcess>();
const folders: string[] = [];

/** A folder that PostgreSQL's user may access; deleted by `cleanUp`. */
export async function newFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'portcullis-start-')));
  await chmod(folder, 0o711);
  folders.push(folder);
  return folder;
}

/** @param environment the complete environment, except for PATH. */
export function startProgram(
  environment: Readonly<Record<string, string>>,
  { cwd = PROJECT, args = [MAIN] }: { cwd?: string; args?: readonly string[] } = {},
): Program {
  const child = spawn(process.execPath, [...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => (output.stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output.stderr += data.toString()));
  const ended = once(child, 'close').then(([code, signal]: (number | string | null)[]) => {
    running.delete(child);
    return code ?? signal ?? 'unknown';
  });
  const until = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(output.stdout + output.stderr)) {
      const waiting = new AbortController();
      const more = [child.stdout, child.stderr].map((stream) => once(stream, 'data', { signal: waiting.signal }));
      await Promise.race([...more, ended]);
      waiting.abort();
      await Promise.allSettled(more);
      if (!running.has(child) && !pattern.test(output.stdout + output.stderr))
        throw new Error(`The program ended: ${output.stdout}${output.stderr}`);
    }
  };
  return { child, stdout: () => output.stdout, stderr: () => output.stderr, until, ended };
}

/** Stops all programs and deletes the folders. */
export async function cleanUp(): Promise<void> {
  for (const child of running) {
    child.kill('SIGTERM');
    await once(child, 'close');
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}
