/** Authorizes a field before its resolver runs, and applies the output guard afterwards. */
import { GraphQLID, type GraphQLFieldConfig, type GraphQLFieldResolver } from 'graphql';
import { ACCOUNT_ID } from './account-owned-types';
import { Action, type Annotation } from './definitions';
import { isObject, scopeOfParent, type OutputGuard } from './output-guard';
import type { DirectivePolicy } from './policy';

export type Arguments = Readonly<Record<string, unknown>>;
export type Resolver<Context> = GraphQLFieldResolver<unknown, Context>;
export type Field<Context> = GraphQLFieldConfig<unknown, Context>;

/** Checks a root field's caller; the scope is undefined for fields that reach no rows. */
type AuthorizeRoot<Context, Scope> = (context: Context, accountId: unknown) => Scope | undefined;

const ACCOUNT_TO_READ =
  'The account to read. An account key may leave it out; a master key leaves it out to read all accounts.';
const ONE_ACCOUNT_TO_READ = 'The account to read. An account key may leave it out; a master key must name it.';
const ACCOUNT_TO_CHANGE = 'The account to change. An account key may leave it out; a master key must name it.';

// The argument's type is ID, so the executor only passes strings and null.
function textOf(accountId: unknown): string | null | undefined {
  if (accountId === null || accountId === undefined || typeof accountId === 'string') return accountId;
  throw new TypeError('accountId is not text');
}

/** @param showsRows whether the field returns rows: only then does `@authenticated` need a scope. */
export function rootAuthorization<Context, Scope extends object>(
  annotation: Annotation,
  policy: DirectivePolicy<Context, Scope>,
  fieldPath: string,
  showsRows: boolean,
): AuthorizeRoot<Context, Scope> {
  switch (annotation.kind) {
    case 'public':
      return () => undefined;
    case 'authenticated':
      return (context) => {
        policy.requireCaller(context);
        return showsRows ? policy.resolveScope(context, null, Action.READ, fieldPath) : undefined;
      };
    case 'masterOnly':
      return (context) => {
        policy.requireMaster(context, fieldPath);
        return policy.allAccountsScope(context, fieldPath);
      };
    case 'scoped':
      return (context, accountId) => {
        policy.requireCaller(context);
        return policy.resolveScope(context, textOf(accountId), annotation.action, fieldPath);
      };
  }
}

/** @param isOfOneAccount whether the field reads one account at a time: its extension `oneAccount`. */
function accountDescription(action: Action, isOfOneAccount: boolean): string {
  if (action !== Action.READ) return ACCOUNT_TO_CHANGE;
  return isOfOneAccount ? ONE_ACCOUNT_TO_READ : ACCOUNT_TO_READ;
}

/** Adds the argument `accountId` to a `@scoped` field, unless its extension `accountArgument` is false. */
export function withAccountArgument<Context>(field: Field<Context>, action: Action): Field<Context> {
  if (field.extensions?.['accountArgument'] === false) return field;
  const own = field.args?.[ACCOUNT_ID];
  const description = own?.description ?? accountDescription(action, field.extensions?.['oneAccount'] === true);
  const argument = { ...own, type: own?.type ?? GraphQLID, description };
  return { ...field, args: { [ACCOUNT_ID]: argument, ...field.args, ...(own && { [ACCOUNT_ID]: argument }) } };
}

/** A call's arguments without the account: resolvers learn the account only from their scope. */
export interface Call {
  readonly accountId: unknown;
  readonly args: Arguments;
}

const plainCall = (args: Arguments): Call => ({ accountId: undefined, args });
const scopedCall = ({ [ACCOUNT_ID]: accountId, ...args }: Arguments): Call => ({ accountId, args });

/** Separates the argument added for `@scoped` from the field's own. */
export const argumentSplitter = (annotation: Annotation): ((args: Arguments) => Call) =>
  annotation.kind === 'scoped' ? scopedCall : plainCall;

/** What a root field needs at run time. */
export interface RootPlan<Context, Scope extends object> {
  readonly policy: DirectivePolicy<Context, Scope>;
  readonly authorize: AuthorizeRoot<Context, Scope>;
  readonly splitArguments: (args: Arguments) => Call;
  readonly outputGuard: OutputGuard<Context, Scope> | undefined;
}

/** Wraps a query or mutation field's resolver with authorization and, if it returns rows, the output guard. */
export function protectRootField<Context, Scope extends object>(
  { policy, authorize, splitArguments, outputGuard }: RootPlan<Context, Scope>,
  resolve: Resolver<Context>,
): Resolver<Context> {
  return (source, given: Arguments, context, info) => {
    const { accountId, args } = splitArguments(given);
    const scope = authorize(context, accountId);
    if (scope === undefined) return outputGuard ? outputGuard.nullOrNotFound() : resolve(source, args, context, info);
    const result: unknown = resolve(source, args, policy.withScope(context, scope), info);
    return outputGuard ? outputGuard.filterResult(result, scope, context, info) : result;
  };
}

/** Checks a nested field's caller before its resolver runs. */
type AuthorizeNested<Context> = (context: Context, source: unknown) => void;

/**
 * @param returnsMasterOnlyType whether the field returns a `@masterOnly` type from a type that is not `@masterOnly`.
 * @returns undefined if the field needs no permission beyond its parent's.
 */
export function nestedAuthorization<Context, Scope extends object>(
  annotation: Annotation | undefined,
  policy: DirectivePolicy<Context, Scope>,
  typeName: string,
  fieldPath: string,
  returnsMasterOnlyType: boolean,
): AuthorizeNested<Context> | undefined {
  if (returnsMasterOnlyType || annotation?.kind === 'masterOnly')
    return (context) => policy.requireMaster(context, fieldPath);
  if (annotation?.kind !== 'scoped') return undefined;
  const { action } = annotation;
  return (context, source) => {
    policy.requireCaller(context);
    // Checks only the permission: the field keeps its parent's scope, which may be narrower.
    policy.resolveScope(context, isObject(source) ? policy.accountOf(typeName, source) : null, action, fieldPath);
  };
}

/** Wraps a nested field's resolver; its rows may reach no further than their parent row. */
export function protectNestedField<Context, Scope extends object>(
  resolve: Resolver<Context>,
  authorize: AuthorizeNested<Context> | undefined,
  outputGuard: OutputGuard<Context, Scope> | undefined,
  requirePermission: (context: Context) => void,
): Resolver<Context> {
  return (source, args, context, info) => {
    authorize?.(context, source);
    if (!outputGuard) return resolve(source, args, context, info);
    requirePermission(context);
    const scope = scopeOfParent<Scope>(source);
    if (scope === undefined) {
      // The parent was not returned under a scope, so it is unknown whose rows may be shown.
      outputGuard.reportForeignRow(context, info.parentType.name);
      return outputGuard.nullOrNotFound();
    }
    return outputGuard.filterResult(resolve(source, args, context, info), scope, context, info);
  };
}
