/** Propagates errors as nulls: section 6.4.4 of the GraphQL specification, "Handling execution errors". */
import type { ExecutionResult, GraphQLError } from 'graphql';
import type { ResponseObject } from './operation-plan';

/** A position in the answer; `prev` and `key` form the path passed to resolvers. */
export interface Place {
  readonly prev: Place | undefined;
  readonly key: string | number;
  /** The type of the containing object; undefined in a list. */
  readonly typename: string | undefined;
  /** The containing object or list, which has the value under `key`. */
  readonly container: ResponseObject | unknown[];
  readonly nullable: boolean;
}

export interface Failure {
  readonly place: Place;
  readonly error: GraphQLError;
}

export function put({ container, key }: Place, value: unknown): void {
  if (Array.isArray(container)) container[Number(key)] = value;
  else container[key] = value;
}

function placesTo(place: Place): Place[] {
  const places: Place[] = [];
  for (let at: Place | undefined = place; at; at = at.prev) places.push(at);
  return places.reverse();
}

/** The index of a key in its object, or of an item in its list. */
const positionOf = ({ container, key }: Place): number =>
  typeof key === 'number' ? key : Object.keys(container).indexOf(key);

function inDocumentOrder(left: Failure, right: Failure): number {
  const ways = [placesTo(left.place), placesTo(right.place)] as const;
  const fork = ways[0].findIndex((place, index) => place.key !== ways[1][index]?.key);
  const [leftPlace, rightPlace] = [ways[0][fork], ways[1][fork]];
  return leftPlace && rightPlace ? positionOf(leftPlace) - positionOf(rightPlace) : ways[0].length - ways[1].length;
}

/**
 * Replaces failed values by null, up to the nearest nullable position. Of the errors below a position that is already
 * null only the first is reported, as the specification requires.
 */
export function resultWithFailures(data: ResponseObject, failures: readonly Failure[]): ExecutionResult {
  const errors: GraphQLError[] = [];
  const nulled = new Set<Place>();
  for (const { place, error } of [...failures].sort(inDocumentOrder)) {
    if (placesTo(place).some((at) => nulled.has(at))) continue;
    errors.push(error);
    const reached = placesTo(place).findLast(({ nullable }) => nullable);
    if (!reached) return { errors, data: null };
    put(reached, null);
    nulled.add(reached);
  }
  return { errors, data };
}
