/** Runs one of PostgreSQL's programs to completion. */
import { spawn } from 'node:child_process';
import { systemCode } from '../util/data-folder';
import { EmbeddedError, OWN_SERVER } from './embedded-error';

/** The user a program runs as; undefined: the gateway's own. */
export type OsUser = { readonly uid: number; readonly gid: number } | undefined;

interface Outcome {
  readonly ok: boolean;
  /** Standard output and standard error. */
  readonly output: string;
}

/**
 * The program gets its own session, so that Ctrl-C reaches only the gateway; its own environment, so that it sees
 * neither the gateway's secrets nor PGPORT and the like; and the root folder as its working directory, because the
 * gateway's own may be closed to its user.
 * @throws EmbeddedError if the program cannot be executed at all.
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

/** An existing program that is "not found" lacks its loader: it was built for a different C library. */
function cannotExecute(program: string, error: Error): EmbeddedError {
  const reason = systemCode(error) === 'ENOENT' ? 'it or the C library it needs (glibc) is missing' : error.message;
  return new EmbeddedError(`${program} cannot be executed (${reason}): run "npm ci" again, or ${OWN_SERVER}.`);
}
