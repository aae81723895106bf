/** What a router of Apollo Federation knows of a row of another subgraph: its type and the fields of its key. */
import { GraphQLScalarType } from 'graphql';
import { badInput } from '../../errors';
import { isRecord } from '../../util/json-values';
import { JsonObject } from '../scalars';

/** The scalar `_Any`. */
export const Representation = new GraphQLScalarType({
  ...JsonObject.toConfig(),
  name: '_Any',
  description: 'A row as another subgraph knows it: an object with `__typename` and `id`.',
  specifiedByURL: 'https://www.apollographql.com/docs/graphos/reference/federation/subgraph-specific-fields',
});

export interface EntityKey {
  readonly type: string;
  readonly id: string;
}

/**
 * The keys that representations state, in their order; fields besides the key are ignored.
 * @param types of which there are entities.
 * @throws GatewayError BAD_USER_INPUT for a representation without such a type, or without an id.
 */
export function entityKeys(representations: readonly unknown[], types: readonly string[]): EntityKey[] {
  return representations.map((representation, index) => {
    const { __typename: type, id } = isRecord(representation) ? representation : {};
    const path = ['representations', index];
    if (typeof type !== 'string' || !types.includes(type))
      throw badInput([...path, '__typename'], `Name one of the types that have a key: ${types.join(', ')}.`);
    if (typeof id !== 'string') throw badInput([...path, 'id'], 'Give the id of the row, as text.');
    return { type, id };
  });
}
