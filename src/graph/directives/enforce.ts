/** Wraps the resolvers of a reviewed schema, once at start-up. */
import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isNonNullType,
  type GraphQLAbstractType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { MapperKind, mapSchema } from '@graphql-tools/utils';
import { ACCOUNT_ID, objectTypesOf, rootTypes } from './account-owned-types';
import { isPromise, OutputGuard, type OutputGuardPlan } from './output-guard';
import type { DirectivePolicy } from './policy';
import {
  argumentSplitter,
  nestedAuthorization,
  protectNestedField,
  protectRootField,
  rootAuthorization,
  withAccountArgument,
  type Field,
  type Resolver,
  type RootPlan,
} from './protected-fields';
import type { Review } from './schema-review';
import { deliveredValue, protectSubscription } from './subscription';

function countLists(type: GraphQLOutputType): number {
  const nullable = getNullableType(type);
  return isListType(nullable) ? 1 + countLists(nullable.ofType) : 0;
}

/** The result of a type resolver; promises are not awaited, their type counts as unknown. */
function syncValue<Value>(answer: Value | PromiseLike<Value>): Value | undefined {
  if (!isPromise(answer)) return answer;
  void answer.then(undefined, () => undefined);
  return undefined;
}

/** Finds a value's type as the executor does: by type resolver, `__typename` or `isTypeOf`. */
function abstractTypeNameOf(
  type: GraphQLAbstractType,
  possible: readonly GraphQLObjectType[],
): OutputGuardPlan<unknown>['typeNameOf'] {
  const find = (value: object, context: unknown, info: GraphQLResolveInfo): unknown => {
    if (type.resolveType) return syncValue(type.resolveType(value, context, info, type));
    if ('__typename' in value) return value.__typename;
    return possible.find((each) => each.isTypeOf && syncValue(each.isTypeOf(value, context, info)) === true)?.name;
  };
  return (value, context, info) => {
    const name = find(value, context, info);
    return typeof name === 'string' ? name : '';
  };
}

/** Rows and values of unknown type must have an account id; wrapper types and `@masterOnly` types need not. */
function requiresAccountIdOf(types: readonly GraphQLObjectType[], review: Review): (typeName: string) => boolean {
  const free = types.filter(
    (type) => !(ACCOUNT_ID in type.getFields()) || review.annotations.get(type.name)?.kind === 'masterOnly',
  );
  const freeNames = new Set(free.map((type) => type.name));
  return (typeName) => !freeNames.has(typeName);
}

/** @returns the output guard for fields of this type; undefined if such a field cannot return an account's row. */
function outputGuardOf<Context, Scope extends object>(
  schema: GraphQLSchema,
  review: Review,
  policy: DirectivePolicy<Context, Scope>,
  fieldPath: string,
  { type, extensions }: Field<Context>,
): OutputGuard<Context, Scope> | undefined {
  const named = getNamedType(type);
  const types = objectTypesOf(schema, named);
  if (!types.some((each) => review.accountOwnedTypes.has(each.name))) return undefined;
  const typeNameOf = isAbstractType(named) ? abstractTypeNameOf(named, types) : (): string => named.name;
  const plan = {
    fieldPath,
    lists: countLists(type),
    nullable: !isNonNullType(type),
    keepsPositions: extensions?.['keepsPositions'] === true,
    typeNameOf,
    requiresAccountId: requiresAccountIdOf(types, review),
  };
  return new OutputGuard(plan, policy);
}

/** Whether values of this type may be shown only to master keys. */
function isMasterOnlyType(schema: GraphQLSchema, review: Review, type: GraphQLOutputType): boolean {
  return objectTypesOf(schema, getNamedType(type)).some(
    (each) => review.annotations.get(each.name)?.kind === 'masterOnly',
  );
}

/** The executor's default for a field without a resolver. */
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
    const outputGuard = outputGuardOf(this.schema, this.review, this.policy, fieldPath, field);
    const authorize = rootAuthorization(annotation, this.policy, fieldPath, outputGuard !== undefined);
    const plan = { policy: this.policy, authorize, splitArguments: argumentSplitter(annotation), outputGuard };
    const withAccount = annotation.kind === 'scoped' ? withAccountArgument(field, annotation.action) : field;
    const resolve = field.resolve ?? readProperty<Context>(fieldName);
    return type === this.schema.getSubscriptionType()
      ? this.subscription(withAccount, fieldName, plan, resolve)
      : { ...withAccount, resolve: protectRootField(plan, resolve) };
  }

  nested(field: Field<Context>, fieldName: string, typeName: string): Field<Context> | undefined {
    const fieldPath = `${typeName}.${fieldName}`;
    const { annotations } = this.review;
    const outputGuard = outputGuardOf(this.schema, this.review, this.policy, fieldPath, field);
    const parentIsMasterOnly = annotations.get(typeName)?.kind === 'masterOnly';
    const returnsMasterOnlyType = !parentIsMasterOnly && isMasterOnlyType(this.schema, this.review, field.type);
    const authorize = nestedAuthorization(
      annotations.get(fieldPath),
      this.policy,
      typeName,
      fieldPath,
      returnsMasterOnlyType,
    );
    if (!outputGuard && !authorize) return undefined;
    const resolve = field.resolve ?? readProperty<Context>(fieldName);
    const requirePermission = (context: Context): void => this.policy.requirePermission(context, fieldPath);
    return { ...field, resolve: protectNestedField(resolve, authorize, outputGuard, requirePermission) };
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
 * @param review the review of this same schema.
 * @returns a new schema whose resolvers consult the policy; the original is not changed.
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
