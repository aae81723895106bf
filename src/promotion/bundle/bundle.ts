/** From the text of a bundle to entries that keep every rule that creating and updating their rows keeps. */
import { z } from 'zod';
import { setImmediate } from 'node:timers/promises';
import { badInput } from '../../errors';
import { findExposedSecretsIn } from '../../graph/exposed-secrets';
import type { SecretField } from '../../graph/resource';
import type { JsonRecord } from '../../graph/queries/account-row';
import { checkRules } from '../../graph/mutations/row-schema';
import { compare, identityOf, nameOf, placeholderName, tidy, valueAt, withoutNulls } from './entry';
import { SCHEMA_VERSION } from './export';
import type { Converted } from '../gl-aip/converted';
import { convert } from '../gl-aip/gl-aip';
import { convertMcpJson } from '../mcp-json/mcp-json';
import { BundleProblem, placeText, Problems, type Place } from './bundle-problems';
import { foreignFile } from './foreign-files';
import { withoutComments } from './json-comments';
import type { Entry, Kind } from './sections';
import { readText } from './parse-thread';
import { isRecord } from '../gl-aip/field-reader';
import { MAX_BUNDLE_ROWS, type Path } from './parse-yaml';

/** One entry of a bundle, checked. */
export interface Wanted {
  readonly kind: Kind;
  readonly path: Path;
  /** With defaults filled in, names in place of ids, and a placeholder for what is secret. */
  readonly entry: Entry;
  /** The draft's columns, those of parents apart. */
  readonly draft: JsonRecord;
}

export interface Bundle {
  readonly wanted: readonly Wanted[];
  /** Sections that the bundle holds in full. */
  readonly complete: readonly string[];
  readonly warnings: readonly string[];
  /** Where in the text a path stands; a converted file has its own paths. */
  placeOf(path: Path): Place;
}

const HEADERS = ['schemaVersion', 'complete'];
const SLICE_ROWS = 100;

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

/** What a reader of one bundle knows. */
class Reader {
  constructor(
    private readonly kinds: readonly Kind[],
    private readonly placeOf: Bundle['placeOf'],
    private readonly lineText: (line: number) => string,
  ) {}

  readonly problems = new Problems();

  refuse(at: Path, message: string): BundleProblem {
    const { path, line } = this.placeOf(at);
    return new BundleProblem(path, line, message);
  }

  refuseUnknown(path: Path, value: JsonRecord, known: readonly string[]): void {
    for (const unknown of Object.keys(value).filter((key) => !known.includes(key)))
      this.problems.add(this.refuse([...path, unknown], `there is no such field; known here are ${known.join(', ')}.`));
  }

  header(value: JsonRecord): readonly string[] {
    const sections = this.kinds.map(({ section }) => section);
    if (value.schemaVersion !== SCHEMA_VERSION) {
      const given = 'schemaVersion' in value ? `not ${JSON.stringify(value.schemaVersion)}` : 'which is missing';
      throw this.refuse(['schemaVersion'], `schemaVersion must be ${SCHEMA_VERSION}, ${given}.`);
    }
    this.refuseUnknown([], value, [...HEADERS, ...sections]);
    const { complete = [] } = value;
    if (!isNames(complete) || complete.some((one) => !sections.includes(one))) {
      throw this.refuse(['complete'], `complete lists sections, of which there are ${sections.join(', ')}.`);
    }
    return complete;
  }

  refuseMany(value: JsonRecord): void {
    let rows = 0;
    for (const { section } of this.kinds) {
      const list = value[section];
      if (!Array.isArray(list)) continue;
      if (rows + list.length > MAX_BUNDLE_ROWS)
        throw this.refuse(
          [section, MAX_BUNDLE_ROWS - rows],
          `the bundle has more than ${MAX_BUNDLE_ROWS} rows. Split it into several.`,
        );
      rows += list.length;
    }
  }

  /** Rows are checked in slices, between which other requests are served. */
  async section(kind: Kind, value: unknown): Promise<Wanted[]> {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.refuse([kind.section], 'must be a list.');
    const wanted: Wanted[] = [];
    const items: readonly unknown[] = value;
    for (const [index, item] of items.entries()) {
      if (index % SLICE_ROWS === SLICE_ROWS - 1) await setImmediate();
      const path = [kind.section, index];
      const entry = this.problems.attempt(() => this.entry(kind, item, path));
      if (entry) wanted.push(entry);
    }
    this.#refuseTwice(kind, wanted);
    return wanted;
  }

