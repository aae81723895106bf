/** The JSON Schema of bundles, for editors: generated from the rules that validate imports. */
import { z } from 'zod';
import type { JsonRecord } from '../../graph/queries/account-row';
import { SCHEMA_VERSION } from './export';
import { isRecord } from '../../util/json-values';
import { RENAMED, type BundleSection } from './sections';
import type { SectionShape } from './split';

const names = (target: string): JsonRecord => ({
  type: 'array',
  items: { type: 'string' },
  uniqueItems: true,
  description: `Names of rows of type ${target} that are not deleted, of the bundle or of the account that it is imported into.`,
});

const name = (target: string): JsonRecord => ({
  type: 'string',
  description: `Name of the ${target} it belongs to.`,
});

/** A schema without the fields stored instead of secrets, at any depth; objects allow no others. */
function withoutStored(schema: unknown, stored: readonly string[]): unknown {
  if (Array.isArray(schema)) return schema.map((inner: unknown) => withoutStored(inner, stored));
  if (!isRecord(schema)) return schema;
  const parts = Object.entries(schema).map(([part, inner]) => [part, withoutStored(inner, stored)] as const);
  const { properties } = schema;
  if (!isRecord(properties)) return Object.fromEntries(parts);
  const shown = Object.entries(properties).filter(([part]) => !stored.includes(part));
  const kept = shown.map(([part, inner]) => [part, withoutStored(inner, stored)] as const);
  return { ...Object.fromEntries(parts), properties: Object.fromEntries(kept), additionalProperties: false };
}

/** A property's rules; for a secretField, without the parts stored instead of its secrets. */
function property(rules: z.ZodType, stored: readonly string[]): unknown {
  const { $schema: _draft, ...schema } = z.toJSONSchema(rules, { io: 'input', unrepresentable: 'any' });
  return withoutStored(schema, stored);
}

const renamed = (type: string): JsonRecord => ({
  type: 'string',
  description: `What the ${type} is called in the account so far: it gets the new name and stays the same row.`,
});

function entry({ columns, parents, links, fields, identity, isNamed, resource }: BundleSection): JsonRecord {
  const { secretField } = resource.mutations;
  const known = new Map<string, unknown>([
    ...[...columns].map(
      ([field, rules]) =>
        [field, property(rules, field === secretField?.property ? secretField.storedParts : [])] as const,
    ),
    ...parents.map(({ field, target }) => [field, name(target)] as const),
    ...links.map(({ field, target }) => [field, names(target)] as const),
  ]);
  const needed = [...columns].filter(([, rules]) => !rules.safeParse(undefined).success).map(([field]) => field);
  const above = parents.filter(({ required }) => required).map(({ field }) => field);
  return {
    type: 'object',
    description: `A row of type ${resource.names.type}; identified by ${identity.join(', ')}.`,
    properties: {
      ...Object.fromEntries(fields.map((field) => [field, known.get(field) ?? {}])),
      ...(isNamed && { [RENAMED]: renamed(resource.names.type) }),
    },
    required: fields.filter((field) => needed.includes(field) || above.includes(field)),
    additionalProperties: false,
  };
}

/** Draft 2020-12. */
export function bundleSchema(sections: readonly BundleSection[]): JsonRecord {
  const names = sections.map(({ name }) => name).sort();
  const lists = [...sections]
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map((section) => [section.name, { type: 'array', items: entry(section) }] as const);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Portcullis configuration bundle',
    type: 'object',
    properties: {
      schemaVersion: { const: SCHEMA_VERSION },
      complete: {
        type: 'array',
        items: { enum: names },
        uniqueItems: true,
        description: 'Sections that the bundle holds in full; pruning deletes rows of these only.',
      },
      ...Object.fromEntries(lists),
    },
    required: ['schemaVersion'],
    additionalProperties: false,
  };
}

/** The text of the file for editors. */
export const printBundleSchema = (sections: readonly BundleSection[]): string =>
  `${JSON.stringify(bundleSchema(sections), null, 2)}\n`;

/** The text of the file by which the command line splits large bundles, without the registry. */
export function printSectionShapes(sections: readonly BundleSection[]): string {
  const shapes = sections.map(({ name, type, isNamed, parents, links }): SectionShape => {
    const references = (list: SectionShape['links']) => list.map(({ field, target }) => ({ field, target }));
    return { name, type, isNamed, parents: references(parents), links: references(links) };
  });
  return `/** The sections of bundles, parents first: \`npm run schema\`. */\nexport const BUNDLE_SECTIONS = ${JSON.stringify(shapes, null, 2)};\n`;
}
