/** Which documents may be compiled; the rest are interpreted, with the same answers. */
import {
  BREAK,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isNonNullType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ASTNode,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';

/** Larger documents gain nothing from compiling that would pay for the memory of their code. */
const LONGEST_TEXT = 8_192;

const TYPENAME = '__typename';

/** Names with two underscores stay out of the program that graphql-jit builds: `__proto__` would be a key in it. */
const isPlainText = (text: string): boolean => !text.includes('__') || text === TYPENAME;

/** It joins the keys of a path with an underscore, so that `a_b { c }` and `a { b_c }` would share one resolve info. */
const isPlainKey = (key: string): boolean => !key.includes('_') || key === TYPENAME;

const LITERALS: ReadonlySet<string> = new Set([
  Kind.INT,
  Kind.FLOAT,
  Kind.STRING,
  Kind.BOOLEAN,
  Kind.NULL,
  Kind.ENUM,
  Kind.LIST,
  Kind.OBJECT,
]);

/** A parsed literal of a custom scalar may be any object; only JSON survives being written into a program. */
function isPlainLiteral(types: TypeInfo): boolean {
  const type = getNamedType(types.getInputType());
  return type !== undefined && (!isScalarType(type) || isSpecifiedScalarType(type));
}

function isSafe(node: ASTNode, types: TypeInfo): boolean {
  if (LITERALS.has(node.kind) && !isPlainLiteral(types)) return false;
  switch (node.kind) {
    case Kind.NAME:
      return isPlainText(node.value);
    case Kind.STRING:
      // graphql-jit writes strings into the program it builds and replaces markers inside them ("__MAGIC_DATE…") with
      // code: a caller's text would run in this process. Text belongs in variables, which are never compiled.
      return false;
    case Kind.DIRECTIVE:
      // Conditions on fragments are remembered on the shared document, where two uses of a fragment mix them up.
      return false;
    case Kind.FIELD:
      // A resolveType that throws escapes from compiled code as an unhandled rejection.
      return (
        isPlainKey((node.alias ?? node.name).value) &&
        !isAbstractType(types.getParentType()) &&
        !isAbstractType(getNamedType(types.getType()))
      );
    case Kind.OBJECT_FIELD:
      // Compiled code assigns it unchecked, without the field's default and its refusal of null.
      return (
        node.value.kind !== Kind.VARIABLE ||
        (types.getDefaultValue() === undefined && !isNonNullType(types.getInputType()))
      );
    case Kind.LIST:
      return node.values.every(({ kind }) => kind !== Kind.VARIABLE);
    default:
      return true;
  }
}

/** Decided once for each document, before graphql-jit sees it. */
export function isCompilable(schema: GraphQLSchema, document: DocumentNode): boolean {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operations.length !== 1 || (document.loc?.end ?? Infinity) > LONGEST_TEXT) return false;
  const types = new TypeInfo(schema);
  let safe = true;
  const enter = (node: ASTNode): unknown => {
    // Variables reach compiled code as values, never as text.
    if (node.kind === Kind.VARIABLE_DEFINITION) return false;
    safe = isSafe(node, types);
    return safe ? undefined : BREAK;
  };
  visit(document, visitWithTypeInfo(types, { enter }));
  return safe;
}

/**
 * graphql-jit finds resolvers by type name and field name written together.
 * @throws Error when two fields of the schema would share one name.
 */
export function refuseAmbiguousNames(schema: GraphQLSchema): void {
  const owners = new Map<string, string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!('getFields' in type) || isInputObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.keys(type.getFields())) {
      const owner = owners.get(type.name + field);
      if (owner)
        throw new Error(
          `The fields ${owner} and ${type.name}.${field} cannot be told apart when compiled: rename one.`,
        );
      owners.set(type.name + field, `${type.name}.${field}`);
    }
  }
}
