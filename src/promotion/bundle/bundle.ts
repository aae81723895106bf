/** Turns the text of a bundle into entries that satisfy the same rules as creating and updating their rows. */
import { z } from 'zod';
import { findExposedSecretsIn } from '../../graph/exposed-secrets';
import type { SecretField } from '../../graph/resource';
import type { JsonRecord } from '../../graph/queries/account-row';
import { checkRules, name } from '../../graph/mutations/row-schema';
import { giveWay } from '../../util/slices';
import { compare, placeholderName, tidy, valueAt, withoutNulls } from './entry';
import { SCHEMA_VERSION } from './export';
import { BundleProblem, Problems, type Place } from './bundle-problems';
import { convertFile, reportOf } from './convert-file';
import type { DesiredEntry } from './desired-entry';
import { findDuplicates } from './duplicates';
import { withoutComments } from './json-comments';
import { RENAMED, type BundleSection } from './sections';
import { readText } from './parse-thread';
import { isRecord } from '../../util/json-values';
import { MAX_BUNDLE_ROWS, refuse, type Path } from './parse-yaml';

export interface Bundle {
  readonly entries: readonly DesiredEntry[];
  /** Sections that are complete in the bundle. */
  readonly complete: readonly string[];
  readonly warnings: readonly string[];
  /** The place of a path in the text; a converted file has its own paths. */
  placeOf(path: Path): Place;
}

const HEADERS = ['schemaVersion', 'complete'];

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

/** What a reader of one bundle knows. */
class Reader {
  constructor(
    private readonly sections: readonly BundleSection[],
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
      this.problems.add(
        this.refuse([...path, unknown], `is not a known field; the fields here are ${known.join(', ')}.`),
      );
  }

  header(value: JsonRecord): readonly string[] {
    const sections = this.sections.map(({ name }) => name);
    if (value.schemaVersion !== SCHEMA_VERSION) {
      const given = 'schemaVersion' in value ? `not ${JSON.stringify(value.schemaVersion)}` : 'which is missing';
      throw this.refuse(['schemaVersion'], `schemaVersion must be ${SCHEMA_VERSION}, ${given}.`);
    }
    this.refuseUnknown([], value, [...HEADERS, ...sections]);
    const { complete = [] } = value;
    if (!isNames(complete) || complete.some((one) => !sections.includes(one))) {
      throw this.refuse(['complete'], `complete lists sections: ${sections.join(', ')}.`);
    }
    return complete;
  }

  refuseMany(value: JsonRecord): void {
    let rows = 0;
    for (const { name: section } of this.sections) {
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

  /** Rows are checked in slices, so that other requests are served in between. */
  async section(section: BundleSection, value: unknown): Promise<DesiredEntry[]> {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.refuse([section.name], 'must be a list.');
    const wanted: DesiredEntry[] = [];
    const items: readonly unknown[] = value;
    for (const [index, item] of items.entries()) {
      await giveWay();
      const path = [section.name, index];
      const entry = this.problems.attempt(() => this.entry(section, item, path));
      if (entry) wanted.push(entry);
    }
    this.#refuseDuplicates(section, wanted);
    return wanted;
  }

  /** @returns null when it is invalid. */
  entry(section: BundleSection, value: unknown, path: Path): DesiredEntry | null {
    if (!isRecord(value)) throw this.refuse(path, 'must be an object.');
    const { problems } = this;
    const before = problems.count;
    this.refuseUnknown(path, value, section.isNamed ? [...section.fields, RENAMED] : section.fields);
    for (const [field, rules] of section.columns) this.#refuseUnknownParts([...path, field], rules, value[field]);
    problems.attempt(() => this.#refuseExposedSecrets(section, value, path));
    const { secretField } = section.resource.mutations;
    if (secretField)
      problems.attempt(() =>
        this.#refuseOpenSecret([...path, secretField.property], secretField, value[secretField.property]),
      );
    const names = {
      ...problems.attempt(() => this.#parents(section, value, path)),
      ...problems.attempt(() => this.#links(section, value, path)),
    };
    const renamed = problems.attempt(() => this.#formerName(section, value, path));
    const checked = this.#draft(section, value, names, path);
    if (!checked || problems.count > before) return null;
    const draft = Object.fromEntries([...section.columns.keys()].map((column) => [column, checked[column]]));
    return { section, path, draft, renamed, entry: tidy(section, { ...shown(section, draft), ...names }) };
  }

  /** The rules of the resource itself, with places in the bundle's terms. */
  #draft(section: BundleSection, value: JsonRecord, names: JsonRecord, path: Path): JsonRecord | null {
    const columns = Object.entries(value).filter(([field]) => section.columns.has(field));
    const parents = section.parents.map(({ field, parent }) => [parent.column, names[field]] as const);
    const draft: JsonRecord = Object.fromEntries<unknown>([...columns, ...parents]);
    const checked = checkRules(section.resource.mutations.rowSchema, draft);
    if ('data' in checked) return checked.data;
    // Problems with a parent's name are reported in the bundle's terms.
    const own = checked.problems.filter(
      (problem) => !section.parents.some(({ parent }) => parent.column === problem.path[0]),
    );
    for (const { path: inner, problem } of own) {
      const at = [...path, ...inner];
      this.problems.add(this.refuse(at, `${this.#asWritten(at, problem)}.`));
    }
    return null;
  }

  /** Numbers as written in the text: `1.0` is read as 1. */
  #asWritten(at: Path, problem: string): string {
    const [, read] = /^is the number (\S+) here;/.exec(problem) ?? [];
    const field = at.at(-1);
    if (read === undefined || typeof field !== 'string') return problem;
    const [, written] = /:\s*([^\s,}#]+)/.exec(this.lineText(this.placeOf(at).line).split(field).at(-1) ?? '') ?? [];
    return written === undefined || Number(written) !== Number(read)
      ? problem
      : problem.replaceAll(read, () => written);
  }

  #parents({ parents }: BundleSection, value: JsonRecord, path: Path): JsonRecord {
    const given = parents.map(({ field, target, required }) => {
      const name = value[field] ?? null;
      if (name === null && !required) return [field, name] as const;
      if (typeof name === 'string') return [field, name.normalize('NFC')] as const;
      throw this.refuse([...path, field], `is required: the name of the ${target} it belongs to.`);
    });
    return Object.fromEntries(given);
  }

  #links({ links }: BundleSection, value: JsonRecord, path: Path): JsonRecord {
    const given = links.map(({ field, link, target }) => {
      const names = value[field] ?? [];
      if (!isNames(names)) throw this.refuse([...path, field], `must be a list of names of ${target} rows.`);
      const unique = [...new Set(names.map((name) => name.normalize('NFC')))].sort(compare);
      if (unique.length <= link.maxRows) return [field, unique] as const;
      throw this.refuse([...path, field], `has ${unique.length} names; at most ${link.maxRows} are allowed.`);
    });
    return Object.fromEntries(given);
  }

  /** Unknown fields of objects with fixed fields, as the API would refuse them. */
  #refuseUnknownParts(path: Path, rules: z.ZodType, value: unknown): void {
    const object = objectIn(rules);
    if (object && isRecord(value)) this.refuseUnknown(path, value, Object.keys(object.shape));
  }

  #refuseOpenSecret(path: Path, secretField: SecretField, value: unknown): void {
    if (!isRecord(value)) return;
    const own = secretField.storedParts.find((part) => part in value);
    if (own !== undefined) throw this.refuse([...path, own], 'is derived from the secret; leave it out.');
    for (const secret of secretField.secrets(value)) {
      if (placeholderName(valueAt(value, secret.path)) !== null) continue;
      throw this.refuse(
        [...path, ...secret.path],
        'must be a placeholder like ${secret:NAME}; a bundle must not contain secrets.',
      );
    }
  }

  /** Secrets and placeholders outside the property meant for them. */
  #refuseExposedSecrets(section: BundleSection, value: JsonRecord, path: Path): void {
    const [secret] = findExposedSecretsIn(section.resource.mutations, value).secrets;
    if (secret) throw this.refuse([...path, ...secret.path], `${secret.problem}.`);
  }

