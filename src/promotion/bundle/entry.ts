/** A row as an entry of a bundle: names instead of ids, placeholders instead of secrets, without empty fields. */
import { createHash } from 'node:crypto';
import type { JsonRecord } from '../../graph/queries/account-row';
import { mapInSlices } from '../../util/slices';
import { canonical, isEqual, sorted } from '../../util/json-values';
import { findExposedSecretsIn, type ExposedSecret } from '../../graph/exposed-secrets';
import type { RowSecret } from '../../graph/resource';
import type { Entry, BundleSection } from './sections';
import type { CurrentConfig, CurrentRow } from '../plan/current-config';

const PLACEHOLDER = /^\$\{secret:([A-Za-z0-9_]{1,128})\}$/;

export const placeholder = (name: string): string => `\${secret:${name}}`;

/** The NAME of `${secret:NAME}`, or null. */
export const placeholderName = (value: unknown): string | null =>
  (typeof value === 'string' ? PLACEHOLDER.exec(value)?.[1] : undefined) ?? null;

/** Names that stay distinct when written in capitals and underscores. */
const SIMPLE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MAX_STEM = 80;
const MAX_HEADER = 24;

/** Capitals, digits and underscores; different for different texts. */
function mark(text: string, length: number): string {
  const stem = text
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, length);
  if (SIMPLE.test(text) && text.length <= length) return stem;
  return `${stem}_${createHash('sha256').update(text).digest('hex').slice(0, 8).toUpperCase()}`;
}

/**
 * `GITHUB_TOKEN` for the token of `github`, `GITHUB__X_KEY` for its header `x-key`: derived from the row's name and the
 * part, and different for different ones.
 */
export function secretName(rowName: string, part: string): string {
  const [, header] = /^headers\.(.*)$/s.exec(part) ?? [];
  const end =
    header === undefined
      ? `_${part.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()}`
      : `__${mark(header, MAX_HEADER)}`;
  return `${mark(rowName, MAX_STEM)}${end}`.replace(/^_+/, '');
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** Whether the value is null, or is empty and equivalent to absent. */
function isOmitted(section: BundleSection, field: string, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (!isEmpty(value)) return false;
  const rules = section.columns.get(field);
  if (!rules) return true;
  const absent = rules.safeParse(undefined);
  return absent.success && isEqual(absent.data, value);
}

/** The non-empty fields, in the order of the section. */
export function tidy(section: BundleSection, values: JsonRecord): Entry {
  const kept = section.fields.filter((field) => !isOmitted(section, field, values[field]));
  return Object.fromEntries(kept.map((field) => [field, sorted(values[field])]));
}

export const withoutNulls = (value: JsonRecord): JsonRecord =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined));

/** The parts of a property that is an object. */
const partsOf = (value: unknown): JsonRecord => (typeof value === 'object' && value !== null ? { ...value } : {});

const isRecord = (value: unknown): value is JsonRecord => typeof value === 'object' && value !== null;

/** The value with the one at a path replaced. */
export function withValueAt(value: unknown, path: readonly (string | number)[], inner: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return inner;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === step ? withValueAt(item, rest, inner) : item));
  const record = partsOf(value);
  return { ...record, [step]: withValueAt(record[step], rest, inner) };
}

export const valueAt = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (inner, step) =>
      typeof inner === 'object' && inner !== null ? Object.getOwnPropertyDescriptor(inner, step)?.value : undefined,
    value,
  );

/** An entry's secret: its placeholder, if there is one. */
interface EntrySecret extends RowSecret {
  /** The NAME of the placeholder. */
  readonly name: string | null;
}

/** An entry's secrets, in the order of the entry. */
export function secretsOf({ resource }: BundleSection, entry: Entry): EntrySecret[] {
  const { secretField } = resource.mutations;
  const value = secretField && entry[secretField.property];
  if (!secretField || !isRecord(value)) return [];
  return secretField
    .secrets(value)
    .map((secret) => ({ ...secret, name: placeholderName(valueAt(value, secret.path)) }));
}

/** A stored property with a placeholder for each of its secrets. */
function conceal({ resource }: BundleSection, values: JsonRecord): JsonRecord {
  const { secretField } = resource.mutations;
  const value = secretField && values[secretField.property];
  if (!secretField || !isRecord(value)) return {};
  const shown = secretField.shown(value);
  const withPlaceholders = secretField
    .secrets(shown)
    .reduce<unknown>(
      (entry, { path, part }) => withValueAt(entry, path, placeholder(secretName(String(values.name), part))),
      shown,
    );
  return { [secretField.property]: withPlaceholders };
}

/** Distinguishes entries of a section. */
export const identityOf = ({ identity }: BundleSection, entry: Entry): string =>
  canonical(identity.map((field) => entry[field] ?? null));

/** The names in a field that refers to other rows: one, several or none. */
export const namesIn = (value: unknown): string[] => [value].flat().filter((one) => typeof one === 'string');

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** An entry's name. */
export const nameOf = ({ identity }: BundleSection, entry: Entry): string =>
  identity.map((field) => textOf(entry[field])).join(' / ');

export interface StoredEntry {
  readonly row: CurrentRow;
  /** Without the secrets that earlier releases stored in plain text. */
  readonly entry: Entry;
  /** Those secrets, with their paths in the entry. */
  readonly exposed: readonly ExposedSecret[];
  /** The row's current name, when a bundle renames it. */
  readonly formerName?: string;
}

/** Rows and their entries, by type. */
export type Entries = ReadonlyMap<string, readonly StoredEntry[]>;

/** A row's name in normalized form: earlier releases stored names in whichever form they came. */
export const nameIn = ({ name }: JsonRecord): string => String(name).normalize('NFC');

/** All rows of an account as entries; omits names of deleted rows. */
export async function entriesOf(sections: readonly BundleSection[], config: CurrentConfig): Promise<Entries> {
  const names = new Map<string, Map<string, string>>();
  for (const { type } of sections) {
    names.set(type, new Map((config.rows.get(type) ?? []).map(({ id, values }) => [id, nameIn(values)])));
  }
  const nameOfRow = (type: string, id: unknown): string | undefined => names.get(type)?.get(String(id));
  const entries = new Map<string, StoredEntry[]>();
  for (const section of sections) {
    const linked = section.links.map(({ field, link, target }) => {
      const far = new Map<string, string[]>();
      for (const [from, to] of config.links.get(link) ?? []) {
        const name = nameOfRow(target, to);
        if (name !== undefined) far.set(from, [...(far.get(from) ?? []), name]);
      }
      return { field, far };
    });
    const rows = await mapInSlices(config.rows.get(section.type) ?? [], (row): StoredEntry => {
      const values: JsonRecord = { ...row.values, ...conceal(section, row.values) };
      if (section.columns.has('name')) values.name = nameIn(row.values);
      for (const { field, parent, target } of section.parents)
        values[field] = nameOfRow(target, row.values[parent.column]);
      for (const { field, far } of linked) values[field] = (far.get(row.id) ?? []).sort(compare);
      const { clean, secrets } = findExposedSecretsIn(section.resource.mutations, tidy(section, values));
      return { row, entry: clean, exposed: secrets };
    });
    entries.set(section.type, rows);
  }
  return entries;
}

/** By code units: the same in every locale. */
export const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
