/** Finds, refuses or removes secrets in values stored in plain text, where every reader of the row would see them. */
import { badInput } from '../errors';
import { isRecord } from '../util/json-values';
import { pathText } from '../util/path-text';
import type { AccountRow, JsonRecord } from './queries/account-row';
import type { MutationRules } from './resource';
import {
  holdsOwnKey,
  isReference,
  isSecretField,
  isSecretHeader,
  secretIn,
  secretParameterIn,
  withoutSecrets,
} from '../util/secret-shapes';

type Path = readonly (string | number)[];

export interface ExposedSecret {
  readonly path: Path;
  /** The end of a sentence whose subject is the location. */
  readonly problem: string;
}

const PLACEHOLDER = /\$\{secret:[^}]*\}?/g;
const REMEDY =
  'a secret belongs in the authentication of an MCP server (BEARER_TOKEN, API_KEY, or CUSTOM_HEADER with "headers"), where it is encrypted';

/** How to interpret the fields of an object. */
type Surroundings = 'settings' | 'headers' | 'schema';

/** `{ name: "Authorization", value: "…" }`, as some tools list headers and variables. */
function namedBy(value: JsonRecord): string | null {
  const name = value.name ?? value.key ?? value.header;
  return typeof name === 'string' && typeof value.value === 'string' ? name : null;
}

class Search {
  readonly found: ExposedSecret[] = [];

  /** @returns the value without the secrets found in it. */
  value(value: unknown, path: Path, around: Surroundings): unknown {
    if (typeof value === 'string') return this.#text(value, path, around);
    if (Array.isArray(value)) return value.map((inner: unknown, index) => this.value(inner, [...path, index], around));
    return isRecord(value) ? this.#object(value, path, around) : value;
  }

  #object(value: JsonRecord, path: Path, around: Surroundings): JsonRecord {
    const name = around === 'schema' ? null : namedBy(value);
    const fields = Object.entries(value).flatMap(([field, inner]): [string, unknown][] => {
      const kind = secretIn(field);
      if (kind !== null) {
        this.found.push({ path, problem: `has a field whose name seems to hold ${kind}; ${REMEDY}` });
        return [];
      }
      const named = name !== null && field === 'value' ? name : field;
      if (this.#isSecret(named, inner, around)) {
        this.found.push({ path: [...path, field], problem: `is a secret in plain text: ${REMEDY}` });
        return [];
      }
      const next = around === 'schema' ? around : /^headers$/i.test(field) ? 'headers' : 'settings';
      return [[field, this.value(inner, [...path, field], next)]];
    });
    return Object.fromEntries(fields);
  }

  #isSecret(field: string, value: unknown, around: Surroundings): boolean {
    if (around === 'schema') return false;
    const texts = [value].flat().filter((text) => typeof text === 'string' && text !== '');
    if (around === 'headers') return texts.length > 0 && isSecretHeader(field);
    return isSecretField(field) && texts.some((text) => !isReference(String(text)) && !PLACEHOLDER.test(String(text)));
  }

  #text(text: string, path: Path, around: Surroundings): string {
    const problem = this.#problemOf(text, around);
    if (problem === null) return text;
    this.found.push({ path, problem });
    return withoutSecrets(text).replace(PLACEHOLDER, '(placeholder removed)');
  }

  #problemOf(text: string, around: Surroundings): string | null {
    if (text.includes('${secret:'))
      return 'has a placeholder "${secret:…}", which is filled in the authentication of an MCP server only';
    const kind = secretIn(text);
    if (kind !== null) return `seems to hold ${kind}: ${REMEDY}`;
    const [, header = ''] = (around === 'headers' && /^([\w-]+):\s*\S/.exec(text)) || [];
    if (isSecretHeader(header)) return `is the header ${header} in plain text: ${REMEDY}`;
    const parameter = secretParameterIn(text);
    return parameter === null
      ? null
      : `has the URL parameter ${JSON.stringify(parameter)}, which holds a secret: ${REMEDY}`;
  }
}

interface Looked {
  /** The value without the secrets found in it. */
  readonly clean: unknown;
  readonly secrets: readonly ExposedSecret[];
}

/** Finds the secrets in a value; `schema` for a JSON Schema, whose fields are names, not values. */
export function findExposedSecrets(value: unknown, around: 'settings' | 'schema' = 'settings'): Looked {
  const search = new Search();
  const clean = search.value(value, [], around);
  return { clean, secrets: search.found };
}

type Rules = Pick<MutationRules<AccountRow>, 'secretField' | 'jsonSchemas'>;

/** The same for a row's properties, except the one that keeps its secrets encrypted. */
export function findExposedSecretsIn(
  { secretField, jsonSchemas = [] }: Rules,
  row: JsonRecord,
): Looked & { readonly clean: JsonRecord } {
  const secrets: ExposedSecret[] = [];
  const clean = Object.entries(row).map(([property, value]): [string, unknown] => {
    if (property === secretField?.property) return [property, value];
    const result = findExposedSecrets(value, jsonSchemas.includes(property) ? 'schema' : 'settings');
    for (const { path, problem } of result.secrets) secrets.push({ path: [property, ...path], problem });
    return [property, result.secrets.length === 0 ? value : result.clean];
  });
  return { clean: Object.fromEntries(clean), secrets };
}

/** @throws GatewayError BAD_USER_INPUT for the first secret in properties that would be stored in plain text. */
export function refuseExposedSecrets(row: JsonRecord, root: Path, rules: Rules = {}): void {
  const [first] = findExposedSecretsIn(rules, row).secrets;
  if (!first) return;
  const path = [...root, ...first.path];
  throw badInput(path, `${pathText(path)} ${first.problem}.`);
}

/**
 * For a run's output: a model may write something that looks like a secret, and a run must always be able to end.
 * @throws GatewayError BAD_USER_INPUT for one of this gateway's keys.
 */
export function refuseOwnKeys(value: unknown, root: Path): void {
  if (typeof value === 'string' && holdsOwnKey(value))
    throw badInput(root, `${pathText(root)} contains an API key of this gateway; remove it.`);
  if (typeof value !== 'object' || value === null) return;
  for (const [field, inner] of Object.entries(value)) refuseOwnKeys(inner, [...root, field]);
}
