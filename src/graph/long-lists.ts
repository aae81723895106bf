/** Refuses long lists of objects in variables before they are coerced, which takes some microseconds for each. */
import { isInputObjectType, isListType, isNonNullType, type GraphQLType } from 'graphql';
import { badInput } from '../errors';

/** No field takes more. */
const MAX_OBJECTS = 1_000;

/**
 * @param type of the variable; JSON is not looked into.
 * @throws GatewayError BAD_USER_INPUT with the path of the list.
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
