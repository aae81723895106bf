/** CPU time of PostgreSQL's backends, read from Linux's /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second, the same on every Linux that Node.js supports. */
const TICKS = 100;
/** Positions in /proc/<pid>/stat after the program's name, which may contain spaces; see proc(5). */
const PLACES = { parent: 1, user: 11, system: 12, userOfGone: 13, systemOfGone: 14 } as const;

type Numbers = readonly string[];

function statOf(pid: string): Numbers | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    // The process ended between listing and reading.
    return null;
  }
}

const at = (stat: Numbers, ...places: number[]): number =>
  places.reduce((sum, place) => sum + Number(stat[place] ?? 0), 0);

/** @returns microseconds of all child processes, including those that have ended; null without /proc. */
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
