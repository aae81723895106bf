/**
 * Protects any executable schema with `@scoped`, `@masterOnly`, `@authenticated` and `@public`: the code that protects
 * the Portcullis gateway's own schema, and a policy for applications in which each caller belongs to one account.
 */
export {
  Action,
  directiveDefinitions,
  directiveSDL,
  SchemaReviewError,
  withDirectives,
  type DirectivePolicy,
} from '../../../src/graph/directives';
export { accountPolicy, scopeOf, type AccountPolicyOptions, type AccountScope, type Caller } from './account-policy';
