/** From the text of a bundle to entries that keep every rule that creating and updating their rows keeps. */
import { z } from 'zod';
import { badInput, GatewayError } from '../../errors';
import { findExposedSecretsIn } from '../../graph/exposed-secrets';
import type { SecretField } from '../../graph/resource';
import type { JsonRecord } from '../../graph/queries/account-row';
import { validate } from '../../graph/mutations/row-schema';
import { pathText } from '../../util/path-text';
import { compare, identityOf, nameOf, placeholderName, tidy, valueAt, withoutNulls } from './entry';
import { SCHEMA_VERSION } from './export';
import { convert, type Converted } from '../gl-aip/gl-aip';
import type { Entry, Kind } from './sections';
import { readText } from './parse-thread';
import { isRecord } from '../gl-aip/field-reader';
import type { Path } from './yaml';

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

export interface Place {
  readonly path: Path;
  /** From 1. */
  readonly line: number;
}

const HEADERS = ['schemaVersion', 'complete'];
/** More would keep other requests waiting while they are checked. */
const MOST_ROWS = 5_000;

/** `line 3, tools[0].name`. */
const placeText = ({ path, line }: Place): string =>
  [`line ${line}`, ...(path.length > 0 ? [pathText(path)] : [])].join(', ');

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

/** What a reader of one bundle knows. */
class Reader {
  constructor(
    private readonly kinds: readonly Kind[],
    private readonly placeOf: Bundle['placeOf'],
  ) {}

  refuse(at: Path, message: string): GatewayError {
    const { path, line } = this.placeOf(at);
    return new GatewayError('BAD_USER_INPUT', `The bundle, ${placeText({ path, line })}: ${message}`, {
      path: ['bundle', ...path],
      line,
    });
  }

  refuseUnknown(path: Path, value: JsonRecord, known: readonly string[]): void {
    const unknown = Object.keys(value).find((key) => !known.includes(key));
    if (unknown === undefined) return;
    throw this.refuse([...path, unknown], `there is no such field; known here are ${known.join(', ')}.`);
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
      if (rows + list.length > MOST_ROWS)
        throw this.refuse(
          [section, MOST_ROWS - rows],
          `the bundle has more than ${MOST_ROWS} rows. Split it into several.`,
        );
      rows += list.length;
    }
  }

  section(kind: Kind, value: unknown): Wanted[] {
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.refuse([kind.section], 'must be a list.');
    const wanted = value.map((entry, index) => this.entry(kind, entry, [kind.section, index]));
    this.#refuseTwice(kind, wanted);
    return wanted;
  }

  entry(kind: Kind, value: unknown, path: Path): Wanted {
    if (!isRecord(value)) throw this.refuse(path, 'must be an object.');
    this.refuseUnknown(path, value, kind.fields);
    for (const [field, rules] of kind.columns) this.#refuseUnknownParts([...path, field], rules, value[field]);
    this.#refuseExposedSecrets(kind, value, path);
    const { secretField } = kind.resource.mutations;
    if (secretField) this.#refuseOpenSecret([...path, secretField.property], secretField, value[secretField.property]);
    const names = { ...this.#parents(kind, value, path), ...this.#links(kind, value, path) };
    const checked = this.#draft(kind, value, names, path);
    const draft = Object.fromEntries([...kind.columns.keys()].map((column) => [column, checked[column]]));
    return { kind, path, draft, entry: tidy(kind, { ...shown(kind, draft), ...names }) };
  }

  /** The rules of the resource itself, put with the bundle's words for places. */
  #draft(kind: Kind, value: JsonRecord, names: JsonRecord, path: Path): JsonRecord {
    const columns = Object.entries(value).filter(([field]) => kind.columns.has(field));
    const parents = kind.parents.map(({ field, parent }) => [parent.column, names[field]]);
    try {
      return validate(kind.resource.mutations.rowSchema, Object.fromEntries([...columns, ...parents]), []);
    } catch (error) {
      if (!(error instanceof GatewayError) || !Array.isArray(error.extensions.path)) throw error;
      const steps = error.extensions.path.map((step: unknown) => (typeof step === 'number' ? step : String(step)));
      // The message starts with the path inside the row.
      throw this.refuse([...path, ...steps], error.message.slice(steps.join('.').length).trimStart());
    }
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
      throw this.refuse(one.path, `${kind.type} ${name} is there already, at line ${this.placeOf(other.path).line}.`);
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

/** @throws GatewayError BAD_USER_INPUT, whose sentence names line and path, and what readText throws. */
export async function readBundle(kinds: readonly Kind[], text: string, accountId: string): Promise<Bundle> {
  const read = await readText(text, accountId);
  if (!isRecord(read.value))
    throw badInput(['bundle'], 'Line 1: a bundle is an object with schemaVersion and sections.');
  const converted = 'schemaVersion' in read.value ? null : convert(read.value);
  const value = converted?.bundle ?? read.value;
  const placeOf = (at: Path): Place => {
    const path = converted?.placeOf(at) ?? at;
    return { path, line: read.lineOf(path) };
  };
  const reader = new Reader(kinds, placeOf);
  const complete = reader.header(value);
  reader.refuseMany(value);
  const wanted = kinds.flatMap((kind) => reader.section(kind, value[kind.section]));
  const warnings = converted ? reportOf(converted, (path) => read.lineOf(path)) : [];
  return { wanted, complete, placeOf, warnings };
}

const reportOf = ({ section, remarks }: Converted, lineOf: (path: Path) => number): string[] => [
  `The file was read as one of ${section}, in the shape that GL AIP exports.`,
  ...remarks.map(({ path, message }) => `${placeText({ path, line: lineOf(path) })}: ${message}`),
];
