/** Builds the executable schema from classes, then protects it with its directives. */
import 'reflect-metadata';
import { specifiedDirectives, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, type NonEmptyArray } from 'type-graphql';
import { callDirectly } from './resolver-shortcuts';
import { checkFieldDirectives } from './check-field-directives';
import { costDirectiveDefinitions, withCostDirectives } from './cost-directives';
import { directiveDefinitions, withDirectives } from './directives';
import { policy } from './policy';

const noTopics = (): never => {
  throw new Error('A subscription names its own source: there are no topics.');
};

/** @throws SchemaReviewError if a field or type lacks its directive: nothing may be served then. */
export function buildGatewaySchema(resolvers: readonly (new () => object)[]): GraphQLSchema {
  const [first, ...others] = resolvers;
  if (!first) throw new Error('A schema needs resolvers');
  const list: NonEmptyArray<new () => object> = [first, ...others];
  const schema = buildSchemaSync({
    resolvers: list,
    directives: [...specifiedDirectives, ...directiveDefinitions, ...costDirectiveDefinitions],
    validate: false,
    // It would introspect the whole schema only to validate it, which Apollo does anyway when it starts.
    skipCheck: true,
    // TypeGraphQL requires one for every schema with subscriptions.
    pubSub: { publish: noTopics, subscribe: noTopics },
  });
  checkFieldDirectives(schema);
  callDirectly(schema, resolvers);
  return withCostDirectives(withDirectives(schema, policy));
}
