/** Which entry of a bundle is which row of the account. */
import { isEqual } from '../bundle/canonical';
import type { Wanted } from '../bundle/bundle';
import { identityOf, type Entries, type StoredEntry } from '../bundle/entry';
import type { Kind } from '../bundle/sections';

export interface Matched {
  readonly wanted: Wanted;
  readonly stored: StoredEntry | null;
}

export interface Matching {
  readonly matched: readonly Matched[];
  /** Rows that the bundle does not name. */
  readonly others: readonly { readonly kind: Kind; readonly stored: StoredEntry }[];
}

/** Rows that are alike (schedules of one agent at one time) are matched with equal entries first, then in order. */
function matchAlike(wanted: readonly Wanted[], stored: StoredEntry[]): Map<Wanted, StoredEntry> {
  const found = new Map<Wanted, StoredEntry>();
  const take = (one: Wanted, index: number): void => {
    const [row] = index < 0 ? [] : stored.splice(index, 1);
    if (row) found.set(one, row);
  };
  for (const one of wanted)
    take(
      one,
      stored.findIndex(({ entry }) => isEqual(entry, one.entry)),
    );
  for (const one of wanted) if (!found.has(one)) take(one, 0);
  return found;
}

function group<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const known = groups.get(key);
    if (known) known.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}

export function match(kinds: readonly Kind[], wanted: readonly Wanted[], entries: Entries): Matching {
  const byWanted = new Map<Wanted, StoredEntry>();
  const others: { kind: Kind; stored: StoredEntry }[] = [];
  for (const kind of kinds) {
    const rows = group(entries.get(kind.type) ?? [], ({ entry }) => identityOf(kind, entry));
    const asked = group(
      wanted.filter((one) => one.kind === kind),
      ({ entry }) => identityOf(kind, entry),
    );
    for (const [identity, ones] of asked) {
      for (const [one, row] of matchAlike(ones, rows.get(identity) ?? [])) byWanted.set(one, row);
    }
    for (const left of rows.values()) for (const stored of left) others.push({ kind, stored });
  }
  return { matched: wanted.map((one) => ({ wanted: one, stored: byWanted.get(one) ?? null })), others };
}
