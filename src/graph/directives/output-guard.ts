/** The output guard removes rows of other accounts from whatever a resolver returned, wherever they came from. */
import type { GraphQLResolveInfo } from 'graphql';
import { SCOPE } from '../../util/scope-tag';
import type { DirectivePolicy } from './policy';

/** The guard's result for a single value that may not be returned. */
export const FOREIGN_ROW = Symbol('foreign row');

/**
 * A value with the scope it was returned under, which limits the fields below it. Spreading a row keeps the tag, JSON
 * omits it.
 */
interface Tagged {
  [SCOPE]?: object;
}

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The scope a row or wrapper was returned under; undefined for other values. */
export function scopeOfParent<Scope extends object>(value: unknown): Scope | undefined {
  return isObject(value) ? ((value as Tagged)[SCOPE] as Scope | undefined) : undefined;
}

function copyOf(value: object, scope: object): object {
  const copy = Array.isArray(value) ? [] : (Object.create(Object.getPrototypeOf(value) as object | null) as object);
  return Object.assign(copy, value, { [SCOPE]: scope });
}

/** @returns the value itself if it has this scope or none yet, otherwise a shallow copy. */
export function tagged(value: object, scope: object): object {
  const own = (value as Tagged)[SCOPE];
  if (own === scope) return value;
  // The same object may be returned to several callers at once, so a tag is never replaced.
  if (own !== undefined || !Object.isExtensible(value)) return copyOf(value, scope);
  (value as Tagged)[SCOPE] = scope;
  return value;
}

/** What start-up knows about a field's values. */
export interface OutputGuardPlan<Context> {
  /** The field's path, such as `Query.agents`. */
  readonly fieldPath: string;
  /** The number of lists around the value: 0 for `Agent`, 1 for `[Agent!]!`. */
  readonly lists: number;
  /** Whether the field is nullable. */
  readonly nullable: boolean;
  /**
   * Whether a filtered row becomes null in its list: for fields with the extension `keepsPositions`, whose list answers
   * another list item by item. In other lists, null would reveal how many rows were filtered out.
   */
  readonly keepsPositions: boolean;
  /** The name of the value's object type; an empty string if unknown. */
  readonly typeNameOf: (value: object, context: Context, info: GraphQLResolveInfo) => string;
  /** Whether values of this type must have an account id: those without one are filtered out. */
  readonly requiresAccountId: (typeName: string) => boolean;
}

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  isObject(value) && 'then' in value && typeof value.then === 'function';

const isAbsent = (value: unknown): boolean => value === null || value === undefined || value instanceof Error;

/** An Error in a list fails only its own element, as a rejected promise would. */
function settledValue(result: PromiseSettledResult<unknown>): unknown {
  if (result.status === 'fulfilled') return result.value;
  return result.reason instanceof Error ? result.reason : new Error(String(result.reason));
}

/** Filters what a field returns. */
export class OutputGuard<Context, Scope extends object> {
  constructor(
    private readonly plan: OutputGuardPlan<Context>,
    private readonly policy: DirectivePolicy<Context, Scope>,
  ) {}

  /**
   * Filters a result that is not a promise.
   * @returns the result without foreign rows, every row tagged with its scope; the same list if nothing was removed.
   *   FOREIGN_ROW for a single row that may not be returned; a promise only if the result contained promises.
   */
  filter(value: unknown, scope: Scope, context: Context, info: GraphQLResolveInfo): unknown {
    return this.filterLevel(value, this.plan.lists, scope, context, info);
  }

  /**
   * Filters a result that may be a promise; a single foreign row yields the same as a missing one. Creates no promise of
   * its own.
   */
  filterResult(result: unknown, scope: Scope, context: Context, info: GraphQLResolveInfo): unknown {
    if (isPromise(result)) return result.then((value) => this.filterResult(value, scope, context, info));
    const filtered = this.filter(result, scope, context, info);
    return filtered === FOREIGN_ROW ? this.nullOrNotFound() : filtered;
  }

  /** @throws the policy's error for a missing row if the field is not nullable. */
  nullOrNotFound(): null {
    if (this.plan.nullable) return null;
    throw this.policy.notFound();
  }

  /** Logs the foreign row and raises the alarm. */
  reportForeignRow(context: Context, typeName: string): typeof FOREIGN_ROW {
    this.policy.reportForeignRow(context, this.plan.fieldPath, typeName);
    return FOREIGN_ROW;
  }

  private filterLevel(
    value: unknown,
    lists: number,
    scope: Scope,
    context: Context,
    info: GraphQLResolveInfo,
  ): unknown {
    if (lists === 0) return this.filterValue(value, scope, context, info);
    if (isAbsent(value)) return value;
    if (Array.isArray(value)) return this.filterList(value, lists, scope, context, info);
    if (isObject(value) && Symbol.iterator in value) {
      return this.filterList([...(value as Iterable<unknown>)], lists, scope, context, info);
    }
    throw new Error(`${this.plan.fieldPath} returned something that is not a list.`);
  }

  private filterValue(value: unknown, scope: Scope, context: Context, info: GraphQLResolveInfo): unknown {
    if (isAbsent(value)) return value;
    if (!isObject(value)) return this.reportForeignRow(context, '');
    const typeName = this.plan.typeNameOf(value, context, info);
    const account = this.policy.accountOf(typeName, value);
    // A tag proves nothing: a repository that lost its account filter would tag foreign rows, too.
    const allowed =
      account === null ? !this.plan.requiresAccountId(typeName) : this.policy.covers(scope, account, value);
    return allowed ? tagged(value, scope) : this.reportForeignRow(context, typeName);
  }

  private filterList(
    values: readonly unknown[],
    lists: number,
    scope: Scope,
    context: Context,
    info: GraphQLResolveInfo,
  ): unknown {
    if (values.some(isPromise)) return this.filterSettled(values, lists, scope, context, info);
    // Undefined while nothing is removed or replaced, so that lists are usually not copied.
    let kept: unknown[] | undefined;
    let waits = false;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index];
      const allowed = this.filterLevel(value, lists - 1, scope, context, info);
      const filtered = allowed === FOREIGN_ROW && this.plan.keepsPositions ? null : allowed;
      if (filtered !== value) kept ??= values.slice(0, index);
      if (filtered !== FOREIGN_ROW) kept?.push(filtered);
      waits ||= lists > 1 && isPromise(filtered);
    }
    return waits && kept ? Promise.all(kept) : (kept ?? values);
  }

  /** Awaits promises among the elements: a foreign row can only be removed once it is known. */
  private async filterSettled(
    values: readonly unknown[],
    lists: number,
    scope: Scope,
    context: Context,
    info: GraphQLResolveInfo,
  ): Promise<unknown> {
    const settled = (await Promise.allSettled(values)).map(settledValue);
    return this.filterList(settled, lists, scope, context, info);
  }
}
