/** The user PostgreSQL runs as: the gateway's own, or an ordinary one if that is root, which PostgreSQL refuses. */
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedError, OWN_SERVER } from './embedded-error';
import { runToEnd, type OsUser } from './spawn';

const execute = promisify(execFile);
const USER = 'postgres';

async function lookUp(): Promise<OsUser> {
  try {
    const [user, group] = await Promise.all([execute('id', ['-u', USER]), execute('id', ['-g', USER])]);
    return { uid: Number(user.stdout), gid: Number(group.stdout) };
  } catch {
    return undefined;
  }
}

/**
 * @param owner an existing cluster's owner, which remains its user.
 * @throws EmbeddedError if the gateway is root and there is no ordinary user to use.
 */
export async function chooseUser(owner: OsUser, log: (message: string) => void): Promise<OsUser> {
  if (process.getuid?.() !== 0) return undefined;
  if (owner && owner.uid !== 0) return owner;
  const existing = await lookUp();
  if (existing) return existing;
  try {
    await execute('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', USER]);
    log(`Created the system user ${USER}, because PostgreSQL refuses to run as root.`);
  } catch {
    // The lookup below decides: another gateway may have just created the user.
  }
  const created = await lookUp();
  if (created) return created;
  throw new EmbeddedError(
    `PostgreSQL refuses to run as root and the user ${USER} could not be created: start the gateway as an ordinary user, or ${OWN_SERVER}.`,
  );
}

/** Whether the user can enter a folder or execute a file, including all parent folders. */
export async function mayEnter(osUser: OsUser, path: string): Promise<boolean> {
  return osUser === undefined || (await runToEnd('/bin/sh', ['-c', 'test -x "$1"', 'test', path], osUser)).ok;
}

/** The first folder on the way to `path` that the user cannot enter. */
export async function closedFolder(osUser: OsUser, path: string): Promise<string> {
  const parent = dirname(path);
  return parent === path || (await mayEnter(osUser, parent)) ? path : closedFolder(osUser, parent);
}
