/** The directives: `(schema, policy) -> schema`, or an error that names every gap. */
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { lexicographicSortSchema, type GraphQLSchema } from 'graphql';
import { enforce } from './enforce';
import type { DirectivePolicy } from './policy';
import { review } from './schema-review';

/**
 * Reviews a schema and protects every field as its directive says.
 * @throws SchemaReviewError unless every root field and every type that holds accounts' rows has exactly one directive.
 */
export function withDirectives<Context, Scope extends object>(
  schema: GraphQLSchema,
  policy: DirectivePolicy<Context, Scope>,
): GraphQLSchema {
  return enforce(schema, review(schema), policy);
}

/** The schema as SDL for code generation: sorted, with descriptions and directives. */
export const printSchema = (schema: GraphQLSchema): string =>
  `${printSchemaWithDirectives(lexicographicSortSchema(schema))}\n`;

export { Action, directiveDefinitions, directiveSDL } from './definitions';
export type { DirectivePolicy } from './policy';
export { SchemaReviewError } from './schema-review';
