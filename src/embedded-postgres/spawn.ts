/** Runs one of PostgreSQL's programs to its end. */
import { spawn } from 'node:child_process';
import { systemCode } from '../util/data-folder';
import { EmbeddedError, OWN_SERVER } from './embedded-error';

/** The user that a program runs as; undefined means the gateway's own. */
export type OsUser = { readonly uid: number; readonly gid: number } | undefined;

interface Outcome {
  readonly ok: boolean;
  /** Standard output and standard error. */
  readonly output: string;
}

/**
 * The program gets a session of its own, so that Ctrl-C reaches the gateway alone; an environment of its own, so that
 * neither the gateway's secrets nor PGPORT and its kind come through; and the root folder, because the gateway's working
 * folder may be closed to the user it runs as.
 * @throws EmbeddedError when the program cannot be executed at all.
 */
export function runToEnd(program: string, parameters: readonly string[], osUser: OsUser): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, {
      ...osUser,
      detached: true,
      windowsHide: true,
      cwd: '/',
      env: { LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('close', (code) => resolve({ ok: code === 0, output }));
    child.on('error', (error) => reject(cannotExecute(program, error)));
  });
}

/** A program that is there but "not found" lacks its loader: the system's C library is not the one it was built for. */
function cannotExecute(program: string, error: Error): EmbeddedError {
  const reason = systemCode(error) === 'ENOENT' ? 'it or the C library it needs (glibc) is missing' : error.message;
  return new EmbeddedError(`${program} cannot be executed (${reason}): run "npm ci" again, or ${OWN_SERVER}.`);
}
