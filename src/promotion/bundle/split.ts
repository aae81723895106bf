/** Splits a bundle that is too large for one import into parts that are imported one after another. */
import type { JsonRecord } from '../../graph/queries/account-row';
import { isRecord } from '../../util/json-values';
import { withoutComments } from './json-comments';
import { namesIn, textOf } from './entry';
import { ReadText } from './parse-thread';
import { MAX_BUNDLE_BYTES, MAX_BUNDLE_ROWS, MAX_TOKENS, parseYaml, tokensIn, type Path } from './parse-yaml';
import { printYaml } from './print-yaml';
import type { BundleSection } from './sections';
import { pathText, stepsOf } from '../../util/path-text';

/** The capacity of one part; slightly below what can be read, since a part also has a header. */
interface PartLimits {
  readonly bytes: number;
  readonly rows: number;
  readonly tokens: number;
}

const LIMITS: PartLimits = {
  bytes: MAX_BUNDLE_BYTES - 1024,
  rows: MAX_BUNDLE_ROWS,
  tokens: MAX_TOKENS - 1024,
};

const UNLIMITED = { bytes: Number.MAX_SAFE_INTEGER, tokens: Number.MAX_SAFE_INTEGER };

interface Reference {
  readonly field: string;
  readonly target: string;
}

/** What splitting needs of a section: data only, so that clients have it without the registry. */
export interface SectionShape extends Pick<BundleSection, 'name' | 'type' | 'isNamed'> {
  readonly parents: readonly Reference[];
  readonly links: readonly Reference[];
}

/** An entry, and its place in the whole bundle. */
interface Item {
  readonly section: SectionShape;
  readonly index: number;
  readonly entry: unknown;
}

export interface BundlePart {
  readonly text: string;
  /** The rows it contains: `Tool search`. */
  readonly names: ReadonlySet<string>;
  /** The place in the whole bundle of a path of the part. */
  placeOf(path: string): { readonly path: string; readonly line: number };
  /** The row referred to at a path of the part, `Tool search`; null if none is. */
  referenceAt(path: string): string | null;
}

const own = (value: unknown, step: string | number): unknown =>
  typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, step)?.value : undefined;

const rowName = (type: string, name: string): string => `${type} ${name.normalize('NFC')}`;

/** Rows that an entry refers to. */
const referencesOf = ({ section, entry }: Item): string[] =>
  [...section.parents, ...section.links].flatMap(({ field, target }) =>
    namesIn(own(entry, field)).map((name) => rowName(target, name)),
  );

/** Orders entries after those they refer to; a cycle, which no import accepts, in any order. */
function inOrder(items: readonly Item[]): Item[] {
  const byName = new Map<string, Item>();
  for (const item of items)
    if (item.section.isNamed) byName.set(rowName(item.section.type, textOf(own(item.entry, 'name'))), item);
  const seen = new Set<Item>();
  const ordered: Item[] = [];
  for (const start of items) {
    const way = [{ item: start, left: referencesOf(start) }];
    if (seen.has(start)) continue;
    seen.add(start);
    for (let top = way.at(-1); top; top = way.at(-1)) {
      const next = top.left.shift();
      const item = next === undefined ? undefined : byName.get(next);
      if (next === undefined) {
        ordered.push(top.item);
        way.pop();
      } else if (item && !seen.has(item)) {
        seen.add(item);
        way.push({ item, left: referencesOf(item) });
      }
    }
  }
  return ordered;
}

/** As written in a list. */
function printed({ section, entry }: Item): string {
  const text = printYaml({ [section.name]: [entry] });
  return text.slice(text.indexOf('\n') + 1);
}

/** As many per part as fit. */
function pack(items: readonly Item[], limits: PartLimits): { readonly item: Item; readonly text: string }[][] {
  const parts: { item: Item; text: string }[][] = [];
  let [bytes, tokens] = [0, 0];
  for (const item of items) {
    const text = printed(item);
    const size = { bytes: Buffer.byteLength(text), tokens: tokensIn(text) };
    const last = parts.at(-1);
    const fits =
      last && last.length < limits.rows && bytes + size.bytes <= limits.bytes && tokens + size.tokens <= limits.tokens;
    if (fits) last.push({ item, text });
    else {
      parts.push([{ item, text }]);
      [bytes, tokens] = [0, 0];
    }
    bytes += size.bytes;
    tokens += size.tokens;
  }
  return parts;
}

function partOf(pieces: readonly { readonly item: Item; readonly text: string }[], read: ReadText): BundlePart {
  const sections = new Map<string, { item: Item; text: string }[]>();
  for (const piece of pieces) {
    const { name } = piece.item.section;
    const list = sections.get(name);
    if (list) list.push(piece);
    else sections.set(name, [piece]);
  }
  const itemAt = ([section, index]: Path): Item | undefined => sections.get(String(section))?.[Number(index)]?.item;
  const lists = [...sections].map(([name, list]) => `${name}:\n${list.map(({ text }) => text).join('')}`);
  return {
    text: `schemaVersion: 1\n${lists.join('')}`,
    names: new Set(pieces.map(({ item }) => rowName(item.section.type, textOf(own(item.entry, 'name'))))),
    placeOf(path) {
      const steps = stepsOf(path);
      const item = itemAt(steps);
      const place = item ? [item.section.name, item.index, ...steps.slice(2)] : steps;
      return { path: pathText(place), line: read.lineOf(place) };
    },
    referenceAt(path) {
      const steps = stepsOf(path);
      const item = itemAt(steps);
      const field = item && [...item.section.parents, ...item.section.links].find((each) => each.field === steps[2]);
      const name = field && steps.slice(2).reduce(own, item.entry);
      return typeof name === 'string' ? rowName(field?.target ?? '', name) : null;
    },
  };
}

/** The entries of a bundle; null for an invalid one, which the gateway refuses with its own message. */
function itemsOf(sections: readonly SectionShape[], value: JsonRecord): Item[] | null {
  const lists = sections.map((section) => ({ section, list: value[section.name] ?? [] }));
  if (!lists.every(({ list }) => Array.isArray(list))) return null;
  return lists.flatMap(({ section, list }) =>
    (Array.isArray(list) ? list : []).map((entry: unknown, index) => ({ section, index, entry })),
  );
}

/** Texts this short exceed neither the limit of rows nor that of tokens. */
const SHORT_BYTES = 100_000;

/**
 * @param sections parents first.
 * @returns parts in an order in which nothing refers to a later one; null for a bundle that is imported as a whole.
 * @throws GatewayError BAD_USER_INPUT for a text that no import accepts.
 */
export function splitBundle(
  sections: readonly SectionShape[],
  text: string,
  limits: PartLimits = LIMITS,
): readonly BundlePart[] | null {
  const bytes = Buffer.byteLength(text);
  if (bytes <= Math.min(SHORT_BYTES, limits.bytes) && limits === LIMITS) return null;
  const read = new ReadText(parseYaml(withoutComments(text), UNLIMITED));
  const items = isRecord(read.value) && 'schemaVersion' in read.value ? itemsOf(sections, read.value) : null;
  if (!items) return null;
  if (items.length <= limits.rows && bytes <= limits.bytes && tokensIn(text) <= limits.tokens) return null;
  return pack(inOrder(items), limits).map((pieces) => partOf(pieces, read));
}
