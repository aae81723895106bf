/** The passwords of the roles: one file each in the data folder, readable only by its owner. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDurably, isMissing, replaceDurably } from '../../util/durable-file';
import { SetupError } from './setup-error';
import { messageOf } from '../../util/message-of';

const passwordFile = (dataDir: string, role: string): string => join(dataDir, `${role}.password`);

const PASSWORD = /^[\w-]{16,}$/;

const newPassword = (): string => randomBytes(24).toString('base64url');

/** A file in the data folder that cannot be read or written: an administrator can fix it. */
function inDataDir<T>(dataDir: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw new SetupError(
      `The passwords of the database roles are kept in DATA_DIR (${dataDir}), which failed: ${messageOf(error)}. Use a folder to which the gateway can write, or set TENANT_DATABASE_URL, OPERATOR_DATABASE_URL and RESTRICTED_DATABASE_URL.`,
      { cause: error },
    );
  }
}

/**
 * @returns null if none is stored.
 * @throws SetupError if the file contains no password.
 */
export function readPassword(dataDir: string, role: string): string | null {
  const path = passwordFile(dataDir, role);
  return inDataDir(dataDir, () => {
    let password: string;
    try {
      password = readFileSync(path, 'utf8').trim();
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
    if (!PASSWORD.test(password))
      throw new SetupError(
        `${path} contains no password. Restore it from a backup, or give the role a new one: ${REPAIR_ROLES}`,
      );
    return password;
  });
}

/** The stored password, or a new one, stored from now on. */
export const keepPassword = (dataDir: string, role: string): string =>
  inDataDir(dataDir, () => {
    const kept = readPassword(dataDir, role);
    if (kept !== null) return kept;
    createDurably(passwordFile(dataDir, role), `${newPassword()}\n`);
    const created = readPassword(dataDir, role);
    if (created === null) throw new Error('it was removed at once');
    return created;
  });

/** Replaces the stored password with a new one. */
export const renewPassword = (dataDir: string, role: string): string =>
  inDataDir(dataDir, () => {
    const password = newPassword();
    replaceDurably(passwordFile(dataDir, role), `${password}\n`);
    return password;
  });

/** The command that gives the roles new passwords. */
export const REPAIR_ROLES = 'npm run --silent roles -- repair';