  /** @returns null when something is wrong with it. */
  entry(kind: Kind, value: unknown, path: Path): Wanted | null {
    if (!isRecord(value)) throw this.refuse(path, 'must be an object.');
    const { problems } = this;
    const before = problems.count;
    this.refuseUnknown(path, value, kind.fields);
    for (const [field, rules] of kind.columns) this.#refuseUnknownParts([...path, field], rules, value[field]);
    problems.attempt(() => this.#refuseExposedSecrets(kind, value, path));
    const { secretField } = kind.resource.mutations;
    if (secretField)
      problems.attempt(() =>
        this.#refuseOpenSecret([...path, secretField.property], secretField, value[secretField.property]),
      );
    const names = {
      ...problems.attempt(() => this.#parents(kind, value, path)),
      ...problems.attempt(() => this.#links(kind, value, path)),
    };
    const checked = this.#draft(kind, value, names, path);
    if (!checked || problems.count > before) return null;
    const draft = Object.fromEntries([...kind.columns.keys()].map((column) => [column, checked[column]]));
    return { kind, path, draft, entry: tidy(kind, { ...shown(kind, draft), ...names }) };
  }

  /** The rules of the resource itself, put with the bundle's words for places. */
  #draft(kind: Kind, value: JsonRecord, names: JsonRecord, path: Path): JsonRecord | null {
    const columns = Object.entries(value).filter(([field]) => kind.columns.has(field));
    const parents = kind.parents.map(({ field, parent }) => [parent.column, names[field]] as const);
    const draft: JsonRecord = Object.fromEntries<unknown>([...columns, ...parents]);
    const checked = checkRules(kind.resource.mutations.rowSchema, draft);
    if ('data' in checked) return checked.data;
    // What is wrong with a name of a parent is said in the words of the bundle.
    const own = checked.problems.filter(
      (problem) => !kind.parents.some(({ parent }) => parent.column === problem.path[0]),
    );
    for (const { path: inner, problem } of own) {
      const at = [...path, ...inner];
      this.problems.add(this.refuse(at, `${this.#asWritten(at, problem)}.`));
    }
    return null;
  }

  /** Numbers as they stand in the text: `1.0` is read as 1. */
  #asWritten(at: Path, problem: string): string {
    const [, read] = /^is the number (\S+) here;/.exec(problem) ?? [];
    const field = at.at(-1);
    if (read === undefined || typeof field !== 'string') return problem;
    const [, written] = /:\s*([^\s,}#]+)/.exec(this.lineText(this.placeOf(at).line).split(field).at(-1) ?? '') ?? [];
    return written === undefined || Number(written) !== Number(read)
      ? problem
      : problem.replaceAll(read, () => written);
  }

  #parents({ parents }: Kind, value: JsonRecord, path: Path): JsonRecord {
    const given = parents.map(({ field, target, required }) => {
      const name = value[field] ?? null;
      if (name === null && !required) return [field, name] as const;
      if (typeof name === 'string') return [field, name.normalize('NFC')] as const;
      throw this.refuse([...path, field], `is required: the name of the ${target} it belongs to.`);
    });
    return Object.fromEntries(given);
  }

  #links({ links }: Kind, value: JsonRecord, path: Path): JsonRecord {
    const given = links.map(({ field, link, target }) => {
      const names = value[field] ?? [];
      if (!isNames(names)) throw this.refuse([...path, field], `must be a list of names of ${target} rows.`);
      const unique = [...new Set(names.map((name) => name.normalize('NFC')))].sort(compare);
      if (unique.length <= link.maxRows) return [field, unique] as const;
      throw this.refuse([...path, field], `has ${unique.length} names; at most ${link.maxRows} are kept.`);
    });
    return Object.fromEntries(given);
  }

