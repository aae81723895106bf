/** Printed commands meant to be pasted into a shell. */
import { programName } from './environment';

const PLAIN_WORD = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** Quotes a word for a POSIX shell. */
export const quote = (word: string): string =>
  PLAIN_WORD.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;

/** What a printed command must state to reach the same gateway and account, for the same reason. */
export interface CommandContext {
  /** Null when the credentials came from the environment, where the pasted command finds them again. */
  readonly profile: string | null;
  readonly account?: string | undefined;
  readonly reason?: string | undefined;
}

/** A command line that works as pasted. */
export function commandLine(words: readonly string[], { profile, account, reason }: CommandContext): string {
  const options = Object.entries({ profile, account, reason }).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [`--${name}`, value],
  );
  return [programName(), ...[...words, ...options].map(quote)].join(' ');
}
