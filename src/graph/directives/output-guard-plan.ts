/** Decides at start-up which check stands behind a field. */
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
import { OutputGuard, isPromise, type OutputGuardPlan } from './output-guard';
import { ACCOUNT_ID, objectTypesOf } from './account-owned-types';
import type { DirectivePolicy } from './policy';
import type { Review } from './schema-review';

function countLists(type: GraphQLOutputType): number {
  const nullable = getNullableType(type);
  return isListType(nullable) ? 1 + countLists(nullable.ofType) : 0;
}

/** What a type resolver answered; one that answers later is not waited for, its value then counts as unknown. */
function syncValue<Value>(answer: Value | PromiseLike<Value>): Value | undefined {
  if (!isPromise(answer)) return answer;
  void answer.then(undefined, () => undefined);
  return undefined;
}

/** Tells the type of a value as the executor will: by its type resolver, its `__typename`, or `isTypeOf`. */
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

/** Rows must tell their account, and so must values of unknown type; carriers and rows of masters need not. */
function requiresAccountIdOf(types: readonly GraphQLObjectType[], review: Review): (typeName: string) => boolean {
  const free = types.filter(
    (type) => !(ACCOUNT_ID in type.getFields()) || review.annotations.get(type.name)?.kind === 'masterOnly',
  );
  const freeNames = new Set(free.map((type) => type.name));
  return (typeName) => !freeNames.has(typeName);
}

/** @returns the door of a field of this type, or undefined when no row can leave through it. */
export function outputGuardOf<Context, Scope extends object>(
  schema: GraphQLSchema,
  review: Review,
  policy: DirectivePolicy<Context, Scope>,
  fieldPath: string,
  type: GraphQLOutputType,
): OutputGuard<Context, Scope> | undefined {
  const named = getNamedType(type);
  const types = objectTypesOf(schema, named);
  if (!types.some((each) => review.accountOwnedTypes.has(each.name))) return undefined;
  const typeNameOf = isAbstractType(named) ? abstractTypeNameOf(named, types) : (): string => named.name;
  const plan = {
    fieldPath,
    lists: countLists(type),
    nullable: !isNonNullType(type),
    typeNameOf,
    requiresAccountId: requiresAccountIdOf(types, review),
  };
  return new OutputGuard(plan, policy);
}

/** Does a value of this type have to be shown to masters alone? */
export function isMasterOnlyType(schema: GraphQLSchema, review: Review, type: GraphQLOutputType): boolean {
  return objectTypesOf(schema, getNamedType(type)).some(
    (each) => review.annotations.get(each.name)?.kind === 'masterOnly',
  );
}
