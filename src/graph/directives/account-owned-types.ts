/** Works out which object types carry rows of accounts, and why. */
import {
  getNamedType,
  isAbstractType,
  isObjectType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

/** The name of each bearing type -> why it is bearing, for people. */
export type AccountOwnedTypes = ReadonlyMap<string, string>;

/** The field by which a row tells its account, and the argument that names an account. */
export const ACCOUNT_ID = 'accountId';

export const rootTypes = (schema: GraphQLSchema): GraphQLObjectType[] =>
  [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter((type) => !!type);

/** The object types, introspection's excepted, that are no root types. */
export function nestedTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  const roots = new Set<GraphQLNamedType>(rootTypes(schema));
  return Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !roots.has(type) && !type.name.startsWith('__'));
}

/** The object types that a value of this type can have at run time; none for scalars and enums. */
export function objectTypesOf(schema: GraphQLSchema, type: GraphQLNamedType): readonly GraphQLObjectType[] {
  if (isObjectType(type)) return [type];
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [];
}

/** A type with an identity is a row of something; one that tells its account is a row of an account. */
function ownReason(type: GraphQLObjectType): string | undefined {
  const name = [ACCOUNT_ID, 'id'].find((candidate) => candidate in type.getFields());
  return name && `${type.name}.${name}`;
}

function heldReason(schema: GraphQLSchema, type: GraphQLObjectType, found: AccountOwnedTypes): string | undefined {
  for (const field of Object.values(type.getFields())) {
    const named = getNamedType(field.type);
    const held = objectTypesOf(schema, named).find((each) => found.has(each.name));
    if (!held) continue;
    const via = named === held ? '' : ` -> ${named.name}`;
    return `${type.name}.${field.name}${via} -> ${found.get(held.name) ?? held.name}`;
  }
  return undefined;
}

/**
 * Bearing types have a field `accountId` or `id`, are returned by a field of `roots`, or hold a bearing type.
 * @param roots the root fields that run for an account or for masters, by their name (`Query.agents`).
 */
export function findAccountOwnedTypes(schema: GraphQLSchema, roots: ReadonlySet<string>): AccountOwnedTypes {
  const found = new Map<string, string>();
  const types = nestedTypes(schema);
  const nested = new Set(types);
  const add = (type: GraphQLObjectType, reason: string | undefined): boolean => {
    if (reason === undefined || found.has(type.name) || !nested.has(type)) return false;
    found.set(type.name, reason);
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
  while (types.some((type) => add(type, heldReason(schema, type, found))));
  return found;
}
