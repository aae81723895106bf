/** Operations that reach every place of the schema once, so that what a proof covers does not depend on chance. */
import type { GraphQLField, GraphQLSchema } from 'graphql';
import { resources } from '../../src/resources';
import { idPlaces } from '../isolation/id-places';
import { argumentOperations, argumentsOfRows, pathOperations, type Operation } from '../isolation/operations';
import type { Generated } from './generate';

const UNKNOWN = '01890000-0000-7000-8000-00000000abcd';
const rows = (owner: 'own' | 'foreign'): Map<string, string[]> =>
  new Map(resources.map(({ names: { type } }) => [type, [`${owner}:${type}:0`]]));

const SAMPLES = {
  ids: [...[...rows('own').values(), ...rows('foreign').values()].flat(), 'account:foreign', UNKNOWN, 'no-id'],
  texts: ['own 0', 'own', 'zz-foreign 0', 'zz', '%', '_', `\\' OR 1=1 --`, 'cursor:own:0', 'cursor:foreign:0'],
};

type Field = GraphQLField<unknown, unknown>;

const rowsFor = (field: Field): Record<string, unknown>[] => [
  ...argumentsOfRows(rows('own'))(field),
  ...argumentsOfRows(rows('foreign'))(field),
  { id: UNKNOWN },
];

const asGenerated =
  (isMutation: boolean) =>
  ({ query, variables }: Operation): Generated => ({ query, variables, isMutation });

/** Every path of types to depth 4, every argument with every sample, every id place of every mutation with every id. */
export function sweep(schema: GraphQLSchema): Generated[] {
  const reading = [...pathOperations(schema, SAMPLES, rowsFor), ...argumentOperations(schema, SAMPLES)];
  const changing = [
    ...idPlaces(schema, rows('own'), SAMPLES)
      .filter(({ isMutation }) => isMutation)
      .flatMap((place) => SAMPLES.ids.map((id) => place.with(id))),
    ...argumentOperations(schema, SAMPLES, 'mutation'),
  ];
  return [...reading.map(asGenerated(false)), ...changing.map(asGenerated(true))];
}
