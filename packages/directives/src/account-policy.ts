/** A policy for applications in which each caller belongs to one account or operates all of them. */
import { GraphQLError } from 'graphql';
import { Action, type DirectivePolicy } from '../../../src/graph/directives';

/** A caller whose key, session or token was verified. */
export interface Caller {
  /** The account that the caller belongs to; null for an operator of all accounts (a master key). */
  readonly accountId: string | null;
}

/** The accounts that a field may read; resolvers filter by it. */
export interface AccountScope {
  /** Null for all accounts, which only operators get. */
  readonly accountId: string | null;
}

export interface AccountPolicyOptions<Context> {
  /**
   * The caller; null if there is none. Called for every field with a directive and every event of a subscription, so
   * that a caller who is no longer accepted stops receiving: look the caller up when the context is created, and only
   * read it here.
   */
  readonly callerOf: (context: Context) => Caller | null;
  /** The account that a row belongs to, null for none; default: its `accountId`, of a row of type Account its `id`. */
  readonly accountOf?: (typeName: string, row: object) => string | null;
  /**
   * Called when a resolver returned a row of another account, which was filtered out: raise an alarm, because the
   * resolver lacks a filter.
   */
  readonly onForeignRow?: (context: Context, fieldPath: string, typeName: string) => void;
}

const error = (code: string, message: string): GraphQLError => new GraphQLError(message, { extensions: { code } });

/** The key of the scope in contexts. */
const SCOPE_OF_FIELD: unique symbol = Symbol('scope of the field');

/**
 * The scope of the field that is being resolved, from the resolver's context.
 * @throws Error in a field without rows: `@public`, or `@authenticated` without rows.
 */
export function scopeOf(context: object): AccountScope {
  const { [SCOPE_OF_FIELD]: scope }: { [SCOPE_OF_FIELD]?: AccountScope } = context;
  if (!scope) throw new Error('This field has no scope: give it @scoped or @masterOnly.');
  return scope;
}

const textIn = (row: object, property: string): string | null => {
  const value: unknown = Reflect.get(row, property);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
};

const ownAccountOf = (typeName: string, row: object): string | null =>
  textIn(row, typeName === 'Account' ? 'id' : 'accountId');

/** The scopes of each context, one object for each account. */
class Scopes {
  readonly #byContext = new WeakMap<object, Map<string | null, AccountScope>>();

  of(context: object, accountId: string | null): AccountScope {
    let scopes = this.#byContext.get(context);
    if (!scopes) this.#byContext.set(context, (scopes = new Map<string | null, AccountScope>()));
    let scope = scopes.get(accountId);
    if (!scope) scopes.set(accountId, (scope = { accountId }));
    return scope;
  }
}

/**
 * The policy for `withDirectives`. Its errors have a code in `extensions.code`: UNAUTHENTICATED, FORBIDDEN,
 * ACCOUNT_MISMATCH, BAD_USER_INPUT, NOT_FOUND.
 */
export function accountPolicy<Context extends object>({
  callerOf,
  accountOf = ownAccountOf,
  onForeignRow = () => undefined,
}: AccountPolicyOptions<Context>): DirectivePolicy<Context, AccountScope> {
  const scopes = new Scopes();
  const requireCaller = (context: Context): Caller => {
    const caller = callerOf(context);
    if (!caller) throw error('UNAUTHENTICATED', 'This needs a caller: send a valid key.');
    return caller;
  };
  return {
    requireCaller: (context) => void requireCaller(context),

    requireMaster(context, fieldPath) {
      if (requireCaller(context).accountId !== null) throw error('FORBIDDEN', `${fieldPath} is for operators.`);
    },

    resolveScope(context, requested, action, fieldPath) {
      const { accountId } = requireCaller(context);
      if (accountId !== null) {
        if (requested === null || requested === undefined || requested === accountId)
          return scopes.of(context, accountId);
        throw error('ACCOUNT_MISMATCH', 'The caller belongs to another account than accountId names.');
      }
      if (typeof requested === 'string') return scopes.of(context, requested);
      if (action === Action.READ) return scopes.of(context, null);
      throw error('BAD_USER_INPUT', `${fieldPath} changes one account at a time: name it with accountId.`);
    },

    // A caller who can read a row may read everything that belongs to it.
    requirePermission: () => undefined,
    allAccountsScope: (context) => scopes.of(context, null),
    withScope: (context, scope) => ({ ...context, [SCOPE_OF_FIELD]: scope }),
    accountOf,
    covers: (scope, accountId) => scope.accountId === null || scope.accountId === accountId,
    contextOfEvent: (context) => context,
    notFound: () => error('NOT_FOUND', 'Nothing with this id is visible to the caller.'),
    reportForeignRow: onForeignRow,
  };
}
