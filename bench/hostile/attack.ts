/** The definition of an attack. */
import type { Attacker } from './attacker';

export interface Attack {
  readonly name: string;
  /** Whether the attack uses no key. */
  readonly isAnonymous?: boolean;
  /** Creates the rows that the attack needs; not measured. */
  readonly prepare?: (attacker: Attacker) => Promise<void>;
  /** @returns the outcome of each request. */
  readonly run: (attacker: Attacker) => Promise<readonly string[]>;
}

export const repeat = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join(' ');

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
