/** What the process was given: its environment, the .env file of its working folder, and names that look misspelt. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A folder of that name is another tool's. */
const isMissing = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  (error.code === 'ENOENT' || error.code === 'EISDIR');

/**
 * The environment, with what the file .env of a folder adds. A variable that is set already wins, an empty one too.
 * @throws Error when the file is there and cannot be read.
 */
export function withEnvironmentFile(environment: Environment, folder: string): Environment {
  try {
    // Some editors put a mark in front of the text (U+FEFF), which would belong to the first name.
    const text = readFileSync(join(folder, '.env'), 'utf8').replace(/^\ufeff/, '');
    return { ...parseEnv(text), ...environment };
  } catch (error) {
    if (isMissing(error)) return environment;
    throw error;
  }
}

/** Letters to insert, remove or replace to make one word of another (Levenshtein). */
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

/** How many letters may be wrong in a name that is still meant for another; short names have too many neighbours. */
const allowedMistakes = (name: string): number => (name.length < 6 ? 0 : name.length < 10 ? 1 : 2);

/** The setting that a variable of another name seems to be meant for, or null. */
export function intendedSetting(variable: string, names: readonly string[]): string | null {
  if (names.includes(variable)) return null;
  const given = letters(variable);
  const isNear = (name: string): boolean =>
    editDistance(given, letters(name)) <= allowedMistakes(letters(name)) ||
    given.replace(/Y$/, 'IES') === letters(name);
  return names.find(isNear) ?? null;
}
