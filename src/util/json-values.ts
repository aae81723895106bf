/** JSON values: the object type, a canonical order and text, and the differences between two values. */
import { stringify } from 'safe-stable-stringify';
import { pathText } from './path-text';

type JsonRecord = Record<string, unknown>;

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const byKey = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
  left < right ? -1 : 1;

/** The same value with the fields of all objects sorted by code units; lists keep their order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return Object.fromEntries(entries.sort(byKey));
}

/** The same text for equal JSON values, regardless of the order of their fields. */
export const canonical = (value: unknown): string => stringify(value) ?? 'null';

export const isEqual = (left: unknown, right: unknown): boolean => canonical(left) === canonical(right);

export interface Difference {
  /** Such as `metadata.owner.team`, or `metadata["a name. With dots"].team`. */
  readonly path: string;
  /** Null if the field is absent. Both sides are null if a field with the value null was added or removed. */
  readonly before: unknown;
  readonly after: unknown;
}

const own = (record: JsonRecord, name: string): unknown =>
  Object.hasOwn(record, name) ? (record[name] ?? null) : null;

/**
 * Compares objects field by field, lists as a whole. A top-level field that is absent equals one that is null; within
 * its value, a field that is null differs from an absent one.
 */
export function differences(before: JsonRecord, after: JsonRecord, parent: readonly string[] = []): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => {
    const path = [...parent, name];
    const [left, right] = [own(before, name), own(after, name)];
    if (isRecord(left) && isRecord(right)) return differences(left, right, path);
    const cameOrWent = parent.length > 0 && Object.hasOwn(before, name) !== Object.hasOwn(after, name);
    return cameOrWent || !isEqual(left, right) ? [{ path: pathText(path), before: left, after: right }] : [];
  });
}
