/** Validates a JSON Schema against the meta-schema of the draft that it names. */
import { setImmediate as turn } from 'node:timers/promises';
import Ajv, { type ValidateFunction } from 'ajv';
import Ajv2019 from 'ajv/dist/2019';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

// Third-party schemas use their own keywords, which is allowed: `strict` would refuse them.
const options = { strict: false, allErrors: false, logger: false } as const;

/** Schemas that name no draft are read as draft 7, the most common one for tools. */
const DRAFT_7 = 'http://json-schema.org/draft-07/schema';
const dialects = new Map<string, Ajv>([
  [DRAFT_7, new Ajv(options)],
  ['https://json-schema.org/draft/2019-09/schema', new Ajv2019(options)],
  ['https://json-schema.org/draft/2020-12/schema', new Ajv2020(options)],
]);
for (const dialect of dialects.values()) {
  addFormats(dialect);
  // Ajv's own compares every item with every other: an enum of a few thousand lists would take it minutes.
  dialect.removeKeyword('uniqueItems').addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must NOT have duplicate items' },
    validate: (wanted: boolean, items: readonly unknown[]) =>
      !wanted || new Set(items.map((item) => JSON.stringify(item))).size === items.length,
  });
}

function metaSchemaOf(dialect: Ajv, draft: string): ValidateFunction {
  const meta = dialect.getSchema(draft);
  if (!meta) throw new Error(`The meta-schema ${draft} is missing`);
  return meta;
}

/**
 * Compiles the meta-schemas, which takes up to a tenth of a second each: before a server listens, so that no request
 * waits for it. Without it each is compiled when it is first used.
 */
export async function compileMetaSchemas(): Promise<void> {
  for (const [draft, dialect] of dialects) {
    await turn();
    metaSchemaOf(dialect, draft);
  }
}

/** @returns the error with its place in the schema; null when valid. */
export function schemaProblem(schema: Readonly<Record<string, unknown>>): string | null {
  const { $schema = DRAFT_7 } = schema;
  const named = typeof $schema === 'string' ? $schema.replace(/#$/, '') : '';
  const dialect = dialects.get(named);
  if (!dialect) return `names an unknown draft; the known ones are ${[...dialects.keys()].join(', ')}`;
  const meta = metaSchemaOf(dialect, named);
  if (meta(schema)) return null;
  return `is not a JSON Schema: ${dialect.errorsText(meta.errors, { dataVar: 'it' })}`;
}
