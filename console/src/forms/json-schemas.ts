/** The expected structure of JSON fields: hints while the user types; the gateway decides. */
import type { InputField } from '../resources/resource-type';

export type JsonSchema = Readonly<Record<string, unknown>>;

const OWNER: JsonSchema = {
  type: 'object',
  properties: {
    team: { type: 'string', minLength: 1 },
    email: { type: 'string', pattern: '^[^@\\s]+@[^@\\s]+$' },
  },
};

const URL_TEXT: JsonSchema = { type: 'string', pattern: '^https?://' };

const BY_NAME: Readonly<Record<string, JsonSchema>> = {
  metadata: { type: 'object', properties: { owner: OWNER } },
  a2aProfile: { type: 'object', properties: { url: URL_TEXT } },
  config: { type: 'object', properties: { url: URL_TEXT, headers: { type: 'object' } } },
  inputSchema: {
    type: 'object',
    properties: {
      type: { enum: ['object', 'string', 'number', 'integer', 'boolean', 'array', 'null'] },
      properties: { type: 'object' },
      required: { type: 'array', items: { type: 'string' } },
    },
  },
};

/** The start of an empty value. */
export const TEMPLATES: Readonly<Record<string, unknown>> = {
  metadata: { owner: { team: '', email: '' } },
  a2aProfile: { url: 'https://' },
  inputSchema: { type: 'object', properties: {}, required: [] },
};

/** The JSON Schema for an input type of the API. */
function schemaOfFields(fields: readonly InputField[]): JsonSchema {
  const properties = fields.map(({ name, values }) => [name, values ? { enum: values } : {}] as const);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: fields.filter(({ isRequired }) => isRequired).map(({ name }) => name),
    additionalProperties: false,
  };
}

export function schemaOf({ name, kind, isList, fields = [] }: InputField): JsonSchema {
  if (kind === 'object') return isList ? { type: 'array', items: schemaOfFields(fields) } : schemaOfFields(fields);
  return BY_NAME[name] ?? { type: 'object' };
}

export interface JsonLimits {
  readonly maxBytes: number;
  readonly maxLevels: number;
}

const BYTES_PER_KB = 1_024;

/** Reads the limits in a schema description: `at most 16 KB and 8 levels`. */
export function limitsOf(description: string): JsonLimits | null {
  const [, kilobytes, levels] = /(\d+) KB and (\d+) levels/.exec(description) ?? [];
  if (kilobytes === undefined || levels === undefined) return null;
  return { maxBytes: Number(kilobytes) * BYTES_PER_KB, maxLevels: Number(levels) };
}

const levelsOf = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? 1 + Math.max(0, ...Object.values(value).map((part: unknown) => levelsOf(part)))
    : 0;

/** Null if the value is within the limits. */
export function limitProblem(value: unknown, { maxBytes, maxLevels }: JsonLimits): string | null {
  const bytes = new TextEncoder().encode(JSON.stringify(value)).length;
  if (bytes > maxBytes)
    return `This is ${Math.ceil(bytes / BYTES_PER_KB)} KB; at most ${maxBytes / BYTES_PER_KB} KB are stored.`;
  const levels = levelsOf(value);
  return levels > maxLevels ? `This is ${levels} levels deep; at most ${maxLevels} are stored.` : null;
}
