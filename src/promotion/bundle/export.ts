/** An account's configuration as a bundle, with everything that it refers to. */
import type { Scope } from '../../db/scope';
import { exportQuota } from '../../db/quotas';
import { badInput } from '../../errors';
import { accountOfRows } from '../../graph/queries/account-of-rows';
import { canonical } from '../../util/json-values';
import { pathText } from '../../util/path-text';
import { compare, entriesOf, nameOf, secretsOf, textOf, type Entries, type StoredEntry } from './entry';
import type { Entry, BundleSection } from './sections';
import type { ConfigurationBundle, SecretPlaceholder } from '../promotion.objects';
import { readCurrentConfig } from '../plan/current-config';
import { MAX_BUNDLE_BYTES, MAX_BUNDLE_ROWS, type Path } from './parse-yaml';
import { permittedSections, refuseOtherSections } from '../permitted-sections';
import { printLists } from './print-yaml';

export const SCHEMA_VERSION = 1;

interface Selection {
  /** Sections; null for all. */
  readonly include: readonly string[] | null;
  /** Names of rows of these sections; null for all. */
  readonly names: readonly string[] | null;
}

/** Entries by section, without duplicates. */
type Chosen = ReadonlyMap<string, ReadonlySet<Entry>>;

/** What an entry omits although it is stored: secrets in plain text. */
const leftOut = (entries: Entries): ReadonlyMap<Entry, StoredEntry['exposed']> =>
  new Map([...entries.values()].flat().flatMap(({ entry, exposed }) => (exposed.length > 0 ? [[entry, exposed]] : [])));

/** What was requested and, recursively, what that refers to. */
function close(
  sections: readonly BundleSection[],
  entries: Entries,
  roots: (section: BundleSection, entry: Entry) => boolean,
): Chosen {
  const chosen = new Map(sections.map(({ name }) => [name, new Set<Entry>()]));
  const byName = new Map(
    sections.map(({ type }) => [type, new Map((entries.get(type) ?? []).map(({ entry }) => [entry.name, entry]))]),
  );
  const add = (section: BundleSection, entry: Entry | undefined): void => {
    const entries = chosen.get(section.name);
    if (!entry || !entries || entries.has(entry)) return;
    entries.add(entry);
    for (const { field, target } of [...section.parents, ...section.links]) {
      const other = sections.find(({ type }) => type === target);
      for (const name of [entry[field]].flat()) if (other) add(other, byName.get(target)?.get(name));
    }
  };
  for (const section of sections) {
    for (const { entry } of entries.get(section.type) ?? []) if (roots(section, entry)) add(section, entry);
  }
  return chosen;
}

/** @throws GatewayError BAD_USER_INPUT for an unknown section or name. */
function rootsOf(sections: readonly BundleSection[], entries: Entries, { include, names }: Selection) {
  const known = sections.map(({ name }) => name);
  const unknown = (include ?? []).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw badInput(['include'], `There is no section ${JSON.stringify(unknown)}; there are ${known.join(', ')}.`);
  }
  const included = sections.filter(({ name }) => include === null || include.includes(name));
  const wanted = names && new Set(names.map((name) => name.normalize('NFC')));
  const exported = new Set(included.flatMap(({ type }) => (entries.get(type) ?? []).map(({ entry }) => entry.name)));
  const missing = [...(wanted ?? [])].find((name) => !exported.has(name));
  if (missing !== undefined) {
    throw badInput(
      ['names'],
      `There is no row with the name ${JSON.stringify(missing)} to export. Check its spelling.`,
    );
  }
  return (section: BundleSection, entry: Entry): boolean =>
    included.includes(section) && (wanted === null || wanted.has(textOf(entry.name)));
}

const inOrderOf = (section: BundleSection, entries: ReadonlySet<Entry>): Entry[] =>
  [...entries].sort(
    (left, right) =>
      compare(nameOf(section, left), nameOf(section, right)) || compare(canonical(left), canonical(right)),
  );

/** The placeholders of one entry; `textOf` prints a path within it. */
function placeholdersOf(section: BundleSection, entry: Entry, textOf: (path: Path) => string): SecretPlaceholder[] {
  const property = section.resource.mutations.secretField?.property ?? '';
  return secretsOf(section, entry).flatMap(({ name, path }) =>
    name === null
      ? []
      : [{ name, resourceType: section.type, resourceName: nameOf(section, entry), path: textOf([property, ...path]) }],
  );
}

/** A complete export can be imported as a whole, up to a size beyond which it is split. */
function sizeWarning(yaml: string, rows: number): string[] {
  const bytes = Buffer.byteLength(yaml);
  if (bytes <= MAX_BUNDLE_BYTES && rows <= MAX_BUNDLE_ROWS) return [];
  return [
    `The bundle has ${bytes} bytes and ${rows} rows; an import takes at most ${MAX_BUNDLE_BYTES} bytes and ${MAX_BUNDLE_ROWS} rows. The commands apply and promote of portcullis import it in parts; other clients export it in parts, by section with include and by name with names.`,
  ];
}

/** @throws GatewayError BAD_USER_INPUT; FORBIDDEN for a section that the key may not read. */
export async function exportConfiguration(
  scope: Scope,
  known: readonly BundleSection[],
  selection: Selection,
): Promise<ConfigurationBundle> {
  const named = known.filter(({ name }) => selection.include?.includes(name));
  refuseOtherSections(scope.caller, 'READ', named);
  const sections = permittedSections(scope.caller, 'READ', known);
  const config = await readCurrentConfig(scope, scope, sections);
  const entries = await entriesOf(sections, config);
  const chosen = close(sections, entries, rootsOf(sections, entries, selection));
  const bySection = [...sections].sort((left, right) => compare(left.name, right.name));
  const complete = bySection
    .map(({ name }) => name)
    .filter((section) => selection.names === null && (selection.include?.includes(section) ?? true));
  const lists = bySection.map((section) => ({
    section,
    list: inOrderOf(section, chosen.get(section.name) ?? new Set()),
  }));
  const header = { schemaVersion: SCHEMA_VERSION, complete };
  const contents = Object.fromEntries(
    lists.filter(({ list }) => list.length > 0).map(({ section, list }) => [section.name, list]),
  );
  const exposed = leftOut(entries);
  const { quotas } = scope.database;
  const yaml = await printLists(header, contents, quotas.MAX_EXPORT_MB * 1024 * 1024);
  if (yaml === null) throw exportQuota(quotas);
  return {
    accountId: accountOfRows(scope.requireAccount(), config.accountIds),
    schemaVersion: SCHEMA_VERSION,
    yaml,
    json: { ...header, ...contents },
    counts: lists.map(({ section, list }) => ({ section: section.name, count: list.length })),
    secrets: lists.flatMap(({ section, list }) =>
      list.flatMap((entry, index) =>
        placeholdersOf(section, entry, (path) => pathText([section.name, index, ...path])),
      ),
    ),
    warnings: [
      ...sizeWarning(
        yaml,
        lists.reduce((rows, { list }) => rows + list.length, 0),
      ),
      ...lists.flatMap(({ section, list }) =>
        list.flatMap((entry) =>
          (exposed.get(entry) ?? []).map(
            ({ path, problem }) =>
              `Left out of the ${section.type} ${JSON.stringify(nameOf(section, entry))}: ${pathText(path)} ${problem}.`,
          ),
        ),
      ),
    ],
  };
}
