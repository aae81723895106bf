/** What a root field is about, for the counters of use: `Query.agents` is about `Agent`. */
import { getNamedType, isObjectType, type GraphQLSchema } from 'graphql';

const CONNECTION = /Connection$/;

/** @param names of the resources' types. A field about none of them is named after what it returns. */
export function resourceNames(schema: GraphQLSchema, names: ReadonlySet<string>): (field: string) => string {
  const known = new Map<string, string>();

  const find = (field: string): string => {
    const [parent = '', name = ''] = field.split('.');
    const owner = schema.getType(parent);
    const found = isObjectType(owner) ? owner.getFields()[name] : undefined;
    if (!found) return parent;
    const type = getNamedType(found.type);
    const plain = type.name.replace(CONNECTION, '');
    if (names.has(plain) || !isObjectType(type)) return plain;
    const held = Object.values(type.getFields()).map((one) => getNamedType(one.type).name);
    return held.find((one) => names.has(one)) ?? plain;
  };

  return (field) => {
    let name = known.get(field);
    if (name === undefined) known.set(field, (name = find(field)));
    return name;
  };
}
