/** The definition of an attack. */
import type { Attacker } from './attacker';

export interface Attack {
  readonly name: string;
  /** Without a key when true. */
  readonly isAnonymous?: boolean;
  /** Makes the rows that it needs; not measured. */
  readonly prepare?: (attacker: Attacker) => Promise<void>;
  /** @returns what came back for each request. */
  readonly run: (attacker: Attacker) => Promise<readonly string[]>;
}

export const repeat = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join(' ');

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
