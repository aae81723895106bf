/** A row as an entry of a bundle: names in place of ids, placeholders in place of secrets, nothing that says nothing. */
import { createHash } from 'node:crypto';
import type { JsonRecord } from '../../graph/queries/account-row';
import { canonical, isEqual, sorted } from './canonical';
import type { Entry, Kind } from './sections';
import type { State, StateRow } from '../plan/current-config';

const PLACEHOLDER = /^\$\{secret:([A-Za-z0-9_]{1,128})\}$/;

export const placeholder = (name: string): string => `\${secret:${name}}`;

/** The NAME of `${secret:NAME}`, or null. */
export const placeholderName = (value: unknown): string | null =>
  (typeof value === 'string' ? PLACEHOLDER.exec(value)?.[1] : undefined) ?? null;

/** Names that can be told apart once they are written in capitals and underscores. */
const SIMPLE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const LONGEST_STEM = 80;

/** `GITHUB_TOKEN` for the token of `github`: follows from the row's name alone, and differs for different names. */
export function secretName(rowName: string, part: string): string {
  const stem = rowName
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, LONGEST_STEM);
  const isUnique = SIMPLE.test(rowName) && rowName.length <= LONGEST_STEM;
  const mark = isUnique ? '' : `_${createHash('sha256').update(rowName).digest('hex').slice(0, 8).toUpperCase()}`;
  return `${stem}${mark}_${part.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase()}`.replace(/^_+/, '');
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** Null, or empty where nothing being said means empty. */
function saysNothing(kind: Kind, field: string, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (!isEmpty(value)) return false;
  const rules = kind.columns.get(field);
  if (!rules) return true;
  const absent = rules.safeParse(undefined);
  return absent.success && isEqual(absent.data, value);
}

/** The fields that say something, in the order of the kind. */
export function tidy(kind: Kind, values: JsonRecord): Entry {
  const said = kind.fields.filter((field) => !saysNothing(kind, field, values[field]));
  return Object.fromEntries(said.map((field) => [field, sorted(values[field])]));
}

export const withoutNulls = (value: JsonRecord): JsonRecord =>
  Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null && inner !== undefined));

/** The parts of a property that is an object. */
export const partsOf = (value: unknown): JsonRecord =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const isRecord = (value: unknown): value is JsonRecord => typeof value === 'object' && value !== null;

/** A stored property with a placeholder for what is secret in it. */
function conceal({ resource }: Kind, values: JsonRecord): JsonRecord {
  const { secretField: concealed } = resource.mutations;
  const value = concealed && values[concealed.property];
  if (!concealed || !isRecord(value)) return {};
  const part = concealed.secretPart(value);
  const open = Object.entries(withoutNulls(value)).filter(([name]) => !concealed.storedParts.includes(name));
  const secret = part === null ? [] : [[part, placeholder(secretName(String(values.name), part))] as const];
  return { [concealed.property]: Object.fromEntries([...open, ...secret]) };
}

/** Tells entries of a kind apart. */
export const identityOf = ({ identity }: Kind, entry: Entry): string =>
  canonical(identity.map((field) => entry[field] ?? null));

/** The names in a field that refers to other rows: one, several or none. */
export const namesIn = (value: unknown): string[] => [value].flat().filter((one) => typeof one === 'string');

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** What an entry is called. */
export const nameOf = ({ identity }: Kind, entry: Entry): string =>
  identity.map((field) => textOf(entry[field])).join(' / ');

export interface StoredEntry {
  readonly row: StateRow;
  readonly entry: Entry;
}

/** Rows and their entries, by type. */
export type Entries = ReadonlyMap<string, readonly StoredEntry[]>;

/** All rows of an account as entries; names of rows that are not live are left out. */
export function entriesOf(kinds: readonly Kind[], state: State): Entries {
  const names = new Map<string, Map<string, string>>();
  for (const { type } of kinds) {
    names.set(type, new Map((state.rows.get(type) ?? []).map(({ id, values }) => [id, String(values.name)])));
  }
  const nameIn = (type: string, id: unknown): string | undefined => names.get(type)?.get(String(id));
  const entries = new Map<string, StoredEntry[]>();
  for (const kind of kinds) {
    const linked = kind.links.map(({ field, link, target }) => {
      const far = new Map<string, string[]>();
      for (const [from, to] of state.links.get(link) ?? []) {
        const name = nameIn(target, to);
        if (name !== undefined) far.set(from, [...(far.get(from) ?? []), name]);
      }
      return { field, far };
    });
    const rows = (state.rows.get(kind.type) ?? []).map((row): StoredEntry => {
      const values: JsonRecord = { ...row.values, ...conceal(kind, row.values) };
      for (const { field, parent, target } of kind.parents) values[field] = nameIn(target, row.values[parent.column]);
      for (const { field, far } of linked) values[field] = (far.get(row.id) ?? []).sort(compare);
      return { row, entry: tidy(kind, values) };
    });
    entries.set(kind.type, rows);
  }
  return entries;
}

/** By code units: the same everywhere, whatever language is set. */
export const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
