/** The process's environment, the .env file of its working directory, and names that look misspelt. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A folder named .env belongs to some other tool. */
const isMissing = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  (error.code === 'ENOENT' || error.code === 'EISDIR');

/**
 * The environment plus what a folder's .env file adds. Variables that are already set win, even empty ones.
 * @throws Error if the file exists but cannot be read.
 */
export function withEnvironmentFile(environment: Environment, folder: string): Environment {
  try {
    // Some editors write a byte order mark (U+FEFF), which would become part of the first name.
    const text = readFileSync(join(folder, '.env'), 'utf8').replace(/^\ufeff/, '');
    return { ...parseEnv(text), ...environment };
  } catch (error) {
    if (isMissing(error)) return environment;
    throw error;
  }
}

/** Letters to insert, remove or replace to turn one word into the other (Levenshtein distance). */
function editDistance(from: string, to: string): number {
  let distances = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...from].entries()) {
    const next = [row + 1];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (distances[column - 1] ?? 0) + (letter === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (distances[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    distances = next;
  }
  return distances[to.length] ?? 0;
}

const letters = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');

/** The number of typos allowed for a name to count as misspelt; short names have too many neighbours. */
const allowedMistakes = (name: string): number => (name.length < 6 ? 0 : name.length < 10 ? 1 : 2);

/** The setting that a misspelt variable seems to mean, or null. */
function intendedSetting(variable: string, names: readonly string[]): string | null {
  if (names.includes(variable)) return null;
  const given = letters(variable);
  const isNear = (name: string): boolean =>
    editDistance(given, letters(name)) <= allowedMistakes(letters(name)) ||
    given.replace(/Y$/, 'IES') === letters(name);
  return names.find(isNear) ?? null;
}

/** A sentence for each variable whose name is not that of a setting, but looks like one. */
export function misspelt(environment: Environment, names: readonly string[]): string[] {
  return Object.keys(environment).flatMap((variable) => {
    const intended = intendedSetting(variable, names);
    return intended === null ? [] : [`${variable}: there is no such setting; did you mean ${intended}?`];
  });
}
