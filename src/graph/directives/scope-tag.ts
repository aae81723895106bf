/** The scope that a value left under, kept on the value so that the fields below it reach no further. */

import { SCOPE } from '../../db/statements/row';

// The same key under which the read path hands its rows out; spreading a row keeps it, JSON leaves it out.
export { SCOPE };

interface Tagged {
  [SCOPE]?: object;
}

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The scope that a row or carrier was admitted under; undefined for everything else. */
export function scopeOfParent<Scope extends object>(value: unknown): Scope | undefined {
  return isObject(value) ? ((value as Tagged)[SCOPE] as Scope | undefined) : undefined;
}

function copyOf(value: object, scope: object): object {
  const copy = Array.isArray(value) ? [] : (Object.create(Object.getPrototypeOf(value) as object | null) as object);
  return Object.assign(copy, value, { [SCOPE]: scope });
}

/** @returns the value itself when it carries this very scope or none yet, else a shallow copy. */
export function tagged(value: object, scope: object): object {
  const own = (value as Tagged)[SCOPE];
  if (own === scope) return value;
  // A shared object may be on its way to several callers at once: a tag, once given, is never replaced.
  if (own !== undefined || !Object.isExtensible(value)) return copyOf(value, scope);
  (value as Tagged)[SCOPE] = scope;
  return value;
}
