/** What a root field is about, for usage counters: `Query.agents` is about `Agent`. */
import { getNamedType, isObjectType, type GraphQLSchema } from 'graphql';

const CONNECTION = /Connection$/;

/** @param names of the resources' types. A field about none of them is named after its return type. */
export function resourceNames(schema: GraphQLSchema, names: ReadonlySet<string>): (field: string) => string {
  const cache = new Map<string, string>();

  const find = (field: string): string => {
    const [parent = '', name = ''] = field.split('.');
    const owner = schema.getType(parent);
    const definition = isObjectType(owner) ? owner.getFields()[name] : undefined;
    if (!definition) return parent;
    const type = getNamedType(definition.type);
    const plain = type.name.replace(CONNECTION, '');
    if (names.has(plain) || !isObjectType(type)) return plain;
    const fieldTypes = Object.values(type.getFields()).map((inner) => getNamedType(inner.type).name);
    return fieldTypes.find((fieldType) => names.has(fieldType)) ?? plain;
  };

  return (field) => {
    let name = cache.get(field);
    if (name === undefined) cache.set(field, (name = find(field)));
    return name;
  };
}
