/** Refuses long lists of objects in variables before coercion, which takes microseconds per object. */
import { isInputObjectType, isListType, isNonNullType, type GraphQLType } from 'graphql';
import { badInput } from '../errors';

/** More than any field accepts. */
const MAX_OBJECTS = 1_000;

/**
 * @param type of the variable; JSON is not inspected.
 * @throws GatewayError BAD_USER_INPUT with the list's path.
 */
export function refuseLongLists(type: GraphQLType | undefined, value: unknown, path: readonly string[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (isNonNullType(type)) refuseLongLists(type.ofType, value, path);
  else if (isListType(type)) {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (items.length > MAX_OBJECTS && items.some((item) => typeof item === 'object' && item !== null))
      throw badInput(path, `Give at most ${MAX_OBJECTS} objects in a list.`);
    for (const [index, item] of items.entries()) refuseLongLists(type.ofType, item, [...path, String(index)]);
  } else if (isInputObjectType(type)) {
    const fields = type.getFields();
    for (const [name, inner] of Object.entries(value)) refuseLongLists(fields[name]?.type, inner, [...path, name]);
  }
}
