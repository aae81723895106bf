/** Entries of one section that refer to the same row. */
import type { DesiredEntry } from './desired-entry';
import { identityOf, nameOf } from './entry';
import type { BundleSection } from './sections';

interface Duplicate {
  readonly entry: DesiredEntry;
  /** The invalid field; none when the entry as a whole is. */
  readonly field: string | null;
  readonly problem: string;
}

/** Rows are distinguished by name; those without names may be identical, as in an account. */
export function findDuplicates(
  section: BundleSection,
  entries: readonly DesiredEntry[],
  lineOf: (entry: DesiredEntry) => number,
): Duplicate[] {
  if (!section.isNamed) return [];
  const duplicates: Duplicate[] = [];
  const byName = new Map<string, DesiredEntry>();
  for (const entry of entries) {
    const identity = identityOf(section, entry.entry);
    const other = byName.get(identity);
    byName.set(identity, entry);
    if (!other) continue;
    const name = JSON.stringify(nameOf(section, entry.entry));
    duplicates.push({
      entry,
      field: null,
      problem: `${section.type} ${name} is already in the bundle, at line ${lineOf(other)}.`,
    });
  }
  const byFormerName = new Map<string, DesiredEntry>();
  for (const entry of entries) {
    const { renamed } = entry;
    if (renamed === null) continue;
    const other = byName.get(identityOf(section, { name: renamed })) ?? byFormerName.get(renamed);
    byFormerName.set(renamed, entry);
    if (other)
      duplicates.push({
        entry,
        field: 'renamed',
        problem: `the ${section.type} ${JSON.stringify(renamed)} is also renamed at line ${lineOf(other)}: a row can have only one name.`,
      });
  }
  return duplicates;
}
