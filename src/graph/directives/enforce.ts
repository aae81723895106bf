/** Rewrites the resolvers of a reviewed schema, once, at start-up. */
import type { GraphQLObjectType, GraphQLSchema } from 'graphql';
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { rootTypes } from './account-owned-types';
import { outputGuardOf, isMasterOnlyType } from './output-guard-plan';
import { protectNestedField, nestedAuthorization } from './nested-fields';
import type { DirectivePolicy } from './policy';
import type { Review } from './schema-review';
import {
  argumentSplitter,
  rootAuthorization,
  protectRootField,
  withAccountArgument,
  type Field,
  type Resolver,
  type RootPlan,
} from './root-fields';
import { deliveredValue, protectSubscription } from './subscription';

/** What the executor does for a field without a resolver. */
function readProperty<Context>(fieldName: string): Resolver<Context> {
  return (source, args, context, info) => {
    if (typeof source !== 'object' || source === null) return undefined;
    const value = (source as Record<string, unknown>)[fieldName];
    return typeof value === 'function' ? (value.call(source, args, context, info) as unknown) : value;
  };
}

class Enforcement<Context, Scope extends object> {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly review: Review,
    private readonly policy: DirectivePolicy<Context, Scope>,
  ) {}

  root(field: Field<Context>, fieldName: string, type: GraphQLObjectType): Field<Context> {
    const fieldPath = `${type.name}.${fieldName}`;
    const annotation = this.review.annotations.get(fieldPath);
    if (!annotation) throw new Error(`${fieldPath} was not reviewed.`);
    const outputGuard = outputGuardOf(this.schema, this.review, this.policy, fieldPath, field.type);
    const authorize = rootAuthorization(annotation, this.policy, fieldPath, outputGuard !== undefined);
    const plan = { policy: this.policy, authorize, splitArguments: argumentSplitter(annotation), outputGuard };
    const guarded = annotation.kind === 'scoped' ? withAccountArgument(field, annotation.action) : field;
    const resolve = field.resolve ?? readProperty<Context>(fieldName);
    return type === this.schema.getSubscriptionType()
      ? this.subscription(guarded, fieldName, plan, resolve)
      : { ...guarded, resolve: protectRootField(plan, resolve) };
  }

  nested(field: Field<Context>, fieldName: string, typeName: string): Field<Context> | undefined {
    const fieldPath = `${typeName}.${fieldName}`;
    const { annotations } = this.review;
    const outputGuard = outputGuardOf(this.schema, this.review, this.policy, fieldPath, field.type);
    const ownedByMasters = annotations.get(typeName)?.kind === 'masterOnly';
    const returnsMasterOnlyType = !ownedByMasters && isMasterOnlyType(this.schema, this.review, field.type);
    const authorize = nestedAuthorization(
      annotations.get(fieldPath),
      this.policy,
      typeName,
      fieldPath,
      returnsMasterOnlyType,
    );
    if (!outputGuard && !authorize) return undefined;
    return {
      ...field,
      resolve: protectNestedField(field.resolve ?? readProperty<Context>(fieldName), authorize, outputGuard),
    };
  }

  private subscription(
    field: Field<Context>,
    fieldName: string,
    plan: RootPlan<Context, Scope>,
    resolve: Resolver<Context>,
  ): Field<Context> {
    const subscribe = field.subscribe ?? readProperty<Context>(fieldName);
    return { ...field, subscribe: protectSubscription(plan, subscribe, resolve), resolve: deliveredValue };
  }
}

/**
 * @param review of this very schema.
 * @returns a new schema whose resolvers ask the policy; the given one is left as it is.
 */
export function enforce<Context, Scope extends object>(
  schema: GraphQLSchema,
  review: Review,
  policy: DirectivePolicy<Context, Scope>,
): GraphQLSchema {
  const enforcement = new Enforcement(schema, review, policy);
  const roots = new Map(rootTypes(schema).map((type) => [type.name, type]));
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field: Field<Context>, fieldName, typeName) => {
      const root = roots.get(typeName);
      return root ? enforcement.root(field, fieldName, root) : enforcement.nested(field, fieldName, typeName);
    },
  });
}