  #refuseDuplicates(section: BundleSection, entries: readonly DesiredEntry[]): void {
    const lineOf = ({ path }: DesiredEntry): number => this.placeOf(path).line;
    for (const { entry, field, problem } of findDuplicates(section, entries, lineOf))
      this.problems.add(this.refuse(field === null ? entry.path : [...entry.path, field], problem));
  }

  /** The row's current name in the account; null when the entry does not state it. */
  #formerName({ isNamed }: BundleSection, value: JsonRecord, path: Path): string | null {
    if (!isNamed || value[RENAMED] === undefined || value[RENAMED] === null) return null;
    const checked = checkRules(name, value[RENAMED]);
    if ('data' in checked) return checked.data;
    throw this.refuse([...path, RENAMED], `${checked.problems[0]?.problem ?? 'is not accepted'}.`);
  }
}

/** The object behind defaults and other wrappers, if the rules are for one. */
function objectIn(rules: unknown): z.ZodObject | null {
  if (rules instanceof z.ZodObject) return rules;
  if (rules instanceof z.ZodPipe) return objectIn(rules.in);
  if (rules instanceof z.ZodOptional || rules instanceof z.ZodNullable || rules instanceof z.ZodDefault) {
    return objectIn(rules.unwrap());
  }
  return null;
}

/** In a property with secrets, an absent part equals null. */
function shown({ resource }: BundleSection, draft: JsonRecord): JsonRecord {
  const property = resource.mutations.secretField?.property;
  const value = property === undefined ? null : draft[property];
  return property !== undefined && isRecord(value) ? { ...draft, [property]: withoutNulls(value) } : draft;
}

/**
 * @throws GatewayError BAD_USER_INPUT, whose sentences name line and path of every problem, and what readText
 *   throws.
 */
export async function readBundle(sections: readonly BundleSection[], text: string, accountId: string): Promise<Bundle> {
  const read = await readText(withoutComments(text), accountId);
  const file = read.value;
  if (!isRecord(file)) throw refuse(1, [], 'a bundle is an object with schemaVersion and sections.');
  const problems = new Problems();
  const converted = problems.attempt(() => convertFile(file));
  problems.finish();
  const value = converted?.bundle ?? file;
  const placeOf = (at: Path): Place => {
    const path = converted?.placeOf(at) ?? at;
    return { path, line: read.lineOf(path) };
  };
  const reader = new Reader(sections, placeOf, (line) => text.split('\n')[line - 1] ?? '');
  const complete = reader.problems.attempt(() => reader.header(value)) ?? [];
  reader.problems.attempt(() => reader.refuseMany(value));
  // In a file that is not a bundle, no other problem means anything.
  if (value.schemaVersion !== SCHEMA_VERSION) reader.problems.finish();
  const wanted: DesiredEntry[] = [];
  for (const section of sections) {
    const rows = reader.section(section, value[section.name]);
    wanted.push(...(await reader.problems.attemptLater(rows)));
  }
  reader.problems.finish();
  const warnings = converted ? reportOf(converted, (path) => read.lineOf(path)) : [];
  return { entries: wanted, complete, placeOf, warnings };
}
