/**
 * Guards any executable schema by `@scoped`, `@masterOnly`, `@authenticated` and `@public`: the code that the Portcullis
 * gateway guards its own schema with, and a policy for applications whose callers belong to one account each.
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
