/** JSON values in one order and one text, so that equal configurations are equal bytes. */
import { stringify } from 'safe-stable-stringify';
import { pathText } from '../../util/path-text';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const byKey = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
  left < right ? -1 : 1;

/** The same value with the fields of every object sorted by their code units; lists keep their order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return Object.fromEntries(entries.sort(byKey));
}

/** Equal for equal values, whatever order their fields have. */
export const canonical = (value: unknown): string => stringify(value) ?? 'null';

export const isEqual = (left: unknown, right: unknown): boolean => canonical(left) === canonical(right);

export interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** Where two values differ: objects field by field, lists as a whole. Absent and null are the same. */
export function differences(before: unknown, after: unknown, path: readonly string[] = []): Difference[] {
  if (isEqual(before ?? null, after ?? null)) return [];
  if (!isObject(before) || !isObject(after)) {
    return [{ path: pathText(path), before: before ?? null, after: after ?? null }];
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const found = keys.flatMap((key) => {
    const own = (value: object): unknown => Object.getOwnPropertyDescriptor(value, key)?.value;
    return differences(own(before), own(after), [...path, key]);
  });
  // {a: null} and {} differ only as a whole.
  return found.length > 0 ? found : [{ path: pathText(path), before, after }];
}
