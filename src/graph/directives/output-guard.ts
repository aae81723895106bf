/** Rows are checked on their way out, wherever they came from. */
import type { GraphQLResolveInfo } from 'graphql';
import { notFound } from '../../errors';
import type { DirectivePolicy } from './policy';
import { isObject, tagged } from './scope-tag';

/** What a door answers for a single value that may not leave. */
export const STRANGER = Symbol('stranger');

/** What was decided at start-up about the values of one field. */
export interface DoorPlan<Context> {
  /** The field, for example `Query.agents`. */
  readonly use: string;
  /** How many lists are around the value: 0 for `Agent`, 1 for `[Agent!]!`. */
  readonly lists: number;
  /** May the field answer null? */
  readonly nullable: boolean;
  /** The name of the value's object type; the empty string when it cannot be told. */
  readonly typeNameOf: (value: object, context: Context, info: GraphQLResolveInfo) => string;
  /** Must a value of this type tell its account? It is refused when it does not. */
  readonly mustTell: (typeName: string) => boolean;
}

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  isObject(value) && 'then' in value && typeof value.then === 'function';

const isNoRow = (value: unknown): boolean => value === null || value === undefined || value instanceof Error;

/** An Error in a list fails its element alone, as the rejected promise would have. */
function arrival(settled: PromiseSettledResult<unknown>): unknown {
  if (settled.status === 'fulfilled') return settled.value;
  return settled.reason instanceof Error ? settled.reason : new Error(String(settled.reason));
}

/** The check that stands behind one field. */
export class Door<Context, Scope extends object> {
  constructor(
    private readonly plan: DoorPlan<Context>,
    private readonly policy: DirectivePolicy<Context, Scope>,
  ) {}

  /**
   * Checks a result that is no promise.
   * @returns the result without its strangers and with every row tagged, the very same list when nothing had to be
   *   dropped; STRANGER for a single row that may not leave; a promise only when the result held promises.
   */
  admit(value: unknown, scope: Scope, context: Context, info: GraphQLResolveInfo): unknown {
    return this.level(value, this.plan.lists, scope, context, info);
  }

  /**
   * Checks a result for the executor, which may be a promise; a single stranger gives what a row that does not exist
   * gives. Makes no promise of its own.
   */
  pass(result: unknown, scope: Scope, context: Context, info: GraphQLResolveInfo): unknown {
    if (isPromise(result)) return result.then((value) => this.pass(value, scope, context, info));
    const admitted = this.admit(result, scope, context, info);
    return admitted === STRANGER ? this.refuse() : admitted;
  }

  /** @throws GatewayError NOT_FOUND when the field may not answer null. */
  refuse(): null {
    if (this.plan.nullable) return null;
    throw notFound();
  }

  /** Puts a stranger on record. */
  report(context: Context, typeName: string): typeof STRANGER {
    this.policy.stranger(context, this.plan.use, typeName);
    return STRANGER;
  }

  private level(value: unknown, lists: number, scope: Scope, context: Context, info: GraphQLResolveInfo): unknown {
    if (lists === 0) return this.one(value, scope, context, info);
    if (isNoRow(value)) return value;
    if (Array.isArray(value)) return this.list(value, lists, scope, context, info);
    if (isObject(value) && Symbol.iterator in value) {
      return this.list([...(value as Iterable<unknown>)], lists, scope, context, info);
    }
    throw new Error(`${this.plan.use} answered something that is no list.`);
  }

  private one(value: unknown, scope: Scope, context: Context, info: GraphQLResolveInfo): unknown {
    if (isNoRow(value)) return value;
    if (!isObject(value)) return this.report(context, '');
    const typeName = this.plan.typeNameOf(value, context, info);
    const account = this.policy.accountOf(typeName, value);
    // A tag is no proof of anything: a repository that lost its filter would tag strangers too.
    const welcome = account === null ? !this.plan.mustTell(typeName) : this.policy.reaches(scope, account);
    return welcome ? tagged(value, scope) : this.report(context, typeName);
  }

  private list(
    values: readonly unknown[],
    lists: number,
    scope: Scope,
    context: Context,
    info: GraphQLResolveInfo,
  ): unknown {
    if (values.some(isPromise)) return this.settle(values, lists, scope, context, info);
    // Stays undefined while nothing is dropped or replaced, so that the usual list is not copied.
    let kept: unknown[] | undefined;
    let waits = false;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index];
      const admitted = this.level(value, lists - 1, scope, context, info);
      if (admitted !== value) kept ??= values.slice(0, index);
      if (admitted !== STRANGER) kept?.push(admitted);
      waits ||= lists > 1 && isPromise(admitted);
    }
    return waits && kept ? Promise.all(kept) : (kept ?? values);
  }

  /** Promises among the elements are waited for: a stranger can be left out only once it is known. */
  private async settle(
    values: readonly unknown[],
    lists: number,
    scope: Scope,
    context: Context,
    info: GraphQLResolveInfo,
  ): Promise<unknown> {
    const arrived = (await Promise.allSettled(values)).map(arrival);
    return this.list(arrived, lists, scope, context, info);
  }
}
