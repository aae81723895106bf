/** Checks whether one key's rights are a subset of another's, by trying every possible request. */
import { covers } from '../../src/auth/grants';
import { refuseRestrictedUse, type KeyAccess } from '../../src/auth/key-access';
import { admits } from '../../src/auth/row-restriction';
import { ADDRESSES, OPERATIONS, ROWS, TIMES_MS } from './lines';

export interface TimedAccess extends KeyAccess {
  /** Milliseconds after the look-up; null means never. */
  readonly endsInMs: number | null;
}

export interface Counts {
  /** Operations, rows, addresses and times tried with both keys. */
  asked: number;
  /** How many of them the narrower key may use. */
  allowed: number;
  /** How many of them only the wider key may use. */
  taken: number;
}

/** Whether a key works from an address. */
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

/** Whether a key may send each possible request, in the same order for every key. */
export function* decisions(access: TimedAccess): Generator<readonly [what: string, may: boolean]> {
  for (const [path, needed] of OPERATIONS) yield [path, covers(access.grants, needed)];
  for (const { id, team } of ROWS)
    yield [`row ${id} of ${team}`, access.rows === null || admits(access.rows, id, team)];
  for (const address of ADDRESSES) yield [`from ${address}`, isFrom(access, address)];
  for (const time of TIMES_MS) yield [`after ${time} ms`, isThen(access, time)];
  for (const rate of [1, 10, 100, 1_001])
    yield [`${rate} a minute`, access.ratePerMinute === null || access.ratePerMinute >= rate];
}

/** @returns what the narrower key may do and the wider one may not; empty if it is within. */
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
