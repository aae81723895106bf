/** Finds the account-owned types: object types that hold accounts' rows. */
import {
  getNamedType,
  isAbstractType,
  isObjectType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

/** Maps the name of each account-owned type to a human-readable reason. */
export type AccountOwnedTypes = ReadonlyMap<string, string>;

/** The field that holds a row's account, and the argument that selects an account. */
export const ACCOUNT_ID = 'accountId';

export const rootTypes = (schema: GraphQLSchema): GraphQLObjectType[] =>
  [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter((type) => !!type);

/** All object types except root and introspection types. */
export function nestedTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  const roots = new Set<GraphQLNamedType>(rootTypes(schema));
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !roots.has(type) && !type.name.startsWith('__'));
}

/** The object types a value of this type can have at run time; none for scalars and enums. */
export function objectTypesOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type];
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [];
}

/** A type with an id is a row; one with an account id is an account's row. */
export function ownReason(type: GraphQLObjectType): string | undefined {
  const name = [ACCOUNT_ID, 'id'].find((candidate) => candidate in type.getFields());
  return name && `${type.name}.${name}`;
}

function containedReason(schema: GraphQLSchema, type: GraphQLObjectType, owned: AccountOwnedTypes): string | undefined {
  for (const field of Object.values(type.getFields())) {
    const named = getNamedType(field.type);
    const contained = objectTypesOf(schema, named).find((each) => owned.has(each.name));
    if (!contained) continue;
    const via = named === contained ? '' : ` -> ${named.name}`;
    return `${type.name}.${field.name}${via} -> ${owned.get(contained.name) ?? contained.name}`;
  }
  return undefined;
}

/**
 * A type is account-owned if it has a field `accountId` or `id`, is returned by a field of `roots`, or contains an
 * account-owned type (wrapper types: connections, edges, payloads).
 * @param roots the root fields that run for an account or for master keys, by path (`Query.agents`).
 */
export function findAccountOwnedTypes(schema: GraphQLSchema, roots: ReadonlySet<string>): AccountOwnedTypes {
  const owned = new Map<string, string>();
  const types = nestedTypes(schema);
  const nested = new Set(types);
  const add = (type: GraphQLObjectType, reason: string | undefined): boolean => {
    if (reason === undefined || owned.has(type.name) || !nested.has(type)) return false;
    owned.set(type.name, reason);
    return true;
  };
  for (const type of types) add(type, ownReason(type));
  for (const root of rootTypes(schema)) {
    for (const field of Object.values(root.getFields())) {
      const fieldPath = `${root.name}.${field.name}`;
      if (!roots.has(fieldPath)) continue;
      for (const type of objectTypesOf(schema, getNamedType(field.type))) add(type, `${fieldPath} returns it`);
    }
  }
  while (types.some((type) => add(type, containedReason(schema, type, owned))));
  return owned;
}
