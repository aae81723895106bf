/** Checks whether one key's rights are a subset of another's, by trying every possible request. */
import { covers } from '../../src/auth/grants';
import { refuseRestrictedUse, type KeyAccess } from '../../src/auth/key-access';
import { admits } from '../../src/auth/row-restriction';
import { ADDRESSES, OPERATIONS, ROWS, TIMES_MS } from './lines';

export interface TimedAccess extends KeyAccess {
  /** Milliseconds after the look-up; null never comes. */
  readonly endsInMs: number | null;
}

export interface Counts {
  /** Operations, rows, addresses and times that were asked of both keys. */
  asked: number;
  /** Of those, what the narrower one may. */
  allowed: number;
  /** Of those, what only the wider one may. */
  taken: number;
}

/** Whether a key may be used from an address. */
export const isFrom = (access: KeyAccess, address: string): boolean => {
  try {
    refuseRestrictedUse({ ...access, startsAtMs: null }, address);
    return true;
  } catch {
    return false;
  }
};

const isThen = ({ startsAtMs, endsInMs }: TimedAccess, timeMs: number): boolean =>
  (startsAtMs === null || startsAtMs <= timeMs) && (endsInMs === null || timeMs < endsInMs);

/** Everything that a key may be asked for, and whether it may; in the same order for every key. */
export function* decisions(access: TimedAccess): Generator<readonly [what: string, may: boolean]> {
  for (const [path, needed] of OPERATIONS) yield [path, covers(access.grants, needed)];
  for (const { id, team } of ROWS)
    yield [`row ${id} of ${team}`, access.rows === null || admits(access.rows, id, team)];
  for (const address of ADDRESSES) yield [`from ${address}`, isFrom(access, address)];
  for (const time of TIMES_MS) yield [`after ${time} ms`, isThen(access, time)];
  for (const rate of [1, 10, 100, 1_001])
    yield [`${rate} a minute`, access.ratePerMinute === null || access.ratePerMinute >= rate];
}

/** @returns what the narrower key may and the wider one may not; empty when it is within. */
export function beyond(narrower: TimedAccess, wider: TimedAccess, counts: Counts): string[] {
  const wide = [...decisions(wider)];
  const excess: string[] = [];
  for (const [index, [what, may]] of [...decisions(narrower)].entries()) {
    const isInWider = wide[index]?.[1] === true;
    counts.asked += 1;
    if (may) counts.allowed += 1;
    if (!may && isInWider) counts.taken += 1;
    if (may && !isInWider) excess.push(what);
  }
  const limit = wider.ratePerMinute;
  if (limit !== null && (narrower.ratePerMinute === null || narrower.ratePerMinute > limit))
    excess.push(`${narrower.ratePerMinute} a minute`);
  return excess;
}
