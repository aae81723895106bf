/** CPU time of PostgreSQL's backends, read from Linux's /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of a second; what every Linux that Node runs on reports. */
const TICKS = 100;
/** Places in /proc/<pid>/stat behind the program's name, which may hold spaces; see proc(5). */
const PLACES = { parent: 1, user: 11, system: 12, userOfGone: 13, systemOfGone: 14 } as const;

type Numbers = readonly string[];

function statOf(pid: string): Numbers | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    // It ended between being listed and being read.
    return null;
  }
}

const at = (stat: Numbers, ...places: number[]): number =>
  places.reduce((sum, place) => sum + Number(stat[place] ?? 0), 0);

/** @returns microseconds of all children, those that ended included; null where there is no /proc. */
export function cpuOfChildren(parent: string): number | null {
  const own = statOf(parent);
  if (!own) return null;
  const ticks = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(statOf)
    .filter((stat) => stat?.[PLACES.parent] === parent)
    .reduce((sum, stat) => sum + at(stat ?? [], PLACES.user, PLACES.system), 0);
  return ((ticks + at(own, PLACES.userOfGone, PLACES.systemOfGone)) / TICKS) * 1_000_000;
}
