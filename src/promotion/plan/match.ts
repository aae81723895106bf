/** Matches entries of a bundle with rows of the account. */
import type { DesiredEntry } from '../bundle/desired-entry';
import { canonical } from '../../util/json-values';
import { identityOf, type Entries, type StoredEntry } from '../bundle/entry';
import type { BundleSection } from '../bundle/sections';
import { giveWay } from '../../util/slices';

export interface Matched {
  readonly desired: DesiredEntry;
  readonly stored: StoredEntry | null;
}

interface Matching {
  readonly matched: readonly Matched[];
  /** Rows that the bundle does not name. */
  readonly others: readonly { readonly section: BundleSection; readonly stored: StoredEntry }[];
}

/** Groups items by a key, keeping their order. */
async function group<T>(items: readonly T[], keyOf: (item: T) => string): Promise<Map<string, T[]>> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    await giveWay();
    const key = keyOf(item);
    const others = groups.get(key);
    if (others) others.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Indistinguishable rows (schedules of one agent at one time) are matched with equal entries first, then in order. */
async function matchAlike(
  desired: readonly DesiredEntry[],
  stored: readonly StoredEntry[],
): Promise<Map<DesiredEntry, StoredEntry>> {
  const pairs = new Map<DesiredEntry, StoredEntry>();
  const [entry] = desired;
  const [row] = stored;
  if (entry && row && desired.length === 1 && stored.length === 1) return pairs.set(entry, row);
  const equals = await group(stored, (other) => canonical(other.entry));
  const taken = new Set<StoredEntry>();
  for (const each of desired) {
    await giveWay();
    const equal = equals.get(canonical(each.entry))?.shift();
    if (!equal) continue;
    pairs.set(each, equal);
    taken.add(equal);
  }
  const left = stored.filter((other) => !taken.has(other)).values();
  for (const each of desired) {
    if (pairs.has(each)) continue;
    const next = left.next();
    if (!next.done) pairs.set(each, next.value);
  }
  return pairs;
}

export async function match(
  sections: readonly BundleSection[],
  desired: readonly DesiredEntry[],
  entries: Entries,
): Promise<Matching> {
  const pairs = new Map<DesiredEntry, StoredEntry>();
  const others: { section: BundleSection; stored: StoredEntry }[] = [];
  for (const section of sections) {
    const rows = await group(entries.get(section.type) ?? [], ({ entry }) => identityOf(section, entry));
    const own = desired.filter((each) => each.section === section);
    const taken = new Set<StoredEntry>();
    for (const [identity, alike] of await group(own, ({ entry }) => identityOf(section, entry))) {
      for (const [each, stored] of await matchAlike(alike, rows.get(identity) ?? [])) {
        pairs.set(each, stored);
        taken.add(stored);
      }
    }
    for (const stored of [...rows.values()].flat()) if (!taken.has(stored)) others.push({ section, stored });
  }
  return { matched: desired.map((each) => ({ desired: each, stored: pairs.get(each) ?? null })), others };
}