  /** Fields of objects whose fields are fixed, as the API would refuse them. */
  #refuseUnknownParts(path: Path, rules: z.ZodType, value: unknown): void {
    const object = objectIn(rules);
    if (object && isRecord(value)) this.refuseUnknown(path, value, Object.keys(object.shape));
  }

  #refuseOpenSecret(path: Path, secretField: SecretField, value: unknown): void {
    if (!isRecord(value)) return;
    const own = secretField.storedParts.find((part) => part in value);
    if (own !== undefined) throw this.refuse([...path, own], 'follows from the secret; leave it out.');
    for (const secret of secretField.secrets(value)) {
      if (placeholderName(valueAt(value, secret.path)) !== null) continue;
      throw this.refuse(
        [...path, ...secret.path],
        'must be a placeholder like ${secret:NAME}; a bundle holds no secrets.',
      );
    }
  }

  /** Secrets and placeholders outside the property that is for them. */
  #refuseExposedSecrets(kind: Kind, value: JsonRecord, path: Path): void {
    const [secret] = findExposedSecretsIn(kind.resource.mutations, value).secrets;
    if (secret) throw this.refuse([...path, ...secret.path], `${secret.problem}.`);
  }

  /** Rows are told apart by their names; those without names may be alike, as in an account. */
  #refuseTwice(kind: Kind, wanted: readonly Wanted[]): void {
    if (!kind.identity.includes('name')) return;
    const seen = new Map<string, Wanted>();
    for (const one of wanted) {
      const identity = identityOf(kind, one.entry);
      const other = seen.get(identity);
      seen.set(identity, one);
      if (!other) continue;
      const name = JSON.stringify(nameOf(kind, one.entry));
      this.problems.add(
        this.refuse(one.path, `${kind.type} ${name} is there already, at line ${this.placeOf(other.path).line}.`),
      );
    }
  }
}

/** The object behind defaults and the like, if the rules are for one. */
function objectIn(rules: unknown): z.ZodObject | null {
  if (rules instanceof z.ZodObject) return rules;
  if (rules instanceof z.ZodPipe) return objectIn(rules.in);
  if (rules instanceof z.ZodOptional || rules instanceof z.ZodNullable || rules instanceof z.ZodDefault) {
    return objectIn(rules.unwrap());
  }
  return null;
}

/** Absent and null parts of a concealed property are the same. */
function shown({ resource }: Kind, draft: JsonRecord): JsonRecord {
  const property = resource.mutations.secretField?.property;
  const value = property === undefined ? null : draft[property];
  return property !== undefined && isRecord(value) ? { ...draft, [property]: withoutNulls(value) } : draft;
}

/** A file of another tool as a bundle; null for a bundle. @throws BundleProblem for a file that has no equivalent. */
function convertFile(value: JsonRecord): Converted | null {
  if ('schemaVersion' in value) return null;
  const converted = convert(value) ?? convertMcpJson(value);
  const what = converted ? null : foreignFile(value);
  if (what === null) return converted;
  throw new BundleProblem(
    [],
    1,
    `this is ${what}, which has no equivalent here. A bundle begins with "schemaVersion: 1"; docs/promotion.md lists the files that are read.`,
  );
}

/**
 * @throws GatewayError BAD_USER_INPUT, whose sentences name line and path of everything that is wrong, and what readText
 *   throws.
 */
export async function readBundle(kinds: readonly Kind[], text: string, accountId: string): Promise<Bundle> {
  const read = await readText(withoutComments(text), accountId);
  const file = read.value;
  if (!isRecord(file)) throw badInput(['bundle'], 'Line 1: a bundle is an object with schemaVersion and sections.');
  const problems = new Problems();
  const converted = problems.attempt(() => convertFile(file));
  problems.finish();
  const value = converted?.bundle ?? file;
  const placeOf = (at: Path): Place => {
    const path = converted?.placeOf(at) ?? at;
    return { path, line: read.lineOf(path) };
  };
  const reader = new Reader(kinds, placeOf, (line) => text.split('\n')[line - 1] ?? '');
  const complete = reader.problems.attempt(() => reader.header(value)) ?? [];
  reader.problems.attempt(() => reader.refuseMany(value));
  // Nothing else that is wrong means anything in a file that is no bundle.
  if (value.schemaVersion !== SCHEMA_VERSION) reader.problems.finish();
  const wanted: Wanted[] = [];
  for (const kind of kinds) {
    const rows = reader.section(kind, value[kind.section]);
    wanted.push(...(await reader.problems.attemptLater(rows)));
  }
  reader.problems.finish();
  const warnings = converted ? reportOf(converted, (path) => read.lineOf(path)) : [];
  return { wanted, complete, placeOf, warnings };
}

const reportOf = ({ what, remarks }: Converted, lineOf: (path: Path) => number): string[] => [
  `The file was read as ${what}.`,
  ...remarks.map(({ path, message }) => `${placeText({ path, line: lineOf(path) })}: ${message}`),
];
