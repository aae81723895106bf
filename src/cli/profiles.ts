/** Profiles: a gateway and a key in one file each, readable only by its owner. */
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseKey, previewKey } from '../auth/key-format';
import { configFolder } from './environment';
import { CommandFailure, usageError } from './failures';
import { writeWhole } from './input/files';
import { commandLine, quote } from './shell';

interface Profile {
  readonly name: string;
  readonly url: string;
  readonly key: string;
  /** Slug of the key's account at login; null for a master key. */
  readonly account: string | null;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
const OTHER_USERS = 0o077;

export function checkProfileName(name: string): string {
  if (NAME.test(name)) return name;
  throw usageError(
    `"${name}" cannot be the name of a profile: use 1 to 63 letters, digits, hyphens and underscores, beginning with a letter or digit.`,
  );
}

const profileFile = (name: string): string => join(configFolder(), `${checkProfileName(name)}.json`);

/** An unusable profile, and what to do about it. */
export class ProfileFailure extends CommandFailure {
  constructor(
    readonly fault: string,
    readonly remedy: string,
  ) {
    super(`${fault} ${remedy}`);
  }
}

/** @throws ProfileFailure when other users may read the files with the keys. */
function refuseShared(path: string, mode: string): void {
  const actual = lstatSync(path).mode & 0o777;
  if (process.platform !== 'win32' && (actual & OTHER_USERS) !== 0)
    throw new ProfileFailure(
      `${path} can be read by other users (mode ${actual.toString(8).padStart(4, '0')}), and it contains keys.`,
      `Restrict it with: chmod ${mode} ${quote(path)}`,
    );
}

/** @returns null for anything not written by login. */
function parseProfile(text: string): Omit<Profile, 'name'> | null {
  const { url, key, account, ...rest } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (typeof url !== 'string' || !URL.canParse(url) || typeof key !== 'string' || parseKey(key) === null) return null;
  if ((account !== null && typeof account !== 'string') || Object.keys(rest).length > 0) return null;
  return { url, key, account };
}

/** @throws ProfileFailure when it does not exist, other users may read it, or login did not write it. */
export function readProfile(name: string): Profile {
  const path = profileFile(name);
  const login = commandLine(['login'], { profile: name });
  if (!lstatSync(path, { throwIfNoEntry: false }))
    throw new ProfileFailure(`There is no profile "${name}".`, `Create it with: ${login}`);
  refuseShared(configFolder(), '700');
  refuseShared(path, '600');
  let profile: Omit<Profile, 'name'> | null = null;
  try {
    profile = parseProfile(readFileSync(path, 'utf8'));
  } catch {
    // Does not quote the file: the invalid part may be part of the key.
  }
  if (profile) return { name, ...profile };
  throw new ProfileFailure(`${path} is not a valid profile.`, `Replace it with: ${login}`);
}

export function writeProfile({ name, url, key, account }: Profile): void {
  const path = profileFile(name);
  const folder = configFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  writeWhole(path, `${JSON.stringify({ url, key, account }, null, 2)}\n`, 0o600);
}

/** @returns false when there was none. */
export function removeProfile(name: string): boolean {
  const path = profileFile(name);
  const exists = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  rmSync(path, { force: true });
  return exists;
}

export function profileNames(): string[] {
  const folder = configFolder();
  if (!lstatSync(folder, { throwIfNoEntry: false })) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files
    .map((file) => file.slice(0, -'.json'.length))
    .filter((name) => NAME.test(name))
    .sort();
}

/** A preview of a key, without its secret. */
export function previewOf(key: string): string {
  const parsed = parseKey(key);
  return parsed ? previewKey(parsed) : 'malformed';
}
