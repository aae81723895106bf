/** Rows are checked on their way out, wherever they came from. */
import type { GraphQLResolveInfo } from 'graphql';
import { notFound } from '../../errors';
import type { DirectivePolicy } from './policy';
import { isObject, tagged } from './scope-tag';

/** What a door answers for a single value that may not leave. */
export const FOREIGN_ROW = Symbol('stranger');

/** What was decided at start-up about the values of one field. */
export interface OutputGuardPlan<Context> {
  /** The field, for example `Query.agents`. */
  readonly fieldPath: string;
  /** How many lists are around the value: 0 for `Agent`, 1 for `[Agent!]!`. */
  readonly lists: number;
  /** May the field answer null? */
  readonly nullable: boolean;
  /** The name of the value's object type; the empty string when it cannot be told. */
  readonly typeNameOf: (value: object, context: Context, info: GraphQLResolveInfo) => string;
  /** Must a value of this type tell its account? It is refused when it does not. */
  readonly requiresAccountId: (typeName: string) => boolean;
}

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  isObject(value) && 'then' in value && typeof value.then === 'function';

const isNoRow = (value: unknown): boolean => value === null || value === undefined || value instanceof Error;

/** An Error in a list fails its element alone, as the rejected promise would have. */
function settledValue(settled: PromiseSettledResult<unknown>): unknown {
  if (settled.status === 'fulfilled') return settled.value;
  return settled.reason instanceof Error ? settled.reason : new Error(String(settled.reason));
}

/** The check that stands behind one field. */
export class OutputGuard<Context, Scope extends object> {
  constructor(
    private readonly plan: OutputGuardPlan<Context>,
    private readonly policy: DirectivePolicy<Context, Scope>,
  ) {}

  /**
   * Checks a result that is no promise.
   * @returns the result without its strangers and with every row tagged, the very same list when nothing had to be
   *   dropped; STRANGER for a single row that may not leave; a promise only when the result held promises.
   */
  filter(value: unknown, scope: Scope, context: Context, info: GraphQLResolveInfo): unknown {
    return this.filterLevel(value, this.plan.lists, scope, context, info);
  }

  /**
   * Checks a result for the executor, which may be a promise; a single stranger gives what a row that does not exist
   * gives. Makes no promise of its own.
   */
  filterResult(result: unknown, scope: Scope, context: Context, info: GraphQLResolveInfo): unknown {
    if (isPromise(result)) return result.then((value) => this.filterResult(value, scope, context, info));
    const filtered = this.filter(result, scope, context, info);
    return filtered === FOREIGN_ROW ? this.nullOrNotFound() : filtered;
  }

  /** @throws GatewayError NOT_FOUND when the field may not answer null. */
  nullOrNotFound(): null {
    if (this.plan.nullable) return null;
    throw notFound();
  }

  /** Puts a stranger on record. */
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
    if (isNoRow(value)) return value;
    if (Array.isArray(value)) return this.filterList(value, lists, scope, context, info);
    if (isObject(value) && Symbol.iterator in value) {
      return this.filterList([...(value as Iterable<unknown>)], lists, scope, context, info);
    }
    throw new Error(`${this.plan.fieldPath} answered something that is no list.`);
  }

  private filterValue(value: unknown, scope: Scope, context: Context, info: GraphQLResolveInfo): unknown {
    if (isNoRow(value)) return value;
    if (!isObject(value)) return this.reportForeignRow(context, '');
    const typeName = this.plan.typeNameOf(value, context, info);
    const account = this.policy.accountOf(typeName, value);
    // A tag is no proof of anything: a repository that lost its filter would tag strangers too.
    const allowed = account === null ? !this.plan.requiresAccountId(typeName) : this.policy.covers(scope, account);
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
    // Stays undefined while nothing is dropped or replaced, so that the usual list is not copied.
    let kept: unknown[] | undefined;
    let waits = false;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index];
      const filtered = this.filterLevel(value, lists - 1, scope, context, info);
      if (filtered !== value) kept ??= values.slice(0, index);
      if (filtered !== FOREIGN_ROW) kept?.push(filtered);
      waits ||= lists > 1 && isPromise(filtered);
    }
    return waits && kept ? Promise.all(kept) : (kept ?? values);
  }

  /** Promises among the elements are waited for: a stranger can be left out only once it is known. */
  private async filterSettled(
    values: readonly unknown[],
    lists: number,
    scope: Scope,
    context: Context,
    info: GraphQLResolveInfo,
  ): Promise<unknown> {
    const arrived = (await Promise.allSettled(values)).map(settledValue);
    return this.filterList(arrived, lists, scope, context, info);
  }
}
