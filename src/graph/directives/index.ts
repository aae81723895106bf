/** The directive wall: `(schema, policy) -> schema`, or no schema at all. */
import type { GraphQLSchema } from 'graphql';
import { enforce } from './enforce';
import type { DirectivePolicy } from './policy';
import { review } from './schema-review';

/**
 * Reviews a schema and puts every field behind the check that its directive asks for.
 * @throws SchemaReviewError when any root field, or any type that carries rows, has not exactly one directive.
 */
export function withDirectives<Context, Scope extends object>(
  schema: GraphQLSchema,
  policy: DirectivePolicy<Context, Scope>,
): GraphQLSchema {
  return enforce(schema, review(schema), policy);
}

export { checkFieldDirectives as reviewDecorators } from '../check-field-directives';
export { Action, directiveDefinitions, directiveSDL } from './definitions';
export type { DirectivePolicy } from './policy';
export { printSchema } from './print';
export { SchemaReviewError } from './schema-review';
export { SCOPE, scopeOfParent as scopeOf } from './scope-tag';
