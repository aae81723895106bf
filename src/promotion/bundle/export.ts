/** An account's configuration as a bundle, with everything that it refers to. */
import type { Scope } from '../../db/scope';
import { badInput } from '../../errors';
import { accountOfRows } from '../../graph/queries/account-of-rows';
import { canonical } from './canonical';
import { pathText } from '../../util/path-text';
import { compare, entriesOf, nameOf, secretsOf, type Entries, type StoredEntry } from './entry';
import type { Entry, Kind } from './sections';
import type { ConfigurationBundle, SecretPlaceholder } from '../promotion.objects';
import { readState } from '../plan/current-config';
import { MAX_BUNDLE_BYTES, MAX_BUNDLE_ROWS, type Path } from './parse-yaml';
import { printYaml } from './print-yaml';

export const SCHEMA_VERSION = 1;

export interface Selection {
  /** Sections; null for all. */
  readonly include: readonly string[] | null;
  /** Names of rows of these sections; null for all. */
  readonly names: readonly string[] | null;
}

/** Entries by section, none twice. */
type Chosen = ReadonlyMap<string, ReadonlySet<Entry>>;

/** What was left out of an entry although it is stored: secrets in clear. */
const leftOut = (entries: Entries): ReadonlyMap<Entry, StoredEntry['exposed']> =>
  new Map([...entries.values()].flat().flatMap(({ entry, exposed }) => (exposed.length > 0 ? [[entry, exposed]] : [])));

const named = (entries: Entries, type: string, name: unknown): Entry | undefined =>
  entries.get(type)?.find(({ entry }) => entry.name === name)?.entry;

/** What was asked for, and what that refers to, and so on. */
function close(kinds: readonly Kind[], entries: Entries, roots: (kind: Kind, entry: Entry) => boolean): Chosen {
  const chosen = new Map(kinds.map(({ section }) => [section, new Set<Entry>()]));
  const byName = new Map(
    kinds.map(({ type }) => [type, new Map((entries.get(type) ?? []).map(({ entry }) => [entry.name, entry]))]),
  );
  const add = (kind: Kind, entry: Entry | undefined): void => {
    const section = chosen.get(kind.section);
    if (!entry || !section || section.has(entry)) return;
    section.add(entry);
    for (const { field, target } of [...kind.parents, ...kind.links]) {
      const other = kinds.find(({ type }) => type === target);
      for (const name of [entry[field]].flat()) if (other) add(other, byName.get(target)?.get(name));
    }
  };
  for (const kind of kinds) {
    for (const { entry } of entries.get(kind.type) ?? []) if (roots(kind, entry)) add(kind, entry);
  }
  return chosen;
}

/** @throws GatewayError BAD_USER_INPUT for a section or a name that there is not. */
function rootsOf(kinds: readonly Kind[], entries: Entries, { include, names }: Selection) {
  const sections = kinds.map(({ section }) => section);
  const unknown = (include ?? []).find((section) => !sections.includes(section));
  if (unknown !== undefined) {
    throw badInput(['include'], `There is no section ${JSON.stringify(unknown)}; there are ${sections.join(', ')}.`);
  }
  const included = kinds.filter(({ section }) => include === null || include.includes(section));
  const missing = (names ?? []).find((name) => !included.some(({ type }) => named(entries, type, name)));
  if (missing !== undefined) {
    throw badInput(['names'], `Nothing to export has the name ${JSON.stringify(missing)}. Check its spelling.`);
  }
  return (kind: Kind, entry: Entry): boolean =>
    included.includes(kind) && (names === null || names.some((name) => name === entry.name));
}

const inOrderOf = (kind: Kind, entries: ReadonlySet<Entry>): Entry[] =>
  [...entries].sort(
    (left, right) => compare(nameOf(kind, left), nameOf(kind, right)) || compare(canonical(left), canonical(right)),
  );

/** The placeholders of one entry; `textOf` prints a path within it. */
export function placeholdersOf(kind: Kind, entry: Entry, textOf: (path: Path) => string): SecretPlaceholder[] {
  const property = kind.resource.mutations.secretField?.property ?? '';
  return secretsOf(kind, entry).flatMap(({ name, path }) =>
    name === null
      ? []
      : [{ name, resourceType: kind.type, resourceName: nameOf(kind, entry), path: textOf([property, ...path]) }],
  );
}

/** What is exported whole can be imported whole, up to a size that is said here rather than later. */
function sizeWarning(yaml: string, rows: number): string[] {
  const bytes = Buffer.byteLength(yaml);
  if (bytes <= MAX_BUNDLE_BYTES && rows <= MAX_BUNDLE_ROWS) return [];
  return [
    `The bundle has ${bytes} bytes and ${rows} rows; an import takes at most ${MAX_BUNDLE_BYTES} bytes and ${MAX_BUNDLE_ROWS} rows. Export in parts: by section with include, by name with names.`,
  ];
}

/** @throws GatewayError BAD_USER_INPUT */
export async function exportConfiguration(
  scope: Scope,
  kinds: readonly Kind[],
  selection: Selection,
): Promise<ConfigurationBundle> {
  const state = await readState(scope, scope, kinds);
  const entries = entriesOf(kinds, state);
  const chosen = close(kinds, entries, rootsOf(kinds, entries, selection));
  const bySection = [...kinds].sort((left, right) => compare(left.section, right.section));
  const complete = bySection
    .map(({ section }) => section)
    .filter((section) => selection.names === null && (selection.include?.includes(section) ?? true));
  const sections = bySection.map((kind) => ({ kind, list: inOrderOf(kind, chosen.get(kind.section) ?? new Set()) }));
  const json = {
    schemaVersion: SCHEMA_VERSION,
    complete,
    ...Object.fromEntries(sections.filter(({ list }) => list.length > 0).map(({ kind, list }) => [kind.section, list])),
  };
  const exposed = leftOut(entries);
  const yaml = printYaml(json);
  return {
    accountId: accountOfRows(scope.requireAccount(), state.accountIds),
    schemaVersion: SCHEMA_VERSION,
    yaml,
    json,
    counts: sections.map(({ kind, list }) => ({ section: kind.section, count: list.length })),
    secrets: sections.flatMap(({ kind, list }) =>
      list.flatMap((entry, index) => placeholdersOf(kind, entry, (path) => pathText([kind.section, index, ...path]))),
    ),
    warnings: [
      ...sizeWarning(
        yaml,
        sections.reduce((rows, { list }) => rows + list.length, 0),
      ),
      ...sections.flatMap(({ kind, list }) =>
        list.flatMap((entry) =>
          (exposed.get(entry) ?? []).map(
            ({ path, problem }) =>
              `Left out of the ${kind.type} ${JSON.stringify(nameOf(kind, entry))}: ${pathText(path)} ${problem}.`,
          ),
        ),
      ),
    ],
  };
}
