/** Rows that a bundle renames: `renamed` states their current name in the account. */
import type { DesiredEntry } from '../bundle/desired-entry';
import {
  compare,
  namesIn,
  placeholder,
  secretName,
  secretsOf,
  textOf,
  withValueAt,
  type Entries,
  type StoredEntry,
} from '../bundle/entry';
import type { BundleSection, Entry } from '../bundle/sections';

/** New names by type and former name. */
type Renames = ReadonlyMap<string, ReadonlyMap<string, string>>;

interface Renamed {
  /** The account's rows under the bundle's names. */
  readonly entries: Entries;
  readonly warnings: readonly string[];
}

const quoted = (name: string): string => JSON.stringify(name);

function findRenames(desired: readonly DesiredEntry[], entries: Entries): { renames: Renames; warnings: string[] } {
  const renames = new Map<string, Map<string, string>>();
  const warnings: string[] = [];
  const names = new Map([...entries].map(([type, rows]) => [type, new Set(rows.map(({ entry }) => entry.name))]));
  for (const { section, entry, renamed } of desired) {
    const live = names.get(section.type);
    if (renamed === null || !live?.has(renamed)) continue;
    const name = textOf(entry.name);
    if (live.has(name))
      warnings.push(
        `The account has both the ${section.type} ${quoted(renamed)} and ${quoted(name)}: neither is renamed.`,
      );
    else renames.set(section.type, (renames.get(section.type) ?? new Map<string, string>()).set(renamed, name));
  }
  return { renames, warnings };
}

/** An entry's references, by the future names of their rows. */
function withNewReferences({ parents, links }: BundleSection, entry: Entry, renames: Renames): Entry {
  const references = [...parents, ...links].flatMap(({ field, target }): [string, unknown][] => {
    const newNames = renames.get(target);
    const value = entry[field];
    if (!newNames || !namesIn(value).some((name) => newNames.has(name))) return [];
    const renamed = namesIn(value).map((name) => newNames.get(name) ?? name);
    return [[field, Array.isArray(value) ? renamed.sort(compare) : renamed[0]]];
  });
  return references.length === 0 ? entry : { ...entry, ...Object.fromEntries(references) };
}

/** An entry's placeholders are derived from its name. */
function withNewName(section: BundleSection, entry: Entry, name: string): Entry {
  const property = section.resource.mutations.secretField?.property;
  const renamed = { ...entry, name };
  if (property === undefined) return renamed;
  const value = secretsOf(section, entry).reduce<unknown>(
    (inner, secret) => withValueAt(inner, secret.path, placeholder(secretName(name, secret.part))),
    entry[property],
  );
  return value === undefined ? renamed : { ...renamed, [property]: value };
}

/** Nothing is renamed to a name in use, so an applied import can be planned again. */
export function rename(
  sections: readonly BundleSection[],
  desired: readonly DesiredEntry[],
  entries: Entries,
): Renamed {
  const { renames, warnings } = findRenames(desired, entries);
  if (renames.size === 0) return { entries, warnings };
  const renamed = sections.map((section) => {
    const newNames = renames.get(section.type);
    const rows = (entries.get(section.type) ?? []).map((stored): StoredEntry => {
      const entry = withNewReferences(section, stored.entry, renames);
      const name = section.isNamed ? newNames?.get(textOf(entry.name)) : undefined;
      if (name === undefined) return entry === stored.entry ? stored : { ...stored, entry };
      return { ...stored, entry: withNewName(section, entry, name), formerName: textOf(entry.name) };
    });
    return [section.type, rows] as const;
  });
  return { entries: new Map(renamed), warnings };
}
