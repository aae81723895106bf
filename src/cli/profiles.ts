/** Profiles: which gateway and which key, a file each, readable by their owner alone. */
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseKey, previewKey } from '../auth/key-format';
import { configFolder } from './environment';
import { CommandFailure, misuse } from './failures';
import { writeWhole } from './input/files';

const stored = z.strictObject({
  url: z.url(),
  key: z.string(),
  /** Slug of the account that the key belonged to at login; null for a master key. */
  account: z.string().nullable(),
});

export type StoredProfile = z.infer<typeof stored>;
export type Profile = StoredProfile & { readonly name: string };

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
const OTHERS = 0o077;

function checkName(name: string): string {
  if (!NAME.test(name))
    throw misuse(`"${name}" is no name for a profile: use up to 63 letters, digits, hyphens and underscores.`);
  return name;
}

export const profileFile = (name: string): string => join(configFolder(), `${checkName(name)}.json`);

/** A profile that cannot be used, and what to do about it. */
export class ProfileFailure extends CommandFailure {
  constructor(
    readonly fault: string,
    readonly cure: string,
  ) {
    super(`${fault} ${cure}`);
  }
}

/** @throws ProfileFailure when others may look at what holds keys. */
function refuseShared(path: string, wanted: string): void {
  const mode = lstatSync(path).mode & 0o777;
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
    throw new ProfileFailure(
      `${path} is open to other users (mode ${mode.toString(8).padStart(4, '0')}), and it holds keys.`,
      `Close it with: chmod ${wanted} ${path}`,
    );
}

function parseProfile(name: string, path: string): StoredProfile {
  try {
    const profile = stored.parse(JSON.parse(readFileSync(path, 'utf8')));
    if (parseKey(profile.key) !== null) return profile;
  } catch {
    // What is wrong in it is not said: it may be a part of the key.
  }
  throw new ProfileFailure(`${path} is no profile.`, `Make it anew with: portcullis login --profile ${name}`);
}

/** @throws ProfileFailure when there is none, others may read it, or it is not what login wrote. */
export function readProfile(name: string): Profile {
  const path = profileFile(name);
  if (!lstatSync(path, { throwIfNoEntry: false }))
    throw new ProfileFailure(
      `There is no profile "${name}".`,
      `Make it with: portcullis login --profile ${name} --url URL`,
    );
  refuseShared(configFolder(), '700');
  refuseShared(path, '600');
  return { name, ...parseProfile(name, path) };
}

export function writeProfile({ name, url, key, account }: Profile): void {
  const folder = configFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  writeWhole(profileFile(name), `${JSON.stringify({ url, key, account }, null, 2)}\n`, 0o600);
}

/** @returns false when there was none. */
export function removeProfile(name: string): boolean {
  const path = profileFile(name);
  const found = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  rmSync(path, { force: true });
  return found;
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

/** How the key looks, without its secret. */
export function previewOf(key: string): string {
  const parsed = parseKey(key);
  return parsed ? previewKey(parsed) : 'malformed';
}
